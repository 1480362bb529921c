/*
 * signal_stop.c: a process that catches signals is stopped and continued, and
 * catches SIGCONT.
 */
#include "guest_test.h"

static volatile sig_atomic_t continued;

static void on_signal(int sig)
{
    if (sig == SIGCONT)
        continued++;
}

int main(void)
{
    int status;
    pid_t pid = must_fork();

    if (pid == 0) {
        catch_signal(SIGCONT, on_signal, SA_RESTART);
        for (int i = 0; i < 3; i++) {
            raise(SIGSTOP);
            /* The handler runs when the process goes on. */
            while (continued <= i)
                sleep_ms(1);
            say("child: continued %d\n", (int)continued);
        }
        _exit(0);
    }
    for (int i = 0; i < 3; i++) {
        MUST(waitpid(pid, &status, WUNTRACED) == pid);
        say_status("child", status);
        MUST(kill(pid, SIGCONT) == 0);
    }
    reap("child", pid);
    return 0;
}
