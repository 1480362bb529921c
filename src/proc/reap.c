/*
 * reap.c: see reap.h.
 *
 * The kernel does the waiting.  A child is looked at first and reaped only
 * when no entry of the family's table has its host pid any more, so that it
 * cannot be taken for somebody else's (family.h).
 */
#include "proc/reap.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "proc/hostabi.h"
#include "proc/wait.h"

/* The child's status is taken, or will never be: its entries are freed. */
static void forget(struct process *process, struct env *env,
                   struct child *child)
{
    if (child->host_pid)
        family_release_inmates(process->family, child->pid, child->host_pid);
    family_release(process->family, child->pid);
    *child = env->children.items[--env->children.n];
}

/* Is there a child of the guest's that the caller waits for? */
static bool has_child(const struct env *env, int32_t pid)
{
    size_t i;

    for (i = 0; i < env->children.n; i++)
        if (!env->children.items[i].foreign &&
            (!pid || env->children.items[i].pid == pid))
            return true;
    return false;
}

/* A child that exited inside this process. */
static bool reap_unborn(struct process *process, int32_t pid,
                        struct reaped *ret)
{
    struct env *env = process->env;
    size_t i;

    for (i = 0; i < env->children.n; i++) {
        struct child *child = &env->children.items[i];

        if (child->host_pid || (pid && child->pid != pid))
            continue;
        ret->pid = child->pid;
        ret->host_status = child->host_status;
        forget(process, env, child);
        return true;
    }
    return false;
}

static int status_of(const siginfo_t *info)
{
    switch (info->si_code) {
    case CLD_EXITED:
        return W_EXITCODE(info->si_status, 0);
    case CLD_STOPPED:
    case CLD_TRAPPED:
        return W_STOPCODE(info->si_status);
    default:
        return info->si_status;
    }
}

static struct child *find(const struct env *env, int32_t host_pid)
{
    size_t i;

    for (i = 0; i < env->children.n; i++)
        if (env->children.items[i].host_pid == host_pid)
            return &env->children.items[i];
    return NULL;
}

/*
 * A child of an environment below is that one's to know of; but the kernel
 * would show us nothing else from now on.  So it is reaped here, and its
 * status kept as if it had exited inside this process.
 */
static void keep_for_below(struct process *process, const siginfo_t *info)
{
    struct env *env;

    for (env = process->env->below; env; env = env->below) {
        struct child *child = find(env, info->si_pid);

        if (!child)
            continue;
        if (child->foreign) {
            forget(process, env, child);
            return;
        }
        family_set_dead(process->family, child->pid);
        family_release_inmates(process->family, child->pid, info->si_pid);
        child->host_pid = 0;
        child->host_status = status_of(info);
        return;
    }
}

/* The child that waitid has shown: take it.  False if it is not the guest's
 * to know of. */
static bool take(struct process *process, const siginfo_t *info,
                 struct reaped *ret)
{
    struct env *env = process->env;
    struct child *child = find(env, info->si_pid);

    ret->pid = child && !child->foreign ? child->pid : 0;
    ret->host_status = status_of(info);
    if (info->si_code == CLD_STOPPED || info->si_code == CLD_TRAPPED) {
        (void)waitid(P_PID, (id_t)info->si_pid, NULL, WSTOPPED | WNOHANG);
        return ret->pid != 0;
    }
    if (child)
        forget(process, env, child);
    else
        keep_for_below(process, info);
    (void)waitid(P_PID, (id_t)info->si_pid, NULL, WEXITED | WNOHANG);
    return ret->pid != 0;
}

static int32_t host_of(const struct env *env, int32_t pid)
{
    size_t i;

    for (i = 0; i < env->children.n; i++)
        if (env->children.items[i].pid == pid)
            return env->children.items[i].host_pid;
    return 0;
}

enum wasi_errno reap(struct thread *t, int32_t pid, bool block, bool stopped,
                     struct reaped *ret)
{
    struct process *process = t->process;
    int options =
        WEXITED | WNOWAIT | (stopped ? WSTOPPED : 0) | (block ? 0 : WNOHANG);

    ret->pid = 0;
    while (has_child(process->env, pid)) {
        siginfo_t info = {0};
        long result;

        if (reap_unborn(process, pid, ret))
            return WASI_OK;
        result = wait_syscall(t, SYS_waitid, pid ? P_PID : P_ALL,
                              pid ? host_of(process->env, pid) : 0, (long)&info,
                              options, 0, 0);
        if (result < 0)
            return errno_from_result(result);
        if (info.si_pid == 0)
            return WASI_OK; /* nothing yet */
        if (take(process, &info, ret))
            return WASI_OK;
    }
    return WASI_CHILD;
}
