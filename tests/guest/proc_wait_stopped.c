/*
 * proc_wait_stopped.c: WUNTRACED tells of stopped children.
 */
#include "guest_test.h"

int main(void)
{
    int status;
    pid_t pid = must_fork();

    if (pid == 0) {
        raise(SIGSTOP);
        say("child: continued\n");
        raise(SIGSTOP);
        say("child: continued again\n");
        _exit(6);
    }
    for (int i = 0; i < 2; i++) {
        MUST(waitpid(pid, &status, WUNTRACED) == pid);
        say_status("child", status);
        MUST(waitpid(pid, &status, WUNTRACED | WNOHANG) == 0);
        MUST(kill(pid, SIGCONT) == 0);
    }
    reap("child", pid);
    return 0;
}
