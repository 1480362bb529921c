/*
 * signal_mask.c: blocked signals wait, once each, until they are unblocked.
 */
#include "guest_test.h"

static volatile int counts[NSIG];

static void on_signal(int sig)
{
    counts[sig]++;
}

static void show(const char *when)
{
    sigset_t set;

    MUST(sigpending(&set) == 0);
    say("%s: USR1 %d%s, USR2 %d%s\n", when, counts[SIGUSR1],
        sigismember(&set, SIGUSR1) ? " pending" : "", counts[SIGUSR2],
        sigismember(&set, SIGUSR2) ? " pending" : "");
}

int main(void)
{
    sigset_t set, old;

    catch_signal(SIGUSR1, on_signal, 0);
    catch_signal(SIGUSR2, on_signal, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    MUST(sigprocmask(SIG_BLOCK, &set, &old) == 0);
    say("was blocked: %d\n", sigismember(&old, SIGUSR1));
    raise(SIGUSR1);
    raise(SIGUSR2);
    raise(SIGUSR1);
    show("USR1 blocked");
    sigaddset(&set, SIGUSR2);
    MUST(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
    raise(SIGUSR2);
    show("both blocked");
    sigdelset(&set, SIGUSR1);
    MUST(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
    show("USR2 unblocked");
    MUST(sigprocmask(SIG_SETMASK, &old, &set) == 0);
    say("were blocked: %d %d\n", sigismember(&set, SIGUSR1),
        sigismember(&set, SIGUSR2));
    show("unblocked");

    /* Ignoring forgets what is pending. */
    sigfillset(&set);
    MUST(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
    MUST(sigprocmask(SIG_SETMASK, NULL, &set) == 0);
    say("KILL is never blocked: %d\n", sigismember(&set, SIGKILL));
    raise(SIGUSR1);
    signal(SIGUSR1, SIG_IGN);
    show("ignored");
    signal(SIGUSR1, on_signal);
    MUST(sigprocmask(SIG_SETMASK, &old, NULL) == 0);
    show("end");
    say("bad: %s\n", outcome(sigprocmask(77, &old, NULL)));
    say("bad, but nothing to do: %s\n", outcome(sigprocmask(77, NULL, &old)));
    return 0;
}
