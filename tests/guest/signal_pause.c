/*
 * signal_pause.c: pause returns after a handler, not after anything else.
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
    struct itimerval soon = {{0, 0}, {0, 200000}};
    pid_t pid;

    catch_signal(SIGALRM, on_alarm, SA_RESTART);
    signal(SIGUSR1, SIG_IGN);
    pid = must_fork();
    if (pid == 0) {
        for (int i = 0; i < 3; i++) {
            sleep_ms(20);
            kill_parent(SIGUSR1);
            kill_parent(SIGWINCH);
        }
        _exit(0); /* and SIGCHLD */
    }
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    say("pause: %s\n", outcome(pause()));
    say("caught %d\n", (int)caught);
    reap("child", pid);
    return 0;
}
