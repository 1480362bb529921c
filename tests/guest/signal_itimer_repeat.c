/*
 * signal_itimer_repeat.c: a repeating timer whose first time is another than
 * its interval.
 */
#include "guest_test.h"

#include <sys/time.h>

static volatile sig_atomic_t count;

static void on_alarm(int sig)
{
    (void)sig;
    count++;
}

static long run(long first_us, long interval_us, int n)
{
    struct itimerval time = {{0, interval_us}, {0, first_us}};
    struct itimerval off = {{0, 0}, {0, 0}};
    long start = now_ms();
    int before;

    count = 0;
    MUST(setitimer(ITIMER_REAL, &time, NULL) == 0);
    while (count < n)
        pause();
    start = now_ms() - start;
    MUST(setitimer(ITIMER_REAL, &off, NULL) == 0);
    before = count;
    sleep_ms(60);
    say("off: %s\n", count == before ? "yes" : "no");
    return start;
}

int main(void)
{
    long took;

    catch_signal(SIGALRM, on_alarm, 0);
    took = run(100000, 20000, 5);
    say("different: %s\n", took >= 170 ? "in time" : "too early");
    took = run(20000, 20000, 5);
    say("equal: %s\n", took >= 95 ? "in time" : "too early");
    took = run(50000, 0, 1);
    say("once: %s\n", took >= 45 ? "in time" : "too early");
    return 0;
}
