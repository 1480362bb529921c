/*
 * signal_death.c: the program itself ends by a signal, caught once before.
 */
#include "guest_test.h"

static void on_signal(int sig)
{
    say("caught %s\n", signal_name(sig));
}

int main(void)
{
    signal(SIGTERM, on_signal);
    raise(SIGTERM);
    signal(SIGTERM, SIG_DFL);
    raise(SIGTERM);
    say("not reached\n");
    return 0;
}
