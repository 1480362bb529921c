/*
 * proc_kill_errors.c: whom kill reaches.
 */
#include "guest_test.h"

int main(void)
{
    pid_t pid = must_fork();

    if (pid == 0) {
        for (;;)
            sleep_ms(1000);
    }
    say("test: %s\n", outcome(kill(pid, 0)));
    say("self: %s\n", outcome(kill(getpid(), 0)));
    say("signal 200: %s\n", outcome(kill(pid, 200)));
    say("signal -1: %s\n", outcome(kill(pid, -1)));
    say("kill: %s\n", outcome(kill(pid, SIGKILL)));
    reap("child", pid);
    say("reaped: %s\n", outcome(kill(pid, SIGTERM)));
    say("reaped: %s\n", outcome(kill(pid, 0)));
    return 0;
}
