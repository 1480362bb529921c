/*
 * proc_exit_trap.c: what the processor refuses ends a process by the signal
 * that it does natively.
 */
#include "guest_test.h"

static volatile int zero;
static volatile int one = 1;

static void divide(void)
{
    one = one / zero;
}

static void stop_here(void)
{
    __builtin_trap();
}

static int overflow(int n)
{
    volatile char frame[1024];

    frame[0] = (char)n;
    if (zero)
        return 0;
    return overflow(n + 1) + frame[0];
}

static void recurse(void)
{
    one = overflow(0);
}

static void run(const char *name, void (*fault)(void))
{
    pid_t pid = must_fork();

    if (pid == 0) {
        close(2); /* the reason is not compared */
        fault();
        _exit(0);
    }
    reap(name, pid);
}

int main(void)
{
    run("division by zero", divide);
    run("unreachable", stop_here);
    run("abort", abort);
    run("endless recursion", recurse);
    return 0;
}
