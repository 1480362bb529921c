/*
 * posix_wait.c: wait, waitpid, wait3, wait4 and waitid over proc_join.
 *
 * There are no process groups: 0 means any child, a group none.  There is no
 * account of a child's use of resources: zero.
 */
#include <string.h>
#include <sys/wait.h>

#include <wasix/api.h>

#include "guest.h"

_Static_assert(sizeof(struct __wasix_option_pid) == 8, "as in the ABI");
_Static_assert(sizeof(struct __wasix_join_status) == 6, "as in the ABI");

static int pack_status(const struct __wasix_join_status *status)
{
    switch (status->tag) {
    case __WASIX_STATUS_EXIT:
        return (status->u.exit_code & 0xff) << 8;
    case __WASIX_STATUS_SIGNAL:
        return status->u.killed.signal & 0x7f;
    default:
        return status->u.stop_signal << 8 | 0x7f;
    }
}

/* The child's pid, 0 if none has anything to tell yet, or -1. */
static pid_t join(struct __wasix_option_pid child, uint32_t flags, int *status)
{
    struct __wasix_join_status result;
    uint16_t error = __wasix_proc_join(&child, flags, &result);

    if (error)
        return __tine_result(error);
    if (result.tag == __WASIX_STATUS_NOTHING)
        return 0;
    *status = pack_status(&result);
    return child.pid;
}

void __tine_children_reap(void)
{
    static const struct __wasix_option_pid any;
    struct __wasix_join_status result;
    struct __wasix_option_pid child;

    do
        child = any;
    while (__wasix_proc_join(&child, __WASIX_JOIN_NON_BLOCKING, &result) == 0 &&
           result.tag != __WASIX_STATUS_NOTHING);
}

pid_t waitpid(pid_t pid, int *ret, int options)
{
    struct __wasix_option_pid child = {.tag = pid > 0, .pid = pid};
    uint32_t flags = 0;
    int status = 0;
    pid_t found;

    if (options & ~(WNOHANG | WUNTRACED | WCONTINUED))
        return __tine_result(EINVAL);
    if (pid < -1)
        return __tine_result(ECHILD);
    if (options & WNOHANG)
        flags |= __WASIX_JOIN_NON_BLOCKING;
    if (options & WUNTRACED)
        flags |= __WASIX_JOIN_WAKE_STOPPED;

    /* Nobody is told about children that are not waited for; the call ends
     * when there are none left. */
    do
        found = join(child, flags, &status);
    while (found > 0 && !WIFSTOPPED(status) && __tine_children_ignored());
    if (found > 0 && ret)
        *ret = status;
    return found;
}

pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage)
{
    pid_t found = waitpid(pid, status, options);

    if (found > 0 && usage)
        memset(usage, 0, sizeof(*usage));
    return found;
}

pid_t wait3(int *status, int options, struct rusage *usage)
{
    return wait4(-1, status, options, usage);
}

static void fill_info(siginfo_t *info, pid_t pid, int status)
{
    info->si_signo = SIGCHLD;
    info->si_pid = pid;
    if (WIFEXITED(status)) {
        info->si_code = CLD_EXITED;
        info->si_status = WEXITSTATUS(status);
    } else if (WIFSTOPPED(status)) {
        info->si_code = CLD_STOPPED;
        info->si_status = WSTOPSIG(status);
    } else {
        info->si_code = CLD_KILLED;
        info->si_status = WTERMSIG(status);
    }
}

/* proc_join always reports the end of a child, so that there is no WSTOPPED
 * without WEXITED, and no WNOWAIT. */
int waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
    int status;
    pid_t pid;

    if (!(options & WEXITED) ||
        options & ~(WEXITED | WSTOPPED | WCONTINUED | WNOHANG))
        return __tine_result(EINVAL);
    if (type == P_PGID)
        return __tine_result(ECHILD);
    if (type != P_ALL && (type != P_PID || (pid_t)id <= 0))
        return __tine_result(EINVAL);

    pid = waitpid(type == P_ALL ? -1 : (pid_t)id, &status, options & ~WEXITED);
    if (pid < 0)
        return -1;
    if (info) {
        memset(info, 0, sizeof(*info));
        if (pid > 0)
            fill_info(info, pid, status);
    }
    return 0;
}
