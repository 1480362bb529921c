/*
 * proc_fork_chain.c: every child forks the next one, twenty generations.
 */
#include "guest_test.h"

#define GENERATIONS 20

static int generation(int n)
{
    pid_t pid;
    int status;

    if (n == GENERATIONS)
        return n;
    pid = must_fork();
    if (pid == 0)
        _exit(generation(n + 1));
    MUST(waitpid(pid, &status, 0) == pid);
    say("generation %d: child says %d\n", n, WEXITSTATUS(status));
    return WEXITSTATUS(status);
}

int main(void)
{
    return generation(0) == GENERATIONS ? 0 : 1;
}
