/*
 * proc_vfork_wait.c: a vfork child that waits for any child gets its own, and
 * leaves its parent's to the parent.
 */
#include "guest_test.h"

int main(void)
{
    static volatile bool own, no_more;
    pid_t sibling, pid;
    int ended[2], status;

    MUST(pipe(ended) == 0);
    sibling = must_fork();
    if (sibling == 0)
        _exit(3);
    close(ended[1]);
    pid = vfork();
    MUST(pid >= 0);
    if (pid == 0) {
        pid_t inner = fork();

        if (inner == 0) {
            char byte;

            /* The sibling has ended when its end of the pipe is closed, and
             * soon after can be waited for. */
            (void)read(ended[0], &byte, 1);
            sleep_ms(100);
            _exit(4);
        }
        own = waitpid(-1, &status, 0) == inner && status == 4 << 8;
        no_more = waitpid(-1, &status, 0) < 0 && errno == ECHILD;
        _exit(5);
    }
    say("its own: %d, and no other: %d\n", own, no_more);
    reap("child", pid);
    reap("sibling", sibling);
    return 0;
}
