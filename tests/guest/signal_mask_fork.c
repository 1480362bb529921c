/*
 * signal_mask_fork.c: a child has its parent's mask and handlers, but not what
 * is pending there.
 */
#include "guest_test.h"

static volatile int count;

static void on_signal(int sig)
{
    (void)sig;
    count++;
}

int main(void)
{
    sigset_t set, pending;
    pid_t pid;

    catch_signal(SIGUSR1, on_signal, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    raise(SIGUSR1);
    pid = must_fork();
    MUST(sigpending(&pending) == 0);
    if (pid == 0) {
        say("child: pending %d\n", sigismember(&pending, SIGUSR1));
        raise(SIGUSR1);
        say("child: count %d\n", count);
        MUST(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
        say("child: count %d\n", count);
        _exit(0);
    }
    reap("child", pid);
    say("parent: pending %d\n", sigismember(&pending, SIGUSR1));
    MUST(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
    say("parent: count %d\n", count);
    return 0;
}
