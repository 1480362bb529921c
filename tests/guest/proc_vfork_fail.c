/*
 * proc_vfork_fail.c: an exec that fails in a vfork child returns there.
 */
#include "guest_test.h"

int main(void)
{
    volatile int error = 0;
    pid_t pid = vfork();

    MUST(pid >= 0);
    if (pid == 0) {
        execl("./nosuchfile", "nosuchfile", (char *)NULL);
        error = errno;
        _exit(7);
    }
    say("child: %s\n", errno_name_of(error));
    reap("child", pid);
    return 0;
}
