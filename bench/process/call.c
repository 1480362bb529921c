/*
 * call.c: cheap system calls.
 *
 *     call write|clock ROUNDS    prints the time of one, in ns
 */
#include <string.h>

#include "bench.h"

int main(int argc, char **argv)
{
    int rounds = atoi(argv[2]);
    int is_write = strcmp(argv[1], "write") == 0;
    uint64_t start = now();

    for (int i = 0; i < rounds; i++) {
        if (is_write)
            (void)!write(1, "", 0);
        else
            (void)now();
    }
    printf("%llu\n", (unsigned long long)((now() - start) / (unsigned)rounds));
    return 0;
}
