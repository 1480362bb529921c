/*
 * signal_alarm_default.c: without a handler, an alarm ends the process,
 * wherever it is.
 */
#include "guest_test.h"

#include <sys/time.h>

static void run(const char *name, int how)
{
    struct itimerval soon = {{0, 0}, {0, 50000}};
    volatile unsigned n = 0;
    int fds[2];
    char byte;
    pid_t pid = must_fork();

    if (pid == 0) {
        MUST(pipe(fds) == 0);
        MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
        if (how == 0) {
            for (;;)
                n++;
        }
        if (how == 1)
            (void)!read(fds[0], &byte, 1);
        if (how == 2)
            pause();
        sleep(100);
        _exit(1);
    }
    reap(name, pid);
}

int main(void)
{
    run("loop", 0);
    run("read", 1);
    run("pause", 2);
    run("sleep", 3);
    return 0;
}
