/*
 * signal_alarm_loop.c: a handler interrupts a loop that calls nothing.
 */
#include "guest_test.h"

static volatile sig_atomic_t stop;

static void on_alarm(int sig)
{
    (void)sig;
    stop = 1;
}

int main(void)
{
    unsigned long n = 0;

    catch_signal(SIGALRM, on_alarm, 0);
    alarm(1);
    while (!stop)
        n++;
    say("stopped%s\n", n > 1000 ? "" : " early");
    return 0;
}
