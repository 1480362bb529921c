/*
 * proc_fork_basic.c: fork returns twice; each side has its own memory.
 */
#include "guest_test.h"

static int global = 1;

int main(void)
{
    pid_t parent = getpid();
    int *heap = malloc(sizeof(*heap));
    int local = 2;
    pid_t pid;

    MUST(heap);
    *heap = 3;
    pid = must_fork();
    if (pid == 0) {
        say("child: %d %d %d\n", global, local, *heap);
        say("child: parent is %s\n", getppid() == parent ? "mine" : "wrong");
        say("child: own pid %s\n", getpid() != parent ? "is new" : "is old");
        global = local = *heap = 100;
        say("child: %d %d %d\n", global, local, *heap);
        _exit(5);
    }
    reap("child", pid);
    say("parent: %d %d %d\n", global, local, *heap);
    say("parent: pid %s\n", getpid() == parent ? "is kept" : "has changed");
    free(heap);
    return 0;
}
