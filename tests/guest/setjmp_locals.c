/*
 * setjmp_locals.c: volatile locals keep what they were given last, others what
 * they had, if nobody changed them.
 */
#include "guest_test.h"

#include <setjmp.h>

static jmp_buf env;

__attribute__((noinline)) static int opaque(int value)
{
    return value + (getpid() == 0);
}

__attribute__((noinline)) static void leave(int value)
{
    longjmp(env, value);
}

int main(void)
{
    int a = opaque(1);
    int64_t b = (int64_t)opaque(2) << 40;
    float c = (float)opaque(3) / 2;
    double d = opaque(4) / 8.0;
    volatile int e = 5;
    volatile double f = 6;
    int table[4] = {opaque(7), opaque(8), opaque(9), opaque(10)};

    if (setjmp(env) == 0) {
        int g = opaque(100);
        int h = opaque(200);

        e = 50;
        f = 60;
        table[2] = 90;
        say("%d\n", g * h + opaque(1));
        leave(1);
    }
    say("%d %d %.2f %.3f %d %.1f %d %d\n", a, (int)(b >> 40), (double)c, d, e,
        f, table[0], table[3]);
    return 0;
}
