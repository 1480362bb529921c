/*
 * sys_io.c: reading, writing and seeking.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include "proc/hostabi.h"
#include "proc/wait.h"
#include "sys/iov.h"
#include "sys/sys.h"

/* linux/fs.h, since 6.9: write at the offset though the file appends, as POSIX
 * says of pwrite.  Older kernels refuse it, and append. */
#if !defined(RWF_NOAPPEND)
#define RWF_NOAPPEND 0x00000020
#endif

/*
 * Reading or writing no bytes.  Mostly that does nothing and needs no kernel;
 * but sockets send empty messages, and event counters refuse it, if it is not
 * asked for with readv(2), which never gets that far.
 */
static long do_nothing(struct thread *t, const struct file *file, bool write)
{
    if (file->filetype == WASI_FILETYPE_REGULAR_FILE ||
        file->filetype == WASI_FILETYPE_CHARACTER_DEVICE || file->fifo)
        return 0;
    return wait_syscall(t, write ? SYS_write : SYS_read, file->hfd, 0, 0, 0, 0,
                        0);
}

/* What is asked of the kernel on top, for flags that it does not keep. */
static int sync_flags(const struct file *file)
{
    if (file->fdflags & (WASI_FDFLAGS_SYNC | WASI_FDFLAGS_RSYNC))
        return RWF_SYNC;
    return file->fdflags & WASI_FDFLAGS_DSYNC ? RWF_DSYNC : 0;
}

/* The offset of calls that use and move the file's own. */
#define OWN_OFFSET UINT64_MAX

static long do_read(struct thread *t, const struct file *file,
                    const struct iov *iov, uint64_t offset)
{
    const long items = (long)iov->items;

    if (offset == OWN_OFFSET)
        return wait_syscall(t, SYS_readv, file->hfd, items, iov->n, 0, 0, 0);
    return wait_syscall(t, SYS_preadv, file->hfd, items, iov->n, (long)offset,
                        0, 0);
}

static long do_write(struct thread *t, const struct file *file,
                     const struct iov *iov, uint64_t offset)
{
    const long items = (long)iov->items;
    const int flags = sync_flags(file);
    long r;

    if (offset == OWN_OFFSET && !flags)
        return wait_syscall(t, SYS_writev, file->hfd, items, iov->n, 0, 0, 0);
    if (offset == OWN_OFFSET)
        return wait_syscall(t, SYS_pwritev2, file->hfd, items, iov->n, -1, -1,
                            flags);
    r = wait_syscall(t, SYS_pwritev2, file->hfd, items, iov->n, (long)offset, 0,
                     flags | RWF_NOAPPEND);
    if (r == -EOPNOTSUPP)
        r = wait_syscall(t, SYS_pwritev2, file->hfd, items, iov->n,
                         (long)offset, 0, flags);
    return r;
}

/* The four calls. */
static enum wasi_errno transfer(struct thread *t, int32_t fd, gaddr iovs,
                                gsize iovs_len, bool write, uint64_t offset,
                                gaddr n_out)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);
    AUTO_FILE struct file *file = NULL;
    struct iov iov;
    enum wasi_errno e;
    long n;

    if (!guest_writable(t, n_out, t->ptr_size))
        return WASI_MEMVIOLATION;
    if (entry && !write && file_is_dir(entry->file))
        return WASI_ISDIR;
    e = fdtable_get(call_fds(t), fd,
                    write ? WASI_RIGHTS_FD_WRITE : WASI_RIGHTS_FD_READ, &file);
    if (e)
        return e;
    if (offset != OWN_OFFSET && offset > INT64_MAX)
        return WASI_INVAL;
    e = iov_pin(t, iovs, iovs_len, &iov);
    if (e)
        return e;
    if (iov.total == 0 && offset == OWN_OFFSET)
        n = do_nothing(t, file, write);
    else if (write)
        n = do_write(t, file, &iov, offset);
    else
        n = do_read(t, file, &iov, offset);
    if (n < 0)
        return errno_from_result(n);
    guest_store_ptr(t, n_out, (uint64_t)n);
    return WASI_OK;
}

enum wasi_errno sys_fd_read(struct thread *t, int32_t fd, gaddr iovs,
                            gsize iovs_len, gaddr nread_out)
{
    return transfer(t, fd, iovs, iovs_len, false, OWN_OFFSET, nread_out);
}

enum wasi_errno sys_fd_write(struct thread *t, int32_t fd, gaddr iovs,
                             gsize iovs_len, gaddr nwritten_out)
{
    return transfer(t, fd, iovs, iovs_len, true, OWN_OFFSET, nwritten_out);
}

enum wasi_errno sys_fd_pread(struct thread *t, int32_t fd, gaddr iovs,
                             gsize iovs_len, uint64_t offset, gaddr nread_out)
{
    if (offset == OWN_OFFSET)
        return WASI_INVAL;
    return transfer(t, fd, iovs, iovs_len, false, offset, nread_out);
}

enum wasi_errno sys_fd_pwrite(struct thread *t, int32_t fd, gaddr iovs,
                              gsize iovs_len, uint64_t offset,
                              gaddr nwritten_out)
{
    if (offset == OWN_OFFSET)
        return WASI_INVAL;
    return transfer(t, fd, iovs, iovs_len, true, offset, nwritten_out);
}

/* lseek(2).  What has no offset is spipe, with or without the right; a
 * directory's offset is fd_readdir's cookie, and nobody else's. */
static enum wasi_errno seek(struct thread *t, int32_t fd, int64_t offset,
                            int host_whence, uint64_t right, gaddr out)
{
    const struct fd_entry *entry = fdtable_entry(call_fds(t), fd);
    off_t now;

    if (!guest_writable(t, out, 8))
        return WASI_MEMVIOLATION;
    if (!entry || file_is_dir(entry->file))
        return WASI_BADF;
    if (!(entry->rights & right))
        return lseek(entry->file->hfd, 0, SEEK_CUR) < 0 ? errno_from_host(errno)
                                                        : WASI_NOTCAPABLE;
    now = lseek(entry->file->hfd, offset, host_whence);
    if (now < 0)
        return errno_from_host(errno);
    guest_store_u64(t, out, (uint64_t)now);
    return WASI_OK;
}

enum wasi_errno sys_fd_seek(struct thread *t, int32_t fd, int64_t offset,
                            uint8_t whence, gaddr newoffset_out)
{
    int host;

    if (!value_to_host(GROUP_WHENCE, whence, &host))
        return WASI_INVAL;
    return seek(t, fd, offset, host, WASI_RIGHTS_FD_SEEK, newoffset_out);
}

enum wasi_errno sys_fd_seek_unstable(struct thread *t, int32_t fd,
                                     int64_t offset, uint8_t whence,
                                     gaddr newoffset_out)
{
    int host;

    if (!value_to_host(GROUP_WHENCE_UNSTABLE, whence, &host))
        return WASI_INVAL;
    return seek(t, fd, offset, host, WASI_RIGHTS_FD_SEEK, newoffset_out);
}

enum wasi_errno sys_fd_tell(struct thread *t, int32_t fd, gaddr offset_out)
{
    return seek(t, fd, 0, SEEK_CUR, WASI_RIGHTS_FD_TELL, offset_out);
}

enum wasi_errno sys_fd_advise(struct thread *t, int32_t fd, uint64_t offset,
                              uint64_t len, uint8_t advice)
{
    AUTO_FILE struct file *file = NULL;
    enum wasi_errno e;
    int host;

    e = fdtable_get(call_fds(t), fd, WASI_RIGHTS_FD_ADVISE, &file);
    if (e)
        return e;
    if (!value_to_host(GROUP_ADVICE, advice, &host) || offset > INT64_MAX ||
        len > INT64_MAX)
        return WASI_INVAL;
    return errno_from_host(
        posix_fadvise(file->hfd, (off_t)offset, (off_t)len, host));
}

enum wasi_errno sys_fd_allocate(struct thread *t, int32_t fd, uint64_t offset,
                                uint64_t len)
{
    AUTO_FILE struct file *file = NULL;
    enum wasi_errno e;

    e = fdtable_get(call_fds(t), fd,
                    WASI_RIGHTS_FD_ALLOCATE | WASI_RIGHTS_FD_WRITE, &file);
    if (e)
        return e;
    if (offset > INT64_MAX || len > INT64_MAX || len == 0)
        return WASI_INVAL;
    return errno_from_host(
        posix_fallocate(file->hfd, (off_t)offset, (off_t)len));
}

static enum wasi_errno flush(struct thread *t, int32_t fd, uint64_t right,
                             int (*host)(int hfd))
{
    AUTO_FILE struct file *file = NULL;
    enum wasi_errno e;

    e = fdtable_get(call_fds(t), fd, right, &file);
    if (e)
        return e;
    /* A directory outside of all mounts has nothing to write. */
    if (file->hfd >= 0 && host(file->hfd) < 0)
        return errno_from_host(errno);
    return WASI_OK;
}

enum wasi_errno sys_fd_sync(struct thread *t, int32_t fd)
{
    return flush(t, fd, WASI_RIGHTS_FD_SYNC, fsync);
}

enum wasi_errno sys_fd_datasync(struct thread *t, int32_t fd)
{
    return flush(t, fd, WASI_RIGHTS_FD_DATASYNC, fdatasync);
}
