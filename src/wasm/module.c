/*
 * module.c: opening and freeing modules, and questions about decoded ones.
 * See module.h; the decoder is in decode.c.
 */
#include "wasm/module.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/limits.h"

#define LARGE_PAGE ((size_t)2 << 20)

/* Read `size` bytes of hfd.  Returns 0 or an errno; EIO when the file has
 * become shorter. */
static int read_all(int hfd, uint8_t *to, size_t size)
{
    size_t at = 0;

    while (at < size) {
        ssize_t n = pread(hfd, to + at, size - at, (off_t)at);

        if (n < 0 && errno != EINTR)
            return errno;
        if (n == 0)
            return EIO;
        if (n > 0)
            at += (size_t)n;
    }
    return 0;
}

/* A copy of the file that nobody can change, and that stays when the file is
 * cut off.  Anonymous memory with huge pages: 26 MB take 5 ms to copy and add
 * little to a fork, where a sealed memory file takes 12 ms, and small pages
 * take 15 ms and add 0.4 ms to every fork.  What is no large page is shared
 * with children, so that a fork copies no entries for it. */
static const uint8_t *map_copy(int hfd, size_t size, struct error *err)
{
    int kind = size < LARGE_PAGE ? MAP_SHARED : MAP_PRIVATE;
    void *map =
        mmap(NULL, size, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);
    int host;

    if (map == MAP_FAILED) {
        error_set_errno(err, ERROR_HOST, errno, "cannot map the module");
        return NULL;
    }
    (void)madvise(map, size, MADV_HUGEPAGE);
    host = read_all(hfd, map, size);
    if (host == 0 && mprotect(map, size, PROT_READ) != 0)
        host = errno;
    if (host) {
        error_set_errno(err, ERROR_HOST, host, "cannot read the module");
        (void)munmap(map, size);
        return NULL;
    }
    return map;
}

/* Could this be a module at all?  *size: of the file. */
static bool check_file(int hfd, size_t *size, struct error *err)
{
    struct stat st;

    if (fstat(hfd, &st) != 0)
        return error_set_errno(err, ERROR_HOST, errno,
                               "cannot read the module");
    if (!S_ISREG(st.st_mode))
        return error_set(err, ERROR_NOT_MODULE, ERROR_NO_OFFSET,
                         "not a regular file");
    if (st.st_size == 0)
        return error_set(err, ERROR_NOT_MODULE, 0, "the file is empty");
    if (st.st_size > (off_t)LIMIT_MODULE)
        return error_set(err, ERROR_UNSUPPORTED, ERROR_NO_OFFSET,
                         "the module has %lld bytes, and the limit is %u",
                         (long long)st.st_size, LIMIT_MODULE);
    *size = (size_t)st.st_size;
    return true;
}

struct module *module_open(const char *path, int hfd, struct error *err)
{
    const uint8_t *bytes;
    struct module *m;
    size_t size = 0;

    if (!check_file(hfd, &size, err))
        return NULL;
    bytes = map_copy(hfd, size, err);
    if (!bytes)
        return NULL;
    if (size < 4 || memcmp(bytes, "\0asm", 4) != 0) {
        error_set(err, ERROR_NOT_MODULE, 0, "magic header not detected");
        (void)munmap((void *)bytes, size);
        return NULL;
    }
    m = module_decode(path, bytes, size, err);
    if (!m) {
        (void)munmap((void *)bytes, size);
        return NULL;
    }
    m->mapped = true;
    return m;
}

void module_free(struct module *module)
{
    struct pool pool;

    if (!module)
        return;
    if (module->mapped)
        (void)munmap((void *)module->bytes, module->size);
    pool = module->pool; /* the module itself lies in it */
    pool_done(&pool);
}

/* By length and then bytes: any order will do. */
static int name_compare(struct name a, struct name b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return memcmp(a.text, b.text, a.len);
}

const struct export *module_export(const struct module *module,
                                   const char *name)
{
    size_t len = strlen(name);

    return len > UINT32_MAX ? NULL
                            : module_export_named(
                                  module, (struct name){name, (uint32_t)len});
}

const struct export *module_export_named(const struct module *module,
                                         struct name name)
{
    uint32_t low = 0, high = module->n_exports;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        const struct export *export =
            &module->exports[module->export_order[mid]];
        int order = name_compare(export->name, name);

        if (order == 0)
            return export;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static int export_compare(const void *a, const void *b, void *ctx)
{
    const struct export *exports = ctx;
    const struct export *x = &exports[*(const uint32_t *)a];
    const struct export *y = &exports[*(const uint32_t *)b];

    return name_compare(x->name, y->name);
}

const struct export *module_sort_exports(struct module *module)
{
    uint32_t *order = module->export_order;
    uint32_t i;

    if (module->n_exports == 0)
        return NULL;
    for (i = 0; i < module->n_exports; i++)
        order[i] = i;
    qsort_r(order, module->n_exports, sizeof(*order), export_compare,
            module->exports);
    for (i = 1; i < module->n_exports; i++) {
        if (export_compare(&order[i - 1], &order[i], module->exports) == 0)
            return &module->exports[MAX(order[i - 1], order[i])];
    }
    return NULL;
}

struct externtype module_export_type(const struct module *module,
                                     const struct export *export)
{
    struct externtype type = {.kind = export->kind};

    switch (export->kind) {
    case EXTERN_FUNC:
        type.func = module->funcs[export->index].type;
        break;
    case EXTERN_TABLE:
        type.table = module->tables[export->index].type;
        break;
    case EXTERN_MEMORY:
        type.memory = module->memories[export->index];
        break;
    case EXTERN_GLOBAL:
        type.global = module->globals[export->index].type;
        break;
    case EXTERN_TAG:
        type.func = module->tags[export->index];
        break;
    }
    return type;
}

uint32_t module_ptr_size(const struct module *module)
{
    return module->n_memories && module->memories[0].limits.is_64 ? 8 : 4;
}

const struct custom_section *module_custom(const struct module *module,
                                           const char *name)
{
    uint32_t i;

    for (i = 0; i < module->n_customs; i++) {
        if (name_is(module->customs[i].name, name))
            return &module->customs[i];
    }
    return NULL;
}

struct name module_tag_name(const struct module *module, uint32_t index)
{
    struct name none = {"", 0};
    uint32_t i;

    for (i = 0; i < module->n_exports; i++) {
        if (module->exports[i].kind == EXTERN_TAG &&
            module->exports[i].index == index)
            return module->exports[i].name;
    }
    for (i = 0; i < module->n_imports; i++) {
        if (module->imports[i].type.kind == EXTERN_TAG &&
            module->imports[i].index == index)
            return module->imports[i].name;
    }
    return none;
}
