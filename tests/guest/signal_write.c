/*
 * signal_write.c: a handler interrupts a write to a full pipe: EINTR if
 * nothing was written, else the number of bytes that were.
 */
#include "guest_test.h"

#include <sys/time.h>

static void on_alarm(int sig)
{
    (void)sig;
}

int main(void)
{
    static char block[65536];
    struct itimerval soon = {{0, 0}, {0, 50000}};
    int fds[2];
    ssize_t n;

    MUST(pipe(fds) == 0);
    MUST(fcntl(fds[1], F_SETFL, O_NONBLOCK) == 0);
    do
        n = write(fds[1], block, sizeof(block));
    while (n > 0);
    say("full: %s\n", errno_name());
    do
        n = write(fds[1], block, 1);
    while (n > 0);
    MUST(fcntl(fds[1], F_SETFL, 0) == 0);
    catch_signal(SIGALRM, on_alarm, 0);
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    say("write: %s\n", outcome(write(fds[1], block, 1)));
    for (int got = 0; got < 8192; got += (int)n) {
        n = read(fds[0], block, (size_t)(8192 - got));
        MUST(n > 0);
    }
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    n = write(fds[1], block, sizeof(block));
    say("part: %s\n", n > 0 && n < (ssize_t)sizeof(block) ? "yes" : "no");
    return 0;
}
