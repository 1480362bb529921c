/*
 * signal_alarm_sleep.c: a handler ends nanosleep, also with SA_RESTART; the
 * rest of the time is told.
 */
#include "guest_test.h"

#include <sys/time.h>

static void on_alarm(int sig)
{
    (void)sig;
}

static void run(const char *name, int flags)
{
    struct itimerval soon = {{0, 0}, {0, 50000}};
    struct timespec time = {5, 0};
    struct timespec rest = {0, 0};
    long start = now_ms();
    long took;

    catch_signal(SIGALRM, on_alarm, flags);
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    say("%s: %s\n", name, outcome(nanosleep(&time, &rest)));
    took = now_ms() - start;
    say("took %s\n", took >= 40 && took < 4000 ? "a while" : "wrong");
    say("rest %s\n",
        rest.tv_sec >= 1 && rest.tv_sec < 5 ? "plausible" : "wrong");
}

int main(void)
{
    struct timespec bad = {0, 1000000000};

    run("without", 0);
    run("with SA_RESTART", SA_RESTART);
    alarm(1);
    say("sleep: %s\n", sleep(10) >= 7 ? "interrupted" : "slept");
    say("bad time: %s\n", outcome(nanosleep(&bad, NULL)));
    return 0;
}
