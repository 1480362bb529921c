/*
 * signal_suspend_storm.c: two processes wake each other a thousand times;
 * no wake-up may be lost.
 */
#include "guest_test.h"

#define ROUNDS 1000

static volatile sig_atomic_t woken;

static void on_signal(int sig)
{
    (void)sig;
    woken = 1;
}

static void wait_for_other(const sigset_t *mask)
{
    while (!woken)
        sigsuspend(mask);
    woken = 0;
}

int main(void)
{
    sigset_t set, old;
    pid_t pid;

    catch_signal(SIGUSR1, on_signal, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    MUST(sigprocmask(SIG_BLOCK, &set, &old) == 0);
    pid = must_fork();
    for (int i = 0; i < ROUNDS; i++) {
        if (pid > 0) {
            kill(pid, SIGUSR1);
            wait_for_other(&old);
        } else {
            wait_for_other(&old);
            kill_parent(SIGUSR1);
        }
    }
    if (pid == 0)
        _exit(0);
    reap("child", pid);
    say("%d rounds\n", ROUNDS);
    return 0;
}
