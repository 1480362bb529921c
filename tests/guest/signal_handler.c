/*
 * signal_handler.c: signal and sigaction, raise and kill: the handler has run
 * when they return.
 */
#include "guest_test.h"

static volatile sig_atomic_t last;

static void on_signal(int sig)
{
    last = sig;
}

static void on_info(int sig, siginfo_t *info, void *context)
{
    (void)context;
    last = sig == info->si_signo ? -sig : 0;
}

int main(void)
{
    struct sigaction action, old;
    void (*previous)(int);

    previous = signal(SIGUSR1, on_signal);
    say("was default: %d\n", previous == SIG_DFL);
    say("raise: %s\n", outcome(raise(SIGUSR1)));
    say("caught %s\n", signal_name(last));
    last = 0;
    say("kill: %s\n", outcome(kill(getpid(), SIGUSR1)));
    say("caught %s\n", signal_name(last));

    memset(&action, 0, sizeof(action));
    action.sa_sigaction = on_info;
    action.sa_flags = SA_SIGINFO;
    MUST(sigaction(SIGUSR1, &action, &old) == 0);
    say("was on_signal: %d\n", old.sa_handler == on_signal);
    raise(SIGUSR1);
    say("with information: %s\n", signal_name(-last));

    MUST(sigaction(SIGUSR1, NULL, &old) == 0);
    say("is on_info: %d\n", old.sa_sigaction == on_info);
    last = 0;
    say("ignored before: %d\n", signal(SIGUSR1, SIG_IGN) == SIG_IGN);
    raise(SIGUSR1);
    say("caught %d\n", (int)last);
    say("ignored: %d\n", signal(SIGUSR1, SIG_DFL) == SIG_IGN);
    say("KILL: %s\n",
        signal(SIGKILL, on_signal) == SIG_ERR ? errno_name() : "ok");
    say("STOP: %s\n",
        signal(SIGSTOP, SIG_IGN) == SIG_ERR ? errno_name() : "ok");
    say("0: %s\n", signal(0, on_signal) == SIG_ERR ? errno_name() : "ok");
    say("1000: %s\n", signal(1000, on_signal) == SIG_ERR ? errno_name() : "ok");
    return 0;
}
