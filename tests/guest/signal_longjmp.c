/*
 * signal_longjmp.c: a handler leaves by a jump, out of a loop, a read and a
 * pause, many times; the signal is not blocked afterwards.
 */
#include "guest_test.h"

#include <setjmp.h>
#include <sys/time.h>

static sigjmp_buf env;

static void on_alarm(int sig)
{
    siglongjmp(env, sig);
}

int main(void)
{
    struct itimerval soon = {{0, 0}, {0, 20000}};
    volatile unsigned n = 0;
    volatile int round = 0;
    sigset_t set;
    int fds[2];
    char byte;
    int sig;

    MUST(pipe(fds) == 0);
    catch_signal(SIGALRM, on_alarm, 0);
    for (round = 0; round < 12; round++) {
        sig = sigsetjmp(env, 1);
        if (sig) {
            MUST(sigprocmask(SIG_SETMASK, NULL, &set) == 0);
            say("round %d: %s, %s\n", round, signal_name(sig),
                sigismember(&set, SIGALRM) ? "blocked" : "not blocked");
            continue;
        }
        MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
        if (round % 3 == 0) {
            for (;;)
                n++;
        }
        if (round % 3 == 1)
            say("read: %s\n", outcome(read(fds[0], &byte, 1)));
        pause();
        say("not reached\n");
    }
    return 0;
}
