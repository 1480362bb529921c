/*
 * signal_alarm_values.c: what alarm and getitimer tell; cancelling; children
 * do not inherit alarms.
 */
#include "guest_test.h"

#include <sys/time.h>

static volatile sig_atomic_t caught;

static void on_alarm(int sig)
{
    (void)sig;
    caught++;
}

int main(void)
{
    struct itimerval time = {{7, 0}, {100, 500000}};
    struct itimerval old;
    struct itimerval bad = {{0, 0}, {0, 1000000}};
    pid_t pid;

    catch_signal(SIGALRM, on_alarm, 0);
    say("none: %u\n", alarm(100));
    say("left: %u\n", alarm(50));
    say("left: %u\n", alarm(0));
    say("cancelled: %u\n", alarm(0));
    MUST(setitimer(ITIMER_REAL, &time, &old) == 0);
    say("old: %d %d\n", (int)old.it_value.tv_sec, (int)old.it_value.tv_usec);
    MUST(getitimer(ITIMER_REAL, &old) == 0);
    say("interval: %d, value %s\n", (int)old.it_interval.tv_sec,
        old.it_value.tv_sec == 100 || old.it_value.tv_sec == 99 ? "plausible"
                                                                : "wrong");
    pid = must_fork();
    if (pid == 0) {
        say("child: %u\n", alarm(0));
        _exit(0);
    }
    reap("child", pid);
    say("parent: %s\n", alarm(0) > 90 ? "still set" : "lost");
    say("bad: %s\n", outcome(setitimer(ITIMER_REAL, &bad, NULL)));
    say("bad timer: %s\n", outcome(setitimer(77, &time, NULL)));
    say("caught %d\n", (int)caught);
    return 0;
}
