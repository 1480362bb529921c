/*
 * signal_sigwait.c: sigwait, sigwaitinfo and sigtimedwait.
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
    struct itimerval soon = {{0, 0}, {0, 50000}};
    struct timespec time = {0, 50000000};
    siginfo_t info;
    sigset_t set;
    pid_t pid;
    int sig;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    raise(SIGUSR2);
    raise(SIGUSR1);
    MUST(sigwait(&set, &sig) == 0);
    say("first: %s\n", signal_name(sig));
    MUST(sigwait(&set, &sig) == 0);
    say("second: %s\n", signal_name(sig));
    say("nothing: %s\n", outcome(sigtimedwait(&set, NULL, &time)));

    pid = must_fork();
    if (pid == 0) {
        sleep_ms(50);
        kill_parent(SIGUSR1);
        _exit(0);
    }
    sig = sigwaitinfo(&set, &info);
    say("from the child: %s %s\n", signal_name(sig),
        info.si_signo == sig ? "twice" : "once");
    reap("child", pid);

    catch_signal(SIGALRM, on_alarm, 0);
    MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    say("interrupted: %s\n", outcome(sigwaitinfo(&set, &info)));
    say("caught %d\n", (int)caught);
    return 0;
}
