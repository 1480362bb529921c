/*
 * sys_spawn.c: proc_spawn in its three forms: a copy of the caller's
 * environment, changed as asked, runs a program from its beginning.
 *
 * Everything that can fail is done on the copy, or before the process is made.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "abi/layout.h"
#include "base/limits.h"
#include "proc/guestpath.h"
#include "proc/hostabi.h"
#include "proc/path.h"
#include "proc/spawn.h"
#include "sys/openarg.h"
#include "sys/progarg.h"
#include "sys/sys.h"

/* --- Descriptor operations --- */

struct fd_op {
    uint8_t cmd;
    int32_t fd;
    int32_t src_fd;
    gaddr path;
    gsize path_len;
    uint32_t dirflags;
    uint16_t oflags;
    uint64_t rights;
    uint16_t fdflags;
    uint16_t fdflagsext;
};

#define LOAD(type, field)                                                      \
    (memcpy(&value.field, bytes + offsetof(type, field), sizeof(value.field)), \
     value.field)

#define DECODE(type)                                                           \
    do {                                                                       \
        type value;                                                            \
                                                                               \
        op->cmd = LOAD(type, cmd);                                             \
        op->fd = LOAD(type, fd);                                               \
        op->src_fd = LOAD(type, src_fd);                                       \
        op->path = LOAD(type, path);                                           \
        op->path_len = LOAD(type, path_len);                                   \
        op->dirflags = LOAD(type, dirflags);                                   \
        op->oflags = LOAD(type, oflags);                                       \
        op->rights = LOAD(type, fs_rights_base);                               \
        op->fdflags = LOAD(type, fdflags);                                     \
        op->fdflagsext = LOAD(type, fdflagsext);                               \
    } while (0)

static gsize fd_op_size(const struct thread *t)
{
    return t->ptr_size == 8 ? sizeof(struct abi_spawn_fd_op_64)
                            : sizeof(struct abi_spawn_fd_op_32);
}

static enum wasi_errno load_op(const struct thread *t, gaddr at,
                               struct fd_op *op)
{
    char bytes[sizeof(struct abi_spawn_fd_op_64)];
    enum wasi_errno e = guest_read(t, bytes, at, fd_op_size(t));

    if (e)
        return e;
    if (t->ptr_size == 8)
        DECODE(struct abi_spawn_fd_op_64);
    else
        DECODE(struct abi_spawn_fd_op_32);
    return WASI_OK;
}

static struct open_args open_args_of(const struct fd_op *op)
{
    return (struct open_args){
        .follow = op->dirflags & WASI_LOOKUP_SYMLINK_FOLLOW,
        .oflags = op->oflags,
        .fdflags = op->fdflags,
        .rights = op->rights,
    };
}

/* Open the path, from the child's working directory, as exactly op->fd. */
static enum wasi_errno op_open(struct thread *t, const struct fd_op *op,
                               const char *path)
{
    const struct open_args args = open_args_of(op);
    struct fdtable *fds = call_fds(t);
    struct file *file;
    uint64_t rights;
    enum wasi_errno e = open_args_file(t->process, NULL, path, &args,
                                       RIGHTS_ALL, &file, &rights);

    if (e)
        return e;
    return fdtable_replace(fds, op->fd, file, rights, RIGHTS_ALL,
                           op->fdflagsext & WASI_FDFLAGSEXT_CLOEXEC);
}

static enum wasi_errno op_fchdir(struct thread *t, int32_t fd)
{
    AUTO_FILE struct file *dir = NULL;
    enum wasi_errno e = fdtable_get(call_fds(t), fd, 0, &dir);

    if (e)
        return e;
    if (!file_is_dir(dir))
        return WASI_NOTDIR;
    /* A standard stream may be a directory, but not one of the guest's. */
    return dir->path ? path_change_dir(t->process, dir->path) : WASI_NOTCAPABLE;
}

static enum wasi_errno op_dup2(struct thread *t, const struct fd_op *op)
{
    struct fd_entry *entry;

    if (op->src_fd != op->fd)
        return fdtable_dup2(call_fds(t), op->src_fd, op->fd);
    /* POSIX: then the descriptor is only kept over the exec. */
    entry = fdtable_entry(call_fds(t), op->fd);
    if (!entry)
        return WASI_BADF;
    entry->cloexec = false;
    return WASI_OK;
}

/* The path of an operation that has one, else NULL. */
static enum wasi_errno load_path(const struct thread *t, const struct fd_op *op,
                                 own char **ret)
{
    *ret = NULL;
    if (op->cmd != WASI_FD_OP_OPEN && op->cmd != WASI_FD_OP_CHDIR)
        return WASI_OK;
    return guest_string(t, op->path, op->path_len, LIMIT_PATH, ret);
}

/* What can be said of an operation before any is done. */
static enum wasi_errno check_op(struct thread *t, const struct fd_op *op)
{
    const struct open_args args = open_args_of(op);
    AUTO_FREE char *path = NULL;
    enum wasi_errno e = load_path(t, op, &path);

    if (e)
        return e;
    switch (op->cmd) {
    case WASI_FD_OP_OPEN:
        if ((op->dirflags & ~(uint32_t)WASI_LOOKUP_SYMLINK_FOLLOW) ||
            (op->fdflagsext & ~WASI_FDFLAGSEXT_CLOEXEC))
            return WASI_INVAL;
        e = open_args_check(&args);
        return e ? e : fdtable_may_replace(call_fds(t), op->fd);
    case WASI_FD_OP_DUP2:
        return op->src_fd == op->fd ? WASI_OK
                                    : fdtable_may_replace(call_fds(t), op->fd);
    case WASI_FD_OP_CLOSE:
    case WASI_FD_OP_CHDIR:
    case WASI_FD_OP_FCHDIR:
        return WASI_OK;
    default:
        return WASI_INVAL;
    }
}

static enum wasi_errno do_op(struct thread *t, const struct fd_op *op)
{
    AUTO_FREE char *path = NULL;
    enum wasi_errno e = load_path(t, op, &path);

    if (e)
        return e;
    switch (op->cmd) {
    case WASI_FD_OP_CLOSE:
        /* Closing what is not open is no failure. */
        (void)fdtable_close(call_fds(t), op->fd);
        return WASI_OK;
    case WASI_FD_OP_DUP2:
        return op_dup2(t, op);
    case WASI_FD_OP_OPEN:
        return op_open(t, op, path);
    case WASI_FD_OP_CHDIR:
        return path_change_dir(t->process, path);
    case WASI_FD_OP_FCHDIR:
        return op_fchdir(t, op->fd);
    default:
        return WASI_INVAL;
    }
}

static enum wasi_errno for_each_op(struct thread *t, gaddr ops, gsize n,
                                   enum wasi_errno (*fn)(struct thread *t,
                                                         const struct fd_op *))
{
    gsize size = fd_op_size(t);
    enum wasi_errno e = WASI_OK;
    gsize i;

    if (n > 0 && !guest_array_ok(t, ops, n, size))
        return WASI_MEMVIOLATION;
    for (i = 0; i < n && e == WASI_OK; i++) {
        struct fd_op op;

        e = load_op(t, ops + i * size, &op);
        if (e == WASI_OK)
            e = fn(t, &op);
    }
    return e;
}

/* All are looked at before the first is done: opening may make files. */
static enum wasi_errno do_ops(struct thread *t, gaddr ops, gsize n)
{
    enum wasi_errno e = for_each_op(t, ops, n, check_op);

    return e ? e : for_each_op(t, ops, n, do_op);
}

/* --- Signal dispositions --- */

static enum wasi_errno load_dispositions(struct thread *t, gaddr at, gsize n,
                                         struct sigstate *sig)
{
    gsize i;

    if (n == 0)
        return WASI_OK;
    if (!guest_array_ok(t, at, n, 2))
        return WASI_MEMVIOLATION;
    if (n > SIGNAL_MAX)
        return WASI_INVAL;
    sig->inherited = calloc(n, sizeof(*sig->inherited));
    if (!sig->inherited)
        return WASI_NOMEM;
    sig->n_inherited = n;
    for (i = 0; i < n; i++) {
        struct disposition *d = &sig->inherited[i];

        d->signal = guest_load_u8(t, at + 2 * i);
        d->action = guest_load_u8(t, at + 2 * i + 1);
        if (d->signal == 0 || d->signal > SIGNAL_MAX || d->action > 1)
            return WASI_INVAL;
    }
    return WASI_OK;
}

/* --- Spawning --- */

struct spawn_args {
    gaddr fd_ops;
    gsize n_fd_ops;
    gaddr dispositions;
    gsize n_dispositions;
};

/* A copy of the environment for a child of a new pid, on top, so that what is
 * changed now is the child's. */
static enum wasi_errno push_child(struct process *process)
{
    struct env *child;
    int32_t pid = family_reserve(process->family, process->env->pid);

    if (!pid)
        return WASI_AGAIN;
    child = env_copy(process->env, pid);
    if (!child || !vec_reserve(&process->env->children, 1)) {
        env_free(child);
        family_release(process->family, pid);
        return WASI_NOMEM;
    }
    /* Its parent's handler is what signal_reset takes away. */
    sigstate_disinherit(&child->sig);
    child->below = process->env;
    process->env = child;
    return WASI_OK;
}

static struct env *pop_child(struct process *process)
{
    struct env *child = process->env;

    process->env = child->below;
    child->below = NULL;
    return child;
}

static void drop_child(struct process *process)
{
    struct env *child = pop_child(process);

    family_release(process->family, child->pid);
    env_free(child);
}

/* The child is prepared: let it be born.  pid_out is writable. */
static enum wasi_errno release_child(struct thread *t,
                                     struct exec_request *request,
                                     struct exec_file *file, gaddr pid_out)
{
    struct process *process = t->process;
    struct env *child = pop_child(process);
    struct child noted = {.pid = child->pid};
    bool is_child;
    enum wasi_errno e =
        spawn_process(t, child, request, file, &noted.host_pid, &is_child);

    if (is_child)
        return e;
    if (e) {
        family_release(process->family, noted.pid);
        return e;
    }
    (void)vec_push(&process->env->children, noted); /* reserved */
    guest_store_u32(t, pid_out, (uint32_t)noted.pid);
    return WASI_OK;
}

static enum wasi_errno spawn(struct thread *t, struct exec_request *request,
                             const struct spawn_args *args, gaddr pid_out)
{
    struct process *process = t->process;
    struct exec_file file;
    enum wasi_errno e = push_child(process);

    if (e)
        return e;
    e = load_dispositions(t, args->dispositions, args->n_dispositions,
                          &process->env->sig);
    if (e == WASI_OK)
        e = do_ops(t, args->fd_ops, args->n_fd_ops);
    if (e == WASI_OK)
        e = exec_open(process, request, &file);
    if (e) {
        drop_child(process);
        return e;
    }
    e = release_child(t, request, &file, pid_out);
    exec_file_done(&file);
    return e;
}

enum wasi_errno sys_proc_spawn2(struct thread *t, gaddr name, gsize name_len,
                                gaddr args, gsize args_len, gaddr envs,
                                gsize envs_len, gaddr fd_ops, gsize fd_ops_len,
                                gaddr signal_dispositions,
                                gsize signal_dispositions_len, bool search_path,
                                gaddr path, gsize path_len, gaddr pid_out)
{
    const struct spawn_args spawn_args = {
        fd_ops, fd_ops_len, signal_dispositions, signal_dispositions_len};
    struct exec_request request = {.keep_envp = envs == 0,
                                   .search = search_path};
    enum wasi_errno e;

    if (!guest_writable(t, pid_out, 4))
        return WASI_MEMVIOLATION;
    e = progarg_name(t, name, name_len, &request.name);
    if (e == WASI_OK)
        e = progarg_search(t, path, path_len, &request.search_path);
    if (e == WASI_OK)
        e = progarg_text(t, args, args_len, false, &request.argv);
    if (e == WASI_OK && envs)
        e = progarg_text(t, envs, envs_len, true, &request.envp);
    if (e == WASI_OK)
        e = spawn(t, &request, &spawn_args, pid_out);
    exec_request_done(&request);
    return e;
}

enum wasi_errno sys_proc_spawn3(struct thread *t, gaddr name, gsize name_len,
                                gaddr args, gsize args_len, gaddr envs,
                                gsize envs_len, gaddr fd_ops, gsize fd_ops_len,
                                gaddr signal_dispositions,
                                gsize signal_dispositions_len, bool search_path,
                                gaddr path, gsize path_len, gaddr pid_out)
{
    const struct spawn_args spawn_args = {
        fd_ops, fd_ops_len, signal_dispositions, signal_dispositions_len};
    struct exec_request request = {.keep_envp = envs == 0,
                                   .search = search_path};
    enum wasi_errno e;

    if (!guest_writable(t, pid_out, 4))
        return WASI_MEMVIOLATION;
    e = progarg_name(t, name, name_len, &request.name);
    if (e == WASI_OK)
        e = progarg_search(t, path, path_len, &request.search_path);
    if (e == WASI_OK)
        e = progarg_array(t, args, args_len, &request.argv);
    if (e == WASI_OK && envs)
        e = progarg_array(t, envs, envs_len, &request.envp);
    if (e == WASI_OK)
        e = spawn(t, &request, &spawn_args, pid_out);
    exec_request_done(&request);
    return e;
}

/* --- The oldest form --- */

/* What becomes of standard descriptor n of the child; a pipe's other end goes
 * to *ret, as a descriptor reserved in the caller's table. */
static enum wasi_errno old_stdio(struct thread *t, int32_t n, uint8_t mode,
                                 struct file **ret)
{
    struct file *ours, *theirs;
    enum wasi_errno e;
    int ends[2];

    *ret = NULL;
    if (mode == WASI_STDIO_MODE_INHERIT)
        return WASI_OK;
    if (mode == WASI_STDIO_MODE_NULL || mode == WASI_STDIO_MODE_LOG) {
        (void)fdtable_close(call_fds(t), n);
        return WASI_OK;
    }
    if (mode != WASI_STDIO_MODE_PIPED)
        return WASI_INVAL;
    if (pipe2(ends, O_CLOEXEC))
        return errno_from_host(errno);
    theirs = file_adopt(ends[n == 0 ? 0 : 1]);
    ours = file_adopt(ends[n == 0 ? 1 : 0]);
    if (!theirs || !ours) {
        file_unref(theirs);
        file_unref(ours);
        return WASI_NOMEM;
    }
    e = fdtable_replace(call_fds(t), n, theirs,
                        file_rights(theirs, FILE_ASK_HOST), RIGHTS_ALL, false);
    if (e) {
        file_unref(ours);
        return e;
    }
    *ret = ours;
    return WASI_OK;
}

/* process_handles: pid, then three option_fd of 8 bytes. */
#define HANDLES_SIZE 28

static void store_handles(struct thread *t, gaddr out, int32_t pid,
                          struct file **ours, const uint32_t *fds)
{
    uint32_t next = 0;
    int n;

    guest_store_u32(t, out, (uint32_t)pid);
    for (n = 0; n < 3; n++) {
        gaddr at = out + 4 + 8 * (gaddr)n;
        struct file *file = ours[n];

        guest_store_u32(t, at, file != NULL);
        guest_store_u32(t, at + 4, file ? fds[next] : 0);
        if (file)
            fdtable_install(call_fds(t), fds[next++], file,
                            file_rights(file, FILE_ASK_HOST), RIGHTS_ALL,
                            false);
        ours[n] = NULL;
    }
}

/* Make the child with its streams; ours[] are the caller's ends. */
static enum wasi_errno spawn_old(struct thread *t, struct exec_request *request,
                                 const uint8_t *modes, const char *cwd,
                                 struct file **ours, gaddr pid_out)
{
    struct process *process = t->process;
    struct exec_file file;
    enum wasi_errno e = push_child(process);
    int32_t n;

    if (e)
        return e;
    if (cwd[0])
        e = path_change_dir(t->process, cwd);
    for (n = 0; n < 3 && e == WASI_OK; n++)
        e = old_stdio(t, n, modes[n], &ours[n]);
    if (e == WASI_OK)
        e = exec_open(process, request, &file);
    if (e) {
        drop_child(process);
        return e;
    }
    e = release_child(t, request, &file, pid_out);
    exec_file_done(&file);
    return e;
}

static uint32_t count_pipes(const uint8_t *modes)
{
    uint32_t n = 0;
    int i;

    for (i = 0; i < 3; i++)
        n += modes[i] == WASI_STDIO_MODE_PIPED;
    return n;
}

/* Behind the copying in: reserve the caller's ends, spawn, publish. */
static enum wasi_errno spawn_with_streams(struct thread *t,
                                          struct exec_request *request,
                                          const uint8_t *modes, const char *cwd,
                                          gaddr handles_out)
{
    struct file *ours[3] = {NULL, NULL, NULL};
    uint32_t n = count_pipes(modes);
    uint32_t fds[3];
    enum wasi_errno e = fdtable_reserve(call_fds(t), 0, n, fds);
    int i;

    if (e)
        return e;
    e = spawn_old(t, request, modes, cwd, ours, handles_out);
    if (e == WASI_OK && t->leave == LEAVE_NONE) {
        store_handles(t, handles_out, (int32_t)guest_load_u32(t, handles_out),
                      ours, fds);
        return WASI_OK;
    }
    for (i = 0; i < 3; i++)
        file_unref(ours[i]);
    if (t->leave == LEAVE_NONE)
        fdtable_unreserve(call_fds(t), n, fds);
    return e;
}

/* proc_spawn: chroot and further preopens were never there. */
enum wasi_errno sys_proc_spawn(struct thread *t, gaddr name, gsize name_len,
                               bool chroot_flag, gaddr args, gsize args_len,
                               gaddr preopen, gsize preopen_len,
                               uint8_t stdin_mode, uint8_t stdout_mode,
                               uint8_t stderr_mode, gaddr working_dir,
                               gsize working_dir_len, gaddr handles_out)
{
    const uint8_t modes[3] = {stdin_mode, stdout_mode, stderr_mode};
    struct exec_request request = {.keep_envp = true};
    AUTO_FREE char *cwd = NULL;
    enum wasi_errno e;

    if (!guest_writable(t, handles_out, HANDLES_SIZE))
        return WASI_MEMVIOLATION;
    if (chroot_flag || (preopen && preopen_len > 0))
        return WASI_NOTSUP;
    e = progarg_name(t, name, name_len, &request.name);
    if (e == WASI_OK)
        e = progarg_text(t, args, args_len, false, &request.argv);
    if (e == WASI_OK && working_dir)
        e = guest_string(t, working_dir, working_dir_len, LIMIT_PATH, &cwd);
    if (e == WASI_OK)
        e = spawn_with_streams(t, &request, modes, cwd ? cwd : "", handles_out);
    exec_request_done(&request);
    return e;
}
