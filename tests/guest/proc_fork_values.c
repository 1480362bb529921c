/*
 * proc_fork_values.c: values of every type, half computed, live across a fork.
 */
#include "guest_test.h"

static pid_t last;

static int forked(int value)
{
    last = must_fork();
    return last == 0 ? value : -value;
}

__attribute__((noinline)) static double mix(int i, int64_t l, float f, double d)
{
    int a = i * 3;
    int64_t b = l * 5;
    float c = f * 7;
    double e = d * 11;

    return (double)(a + b * forked(2)) + (double)c * 2 + e +
           (double)(i > 2 ? b : a);
}

int main(void)
{
    double result;

    for (int i = 1; i <= 3; i++) {
        result = mix(i, (int64_t)i << 40, 1.25f * (float)i, 0.125 * i);
        if (last == 0) {
            say("child %d: %.4f\n", i, result);
            _exit(i);
        }
        reap("child", last);
        say("parent %d: %.4f\n", i, result);
    }
    return 0;
}
