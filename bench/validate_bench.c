/*
 * validate_bench.c: decode and validate a module several times.
 *
 *     validate_bench PROG.wasm ROUNDS
 *
 * Prints the median time in ns, the bytes of the module and those of its
 * function bodies.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "wasm/module.h"

static uint64_t now(void)
{
    struct timespec ts;

    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static uint64_t code_bytes(const struct module *m)
{
    uint64_t n = 0;
    uint32_t i;

    for (i = 0; i < m->n_funcs - m->n_imported_funcs; i++)
        n += m->bodies[i].end - m->bodies[i].offset;
    return n;
}

/* The time of one round; the module's bytes are read only once. */
static bool measure(const struct module *m, uint64_t *ns, struct error *err)
{
    uint64_t start = now();
    struct module *copy = module_decode(m->path, m->bytes, m->size, err);
    bool ok = copy && module_validate(copy, err);

    *ns = now() - start;
    module_free(copy);
    return ok;
}

int main(int argc, char **argv)
{
    struct error err = ERROR_INIT;
    static uint64_t times[1000];
    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    struct module *m;
    int i, hfd;

    if (rounds < 1 || rounds > (int)countof(times)) {
        fputs("usage: validate_bench PROG.wasm ROUNDS\n", stderr);
        return 2;
    }
    hfd = open(argv[1], O_RDONLY | O_CLOEXEC);
    m = module_open(argv[1], hfd, &err);
    for (i = 0; m && i < rounds; i++)
        if (!measure(m, &times[i], &err))
            break;
    if (i < rounds) {
        fprintf(stderr, "%s: %s\n", argv[1], err.text);
        return 1;
    }
    qsort(times, (size_t)rounds, sizeof(times[0]), compare);
    printf("%" PRIu64 " %u %" PRIu64 "\n", times[rounds / 2], m->size,
           code_bytes(m));
    module_free(m);
    return 0;
}
