/*
 * signal_suspend.c: sigsuspend, with the signal before and after the call, and
 * the mask as it was.
 */
#include "guest_test.h"

static volatile sig_atomic_t count;

static void on_signal(int sig)
{
    (void)sig;
    count++;
}

static void show(const char *when)
{
    sigset_t set;

    MUST(sigprocmask(SIG_SETMASK, NULL, &set) == 0);
    say("%s: count %d, %s\n", when, (int)count,
        sigismember(&set, SIGUSR1) ? "blocked" : "not blocked");
}

int main(void)
{
    sigset_t set, none;
    pid_t pid;

    catch_signal(SIGUSR1, on_signal, SA_RESTART);
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    raise(SIGUSR1);
    show("before");
    say("pending already: %s\n", outcome(sigsuspend(&none)));
    show("after");
    pid = must_fork();
    if (pid == 0) {
        sleep_ms(50);
        kill_parent(SIGWINCH);
        sleep_ms(50);
        kill_parent(SIGUSR1);
        _exit(0);
    }
    say("comes later: %s\n", outcome(sigsuspend(&none)));
    show("after");
    reap("child", pid);
    return 0;
}
