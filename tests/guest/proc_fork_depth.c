/*
 * proc_fork_depth.c: a fork deep in a recursion; both sides go all the way
 * back with what their frames hold.
 */
#include "guest_test.h"

static pid_t pid = -1;

static int64_t descend(int depth, uint64_t a, double b)
{
    volatile char frame[64];
    int64_t result;

    memset((char *)frame, depth, sizeof(frame));
    if (depth == 0) {
        pid = must_fork();
        return pid == 0 ? 1000 : 2000;
    }
    result = descend(depth - 1, a * 3 + (uint64_t)depth, b / 2 + depth);
    for (size_t i = 0; i < sizeof(frame); i++) {
        if (frame[i] != (char)depth)
            return -1;
    }
    return result + (int64_t)(a % 7) + (int64_t)b + depth;
}

int main(void)
{
    int result = (int)descend(200, 1, 1.5);

    if (pid == 0) {
        say("child: %d\n", result);
        return 3;
    }
    reap("child", pid);
    say("parent: %d\n", result);
    return 0;
}
