/*
 * proc_orphan.c: a process outlives its parent, and gets another one.
 */
#include "guest_test.h"

int main(void)
{
    int done[2], gone[2];
    pid_t pid, parent;
    char byte;

    MUST(pipe(done) == 0 && pipe(gone) == 0);
    pid = must_fork();
    if (pid == 0) {
        parent = getpid();
        if (must_fork() == 0) {
            hear(gone);
            say("orphan: parent is %s\n",
                getppid() == parent ? "still there" : "gone");
            tell(done);
            _exit(3);
        }
        _exit(2);
    }
    reap("parent", pid);
    tell(gone);
    hear(done);
    say("orphan: waitpid %s\n", outcome(waitpid(-1, NULL, 0)));
    close(done[1]);
    say("end of file: %d\n", (int)read(done[0], &byte, 1));
    return 0;
}
