/* eh_fork.c: exceptions in a child that was forked inside a try block, caught
 * by the copies of the parent's frames. */
#include "eh_test.h"

static int is_child;

static void fork_and_throw(int n)
{
    pid_t pid = fork();

    if (pid == 0) {
        is_child = 1;
        eh_throw(n + 1);
    }
    waitpid(pid, NULL, 0);
    eh_throw(n);
}

int main(void)
{
    int i, value;

    for (i = 0; i < 1000; i++)
        (void)eh_catch(eh_throw, i);
    value = eh_catch(fork_and_throw, 20);
    say("%s caught %d\n", is_child ? "child" : "parent", value);
    for (i = 0; i < 100000; i++)
        value += eh_catch(eh_throw, i % 5);
    say("%s has %d\n", is_child ? "child" : "parent", value);
    return 0;
}
