/*
 * signal_pipe.c: writing where nobody reads: SIGPIPE by default, ignored and
 * caught.
 */
#include "guest_test.h"

static volatile sig_atomic_t caught;

static void on_pipe(int sig)
{
    (void)sig;
    caught++;
}

static void run(const char *name, void (*handler)(int), int flags)
{
    pid_t pid = must_fork();
    int fds[2];

    if (pid == 0) {
        if (handler != SIG_DFL)
            catch_signal(SIGPIPE, handler, flags);
        MUST(pipe(fds) == 0);
        close(fds[0]);
        say("%s: write %s", name, outcome(write(fds[1], "x", 1)));
        say(", again %s", outcome(write(fds[1], "x", 1)));
        say(", caught %d\n", (int)caught);
        _exit(0);
    }
    reap(name, pid);
}

int main(void)
{
    run("default", SIG_DFL, 0);
    run("ignored", SIG_IGN, 0);
    run("caught", on_pipe, 0);
    run("caught with SA_RESTART", on_pipe, SA_RESTART);
    return 0;
}
