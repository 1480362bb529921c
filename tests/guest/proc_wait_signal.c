/*
 * proc_wait_signal.c: the signal that ended a child, and that it did not exit.
 */
#include "guest_test.h"

int main(void)
{
    static const int signals[] = {
        SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT, SIGBUS,  SIGFPE,
        SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE, SIGALRM, SIGTERM, SIGXCPU};
    int status;
    pid_t pid;

    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
        pid = must_fork();
        if (pid == 0) {
            for (;;)
                sleep_ms(1000);
        }
        MUST(kill(pid, signals[i]) == 0);
        MUST(waitpid(pid, &status, 0) == pid);
        MUST(!WIFEXITED(status) && WIFSIGNALED(status));
        say("%s\n", signal_name(WTERMSIG(status)));
    }
    return 0;
}
