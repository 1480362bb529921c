/*
 * proc_waitid.c: waitid and what it fills in.
 */
#include "guest_test.h"

static void show(const char *name, idtype_t type, id_t id, pid_t expected)
{
    siginfo_t info;

    memset(&info, 0x55, sizeof(info));
    if (waitid(type, id, &info, WEXITED)) {
        say("%s: %s\n", name, errno_name());
        return;
    }
    say("%s: %s, %s, ", name, info.si_signo == SIGCHLD ? "SIGCHLD" : "?",
        info.si_pid == expected ? "the child" : "?");
    if (info.si_code == CLD_EXITED)
        say("exit %d\n", info.si_status);
    else
        say("killed by %s\n", signal_name(info.si_status));
}

int main(void)
{
    siginfo_t info;
    pid_t pid = must_fork();

    if (pid == 0)
        _exit(200);
    show("P_PID", P_PID, (id_t)pid, pid);
    pid = must_fork();
    if (pid == 0) {
        for (;;)
            sleep_ms(1000);
    }
    info.si_pid = 1;
    MUST(waitid(P_ALL, 0, &info, WEXITED | WNOHANG) == 0);
    say("nothing yet: %d\n", (int)info.si_pid);
    MUST(kill(pid, SIGTERM) == 0);
    show("P_ALL", P_ALL, 0, pid);
    show("nobody", P_ALL, 0, pid);
    say("no WEXITED: %s\n", outcome(waitid(P_ALL, 0, &info, 0)));
    return 0;
}
