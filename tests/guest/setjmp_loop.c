/*
 * setjmp_loop.c: thousands of jumps to one buffer, and to one that is filled
 * again each time.
 */
#include "guest_test.h"

#include <setjmp.h>

static jmp_buf env;

int main(void)
{
    volatile long sum = 0;
    volatile int i;

    i = 0;
    if (setjmp(env))
        sum += i;
    if (i < 2000) {
        i++;
        longjmp(env, 1);
    }
    say("%ld\n", sum);
    for (i = 0; i < 2000; i++) {
        if (setjmp(env) == 0)
            longjmp(env, 1);
        sum += 2;
    }
    say("%ld\n", sum);
    return 0;
}
