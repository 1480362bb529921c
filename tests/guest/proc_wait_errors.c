/*
 * proc_wait_errors.c: nobody to wait for.
 */
#include "guest_test.h"

#include <sys/resource.h>

int main(void)
{
    struct rusage usage;
    int status;
    pid_t pid;

    say("wait: %s\n", outcome(wait(&status)));
    say("WNOHANG: %s\n", outcome(waitpid(-1, &status, WNOHANG)));
    say("self: %s\n", outcome(waitpid(getpid(), &status, 0)));
    say("parent: %s\n", outcome(waitpid(getppid(), &status, 0)));
    say("flags: %s\n", outcome(waitpid(-1, &status, 0x4000)));
    pid = must_fork();
    if (pid == 0)
        _exit(0);
    say("with a child: %s\n", outcome(waitpid(pid + 1000, &status, 0)));
    say("no status: %s\n", waitpid(pid, NULL, 0) == pid ? "ok" : "wrong");
    pid = must_fork();
    if (pid == 0) {
        say("grandchild's view: %s\n", outcome(wait(&status)));
        _exit(4);
    }
    say("wait4: %s\n", wait4(pid, &status, 0, &usage) == pid ? "ok" : "wrong");
    say_status("child", status);
    pid = must_fork();
    if (pid == 0)
        _exit(5);
    say("wait3: %s\n", wait3(&status, 0, NULL) == pid ? "ok" : "wrong");
    say_status("child", status);
    return 0;
}
