/*
 * signal_default.c: default actions in a program that catches another signal.
 */
#include "guest_test.h"

static void on_signal(int sig)
{
    (void)sig;
}

static void run(int sig)
{
    pid_t pid = must_fork();

    if (pid == 0) {
        raise(sig);
        _exit(1);
    }
    reap(signal_name(sig), pid);
}

int main(void)
{
    signal(SIGUSR2, on_signal);
    run(SIGTERM);
    run(SIGUSR1);
    run(SIGUSR2);
    run(SIGCHLD);
    run(SIGURG);
    run(SIGWINCH);
    run(SIGCONT);
    run(SIGPIPE);
    run(SIGALRM);
    run(SIGKILL);
    run(SIGQUIT);
    return 0;
}
