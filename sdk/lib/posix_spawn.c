/*
 * posix_spawn.c: posix_spawn and posix_spawnp over proc_spawn3, their file
 * actions and attributes.
 *
 * Signals that the parent ignores are ignored in the child, as POSIX says,
 * unless they are in the set of POSIX_SPAWN_SETSIGDEF.
 */
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wasi/api.h>
#include <wasix/api.h>

#include "guest.h"

#define FLAGS                                                                  \
    (POSIX_SPAWN_RESETIDS | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK |   \
     POSIX_SPAWN_USEVFORK)

_Static_assert(sizeof(struct __wasix_disposition) == 2, "as in the ABI");
_Static_assert(sizeof(struct __wasix_fd_op) == 56, "as in the ABI");
_Static_assert(offsetof(struct __wasix_fd_op, path) == 12 &&
                   offsetof(struct __wasix_fd_op, oflags) == 24 &&
                   offsetof(struct __wasix_fd_op, rights_base) == 32 &&
                   offsetof(struct __wasix_fd_op, fdflagsext) == 50,
               "as in the ABI");

struct spawn_args {
    const posix_spawn_file_actions_t *actions;
    char *const *argv;
    char *const *envp;
    struct __wasix_disposition dispositions[NSIG];
    size_t n_dispositions;
    int pid;
};

static void add_disposition(struct spawn_args *args, int sig, uint8_t action)
{
    struct __wasix_disposition *d = &args->dispositions[args->n_dispositions++];

    d->signal = (uint8_t)sig;
    d->action = action;
}

static void collect_dispositions(struct spawn_args *args, sigset_t defaults)
{
    for (int sig = 1; sig < NSIG; sig++) {
        if (defaults & SIGNAL_BIT(sig))
            add_disposition(args, sig, __WASIX_DISPOSITION_DEFAULT);
        else if (__tine_signals.actions[sig].sa_handler == SIG_IGN)
            add_disposition(args, sig, __WASIX_DISPOSITION_IGNORE);
    }
}

static int try_spawn(const char *path, void *arg)
{
    static char *const nothing[] = {NULL};
    struct spawn_args *args = arg;
    const posix_spawn_file_actions_t *actions = args->actions;

    if (*path == '\0')
        return ENOENT;
    return __wasix_proc_spawn3(
        path, strlen(path), args->argv ? args->argv : nothing,
        __tine_count(args->argv), args->envp ? args->envp : nothing,
        __tine_count(args->envp), actions ? actions->__ops : NULL,
        actions ? actions->__n : 0, args->dispositions, args->n_dispositions, 0,
        NULL, 0, &args->pid);
}

static int spawn(pid_t *ret_pid, const char *file, bool search,
                 struct spawn_args *args, const posix_spawnattr_t *attr)
{
    sigset_t defaults = 0;
    int error;

    if (attr && attr->__flags & POSIX_SPAWN_SETSIGMASK && attr->__mask)
        return ENOTSUP;
    if (attr && attr->__flags & POSIX_SPAWN_SETSIGDEF)
        defaults = attr->__default;
    collect_dispositions(args, defaults);
    error = search ? __tine_path_search(file, try_spawn, args)
                   : try_spawn(file, args);
    if (error == 0 && ret_pid)
        *ret_pid = args->pid;
    return error;
}

int posix_spawn(pid_t *restrict ret_pid, const char *restrict path,
                const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *restrict attr,
                char *const *restrict argv, char *const *restrict envp)
{
    struct spawn_args args = {.actions = actions, .argv = argv, .envp = envp};

    return spawn(ret_pid, path, false, &args, attr);
}

int posix_spawnp(pid_t *restrict ret_pid, const char *restrict file,
                 const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *restrict attr,
                 char *const *restrict argv, char *const *restrict envp)
{
    struct spawn_args args = {.actions = actions, .argv = argv, .envp = envp};

    return spawn(ret_pid, file, true, &args, attr);
}

/* Attributes */

int posix_spawnattr_init(posix_spawnattr_t *attr)
{
    memset(attr, 0, sizeof(*attr));
    return 0;
}

int posix_spawnattr_destroy(posix_spawnattr_t *attr)
{
    return posix_spawnattr_init(attr);
}

int posix_spawnattr_setflags(posix_spawnattr_t *attr, short flags)
{
    if (flags & ~FLAGS)
        return EINVAL;
    attr->__flags = flags;
    return 0;
}

int posix_spawnattr_getflags(const posix_spawnattr_t *restrict attr,
                             short *restrict ret)
{
    *ret = attr->__flags;
    return 0;
}

int posix_spawnattr_setsigdefault(posix_spawnattr_t *restrict attr,
                                  const sigset_t *restrict set)
{
    attr->__default = *set;
    return 0;
}

int posix_spawnattr_getsigdefault(const posix_spawnattr_t *restrict attr,
                                  sigset_t *restrict ret)
{
    *ret = attr->__default;
    return 0;
}

int posix_spawnattr_setsigmask(posix_spawnattr_t *restrict attr,
                               const sigset_t *restrict set)
{
    attr->__mask = *set & ~(SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP));
    return 0;
}

int posix_spawnattr_getsigmask(const posix_spawnattr_t *restrict attr,
                               sigset_t *restrict ret)
{
    *ret = attr->__mask;
    return 0;
}

/* File actions */

int posix_spawn_file_actions_init(posix_spawn_file_actions_t *actions)
{
    memset(actions, 0, sizeof(*actions));
    return 0;
}

int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *actions)
{
    for (size_t i = 0; i < actions->__n; i++)
        free((char *)(uintptr_t)actions->__ops[i].path);
    free(actions->__ops);
    return posix_spawn_file_actions_init(actions);
}

/* Room for one more; NULL: no memory. */
static struct __wasix_fd_op *add_op(posix_spawn_file_actions_t *actions,
                                    uint8_t cmd, int fd)
{
    struct __wasix_fd_op *ops =
        reallocarray(actions->__ops, actions->__n + 1, sizeof(*ops));
    struct __wasix_fd_op *op;

    if (!ops)
        return NULL;
    actions->__ops = ops;
    op = &ops[actions->__n++];
    memset(op, 0, sizeof(*op));
    op->cmd = cmd;
    op->fd = fd;
    return op;
}

static struct __wasix_fd_op *add_path_op(posix_spawn_file_actions_t *actions,
                                         uint8_t cmd, int fd, const char *path)
{
    char *copy = strdup(path);
    struct __wasix_fd_op *op = copy ? add_op(actions, cmd, fd) : NULL;

    if (!op) {
        free(copy);
        return NULL;
    }
    op->path = copy;
    op->path_len = strlen(copy);
    return op;
}

static __wasi_rights_t rights_of(int flags)
{
    bool reads = flags & O_RDONLY || !(flags & O_ACCMODE);

    return RIGHTS_ALL &
           ~((reads ? 0 : RIGHTS_READ) | (flags & O_WRONLY ? 0 : RIGHTS_WRITE));
}

int posix_spawn_file_actions_addopen(
    posix_spawn_file_actions_t *restrict actions, int fd,
    const char *restrict path, int flags, mode_t mode)
{
    struct __wasix_fd_op *op;

    (void)mode; /* WASI files have no permission bits. */
    if (fd < 0)
        return EBADF;
    op = add_path_op(actions, __WASIX_FD_OP_OPEN, fd, path);
    if (!op)
        return ENOMEM;
    if (!(flags & O_NOFOLLOW))
        op->dirflags = __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW;
    op->oflags = (flags >> 12) & 0xfff;
    op->fdflags = flags & 0xfff;
    op->fdflagsext = flags & O_CLOEXEC ? __WASIX_FDFLAGSEXT_CLOEXEC : 0;
    op->rights_base = rights_of(flags);
    op->rights_inheriting = RIGHTS_ALL;
    return 0;
}

int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *actions,
                                      int fd)
{
    if (fd < 0)
        return EBADF;
    return add_op(actions, __WASIX_FD_OP_CLOSE, fd) ? 0 : ENOMEM;
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions,
                                     int from, int to)
{
    struct __wasix_fd_op *op;

    if (from < 0 || to < 0)
        return EBADF;
    op = add_op(actions, __WASIX_FD_OP_DUP2, to);
    if (!op)
        return ENOMEM;
    op->src_fd = from;
    return 0;
}

int posix_spawn_file_actions_addchdir_np(
    posix_spawn_file_actions_t *restrict actions, const char *restrict path)
{
    return add_path_op(actions, __WASIX_FD_OP_CHDIR, -1, path) ? 0 : ENOMEM;
}

int posix_spawn_file_actions_addfchdir_np(posix_spawn_file_actions_t *actions,
                                          int fd)
{
    if (fd < 0)
        return EBADF;
    return add_op(actions, __WASIX_FD_OP_FCHDIR, fd) ? 0 : ENOMEM;
}
