/*
 * signal_poll.c: poll is never restarted.
 */
#include "guest_test.h"

#include <poll.h>
#include <sys/time.h>

static void on_alarm(int sig)
{
    (void)sig;
}

static void run(const char *name, int flags)
{
    /* Late enough that a busy machine has begun to poll. */
    struct itimerval soon = {{0, 0}, {0, 300000}};
    struct pollfd fd = {.fd = -1, .events = POLLIN};
    int fds[2];

    MUST(pipe(fds) == 0);
    fd.fd = fds[0];
    catch_signal(SIGALRM, on_alarm, flags);
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    say("%s: %s\n", name, outcome(poll(&fd, 1, 5000)));
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    say("%s, for ever: %s\n", name, outcome(poll(&fd, 1, -1)));
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    say("%s, no descriptor: %s\n", name, outcome(poll(NULL, 0, 5000)));
}

int main(void)
{
    run("without", 0);
    run("with SA_RESTART", SA_RESTART);
    return 0;
}
