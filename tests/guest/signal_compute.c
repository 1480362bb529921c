/*
 * signal_compute.c: a timer interrupts a computation hundreds of times, at any
 * instruction, with a handler that computes too: nothing gets mixed up.
 */
#include "guest_test.h"

#include <sys/time.h>

static volatile sig_atomic_t count;
static volatile double sink;

__attribute__((noinline)) static double handler_work(int n)
{
    volatile char frame[200];
    double sum = 0;

    for (int i = 0; i < n; i++) {
        frame[i % 200] = (char)i;
        sum += (double)frame[i % 200] / (i + 1);
    }
    return sum;
}

static void on_alarm(int sig)
{
    (void)sig;
    count++;
    sink = handler_work(50);
}

/* A leaf with its data on the stack, integers and floating point. */
__attribute__((noinline)) static uint64_t compute(uint64_t seed)
{
    uint32_t table[64];
    uint64_t sum = seed;
    double x = 1;

    for (int i = 0; i < 64; i++)
        table[i] = (uint32_t)(seed * (uint64_t)(i + 1));
    for (int i = 0; i < 20000; i++) {
        uint32_t *p = &table[(sum >> 7) % 64];

        *p = *p * 1664525u + 1013904223u;
        sum = (sum << 5) + (sum >> 3) + *p;
        x = x * 0.999 + (double)(*p & 255) / 256;
    }
    return sum ^ (uint64_t)(x * 1000);
}

int main(void)
{
    struct itimerval often = {{0, 1000}, {0, 1000}};
    struct itimerval off = {{0, 0}, {0, 0}};
    uint64_t expected = compute(12345);
    int wrong = 0;
    int runs = 0;

    catch_signal(SIGALRM, on_alarm, SA_RESTART);
    MUST(setitimer(ITIMER_REAL, &often, NULL) == 0);
    while (count < 200 || runs < 100) {
        wrong += compute(12345) != expected;
        runs++;
    }
    MUST(setitimer(ITIMER_REAL, &off, NULL) == 0);
    say("%d wrong\n", wrong);
    return 0;
}
