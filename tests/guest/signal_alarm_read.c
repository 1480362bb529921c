/*
 * signal_alarm_read.c: a handler interrupts a read from an empty pipe.
 */
#include "guest_test.h"

static volatile sig_atomic_t caught;

static void on_alarm(int sig)
{
    (void)sig;
    caught++;
}

int main(void)
{
    int fds[2];
    char byte;

    MUST(pipe(fds) == 0);
    catch_signal(SIGALRM, on_alarm, 0);
    alarm(1);
    say("read: %s\n", outcome(read(fds[0], &byte, 1)));
    say("caught %d\n", (int)caught);
    return 0;
}
