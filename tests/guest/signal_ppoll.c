/*
 * signal_ppoll.c: ppoll and pselect let signals in while they wait, and only
 * then.
 */
#include "guest_test.h"

#include <poll.h>
#include <sys/select.h>
#include <sys/time.h>

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
    (void)sig;
    caught++;
}

int main(void)
{
    struct itimerval soon = {{0, 0}, {0, 50000}};
    struct timespec second = {1, 0};
    struct pollfd fd;
    sigset_t set, none;
    fd_set reads;
    int fds[2];

    MUST(pipe(fds) == 0);
    catch_signal(SIGALRM, on_signal, SA_RESTART);
    sigemptyset(&none);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    fd.fd = fds[0];
    fd.events = POLLIN;

    raise(SIGALRM);
    say("pending: %s\n", outcome(ppoll(&fd, 1, NULL, &none)));
    say("caught %d\n", (int)caught);
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    say("later: %s\n", outcome(ppoll(&fd, 1, NULL, &none)));
    say("caught %d\n", (int)caught);
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    FD_ZERO(&reads);
    FD_SET(fds[0], &reads);
    say("pselect: %s\n",
        outcome(pselect(fds[0] + 1, &reads, NULL, NULL, NULL, &none)));
    say("caught %d\n", (int)caught);
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    second.tv_sec = 0;
    second.tv_nsec = 200000000;
    say("blocked: %d\n", ppoll(&fd, 1, &second, &set));
    say("caught %d\n", (int)caught);
    MUST(write(fds[1], "x", 1) == 1);
    say("ready: %d\n", ppoll(&fd, 1, &second, NULL));
    FD_ZERO(&reads);
    FD_SET(fds[0], &reads);
    say("pselect: %d\n",
        pselect(fds[0] + 1, &reads, NULL, NULL, &second, NULL));
    say("still blocked, caught %d\n", (int)caught);
    return 0;
}
