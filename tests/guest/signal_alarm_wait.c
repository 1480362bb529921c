/*
 * signal_alarm_wait.c: a handler interrupts waitpid; with SA_RESTART it goes
 * on.
 */
#include "guest_test.h"

#include <sys/time.h>

static volatile sig_atomic_t caught;

static void on_alarm(int sig)
{
    (void)sig;
    caught++;
}

static void run(const char *name, int flags)
{
    struct itimerval soon = {{0, 0}, {0, 50000}};
    int go[2];
    int status;
    pid_t pid, found;

    MUST(pipe(go) == 0);
    caught = 0;
    catch_signal(SIGALRM, on_alarm, flags);
    pid = must_fork();
    if (pid == 0) {
        char byte;

        close(go[1]);
        if (flags)
            sleep_ms(300);
        else
            MUST(read(go[0], &byte, 1) == 0);
        _exit(3);
    }
    close(go[0]);
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    found = waitpid(pid, &status, 0);
    say("%s: %s, caught %d\n", name, found == pid ? "child" : outcome(found),
        (int)caught);
    close(go[1]);
    if (found != pid)
        reap("then", pid);
}

int main(void)
{
    run("without", 0);
    run("with SA_RESTART", SA_RESTART);
    return 0;
}
