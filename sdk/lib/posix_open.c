/*
 * posix_open.c: opening files.  Takes the place of wasi-libc's openat.o, below
 * open, openat, creat, fopen and opendir, and of __fmodeflags.o: so that
 * O_CLOEXEC and fopen's "e" mean something.
 */
#include <fcntl.h>
#include <string.h>

#include <wasi/api.h>
#include <wasi/libc-nocwd.h>
#include <wasix/api.h>

#include "guest.h"

int __fmodeflags(const char *mode);

/* O_APPEND and so on are WASI's fdflags, O_CREAT and so on its oflags. */
int __wasilibc_nocwd_openat_nomode(int dir, const char *path, int flags)
{
    __wasi_rights_t rights = RIGHTS_ALL & ~(RIGHTS_READ | RIGHTS_WRITE);
    uint16_t error;
    __wasi_fdstat_t stat;
    int fd;

    if (flags & (O_EXEC | O_SEARCH) && flags & (O_RDONLY | O_WRONLY))
        return __tine_result(EINVAL);
    /* Programs leave O_RDONLY out, which elsewhere is 0. */
    if (flags & O_RDONLY || !(flags & O_ACCMODE))
        rights |= RIGHTS_READ;
    if (flags & O_WRONLY)
        rights |= RIGHTS_WRITE;

    /* More rights than the directory hands on must not be asked for. */
    if (__tine_result(__wasi_fd_fdstat_get(dir, &stat)))
        return -1;
    error = __wasix_path_open2(
        dir, flags & O_NOFOLLOW ? 0 : __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, path,
        strlen(path), (flags >> 12) & 0xfff, rights & stat.fs_rights_inheriting,
        stat.fs_rights_inheriting, flags & 0xfff,
        flags & O_CLOEXEC ? __WASIX_FDFLAGSEXT_CLOEXEC : 0, &fd);
    if (error == ENOTCAPABLE && stat.fs_filetype != __WASI_FILETYPE_DIRECTORY)
        error = ENOTDIR;
    return __tine_result(error) ? -1 : fd;
}

int __fmodeflags(const char *mode)
{
    int flags;

    if (strchr(mode, '+'))
        flags = O_RDWR;
    else
        flags = *mode == 'r' ? O_RDONLY : O_WRONLY;
    if (*mode != 'r')
        flags |= O_CREAT;
    if (*mode == 'w')
        flags |= O_TRUNC;
    if (*mode == 'a')
        flags |= O_APPEND;
    if (strchr(mode, 'x'))
        flags |= O_EXCL;
    if (strchr(mode, 'e'))
        flags |= O_CLOEXEC;
    return flags;
}
