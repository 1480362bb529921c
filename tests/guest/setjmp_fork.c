/*
 * setjmp_fork.c: a buffer filled before a fork works on both sides, and one
 * filled after it too.
 */
#include "guest_test.h"

#include <setjmp.h>

static jmp_buf env, later;

static void leave(int depth, int value)
{
    volatile char frame[64];

    frame[0] = (char)depth;
    if (depth < 0)
        return;
    if (depth == 0)
        longjmp(env, value);
    leave(depth - 1, value + frame[0] - depth);
}

int main(void)
{
    volatile pid_t pid = -1;
    volatile int state = 1;
    int value = setjmp(env);

    if (value == 0) {
        pid = must_fork();
        state = pid == 0 ? 10 : 20;
        leave(20, pid == 0 ? 3 : 4);
    }
    if (pid == 0) {
        say("child: %d, state %d\n", value, state);
        if (setjmp(later) == 0)
            longjmp(later, 1);
        say("child: once more\n");
        _exit(value);
    }
    reap("child", pid);
    say("parent: %d, state %d\n", value, state);
    if (setjmp(later) == 0)
        longjmp(later, 1);
    say("parent: once more\n");
    return 0;
}
