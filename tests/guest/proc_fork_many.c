/*
 * proc_fork_many.c: fifty children at once.
 */
#include "guest_test.h"

#define CHILDREN 50

int main(void)
{
    pid_t pids[CHILDREN];
    int go[2];
    int sum = 0;
    char byte;

    MUST(pipe(go) == 0);
    for (int i = 0; i < CHILDREN; i++) {
        pids[i] = must_fork();
        if (pids[i] == 0) {
            close(go[1]);
            /* Until the parent lets go. */
            MUST(read(go[0], &byte, 1) == 0);
            _exit(i);
        }
    }
    for (int i = 0; i < CHILDREN; i++) {
        for (int j = 0; j < i; j++)
            MUST(pids[i] != pids[j]);
    }
    close(go[1]);
    for (int i = 0; i < CHILDREN; i++) {
        int status;

        MUST(waitpid(pids[i], &status, 0) == pids[i]);
        MUST(WIFEXITED(status) && WEXITSTATUS(status) == i);
        sum += WEXITSTATUS(status);
    }
    say("sum %d\n", sum);
    return 0;
}
