/*
 * proc_wait_ignored.c: who ignores SIGCHLD has no children to wait for.
 */
#include "guest_test.h"

static void run(const char *name)
{
    for (int i = 0; i < 5; i++) {
        if (must_fork() == 0) {
            sleep_ms(5 * i);
            _exit(i);
        }
    }
    say("%s: %s\n", name, outcome(wait(NULL)));
}

int main(void)
{
    struct sigaction action;
    pid_t pid;

    signal(SIGCHLD, SIG_IGN);
    run("ignored");
    pid = must_fork();
    if (pid == 0)
        _exit(1);
    say("specific: %s\n", outcome(waitpid(pid, NULL, 0)));

    memset(&action, 0, sizeof(action));
    action.sa_handler = SIG_DFL;
    action.sa_flags = SA_NOCLDWAIT;
    MUST(sigaction(SIGCHLD, &action, NULL) == 0);
    run("SA_NOCLDWAIT");

    signal(SIGCHLD, SIG_DFL);
    pid = must_fork();
    if (pid == 0)
        _exit(7);
    reap("default", pid);
    return 0;
}
