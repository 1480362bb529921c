/*
 * setjmp_many.c: many live buffers, used in any order.
 */
#include "guest_test.h"

#include <setjmp.h>

#define N 100

static jmp_buf envs[N];
static int visits[N];
static int jumps;

static void fill(int n)
{
    volatile int mine = n * 3;
    int value;

    if (n == N) {
        longjmp(envs[N / 2], 1);
        return;
    }
    value = setjmp(envs[n]);
    if (value == 0) {
        fill(n + 1);
        return;
    }
    visits[n]++;
    jumps++;
    MUST(mine == n * 3);
    if (n >= 7 && jumps < 60)
        longjmp(envs[n - 7 + value % 3], value + 1);
}

int main(void)
{
    int sum = 0;

    fill(0);
    for (int i = 0; i < N; i++)
        sum += visits[i] * (i + 1);
    say("%d jumps, sum %d\n", jumps, sum);
    return 0;
}
