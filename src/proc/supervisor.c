/* supervisor.c: see supervisor.h. */
#include "proc/supervisor.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>

void supervisor_prepare(sigset_t *inherited)
{
    sigset_t all;

    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    sigfillset(&all);
    (void)sigprocmask(SIG_SETMASK, &all, inherited);
}

void supervisor_leave(const sigset_t *inherited, int32_t supervisor)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != supervisor)
        _exit(128 + SIGKILL);
    (void)sigprocmask(SIG_SETMASK, inherited, NULL);
}

/* Reap what has ended; true, with its status, if `first` is among it. */
static bool reap_ended(struct family *family, int32_t first, int *status)
{
    siginfo_t info = {0};

    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0) {
        int32_t pid = family_find_host(family, info.si_pid);
        int ended = 0;

        /* Dead first, then reaped: see family.h. */
        if (pid)
            family_set_dead(family, pid);
        (void)waitpid(info.si_pid, &ended, 0);
        if (pid)
            family_release(family, pid);
        if (info.si_pid == first) {
            *status = ended;
            return true;
        }
        info.si_pid = 0;
    }
    return false;
}

/* If guest process 1 has been stopped, so are we, for the shell's sake. */
static void follow_stop(int32_t first)
{
    siginfo_t info = {0};

    if (waitid(P_PID, (id_t)first, &info, WSTOPPED | WNOHANG) == 0 &&
        info.si_pid == first)
        (void)raise(SIGSTOP);
}

/* The kernel's own signals reach the whole foreground process group by
 * themselves; what somebody sent to us is meant for the guest. */
static void pass_on(const siginfo_t *info, int32_t first)
{
    if (info->si_code <= 0)
        (void)kill(first, info->si_signo);
}

static void end_all(struct family *family)
{
    family_set_ending(family);
    do
        (void)family_kill_all(family, 0, 0, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
}

int supervisor_run(struct family *family, int32_t first)
{
    siginfo_t info;
    sigset_t all;
    int status = 0;

    sigfillset(&all);
    while (!reap_ended(family, first, &status)) {
        follow_stop(first);
        if (sigwaitinfo(&all, &info) > 0 && info.si_signo != SIGCHLD)
            pass_on(&info, first);
    }
    end_all(family);
    return status;
}
