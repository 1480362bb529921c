/*
 * sys_path.c: calls that name files by a path.
 *
 * Each resolves its path to a place, a directory of the host and a name in it,
 * and lets the host act on that name without following it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "proc/hostabi.h"
#include "sys/openarg.h"
#include "sys/patharg.h"
#include "sys/sys.h"

/* Permissions of what is made, before the host's umask. */
#define DIR_MODE 0777

/* Open the path and publish it where the guest is told. */
static enum wasi_errno open_path(struct thread *t, int32_t dirfd, gaddr path,
                                 gsize path_len, const struct open_args *args,
                                 bool cloexec, gaddr fd_out)
{
    AUTO_PATH_ARG struct path_arg arg = PATH_ARG_INIT;
    struct file *file;
    enum wasi_errno e;
    uint64_t rights;
    uint32_t fd;

    if (!guest_writable(t, fd_out, 4))
        return WASI_MEMVIOLATION;
    rights = WASI_RIGHTS_PATH_OPEN;
    if (args->oflags & WASI_OFLAGS_CREAT)
        rights |= WASI_RIGHTS_PATH_CREATE_FILE;
    if (args->oflags & WASI_OFLAGS_TRUNC)
        rights |= WASI_RIGHTS_PATH_FILESTAT_SET_SIZE;
    e = path_arg_get(t, dirfd, rights, path, path_len, &arg);
    if (e)
        return e;
    e = fdtable_reserve(call_fds(t), 0, 1, &fd);
    if (e)
        return e;
    e = open_args_file(t->process, arg.dir, arg.path, args, arg.inheriting,
                       &file, &rights);
    if (e) {
        fdtable_unreserve(call_fds(t), 1, &fd);
        return e;
    }
    guest_store_u32(t, fd_out, fd);
    fdtable_install(call_fds(t), fd, file, rights, arg.inheriting, cloexec);
    return WASI_OK;
}

enum wasi_errno sys_path_open2(struct thread *t, int32_t fd, uint32_t dirflags,
                               gaddr path, gsize path_len, uint16_t oflags,
                               uint64_t fs_rights_base,
                               uint64_t fs_rights_inheriting, uint16_t fdflags,
                               uint16_t fdflagsext, gaddr fd_out)
{
    const struct open_args args = {
        .follow = dirflags & WASI_LOOKUP_SYMLINK_FOLLOW,
        .oflags = oflags,
        .fdflags = fdflags,
        .rights = fs_rights_base,
    };

    if ((dirflags & ~(uint32_t)WASI_LOOKUP_SYMLINK_FOLLOW) ||
        (fdflagsext & ~WASI_FDFLAGSEXT_CLOEXEC))
        return WASI_INVAL;
    return open_path(t, fd, path, path_len, &args,
                     fdflagsext & WASI_FDFLAGSEXT_CLOEXEC, fd_out);
}

enum wasi_errno sys_path_open(struct thread *t, int32_t fd, uint32_t dirflags,
                              gaddr path, gsize path_len, uint16_t oflags,
                              uint64_t fs_rights_base,
                              uint64_t fs_rights_inheriting, uint16_t fdflags,
                              gaddr fd_out)
{
    return sys_path_open2(t, fd, dirflags, path, path_len, oflags,
                          fs_rights_base, fs_rights_inheriting, fdflags, 0,
                          fd_out);
}

/* Does the host have something there? */
static bool exists(const struct place *place)
{
    struct stat st;

    return place->mount &&
           fstatat(place->hfd, place->name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The host, too, says "exists" before "read-only". */
static enum wasi_errno may_create(const struct place *place)
{
    enum wasi_errno e = place_writable(place);

    return e == WASI_ROFS && exists(place) ? WASI_EXIST : e;
}

/* For names of what is no directory; a slash behind them is wrong. */
static enum wasi_errno may_create_file(const struct place *place)
{
    enum wasi_errno e = may_create(place);

    if (!e && place->must_be_dir)
        e = exists(place) ? WASI_EXIST : WASI_NOENT;
    return e;
}

/* May the name be taken away?  Not where a mount point would lose its way. */
static enum wasi_errno may_remove(struct process *process,
                                  const struct place *place)
{
    AUTO_FREE char *guest = path_normalise(place->dir, place->name);

    if (!guest)
        return WASI_NOMEM;
    if (place_is_fixed(place) || mounts_below(process->mounts, guest))
        return WASI_BUSY;
    if (!place->mount || (place->mount->read_only && !exists(place)))
        return WASI_NOENT;
    return place->mount->read_only ? WASI_ROFS : WASI_OK;
}

static enum wasi_errno host_result(int result)
{
    return result < 0 ? errno_from_host(errno) : WASI_OK;
}

enum wasi_errno sys_path_create_directory(struct thread *t, int32_t fd,
                                          gaddr path, gsize path_len)
{
    AUTO_PLACE_ARG struct place_arg p = PLACE_ARG_INIT;
    enum wasi_errno e;

    e = place_arg_get(t, fd, WASI_RIGHTS_PATH_CREATE_DIRECTORY, path, path_len,
                      LOOKUP_NAME, &p);
    if (!e)
        e = may_create(&p.at);
    return e ? e : host_result(mkdirat(p.at.hfd, p.at.name, DIR_MODE));
}

/* Is the last component `..`? */
static bool ends_in_parent(const char *path)
{
    size_t len = strlen(path);

    while (len > 0 && path[len - 1] == '/')
        len--;
    return len >= 2 && path[len - 1] == '.' && path[len - 2] == '.' &&
           (len == 2 || path[len - 3] == '/');
}

enum wasi_errno sys_path_remove_directory(struct thread *t, int32_t fd,
                                          gaddr path, gsize path_len)
{
    AUTO_PLACE_ARG struct place_arg p = PLACE_ARG_INIT;
    enum wasi_errno e;

    e = place_arg_get(t, fd, WASI_RIGHTS_PATH_REMOVE_DIRECTORY, path, path_len,
                      LOOKUP_NAME, &p);
    if (!e && p.at.device)
        e = WASI_NOTDIR;
    /* What it is in is not empty. */
    if (!e && ends_in_parent(p.arg.path))
        e = WASI_NOTEMPTY;
    if (!e)
        e = may_remove(t->process, &p.at);
    return e ? e : host_result(unlinkat(p.at.hfd, p.at.name, AT_REMOVEDIR));
}

enum wasi_errno sys_path_unlink_file(struct thread *t, int32_t fd, gaddr path,
                                     gsize path_len)
{
    AUTO_PLACE_ARG struct place_arg p = PLACE_ARG_INIT;
    struct stat st;
    enum wasi_errno e;

    e = place_arg_get(t, fd, WASI_RIGHTS_PATH_UNLINK_FILE, path, path_len,
                      LOOKUP_NAME, &p);
    if (!e && p.at.must_be_dir) {
        e = place_stat(t->process, &p.at, &st);
        return e ? e : WASI_ISDIR;
    }
    if (!e && place_is_fixed(&p.at))
        e = p.at.device ? WASI_PERM : WASI_ISDIR;
    if (!e)
        e = may_remove(t->process, &p.at);
    return e ? e : host_result(unlinkat(p.at.hfd, p.at.name, 0));
}

enum wasi_errno sys_path_link(struct thread *t, int32_t old_fd,
                              uint32_t old_flags, gaddr old_path,
                              gsize old_path_len, int32_t new_fd,
                              gaddr new_path, gsize new_path_len)
{
    AUTO_PLACE_ARG struct place_arg from = PLACE_ARG_INIT;
    AUTO_PLACE_ARG struct place_arg to = PLACE_ARG_INIT;
    enum lookup lookup;
    struct stat st;
    enum wasi_errno e;

    e = lookup_from_flags(old_flags, &lookup);
    if (!e)
        e = place_arg_get(t, old_fd, WASI_RIGHTS_PATH_LINK_SOURCE, old_path,
                          old_path_len, lookup, &from);
    if (!e)
        e = place_arg_get(t, new_fd, WASI_RIGHTS_PATH_LINK_TARGET, new_path,
                          new_path_len, LOOKUP_NAME, &to);
    if (!e)
        e = place_stat(t->process, &from.at, &st);
    if (!e)
        e = may_create_file(&to.at);
    if (e)
        return e;
    /* A link out of a read-only mount would make its file writable. */
    if (from.at.mount != to.at.mount)
        return WASI_XDEV;
    return host_result(
        linkat(from.at.hfd, from.at.name, to.at.hfd, to.at.name, 0));
}

enum wasi_errno sys_path_symlink(struct thread *t, gaddr old_path,
                                 gsize old_path_len, int32_t fd, gaddr new_path,
                                 gsize new_path_len)
{
    AUTO_PLACE_ARG struct place_arg p = PLACE_ARG_INIT;
    AUTO_FREE char *text = NULL;
    enum wasi_errno e;

    e = guest_string(t, old_path, old_path_len, LIMIT_PATH - 1, &text);
    if (!e)
        e = place_arg_get(t, fd, WASI_RIGHTS_PATH_SYMLINK, new_path,
                          new_path_len, LOOKUP_NAME, &p);
    if (!e)
        e = may_create_file(&p.at);
    return e ? e : host_result(symlinkat(text, p.at.hfd, p.at.name));
}

/* The text is cut off at the end of the buffer, without a word. */
enum wasi_errno sys_path_readlink(struct thread *t, int32_t fd, gaddr path,
                                  gsize path_len, gaddr buf_out, gsize buf_len,
                                  gaddr bufused_out)
{
    AUTO_PLACE_ARG struct place_arg p = PLACE_ARG_INIT;
    char text[LIMIT_PATH];
    struct stat st;
    enum wasi_errno e;
    ssize_t len;

    if (!guest_writable(t, buf_out, buf_len) ||
        !guest_writable(t, bufused_out, t->ptr_size))
        return WASI_MEMVIOLATION;
    e = place_arg_get(t, fd, WASI_RIGHTS_PATH_READLINK, path, path_len,
                      LOOKUP_NOFOLLOW, &p);
    if (!e)
        e = place_stat(t->process, &p.at, &st);
    if (e)
        return e;
    if (!p.at.mount)
        return WASI_INVAL;
    len = readlinkat(p.at.hfd, p.at.name, text, sizeof(text));
    if (len < 0)
        return errno_from_host(errno);
    guest_store_ptr(t, bufused_out, MIN((gsize)len, buf_len));
    return guest_write(t, buf_out, text, MIN((gsize)len, buf_len));
}

/* A slash behind either name says that a directory is renamed. */
static enum wasi_errno may_rename(struct process *process,
                                  const struct place *from,
                                  const struct place *to)
{
    struct stat st;
    enum wasi_errno e;

    e = place_stat(process, from, &st);
    if (!e)
        e = may_remove(process, from);
    if (e)
        return e;
    if (to->must_be_dir && !S_ISDIR(st.st_mode))
        return WASI_NOTDIR;
    e = may_remove(process, to);
    if (e == WASI_NOENT)
        e = place_writable(to);
    if (e)
        return e;
    return from->mount == to->mount ? WASI_OK : WASI_XDEV;
}

enum wasi_errno sys_path_rename(struct thread *t, int32_t fd, gaddr old_path,
                                gsize old_path_len, int32_t new_fd,
                                gaddr new_path, gsize new_path_len)
{
    AUTO_PLACE_ARG struct place_arg from = PLACE_ARG_INIT;
    AUTO_PLACE_ARG struct place_arg to = PLACE_ARG_INIT;
    enum wasi_errno e;

    e = place_arg_get(t, fd, WASI_RIGHTS_PATH_RENAME_SOURCE, old_path,
                      old_path_len, LOOKUP_NAME, &from);
    if (!e)
        e = place_arg_get(t, new_fd, WASI_RIGHTS_PATH_RENAME_TARGET, new_path,
                          new_path_len, LOOKUP_NAME, &to);
    if (!e)
        e = may_rename(t->process, &from.at, &to.at);
    return e ? e
             : host_result(
                   renameat(from.at.hfd, from.at.name, to.at.hfd, to.at.name));
}

/* The length comes out in any case, so that the guest can make room; the
 * terminating NUL needs some, too. */
enum wasi_errno sys_getcwd(struct thread *t, gaddr path_out, gaddr path_len)
{
    const char *cwd = t->process->env->cwd;
    const size_t len = strlen(cwd);
    gsize room;

    if (!guest_writable(t, path_len, t->ptr_size))
        return WASI_MEMVIOLATION;
    room = guest_load_ptr(t, path_len);
    if (room > len && path_out == 0)
        return WASI_INVAL;
    if (room > len && !guest_writable(t, path_out, len + 1))
        return WASI_MEMVIOLATION;
    guest_store_ptr(t, path_len, len);
    return room > len ? guest_write(t, path_out, cwd, len + 1) : WASI_RANGE;
}

enum wasi_errno sys_chdir(struct thread *t, gaddr path, gsize path_len)
{
    AUTO_FREE char *text = NULL;
    enum wasi_errno e = guest_string(t, path, path_len, LIMIT_PATH - 1, &text);

    return e ? e : path_change_dir(t->process, text);
}
