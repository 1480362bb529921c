/*
 * sys_stat.c: file attributes: reading them, changing the size and the times.
 */
#include <errno.h>
#include <fcntl.h>

#include "proc/hostabi.h"
#include "sys/patharg.h"
#include "sys/sys.h"
#include "sys/xlat.h"

/* The attributes of a descriptor or a path, in wasi_unstable's layout if
 * asked for. */
static enum wasi_errno store_stat(struct thread *t,
                                  const struct abi_filestat *stat,
                                  bool unstable, gaddr out)
{
    struct abi_filestat_unstable narrow;
    enum wasi_errno e;

    if (!unstable)
        return guest_write(t, out, stat, sizeof(*stat));
    e = xlat_filestat_unstable(stat, &narrow);
    return e ? e : guest_write(t, out, &narrow, sizeof(narrow));
}

static size_t stat_size(bool unstable)
{
    return unstable ? sizeof(struct abi_filestat_unstable)
                    : sizeof(struct abi_filestat);
}

static enum wasi_errno fd_stat(struct thread *t, int32_t fd, bool unstable,
                               gaddr out)
{
    AUTO_FILE struct file *file = NULL;
    struct abi_filestat stat;
    struct stat st;
    enum wasi_errno e;

    if (!guest_writable(t, out, stat_size(unstable)))
        return WASI_MEMVIOLATION;
    e = fdtable_get(call_fds(t), fd, WASI_RIGHTS_FD_FILESTAT_GET, &file);
    if (e)
        return e;
    if (file->hfd < 0)
        path_stat_virtual(file->path, &st);
    else if (fstat(file->hfd, &st) < 0)
        return errno_from_host(errno);
    stat = xlat_filestat(&st, file->filetype);
    return store_stat(t, &stat, unstable, out);
}

enum wasi_errno sys_fd_filestat_get(struct thread *t, int32_t fd,
                                    gaddr stat_out)
{
    return fd_stat(t, fd, false, stat_out);
}

enum wasi_errno sys_fd_filestat_get_unstable(struct thread *t, int32_t fd,
                                             gaddr stat_out)
{
    return fd_stat(t, fd, true, stat_out);
}

/* Resolve and look; a symbolic link is only then resolved further, since most
 * names are none. */
static enum wasi_errno look(struct process *process, const struct path_arg *arg,
                            bool follow, struct stat *ret)
{
    bool through = path_ends_in_slash(arg->path);
    enum wasi_errno e = WASI_OK;
    int round;

    for (round = 0; round < 2; round++) {
        AUTO_PLACE struct place place = PLACE_INIT;

        e = path_resolve(process, arg->dir, arg->path, through, &place);
        if (!e)
            e = place_stat(process, &place, ret);
        if (e || !follow || through || !S_ISLNK(ret->st_mode))
            break;
        through = true;
    }
    return e;
}

static enum wasi_errno path_stat(struct thread *t, int32_t fd, uint32_t flags,
                                 gaddr path, gsize path_len, bool unstable,
                                 gaddr out)
{
    AUTO_PATH_ARG struct path_arg arg = PATH_ARG_INIT;
    struct abi_filestat stat;
    enum lookup lookup;
    struct stat st;
    enum wasi_errno e;

    if (!guest_writable(t, out, stat_size(unstable)))
        return WASI_MEMVIOLATION;
    e = lookup_from_flags(flags, &lookup);
    if (!e)
        e = path_arg_get(t, fd, WASI_RIGHTS_PATH_FILESTAT_GET, path, path_len,
                         &arg);
    if (!e)
        e = look(t->process, &arg, lookup == LOOKUP_FOLLOW, &st);
    if (e)
        return e;
    stat = xlat_filestat(&st, file_type_of_mode(st.st_mode));
    return store_stat(t, &stat, unstable, out);
}

enum wasi_errno sys_path_filestat_get(struct thread *t, int32_t fd,
                                      uint32_t flags, gaddr path,
                                      gsize path_len, gaddr stat_out)
{
    return path_stat(t, fd, flags, path, path_len, false, stat_out);
}

enum wasi_errno sys_path_filestat_get_unstable(struct thread *t, int32_t fd,
                                               uint32_t flags, gaddr path,
                                               gsize path_len, gaddr stat_out)
{
    return path_stat(t, fd, flags, path, path_len, true, stat_out);
}

enum wasi_errno sys_fd_filestat_set_size(struct thread *t, int32_t fd,
                                         uint64_t size)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);
    AUTO_FILE struct file *file = NULL;
    enum wasi_errno e;

    if (size > INT64_MAX || (entry && file_is_dir(entry->file)))
        return WASI_INVAL;
    e = fdtable_get(call_fds(t), fd, WASI_RIGHTS_FD_FILESTAT_SET_SIZE, &file);
    if (e)
        return e;
    return ftruncate(file->hfd, (off_t)size) < 0 ? errno_from_host(errno)
                                                 : WASI_OK;
}

enum wasi_errno sys_fd_filestat_set_times(struct thread *t, int32_t fd,
                                          uint64_t atim, uint64_t mtim,
                                          uint16_t fst_flags)
{
    AUTO_FILE struct file *file = NULL;
    struct timespec times[2];
    enum wasi_errno e;

    e = fdtable_get(call_fds(t), fd, WASI_RIGHTS_FD_FILESTAT_SET_TIMES, &file);
    if (!e)
        e = xlat_set_times(atim, mtim, fst_flags, times);
    if (e)
        return e;
    /* The host allows this through a descriptor only open for reading. */
    if (file->hfd < 0 || (file->mount && file->mount->read_only))
        return WASI_ROFS;
    return futimens(file->hfd, times) < 0 ? errno_from_host(errno) : WASI_OK;
}

enum wasi_errno sys_path_filestat_set_times(struct thread *t, int32_t fd,
                                            uint32_t flags, gaddr path,
                                            gsize path_len, uint64_t atim,
                                            uint64_t mtim, uint16_t fst_flags)
{
    AUTO_PLACE_ARG struct place_arg p = PLACE_ARG_INIT;
    struct timespec times[2];
    enum lookup lookup;
    struct stat st;
    enum wasi_errno e;

    e = lookup_from_flags(flags, &lookup);
    if (!e)
        e = xlat_set_times(atim, mtim, fst_flags, times);
    if (!e)
        e = place_arg_get(t, fd, WASI_RIGHTS_PATH_FILESTAT_SET_TIMES, path,
                          path_len, lookup, &p);
    if (!e)
        e = place_stat(t->process, &p.at, &st);
    if (e)
        return e;
    if (!p.at.mount || p.at.mount->read_only)
        return WASI_ROFS;
    if (utimensat(p.at.hfd, p.at.name, times, AT_SYMLINK_NOFOLLOW) < 0)
        return errno_from_host(errno);
    return WASI_OK;
}
