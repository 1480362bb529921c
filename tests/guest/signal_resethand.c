/*
 * signal_resethand.c: SA_RESETHAND: the second one finds the default action.
 */
#include "guest_test.h"

static void on_signal(int sig)
{
    struct sigaction action;

    MUST(sigaction(sig, NULL, &action) == 0);
    say("caught, now %s\n",
        action.sa_handler == SIG_DFL ? "default" : "still set");
}

int main(void)
{
    pid_t pid = must_fork();

    if (pid == 0) {
        catch_signal(SIGUSR1, on_signal, (int)SA_RESETHAND);
        raise(SIGUSR1);
        raise(SIGUSR1);
        _exit(1);
    }
    reap("child", pid);
    return 0;
}
