/* patharg.c: see patharg.h. */
#include "sys/patharg.h"

#include "base/limits.h"
#include "proc/preopen.h"
#include "sys/sys.h"

void path_arg_done(struct path_arg *arg)
{
    file_unref(arg->dir);
    free(arg->path);
    *arg = (struct path_arg)PATH_ARG_INIT;
}

/*
 * Does the descriptor stand for the working directory?  Below PREOPEN_CWD, the
 * first programs of WASIX mean that; for all others it is another name of the
 * root, where they give absolute paths without the slash.
 */
static bool is_cwd(const struct thread *t, const struct fd_entry *entry)
{
    return entry->preopen && strcmp(entry->preopen, PREOPEN_CWD) == 0 &&
           strcmp(t->process->env->cwd, "/") != 0 && call_from_old_wasix(t);
}

enum wasi_errno path_arg_get(struct thread *t, int32_t fd, uint64_t rights,
                             gaddr path, gsize path_len, struct path_arg *ret)
{
    enum wasi_errno e;

    e = guest_string(t, path, path_len, LIMIT_PATH - 1, &ret->path);
    if (e)
        return e;
    ret->inheriting = RIGHTS_ALL;
    if (ret->path[0] == '/')
        return WASI_OK;
    e = fdtable_get_base(call_fds(t), fd, rights, &ret->dir, &ret->inheriting);
    if (e)
        return e;
    if (!file_is_dir(ret->dir))
        return WASI_NOTDIR;
    if (is_cwd(t, fdtable_entry(call_fds(t), fd))) {
        file_unref(ret->dir);
        ret->dir = NULL;
    }
    return WASI_OK;
}

void place_arg_done(struct place_arg *place)
{
    place_done(&place->at);
    path_arg_done(&place->arg);
}

enum wasi_errno place_arg_get(struct thread *t, int32_t fd, uint64_t rights,
                              gaddr path, gsize path_len, enum lookup lookup,
                              struct place_arg *ret)
{
    enum wasi_errno e;
    bool follow;

    e = path_arg_get(t, fd, rights, path, path_len, &ret->arg);
    if (e)
        return e;
    follow = lookup == LOOKUP_FOLLOW ||
             (lookup == LOOKUP_NOFOLLOW && path_ends_in_slash(ret->arg.path));
    return path_resolve(t->process, ret->arg.dir, ret->arg.path, follow,
                        &ret->at);
}

enum wasi_errno lookup_from_flags(uint32_t flags, enum lookup *ret)
{
    if (flags & ~(uint32_t)WASI_LOOKUP_SYMLINK_FOLLOW)
        return WASI_INVAL;
    *ret = flags & WASI_LOOKUP_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : LOOKUP_NOFOLLOW;
    return WASI_OK;
}
