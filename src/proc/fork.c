/* fork.c: see fork.h. */
#include "proc/fork.h"

#include <errno.h>

#include "interp/ahead.h"
#include "proc/capture.h"
#include "proc/hostabi.h"

/* In the child: from now on it is `pid`, alone, standing on nothing. */
static void become_child(struct process *process, int32_t pid,
                         int32_t host_ppid)
{
    struct env *env = process->env;

    while (env->below) {
        struct env *below = env->below;

        env->below = below->below;
        env_free(below);
    }
    capture_free(env->resume);
    env->resume = NULL;
    env->ppid = env->pid;
    env->pid = pid;
    env->host_ppid = host_ppid;
    process_born(process);
}

enum wasi_errno fork_process(struct thread *t, int32_t *ret)
{
    struct process *process = t->process;
    struct env *env = process->env;
    int32_t pid = family_reserve(process->family, env->pid);
    enum wasi_errno e = WASI_OK;
    int32_t host_ppid = getpid();
    sigset_t old;
    pid_t host;

    if (!pid)
        return WASI_AGAIN;
    if (!vec_reserve(&env->children, 1)) {
        family_release(process->family, pid);
        return WASI_NOMEM;
    }
    ahead_of_fork(t);
    /* _Fork(3), since nobody has other threads or handlers to run, and buffers
     * of streams are not used while guests run. */
    /* No signal may come between the two halves of the child's birth. */
    signal_block_all(&old);
    host = _Fork();
    if (host == 0) {
        become_child(process, pid, host_ppid);
        *ret = 0;
    } else if (host > 0) {
        struct child child = {.pid = pid, .host_pid = host};

        (void)family_set_alive(process->family, pid, host);
        (void)vec_push(&env->children, child);
        *ret = pid;
    } else {
        e = errno_from_host(errno);
        family_release(process->family, pid);
    }
    signal_restore(&old);
    return e;
}
