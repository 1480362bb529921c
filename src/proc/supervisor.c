/* supervisor.c: see supervisor.h. */
#include "proc/supervisor.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "proc/tierup.h"

void supervisor_prepare(sigset_t *inherited)
{
    sigset_t all;

    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
    /* Our parent may have had it ignored. */
    (void)signal(SIGCHLD, SIG_DFL);
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

/* Reap one child that has ended: its host pid, 0 if there is none.  `options`
 * are waitid's. */
static int32_t reap_one(struct family *family, int options, int *status)
{
    siginfo_t info = {0};
    int r;

    do
        r = waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | options);
    while (r < 0 && errno == EINTR);
    if (r < 0 || info.si_pid == 0)
        return 0;
    family_release_host(family, info.si_pid);
    (void)waitpid(info.si_pid, status, 0);
    return info.si_pid;
}

/* Reap what has ended; true, with its status, if `first` is among it. */
static bool reap_ended(struct family *family, int32_t first, int *status)
{
    int32_t ended;

    do
        ended = reap_one(family, WNOHANG, status);
    while (ended && ended != first);
    return ended != 0;
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

/* Whatever a guest may have written into the table: only children of ours are
 * killed, whose pids nobody else can have until we reap them. */
static void end_child(int32_t host_pid)
{
    siginfo_t info;

    if (host_pid > 0 &&
        waitid(P_PID, (id_t)host_pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
        (void)kill(host_pid, SIGKILL);
}

/* Those that are not our children become so when their parents end. */
static void end_all(struct family *family)
{
    int status;

    family_set_ending(family);
    for (;;) {
        family_each_host(family, end_child);
        if (!reap_one(family, 0, &status))
            break;
        while (reap_one(family, WNOHANG, &status))
            ;
    }
}

int supervisor_run(struct family *family, int32_t first)
{
    struct timespec room;
    siginfo_t info;
    sigset_t all;
    int status = 0;

    sigfillset(&all);
    while (!reap_ended(family, first, &status)) {
        follow_stop(first);
        if (sigtimedwait(&all, &info, tierup_work(&room)) > 0 &&
            info.si_signo != SIGCHLD && !tierup_signal(family, info.si_signo))
            pass_on(&info, first);
    }
    tierup_close();
    end_all(family);
    return status;
}
