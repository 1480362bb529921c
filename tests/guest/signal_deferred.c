/*
 * signal_deferred.c: a signal is blocked in its own handler, and runs it once
 * more afterwards, however often it came.
 */
#include "guest_test.h"

static volatile int runs;

static void on_signal(int sig)
{
    int run = ++runs;

    say("run %d in\n", run);
    if (run <= 2) {
        raise(sig);
        raise(sig);
        raise(sig);
    }
    say("run %d out\n", run);
}

int main(void)
{
    catch_signal(SIGUSR1, on_signal, 0);
    raise(SIGUSR1);
    say("runs %d\n", runs);
    return 0;
}
