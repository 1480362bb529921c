/*
 * signal_exec_default.c: handlers do not survive exec.
 */
#include "guest_test.h"

static void on_signal(int sig)
{
    (void)sig;
}

int main(int argc, char **argv)
{
    struct sigaction action;
    pid_t pid;

    (void)argv;
    if (argc > 1) {
        MUST(sigaction(SIGUSR1, NULL, &action) == 0);
        say("%s\n", action.sa_handler == SIG_DFL ? "default" : "set");
        raise(SIGUSR1);
        return 1;
    }
    pid = must_fork();
    if (pid == 0) {
        catch_signal(SIGUSR1, on_signal, 0);
        raise(SIGUSR1);
        execl(SELF, "prog", "x", (char *)NULL);
        _exit(99);
    }
    reap("program", pid);
    return 0;
}
