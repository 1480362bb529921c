/*
 * signal_from_child.c: signals between processes, one at a time.
 */
#include "guest_test.h"

static volatile sig_atomic_t count;

static void on_signal(int sig)
{
    (void)sig;
    count++;
}

int main(void)
{
    sigset_t set, old;
    pid_t pid;

    signal(SIGUSR1, on_signal);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    MUST(sigprocmask(SIG_BLOCK, &set, &old) == 0);
    pid = must_fork();
    if (pid == 0) {
        for (int i = 0; i < 20; i++) {
            kill_parent(SIGUSR1);
            while (count == i)
                sigsuspend(&old);
        }
        _exit((int)count);
    }
    for (int i = 0; i < 20; i++) {
        while (count == i)
            sigsuspend(&old);
        kill(pid, SIGUSR1);
    }
    reap("child", pid);
    say("parent: %d\n", (int)count);
    return 0;
}
