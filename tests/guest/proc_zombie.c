/*
 * proc_zombie.c: a child that has ended is there until it is waited for.
 */
#include "guest_test.h"

int main(void)
{
    int go[2], done[2];
    pid_t pid, found;
    int status = -1;
    char byte;

    MUST(pipe(go) == 0 && pipe(done) == 0);
    pid = must_fork();
    if (pid == 0) {
        hear(go);
        _exit(5);
    }
    say("running: %d\n", (int)waitpid(pid, &status, WNOHANG));
    say("any running: %d\n", (int)waitpid(-1, &status, WNOHANG));
    tell(go);
    close(done[1]);
    MUST(read(done[0], &byte, 1) == 0); /* all writers are gone */
    say("zombie can be signalled: %s\n", outcome(kill(pid, 0)));
    do
        found = waitpid(-1, &status, WNOHANG);
    while (found == 0);
    say("found: %s\n", found == pid ? "the child" : outcome(found));
    say_status("child", status);
    say("again: %s\n", outcome(waitpid(pid, &status, WNOHANG)));
    say("signal: %s\n", outcome(kill(pid, 0)));
    return 0;
}
