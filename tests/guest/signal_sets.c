/*
 * signal_sets.c: the functions on sets.
 */
#include "guest_test.h"

int main(void)
{
    sigset_t set;
    int n = 0;

    MUST(sigemptyset(&set) == 0);
    for (int sig = 1; sig < 32; sig++)
        n += sigismember(&set, sig);
    say("empty: %d\n", n);
    MUST(sigfillset(&set) == 0);
    for (int sig = 1; sig < 32; sig++)
        n += sigismember(&set, sig);
    say("full: %d\n", n);
    MUST(sigdelset(&set, SIGTERM) == 0);
    say("deleted: %d %d\n", sigismember(&set, SIGTERM),
        sigismember(&set, SIGINT));
    MUST(sigemptyset(&set) == 0);
    MUST(sigaddset(&set, SIGCHLD) == 0);
    say("added: %d %d\n", sigismember(&set, SIGCHLD),
        sigismember(&set, SIGINT));
    say("bad: %s\n", outcome(sigaddset(&set, 0)));
    say("bad: %s\n", outcome(sigaddset(&set, -1)));
    say("bad: %s\n", outcome(sigdelset(&set, 1000)));
    say("bad: %s\n", outcome(sigismember(&set, 1000)));
    say("%s, %s, %s\n", strsignal(SIGTERM), strsignal(SIGKILL),
        strsignal(SIGSEGV));
    return 0;
}
