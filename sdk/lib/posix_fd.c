/*
 * posix_fd.c: copies of descriptors, their flags, pipes and event counters.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <wasi/api.h>
#include <wasix/api.h>

#include "guest.h"

#define STATUS_FLAGS (O_APPEND | O_DSYNC | O_NONBLOCK | O_RSYNC | O_SYNC)

int dup(int fd)
{
    int copy;

    return __tine_result(__wasix_fd_dup(fd, &copy)) ? -1 : copy;
}

/* In WASIX, fd_renumber leaves the first descriptor open. */
int dup2(int from, int to)
{
    return __tine_result(__wasi_fd_renumber(from, to)) ? -1 : to;
}

int dup3(int from, int to, int flags)
{
    if (from == to || flags & ~O_CLOEXEC)
        return __tine_result(EINVAL);
    if (dup2(from, to) < 0)
        return -1;
    if (flags & O_CLOEXEC)
        (void)__wasix_fd_fdflags_set(to, __WASIX_FDFLAGSEXT_CLOEXEC);
    return to;
}

/* Give a new descriptor the flags that it could not be made with. */
static void set_new_flags(int fd, int flags)
{
    if (flags & O_CLOEXEC)
        (void)__wasix_fd_fdflags_set(fd, __WASIX_FDFLAGSEXT_CLOEXEC);
    if (flags & O_NONBLOCK)
        (void)__wasi_fd_fdstat_set_flags(fd, __WASI_FDFLAGS_NONBLOCK);
}

int pipe2(int fds[2], int flags)
{
    int ends[2];

    if (flags & ~(O_CLOEXEC | O_NONBLOCK))
        return __tine_result(EINVAL);
    if (__tine_result(__wasix_fd_pipe(&ends[0], &ends[1])))
        return -1;
    for (int i = 0; i < 2; i++) {
        fds[i] = ends[i];
        set_new_flags(ends[i], flags);
    }
    return 0;
}

int pipe(int fds[2])
{
    return pipe2(fds, 0);
}

int eventfd(unsigned initial, int flags)
{
    int fd;

    if (flags & ~(EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK))
        return __tine_result(EINVAL);
    if (__tine_result(__wasix_fd_event(
            initial, flags & EFD_SEMAPHORE ? __WASIX_EVENTFD_SEMAPHORE : 0,
            &fd)))
        return -1;
    set_new_flags(fd, flags);
    return fd;
}

int eventfd_read(int fd, eventfd_t *value)
{
    return read(fd, value, sizeof(*value)) == (ssize_t)sizeof(*value) ? 0 : -1;
}

int eventfd_write(int fd, eventfd_t value)
{
    return write(fd, &value, sizeof(value)) == (ssize_t)sizeof(value) ? 0 : -1;
}

static int dup_from(int fd, int min, bool cloexec)
{
    int copy;

    if (min < 0)
        return __tine_result(EINVAL);
    return __tine_result(__wasix_fd_dup2(fd, min, cloexec, &copy)) ? -1 : copy;
}

static int get_descriptor_flags(int fd)
{
    uint16_t flags;

    if (__tine_result(__wasix_fd_fdflags_get(fd, &flags)))
        return -1;
    return flags & __WASIX_FDFLAGSEXT_CLOEXEC ? FD_CLOEXEC : 0;
}

static int get_status_flags(int fd)
{
    __wasi_fdstat_t stat;
    int flags;

    if (__tine_result(__wasi_fd_fdstat_get(fd, &stat)))
        return -1;
    flags = stat.fs_flags;
    if (stat.fs_rights_base &
        (__WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_READDIR))
        flags |= O_RDONLY;
    if (stat.fs_rights_base & __WASI_RIGHTS_FD_WRITE)
        flags |= O_WRONLY;
    return flags & O_RDWR ? flags : flags | O_SEARCH;
}

int fcntl(int fd, int command, ...)
{
    va_list args;
    int arg = 0;

    va_start(args, command);
    if (command != F_GETFD && command != F_GETFL)
        arg = va_arg(args, int);
    va_end(args);

    switch (command) {
    case F_DUPFD:
        return dup_from(fd, arg, false);
    case F_DUPFD_CLOEXEC:
        return dup_from(fd, arg, true);
    case F_GETFD:
        return get_descriptor_flags(fd);
    case F_SETFD:
        return __tine_result(__wasix_fd_fdflags_set(
            fd, arg & FD_CLOEXEC ? __WASIX_FDFLAGSEXT_CLOEXEC : 0));
    case F_GETFL:
        return get_status_flags(fd);
    case F_SETFL:
        return __tine_result(
            __wasi_fd_fdstat_set_flags(fd, arg & STATUS_FLAGS));
    default:
        return __tine_result(EINVAL);
    }
}
