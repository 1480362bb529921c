/*
 * signal_mask_death.c: a blocked signal with a default action ends the process
 * when it is unblocked, and not before.
 */
#include "guest_test.h"

int main(void)
{
    sigset_t set;
    pid_t pid = must_fork();

    if (pid == 0) {
        sigemptyset(&set);
        sigaddset(&set, SIGTERM);
        sigaddset(&set, SIGWINCH);
        MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
        raise(SIGTERM);
        raise(SIGWINCH);
        say("still alive\n");
        MUST(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
        say("not reached\n");
        _exit(1);
    }
    reap("child", pid);
    return 0;
}
