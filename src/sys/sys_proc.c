/*
 * sys_proc.c: ids, exit, fork, exec, and waiting for children.
 */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "proc/exec.h"
#include "proc/fork.h"
#include "proc/reap.h"
#include "proc/spawn.h"
#include "proc/vfork.h"
#include "sys/progarg.h"
#include "sys/sys.h"

/* The code with which a process ends that calls preview 1's proc_exit in a
 * child made by proc_fork_env, which the ABI leaves open. */
#define EXIT_IN_ENV_CHILD 129

static void leave(struct thread *t, uint32_t code)
{
    t->exit_code = code;
    t->leave = LEAVE_EXIT;
}

void sys_proc_exit(struct thread *t, uint32_t rval)
{
    const struct env *env = t->process->env;

    if (env->resume)
        vfork_exit(t, W_EXITCODE(rval & 0xff, 0));
    else
        leave(t, env->below ? EXIT_IN_ENV_CHILD : rval);
}

/* proc_exit2: in a child made by proc_fork_env, returns as the parent. */
void sys_proc_exit2(struct thread *t, uint32_t rval)
{
    if (t->process->env->below)
        vfork_exit(t, W_EXITCODE(rval & 0xff, 0));
    else
        leave(t, rval);
}

enum wasi_errno sys_proc_id(struct thread *t, gaddr pid_out)
{
    if (!guest_writable(t, pid_out, 4))
        return WASI_MEMVIOLATION;
    guest_store_u32(t, pid_out, (uint32_t)t->process->env->pid);
    return WASI_OK;
}

/* proc_parent: 0 when the parent is gone, which the kernel knows best. */
enum wasi_errno sys_proc_parent(struct thread *t, int32_t pid, gaddr pid_out)
{
    const struct env *env = t->process->env;
    int32_t parent = env->ppid;
    enum wasi_errno e;

    if (!guest_writable(t, pid_out, 4))
        return WASI_MEMVIOLATION;
    if (pid == env->pid) {
        if (!env->below && getppid() != env->host_ppid)
            parent = 0;
    } else {
        e = family_parent(t->process->family, pid, &parent);
        if (e)
            return e;
    }
    guest_store_u32(t, pid_out, (uint32_t)parent);
    return WASI_OK;
}

/* --- Fork --- */

enum wasi_errno sys_proc_fork(struct thread *t, bool copy_memory, gaddr pid_out)
{
    enum wasi_errno e;
    int32_t pid;

    if (!guest_writable(t, pid_out, 4))
        return WASI_MEMVIOLATION;
    if (!copy_memory)
        return vfork_begin(t, pid_out, true);
    e = fork_process(t, &pid);
    if (e == WASI_OK)
        guest_store_u32(t, pid_out, (uint32_t)pid);
    return e;
}

enum wasi_errno sys_proc_fork_env(struct thread *t, gaddr child_pid_out)
{
    if (!guest_writable(t, child_pid_out, 4))
        return WASI_MEMVIOLATION;
    if (t->process->env->below)
        return WASI_NOTSUP;
    return vfork_begin(t, child_pid_out, false);
}

/* --- Exec --- */

/* In a child that lives in its parent's process: a real process takes the
 * program, and the parent is back. */
static enum wasi_errno exec_as_process(struct thread *t,
                                       struct exec_request *request,
                                       struct exec_file *file)
{
    const struct env *env = t->process->env;
    struct env *copy = env_copy(env, env->pid);
    int32_t host_pid;
    bool is_child;
    enum wasi_errno e;

    if (!copy)
        return WASI_NOMEM;
    copy->ppid = env->ppid;
    copy->host_ppid = getpid();
    e = spawn_process(t, copy, request, file, &host_pid, &is_child);
    if (e != WASI_OK)
        (void)family_set_alive(t->process->family, env->pid, getpid());
    else if (!is_child)
        vfork_become(t, host_pid);
    return e;
}

/* In a process of its own.  Signals that come from now on are the new
 * program's, if it can be loaded. */
static enum wasi_errno exec_here(struct thread *t, struct exec_request *request,
                                 struct exec_file *file)
{
    struct error err = ERROR_INIT;
    struct program *program;
    enum wasi_errno e;
    sigset_t old;

    signal_hold(t, &old);
    e = exec_load(t->process, file, &program, &err);
    if (e == WASI_OK)
        exec_commit(t, program, request);
    else
        signal_release(t, &old);
    return e;
}

/* Replace the program.  WASI_OK: the handler returns at once. */
static enum wasi_errno exec(struct thread *t, struct exec_request *request)
{
    struct exec_file file;
    enum wasi_errno e = exec_open(t->process, request, &file);

    if (e)
        return e;
    e = t->process->env->below ? exec_as_process(t, request, &file)
                               : exec_here(t, request, &file);
    exec_file_done(&file);
    return e;
}

/* proc_exec and proc_exec2 have no result: what fails ends the process.  `e`:
 * could the strings be read? */
static void exec_or_exit(struct thread *t, struct exec_request *request,
                         enum wasi_errno e)
{
    bool unreadable = e == WASI_INVAL || e == WASI_MEMVIOLATION;

    if (e == WASI_OK)
        e = exec(t, request);
    exec_request_done(request);
    if (e == WASI_OK)
        return;
    if (t->process->env->resume)
        vfork_exit(t, W_EXITCODE(e, 0));
    else
        leave(t, unreadable ? WASI_INVAL : WASI_NOEXEC);
}

void sys_proc_exec(struct thread *t, gaddr name, gsize name_len, gaddr args,
                   gsize args_len)
{
    struct exec_request request = {.keep_envp = true, .or_search = true};
    enum wasi_errno e = progarg_name(t, name, name_len, &request.name);

    if (e == WASI_OK)
        e = progarg_text(t, args, args_len, false, &request.argv);
    exec_or_exit(t, &request, e);
}

void sys_proc_exec2(struct thread *t, gaddr name, gsize name_len, gaddr args,
                    gsize args_len, gaddr envs, gsize envs_len)
{
    struct exec_request request = {.keep_envp = envs == 0, .or_search = true};
    enum wasi_errno e = progarg_name(t, name, name_len, &request.name);

    if (e == WASI_OK)
        e = progarg_text(t, args, args_len, false, &request.argv);
    if (e == WASI_OK && envs)
        e = progarg_text(t, envs, envs_len, true, &request.envp);
    exec_or_exit(t, &request, e);
}

enum wasi_errno sys_proc_exec3(struct thread *t, gaddr name, gsize name_len,
                               gaddr args, gsize args_len, gaddr envs,
                               gsize envs_len, bool search_path, gaddr path,
                               gsize path_len)
{
    struct exec_request request = {.keep_envp = envs == 0,
                                   .search = search_path};
    enum wasi_errno e = progarg_name(t, name, name_len, &request.name);

    if (e == WASI_OK)
        e = progarg_search(t, path, path_len, &request.search_path);
    if (e == WASI_OK)
        e = progarg_text(t, args, args_len, false, &request.argv);
    if (e == WASI_OK && envs)
        e = progarg_text(t, envs, envs_len, true, &request.envp);
    if (e == WASI_OK)
        e = exec(t, &request);
    exec_request_done(&request);
    return e;
}

enum wasi_errno sys_proc_exec4(struct thread *t, gaddr name, gsize name_len,
                               gaddr args, gsize args_len, gaddr envs,
                               gsize envs_len, bool search_path, gaddr path,
                               gsize path_len)
{
    struct exec_request request = {.keep_envp = envs == 0,
                                   .search = search_path};
    enum wasi_errno e = progarg_name(t, name, name_len, &request.name);

    if (e == WASI_OK)
        e = progarg_search(t, path, path_len, &request.search_path);
    if (e == WASI_OK)
        e = progarg_array(t, args, args_len, &request.argv);
    if (e == WASI_OK && request.argv.n == 0 &&
        !strings_add(&request.argv, request.name, strlen(request.name)))
        e = WASI_2BIG;
    if (e == WASI_OK && envs)
        e = progarg_array(t, envs, envs_len, &request.envp);
    if (e == WASI_OK)
        e = exec(t, &request);
    exec_request_done(&request);
    return e;
}

/* --- Waiting --- */

/* struct option_pid: tag at 0, pid at 4. */
#define OPTION_PID_SIZE  8
#define JOIN_STATUS_SIZE 6

enum join_status {
    JOIN_NOTHING,
    JOIN_EXIT_NORMAL,
    JOIN_EXIT_SIGNAL,
    JOIN_STOPPED,
};

static void store_status(const struct thread *t, gaddr at, enum join_status tag,
                         uint16_t code, uint8_t sig)
{
    guest_store_u16(t, at, (uint16_t)tag);
    guest_store_u16(t, at + 2, code);
    guest_store_u16(t, at + 4, sig);
}

static void store_host_status(const struct thread *t, gaddr at, int status)
{
    if (WIFEXITED(status))
        store_status(t, at, JOIN_EXIT_NORMAL, WEXITSTATUS(status), 0);
    else if (WIFSTOPPED(status))
        store_status(t, at, JOIN_STOPPED, (uint16_t)WSTOPSIG(status), 0);
    else
        store_status(t, at, JOIN_EXIT_SIGNAL, 0, (uint8_t)WTERMSIG(status));
}

static void store_pid(const struct thread *t, gaddr at, bool some, int32_t pid)
{
    guest_store_u32(t, at, some);
    guest_store_u32(t, at + 4, (uint32_t)pid);
}

/*
 * proc_join: pid is in and out.  No such child: pid none.  Nothing yet: some
 * pid 0, which is what makes libc's waitpid return 0.  libc asks for
 * waitpid(0) as some 0, which is any child here.
 */
enum wasi_errno sys_proc_join(struct thread *t, gaddr pid, uint32_t flags,
                              gaddr status_out)
{
    struct reaped reaped;
    enum wasi_errno e;
    int32_t want = 0;
    uint8_t tag;

    if (!guest_writable(t, pid, OPTION_PID_SIZE) ||
        !guest_writable(t, status_out, JOIN_STATUS_SIZE))
        return WASI_MEMVIOLATION;
    tag = guest_load_u8(t, pid);
    if (tag > 1 || flags & ~(uint32_t)(WASI_JOINFLAGS_NON_BLOCKING |
                                       WASI_JOINFLAGS_WAKE_STOPPED))
        return WASI_INVAL;
    if (tag)
        want = (int32_t)guest_load_u32(t, pid + 4);
    /* There are no groups. */
    e = want < 0 ? WASI_CHILD
                 : reap(t, want, !(flags & WASI_JOINFLAGS_NON_BLOCKING),
                        flags & WASI_JOINFLAGS_WAKE_STOPPED, &reaped);
    if (e == WASI_INTR)
        return e;
    if (e != WASI_OK || !reaped.pid)
        store_status(t, status_out, JOIN_NOTHING, 0, 0);
    else
        store_host_status(t, status_out, reaped.host_status);
    store_pid(t, pid, e == WASI_OK, e == WASI_OK ? reaped.pid : 0);
    return e;
}

/*
 * proc_join as it was in 2022: a plain pid, 0 or negative for any, and the
 * exit code, which libc of the time handed on as waitpid's status.  Programs
 * that wait for a certain child take it for the code itself; shells, which
 * wait for any, take it apart as a status, so they are given one.
 */
enum wasi_errno sys_proc_join_2022(struct thread *t, gaddr pid, gaddr code_out)
{
    struct reaped reaped;
    enum wasi_errno e;
    int32_t want;
    int status;

    if (!guest_writable(t, pid, 4) || !guest_writable(t, code_out, 4))
        return WASI_MEMVIOLATION;
    want = (int32_t)guest_load_u32(t, pid);
    e = reap(t, want > 0 ? want : 0, true, false, &reaped);
    if (e)
        return e;
    status = reaped.host_status;
    if (want > 0 && WIFEXITED(status))
        status = WEXITSTATUS(status);
    guest_store_u32(t, pid, (uint32_t)reaped.pid);
    guest_store_u32(t, code_out, (uint32_t)status);
    return WASI_OK;
}
