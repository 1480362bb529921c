/*
 * setjmp_depth.c: a jump out of a deep recursion, and on with the stack from
 * there.
 */
#include "guest_test.h"

#include <setjmp.h>

static jmp_buf env;

static int descend(int depth)
{
    volatile char frame[256];

    memset((char *)frame, depth, sizeof(frame));
    if (depth < 0)
        return 0;
    if (depth == 0)
        longjmp(env, 5);
    return descend(depth - 1) + frame[depth % 256];
}

static int count(int depth)
{
    return depth == 0 ? 0 : 1 + count(depth - 1);
}

int main(void)
{
    for (volatile int i = 0; i < 5; i++) {
        int value = setjmp(env);

        if (value == 0)
            value = descend(500 + 100 * i);
        say("%d: %d, count %d\n", i, value, count(500));
    }
    return 0;
}
