/* fdtable.c: see fdtable.h. */
#include "proc/fdtable.h"

#include <string.h>

#include "base/limits.h"

struct fdtable *fdtable_new(void)
{
    return calloc(1, sizeof(struct fdtable));
}

/* Not the entry itself. */
static void drop_covered(struct fd_entry *entry)
{
    if (entry->covered)
        file_unref(entry->covered->file);
    free(entry->covered);
    entry->covered = NULL;
}

void fdtable_free(own struct fdtable *table)
{
    uint32_t fd;

    if (!table)
        return;
    for (fd = 0; fd < table->n; fd++) {
        file_unref(table->entries[fd].file);
        free(table->entries[fd].preopen);
        drop_covered(&table->entries[fd]);
    }
    free(table->entries);
    free(table);
}

/* Make `n` numbers exist; false when out of memory. */
static bool grow(struct fdtable *table, uint32_t n)
{
    struct fd_entry *entries;

    if (n <= table->n)
        return true;
    /* Doubling, so that opening many costs no more than a copy each. */
    n = MIN(MAX(n, MAX(2 * table->n, 16u)), LIMIT_FDS);
    entries = realloc(table->entries, n * sizeof(*entries));
    if (!entries)
        return false;
    memset(entries + table->n, 0, (n - table->n) * sizeof(*entries));
    table->entries = entries;
    table->n = n;
    return true;
}

/* Give `to` what `from` covers.  False when out of memory. */
static bool copy_covered(struct fd_entry *to, const struct fd_entry *from)
{
    struct fd_entry *covered = malloc(sizeof(*covered));

    if (!covered)
        return false;
    *covered = (struct fd_entry){.file = file_ref(from->file),
                                 .rights = from->rights,
                                 .inheriting = from->inheriting};
    to->covered = covered;
    return true;
}

struct fdtable *fdtable_copy(const struct fdtable *table)
{
    struct fdtable *copy = fdtable_new();
    uint32_t fd;

    if (!copy || !grow(copy, table->n))
        goto fail;
    for (fd = 0; fd < table->n; fd++) {
        const struct fd_entry *from = &table->entries[fd];
        struct fd_entry *to = &copy->entries[fd];

        if (!from->file)
            continue;
        *to = *from;
        to->preopen = NULL;
        to->covered = NULL;
        (void)file_ref(to->file);
        if (from->preopen && !(to->preopen = strdup(from->preopen)))
            goto fail;
        if (from->covered && !copy_covered(to, from->covered))
            goto fail;
    }
    return copy;

fail:
    fdtable_free(copy);
    return NULL;
}

struct fd_entry *fdtable_entry(struct fdtable *table, int32_t fd)
{
    /* A negative number is a large one. */
    if ((uint32_t)fd >= table->n || !table->entries[fd].file)
        return NULL;
    return &table->entries[fd];
}

static enum wasi_errno entry_get(const struct fd_entry *entry, uint64_t rights,
                                 own struct file **ret)
{
    uint64_t missing;

    if (!entry)
        return WASI_BADF;
    missing = rights & ~entry->rights;
    if (missing & (WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_WRITE))
        return WASI_BADF;
    if (missing)
        return WASI_NOTCAPABLE;
    *ret = file_ref(entry->file);
    return WASI_OK;
}

enum wasi_errno fdtable_get(struct fdtable *table, int32_t fd, uint64_t rights,
                            own struct file **ret)
{
    return entry_get(fdtable_entry(table, fd), rights, ret);
}

enum wasi_errno fdtable_get_base(struct fdtable *table, int32_t fd,
                                 uint64_t rights, own struct file **ret,
                                 uint64_t *ret_inheriting)
{
    const struct fd_entry *entry = fdtable_entry(table, fd);
    enum wasi_errno e;

    if (entry && entry->covered)
        entry = entry->covered;
    e = entry_get(entry, rights, ret);
    if (!e)
        *ret_inheriting = entry->inheriting;
    return e;
}

int fdtable_hfd(struct fdtable *table, int32_t fd)
{
    const struct fd_entry *entry = fdtable_entry(table, fd);

    return entry ? entry->file->hfd : -1;
}

static bool is_free(const struct fdtable *table, uint32_t fd)
{
    return fd >= table->n ||
           (!table->entries[fd].file && !table->entries[fd].reserved);
}

/* Note that fd has become free. */
static void freed(struct fdtable *table, uint32_t fd)
{
    memset(&table->entries[fd], 0, sizeof(table->entries[fd]));
    table->low = MIN(table->low, fd);
}

enum wasi_errno fdtable_reserve(struct fdtable *table, uint32_t min, uint32_t n,
                                uint32_t *ret)
{
    bool lowest = min <= table->low;
    uint32_t fd = lowest ? table->low : min;
    uint32_t i;

    for (i = 0; i < n; i++) {
        while (fd < LIMIT_FDS && !is_free(table, fd))
            fd++;
        if (fd >= LIMIT_FDS || !grow(table, fd + 1)) {
            fdtable_unreserve(table, i, ret);
            return fd >= LIMIT_FDS ? WASI_MFILE : WASI_NOMEM;
        }
        table->entries[fd].reserved = true;
        ret[i] = fd++;
        if (lowest)
            table->low = fd;
    }
    return WASI_OK;
}

void fdtable_unreserve(struct fdtable *table, uint32_t n, const uint32_t *fds)
{
    uint32_t i;

    for (i = 0; i < n; i++)
        freed(table, fds[i]);
}

void fdtable_install(struct fdtable *table, uint32_t fd, own struct file *file,
                     uint64_t rights, uint64_t inheriting, bool cloexec)
{
    struct fd_entry *entry = &table->entries[fd];

    assert(fd < table->n && entry->reserved && !entry->file);
    entry->file = file;
    entry->rights = rights;
    entry->inheriting = inheriting;
    entry->cloexec = cloexec;
    entry->reserved = false;
}

void fdtable_forget_preopen(struct fdtable *table, int32_t fd)
{
    struct fd_entry *entry = fdtable_entry(table, fd);

    if (!entry)
        return;
    free(entry->preopen);
    entry->preopen = NULL;
    drop_covered(entry);
}

/* Let the directory that the entry covers be seen again. */
static void uncover(struct fd_entry *entry)
{
    struct fd_entry *covered = MOVE(entry->covered);

    file_unref(entry->file);
    entry->file = covered->file;
    entry->rights = covered->rights;
    entry->inheriting = covered->inheriting;
    entry->cloexec = false;
    free(covered);
}

enum wasi_errno fdtable_close(struct fdtable *table, int32_t fd)
{
    struct fd_entry *entry = fdtable_entry(table, fd);
    struct file *file;

    if (!entry)
        return WASI_BADF;
    if (entry->covered)
        uncover(entry);
    if (entry->preopen)
        return WASI_OK;
    file = entry->file;
    freed(table, (uint32_t)fd);
    file_unref(file);
    return WASI_OK;
}

/* The entry of a number that is to be replaced, open or not. */
static enum wasi_errno target(struct fdtable *table, int32_t to,
                              struct fd_entry **ret)
{
    struct fd_entry *dst;

    if (to < 0)
        return WASI_BADF;
    if ((uint32_t)to >= LIMIT_FDS)
        return WASI_MFILE;
    if (!grow(table, (uint32_t)to + 1))
        return WASI_NOMEM;
    dst = &table->entries[to];
    *ret = dst;
    return dst->reserved ? WASI_BUSY : WASI_OK;
}

enum wasi_errno fdtable_may_replace(struct fdtable *table, int32_t to)
{
    struct fd_entry *dst;

    return target(table, to, &dst);
}

enum wasi_errno fdtable_replace(struct fdtable *table, int32_t to,
                                own struct file *file, uint64_t rights,
                                uint64_t inheriting, bool cloexec)
{
    struct fd_entry *dst;
    enum wasi_errno e = target(table, to, &dst);

    if (!e && dst->preopen && !dst->covered && !copy_covered(dst, dst))
        e = WASI_NOMEM;
    if (e) {
        file_unref(file);
        return e;
    }
    file_unref(dst->file);
    dst->file = file;
    dst->rights = rights;
    dst->inheriting = inheriting;
    dst->cloexec = cloexec;
    /* A shell puts back what it has saved. */
    if (dst->covered && dst->covered->file == file)
        uncover(dst);
    return WASI_OK;
}

enum wasi_errno fdtable_dup2(struct fdtable *table, int32_t from, int32_t to)
{
    const struct fd_entry *src = fdtable_entry(table, from);
    struct fd_entry *dst;
    enum wasi_errno e;

    if (!src)
        return WASI_BADF;
    if (from == to)
        return WASI_OK;
    /* The table may move. */
    e = target(table, to, &dst);
    if (e)
        return e;
    src = &table->entries[from];
    return fdtable_replace(table, to, file_ref(src->file), src->rights,
                           src->inheriting, false);
}

void fdtable_close_exec(struct fdtable *table)
{
    uint32_t fd;

    for (fd = 0; fd < table->n; fd++)
        if (table->entries[fd].file && table->entries[fd].cloexec)
            (void)fdtable_close(table, (int32_t)fd);
}
