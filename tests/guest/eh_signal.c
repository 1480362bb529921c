/* eh_signal.c: a handler may throw and catch; the frames that it interrupted
 * go on as they were. */
#include "eh_test.h"

static volatile int caught;

static void on_signal(int sig)
{
    (void)sig;
    caught = eh_catch(eh_throw, 9);
}

static void raise_and_throw(int n)
{
    raise(SIGUSR1);
    eh_throw(n);
}

static void only_raise(int n)
{
    (void)n;
    raise(SIGUSR1);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_signal};

    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    say("in the handler: %d\n", caught);
    caught = 0;
    say("outside: %d\n", eh_catch(raise_and_throw, 3));
    say("in the handler: %d\n", caught);
    say("outside: %d\n", eh_catch(only_raise, 0));
    return 0;
}
