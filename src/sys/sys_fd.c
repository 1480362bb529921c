/*
 * sys_fd.c: descriptors themselves: closing, duplicating, flags and rights,
 * making pipes and event counters, preopened directories.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>

#include "abi/layout.h"
#include "base/limits.h"
#include "proc/hostabi.h"
#include "sys/sys.h"

enum wasi_errno sys_fd_close(struct thread *t, int32_t fd)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);

    if (entry && entry->preopen && !call_from_wasix(t))
        fdtable_forget_preopen(call_fds(t), fd);
    return fdtable_close(call_fds(t), fd);
}

/* Duplicate to the lowest free number from min on. */
static enum wasi_errno duplicate(struct thread *t, int32_t fd, uint32_t min,
                                 bool cloexec, gaddr fd_out)
{
    const struct fd_entry *entry;
    enum wasi_errno e;
    uint32_t got;

    if (!guest_writable(t, fd_out, 4))
        return WASI_MEMVIOLATION;
    if (!fdtable_entry(call_fds(t), fd))
        return WASI_BADF;
    e = fdtable_reserve(call_fds(t), min, 1, &got);
    if (e)
        return e;
    entry = fdtable_entry(call_fds(t), fd);
    guest_store_u32(t, fd_out, got);
    fdtable_install(call_fds(t), got, file_ref(entry->file), entry->rights,
                    entry->inheriting, cloexec);
    return WASI_OK;
}

enum wasi_errno sys_fd_dup(struct thread *t, int32_t fd, gaddr fd_out)
{
    return duplicate(t, fd, 0, false, fd_out);
}

/* fcntl(2)'s F_DUPFD. */
enum wasi_errno sys_fd_dup2(struct thread *t, int32_t fd, int32_t min_result_fd,
                            bool cloexec, gaddr fd_out)
{
    if (min_result_fd < 0 || (uint32_t)min_result_fd >= LIMIT_FDS)
        return WASI_INVAL;
    return duplicate(t, fd, (uint32_t)min_result_fd, cloexec, fd_out);
}

/* As preview 1 says it: `to` is open, and `fd` is closed afterwards. */
static enum wasi_errno move(struct thread *t, int32_t fd, int32_t to)
{
    struct fdtable *fds = call_fds(t);
    struct fd_entry *src, *dst;
    enum wasi_errno e;

    if (!fdtable_entry(fds, fd) || !fdtable_entry(fds, to))
        return WASI_BADF;
    if (fd == to)
        return WASI_OK;
    fdtable_forget_preopen(fds, to);
    e = fdtable_dup2(fds, fd, to);
    if (e)
        return e;
    src = fdtable_entry(fds, fd);
    dst = fdtable_entry(fds, to);
    dst->preopen = MOVE(src->preopen);
    dst->covered = MOVE(src->covered);
    return fdtable_close(fds, fd);
}

/* The libc of WASIX builds its dup2 on this. */
enum wasi_errno sys_fd_renumber(struct thread *t, int32_t fd, int32_t to)
{
    return call_from_wasix(t) ? fdtable_dup2(call_fds(t), fd, to)
                              : move(t, fd, to);
}

enum wasi_errno sys_fd_fdflags_get(struct thread *t, int32_t fd,
                                   gaddr flags_out)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);

    if (!guest_writable(t, flags_out, 2))
        return WASI_MEMVIOLATION;
    if (!entry)
        return WASI_BADF;
    guest_store_u16(t, flags_out, entry->cloexec ? WASI_FDFLAGSEXT_CLOEXEC : 0);
    return WASI_OK;
}

enum wasi_errno sys_fd_fdflags_set(struct thread *t, int32_t fd, uint16_t flags)
{
    struct fd_entry *entry = fdtable_entry(call_fds(t), fd);

    if (!entry)
        return WASI_BADF;
    if (flags & ~WASI_FDFLAGSEXT_CLOEXEC)
        return WASI_INVAL;
    entry->cloexec = flags & WASI_FDFLAGSEXT_CLOEXEC;
    return WASI_OK;
}

/* The flags of an open file.  The host's O_SYNC contains O_DSYNC and equals
 * O_RSYNC; it stands for WASI's SYNC. */
static enum wasi_errno file_flags(const struct file *file, uint16_t *ret)
{
    uint16_t flags;
    int host;

    *ret = file->fdflags;
    if (file->hfd < 0)
        return WASI_OK;
    host = fcntl(file->hfd, F_GETFL);
    if (host < 0)
        return errno_from_host(errno);
    flags = (uint16_t)flags_from_host(GROUP_FDFLAGS, host);
    if (flags & WASI_FDFLAGS_SYNC)
        flags &= (uint16_t)~(WASI_FDFLAGS_DSYNC | WASI_FDFLAGS_RSYNC);
    *ret |= flags;
    return WASI_OK;
}

enum wasi_errno sys_fd_fdstat_get(struct thread *t, int32_t fd, gaddr stat_out)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);
    struct abi_fdstat stat = {0};
    enum wasi_errno e;

    if (!guest_writable(t, stat_out, sizeof(stat)))
        return WASI_MEMVIOLATION;
    if (!entry)
        return WASI_BADF;
    e = file_flags(entry->file, &stat.fs_flags);
    if (e)
        return e;
    stat.fs_filetype = entry->file->filetype;
    stat.fs_rights_base = entry->rights;
    stat.fs_rights_inheriting = entry->inheriting;
    return guest_write(t, stat_out, &stat, sizeof(stat));
}

/* Linux changes only O_APPEND and O_NONBLOCK of an open file; the others are
 * kept here and honoured by fd_write. */
enum wasi_errno sys_fd_fdstat_set_flags(struct thread *t, int32_t fd,
                                        uint16_t flags)
{
    const uint16_t ours =
        WASI_FDFLAGS_DSYNC | WASI_FDFLAGS_RSYNC | WASI_FDFLAGS_SYNC;
    AUTO_FILE struct file *file = NULL;
    enum wasi_errno e;
    int host, now;

    e = fdtable_get(call_fds(t), fd, WASI_RIGHTS_FD_FDSTAT_SET_FLAGS, &file);
    if (e)
        return e;
    if (!flags_to_host(GROUP_FDFLAGS, flags, &host))
        return WASI_INVAL;
    if (file->hfd >= 0) {
        now = fcntl(file->hfd, F_GETFL);
        if (now < 0)
            return errno_from_host(errno);
        now &= ~(O_APPEND | O_NONBLOCK);
        now |= host & (O_APPEND | O_NONBLOCK);
        if (fcntl(file->hfd, F_SETFL, now) < 0)
            return errno_from_host(errno);
    }
    file->fdflags = flags & ours;
    return WASI_OK;
}

/* Rights can only be given up. */
enum wasi_errno sys_fd_fdstat_set_rights(struct thread *t, int32_t fd,
                                         uint64_t fs_rights_base,
                                         uint64_t fs_rights_inheriting)
{
    struct fd_entry *entry = fdtable_entry(call_fds(t), fd);

    if (!entry)
        return WASI_BADF;
    if ((fs_rights_base & ~entry->rights) ||
        (fs_rights_inheriting & ~entry->inheriting))
        return WASI_NOTCAPABLE;
    entry->rights = fs_rights_base;
    entry->inheriting = fs_rights_inheriting;
    return WASI_OK;
}

/* Two files at the two lowest free numbers; takes both. */
static enum wasi_errno install_pair(struct thread *t, own struct file *a,
                                    own struct file *b, gaddr a_out,
                                    gaddr b_out)
{
    uint32_t fds[2];
    enum wasi_errno e = WASI_NOMEM;

    if (a && b)
        e = fdtable_reserve(call_fds(t), 0, 2, fds);
    if (e) {
        file_unref(a);
        file_unref(b);
        return e;
    }
    guest_store_u32(t, a_out, fds[0]);
    guest_store_u32(t, b_out, fds[1]);
    fdtable_install(call_fds(t), fds[0], a, file_rights(a, O_RDONLY),
                    RIGHTS_ALL, false);
    fdtable_install(call_fds(t), fds[1], b, file_rights(b, O_WRONLY),
                    RIGHTS_ALL, false);
    return WASI_OK;
}

enum wasi_errno sys_fd_pipe(struct thread *t, gaddr read_fd_out,
                            gaddr write_fd_out)
{
    int hfds[2];

    /* Guest memory never shrinks, so what is writable now stays so. */
    if (!guest_writable(t, read_fd_out, 4) ||
        !guest_writable(t, write_fd_out, 4))
        return WASI_MEMVIOLATION;
    if (pipe2(hfds, O_CLOEXEC) < 0)
        return errno_from_host(errno);
    return install_pair(t, file_adopt(hfds[0]), file_adopt(hfds[1]),
                        read_fd_out, write_fd_out);
}

/* Make the counter; the host takes an initial value of 32 bits only. */
static enum wasi_errno event_open(uint64_t initial, int flags, int *ret)
{
    AUTO_FD int hfd = eventfd(0, flags | EFD_CLOEXEC);

    if (hfd < 0)
        return errno_from_host(errno);
    if (initial > 0 && write(hfd, &initial, sizeof(initial)) < 0)
        return errno_from_host(errno);
    *ret = MOVE_FD(hfd);
    return WASI_OK;
}

enum wasi_errno sys_fd_event(struct thread *t, uint64_t initial_val,
                             uint16_t flags, gaddr fd_out)
{
    struct file *file = NULL;
    enum wasi_errno e;
    uint32_t fd;
    int host;
    int hfd = -1;

    if (!guest_writable(t, fd_out, 4))
        return WASI_MEMVIOLATION;
    if (!flags_to_host(GROUP_EVENTFDFLAGS, flags, &host))
        return WASI_INVAL;
    e = fdtable_reserve(call_fds(t), 0, 1, &fd);
    if (e)
        return e;
    e = event_open(initial_val, host, &hfd);
    if (!e) {
        file = file_new(hfd, WASI_FILETYPE_UNKNOWN);
        e = file ? WASI_OK : WASI_NOMEM;
    }
    if (e) {
        fdtable_unreserve(call_fds(t), 1, &fd);
        return e;
    }
    guest_store_u32(t, fd_out, fd);
    fdtable_install(call_fds(t), fd, file, file_rights(file, O_RDWR),
                    RIGHTS_ALL, false);
    return WASI_OK;
}

/* badf for everything that is no preopened directory: a libc looks for them
 * from number 3 on until it gets that. */
enum wasi_errno sys_fd_prestat_get(struct thread *t, int32_t fd,
                                   gaddr prestat_out)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);
    const uint32_t p = t->ptr_size;

    if (!guest_writable(t, prestat_out, ABI_PRESTAT_SIZE(p)))
        return WASI_MEMVIOLATION;
    if (!entry || !entry->preopen)
        return WASI_BADF;
    guest_store_ptr(t, prestat_out, WASI_PREOPENTYPE_DIR);
    guest_store_ptr(t, prestat_out + ABI_PRESTAT_NAME_LEN(p),
                    strlen(entry->preopen));
    return WASI_OK;
}

enum wasi_errno sys_fd_prestat_dir_name(struct thread *t, int32_t fd,
                                        gaddr path_out, gsize path_len)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);
    size_t len;

    if (!guest_writable(t, path_out, path_len))
        return WASI_MEMVIOLATION;
    if (!entry || !entry->preopen)
        return WASI_BADF;
    len = strlen(entry->preopen);
    if (len > path_len)
        return WASI_NAMETOOLONG;
    return guest_write(t, path_out, entry->preopen, len);
}
