/* openarg.c: see openarg.h. */
#include "sys/openarg.h"

#include <fcntl.h>

#include "proc/hostabi.h"
#include "proc/path.h"

/* Permissions of what is made, before the host's umask. */
#define FILE_MODE 0666

static bool may_read(const struct open_args *args)
{
    return args->rights & (WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_READDIR);
}

static bool may_write(const struct open_args *args)
{
    return args->rights & WASI_RIGHTS_FD_WRITE;
}

/* open(2)'s flags.  The access mode follows from the rights asked for. */
static enum wasi_errno open_flags(const struct open_args *args, int *ret)
{
    int oflags, fdflags;

    if (!flags_to_host(GROUP_OFLAGS, args->oflags, &oflags) ||
        !flags_to_host(GROUP_FDFLAGS, args->fdflags, &fdflags))
        return WASI_INVAL;
    /* Linux never made directories so, and has not always said so. */
    if ((oflags & O_CREAT) && (oflags & O_DIRECTORY))
        return WASI_INVAL;
    if (!(oflags & O_CREAT))
        oflags &= ~O_EXCL;
    *ret = oflags | fdflags | (args->follow ? 0 : O_NOFOLLOW);
    if (may_write(args))
        *ret |= may_read(args) ? O_RDWR : O_WRONLY;
    return WASI_OK;
}

/* What can be done with the file, as far as it was asked for. */
static uint64_t rights_of(const struct file *file, const struct open_args *args,
                          int hflags)
{
    /* A standard stream found in /dev was opened by somebody else. */
    bool here = file->mount || file_is_dir(file);
    uint64_t rights =
        file_rights(file, here ? hflags & O_ACCMODE : FILE_ASK_HOST);

    if (!may_read(args))
        rights &= ~(uint64_t)(WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_READDIR);
    if (!may_write(args))
        rights &= ~(uint64_t)WASI_RIGHTS_FD_WRITE;
    return rights;
}

enum wasi_errno open_args_check(const struct open_args *args)
{
    int hflags;

    return open_flags(args, &hflags);
}

enum wasi_errno open_args_file(struct process *process, const struct file *dir,
                               const char *path, const struct open_args *args,
                               uint64_t inheriting, own struct file **ret,
                               uint64_t *rights)
{
    uint64_t asked =
        args->rights & (WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_WRITE);
    enum wasi_errno e;
    int hflags;

    e = open_flags(args, &hflags);
    if (e)
        return e;
    if (asked & ~inheriting)
        return WASI_NOTCAPABLE;
    e = path_open_file(process, dir, path, hflags, FILE_MODE, ret);
    if (e)
        return e;
    if ((*ret)->mount || file_is_dir(*ret))
        (*ret)->fdflags = args->fdflags & WASI_FDFLAGS_RSYNC;
    *rights = rights_of(*ret, args, hflags) & inheriting;
    return WASI_OK;
}
