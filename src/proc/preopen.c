/* preopen.c: see preopen.h. */
#include "proc/preopen.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define FIRST_PREOPEN 3

/* Put `file` at exactly `fd`, which is free; takes the file. */
static bool install(struct fdtable *table, uint32_t fd, own struct file *file)
{
    uint64_t rights;
    uint32_t got;

    if (!file)
        return false;
    if (fdtable_reserve(table, fd, 1, &got)) {
        file_unref(file);
        return false;
    }
    assert(got == fd);
    rights = file_rights(file, FILE_ASK_HOST);
    fdtable_install(table, fd, file, rights, RIGHTS_ALL, false);
    return true;
}

static bool preopen(struct fdtable *table, const struct mount *mount,
                    const char *guest, const char *name)
{
    uint32_t fd = FIRST_PREOPEN;
    struct file *file;
    int hfd = -1;

    while (fdtable_entry(table, (int32_t)fd))
        fd++;
    if (mount) {
        hfd = openat(mount->hfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        /* A directory that may be searched but not listed. */
        if (hfd < 0 && errno == EACCES)
            hfd = fcntl(mount->hfd, F_DUPFD_CLOEXEC, FIRST_PREOPEN);
        if (hfd < 0)
            return false;
    }
    file = file_new(hfd, WASI_FILETYPE_DIRECTORY);
    if (file) {
        file->mount = mount;
        file->path = strdup(guest);
    }
    if (!install(table, fd, file))
        return false;
    table->entries[fd].preopen = strdup(name);
    return table->entries[fd].preopen && file->path;
}

struct fdtable *fdtable_initial(const struct mounts *mounts, struct error *err)
{
    struct fdtable *table = fdtable_new();
    bool ok = table != NULL;
    size_t i;

    file_stdio_init();
    for (i = 0; ok && i < FIRST_PREOPEN; i++)
        if (file_stdio_open((int)i))
            ok = install(table, (uint32_t)i, file_adopt((int)i));
    if (ok && mounts->n > 0)
        ok = preopen(table, mounts_at(mounts, "/"), "/", "/");
    for (i = 0; ok && i < mounts->n; i++) {
        const struct mount *mount = &mounts->items[i];

        /* The root is there already; of two at one place the later counts. */
        if (mount->guest[1] && mounts_at(mounts, mount->guest) == mount)
            ok = preopen(table, mount, mount->guest, mount->name);
    }
    /* Last, since of two that fit a libc takes the last. */
    if (ok && mounts->n > 0)
        ok = preopen(table, mounts_at(mounts, "/"), "/", PREOPEN_CWD);
    if (ok)
        return table;
    (void)error_set_errno(err, ERROR_HOST, errno,
                          "cannot open the guest's first descriptors");
    fdtable_free(table);
    return NULL;
}
