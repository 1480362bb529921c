/*
 * proc_vfork_raise.c: a vfork child that kills itself leaves its parent alone.
 */
#include "guest_test.h"

static void child(int sig)
{
    pid_t pid = vfork();

    MUST(pid >= 0);
    if (pid == 0) {
        raise(sig);
        _exit(7);
    }
    reap(signal_name(sig), pid);
}

int main(void)
{
    child(SIGTERM);
    child(SIGKILL);
    child(SIGCHLD);
    /* From now on the runtime catches signals. */
    catch_signal(SIGUSR1, SIG_IGN, 0);
    child(SIGUSR1);
    child(SIGTERM);
    child(SIGKILL);
    return 0;
}
