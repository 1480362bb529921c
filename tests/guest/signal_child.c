/*
 * signal_child.c: SIGCHLD comes when a child ends, and interrupts.
 */
#include "guest_test.h"

static volatile sig_atomic_t count;
static volatile sig_atomic_t reaped;

static void on_child(int sig)
{
    int saved = errno;

    (void)sig;
    count++;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        reaped++;
    errno = saved;
}

int main(void)
{
    struct timespec time = {5, 0};
    sigset_t set, old;
    int fds[2];
    char byte;

    MUST(pipe(fds) == 0);
    catch_signal(SIGCHLD, on_child, SA_NOCLDSTOP);
    if (must_fork() == 0) {
        sleep_ms(50);
        _exit(0);
    }
    say("nanosleep: %s\n", outcome(nanosleep(&time, NULL)));
    say("count %d, reaped %d\n", (int)count, (int)reaped);
    if (must_fork() == 0) {
        sleep_ms(50);
        _exit(0);
    }
    say("read: %s\n", outcome(read(fds[0], &byte, 1)));
    say("count %d, reaped %d\n", (int)count, (int)reaped);

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    MUST(sigprocmask(SIG_BLOCK, &set, &old) == 0);
    for (int i = 0; i < 10; i++) {
        if (must_fork() == 0)
            _exit(i);
    }
    while (reaped < 12)
        sigsuspend(&old);
    say("reaped %d, count %s\n", (int)reaped,
        count >= 3 && count <= 12 ? "plausible" : "wrong");
    return 0;
}
