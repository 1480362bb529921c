/*
 * posix_sigset.c: sets of signals, and their names.
 */
#include <stdio.h>
#include <string.h>

#include "guest.h"

#define ALL_SIGNALS (((sigset_t)1 << (NSIG - 1)) - 1)

static const char *const texts[NSIG] = {
    [SIGHUP] = "Hangup",
    [SIGINT] = "Interrupt",
    [SIGQUIT] = "Quit",
    [SIGILL] = "Illegal instruction",
    [SIGTRAP] = "Trace/breakpoint trap",
    [SIGABRT] = "Aborted",
    [SIGBUS] = "Bus error",
    [SIGFPE] = "Floating point exception",
    [SIGKILL] = "Killed",
    [SIGUSR1] = "User defined signal 1",
    [SIGSEGV] = "Segmentation fault",
    [SIGUSR2] = "User defined signal 2",
    [SIGPIPE] = "Broken pipe",
    [SIGALRM] = "Alarm clock",
    [SIGTERM] = "Terminated",
    [SIGSTKFLT] = "Stack fault",
    [SIGCHLD] = "Child exited",
    [SIGCONT] = "Continued",
    [SIGSTOP] = "Stopped (signal)",
    [SIGTSTP] = "Stopped",
    [SIGTTIN] = "Stopped (tty input)",
    [SIGTTOU] = "Stopped (tty output)",
    [SIGURG] = "Urgent I/O condition",
    [SIGXCPU] = "CPU time limit exceeded",
    [SIGXFSZ] = "File size limit exceeded",
    [SIGVTALRM] = "Virtual timer expired",
    [SIGPROF] = "Profiling timer expired",
    [SIGWINCH] = "Window changed",
    [SIGIO] = "I/O possible",
    [SIGPWR] = "Power failure",
    [SIGSYS] = "Bad system call",
};

static bool is_signal(int sig)
{
    return sig > 0 && sig < NSIG;
}

int sigemptyset(sigset_t *set)
{
    *set = 0;
    return 0;
}

int sigfillset(sigset_t *set)
{
    *set = ALL_SIGNALS;
    return 0;
}

int sigaddset(sigset_t *set, int sig)
{
    if (!is_signal(sig))
        return __tine_result(EINVAL);
    *set |= SIGNAL_BIT(sig);
    return 0;
}

int sigdelset(sigset_t *set, int sig)
{
    if (!is_signal(sig))
        return __tine_result(EINVAL);
    *set &= ~SIGNAL_BIT(sig);
    return 0;
}

int sigismember(const sigset_t *set, int sig)
{
    if (!is_signal(sig))
        return __tine_result(EINVAL);
    return (*set & SIGNAL_BIT(sig)) != 0;
}

int sigisemptyset(const sigset_t *set)
{
    return (*set & ALL_SIGNALS) == 0;
}

int sigandset(sigset_t *set, const sigset_t *a, const sigset_t *b)
{
    *set = *a & *b;
    return 0;
}

int sigorset(sigset_t *set, const sigset_t *a, const sigset_t *b)
{
    *set = *a | *b;
    return 0;
}

char *strsignal(int sig)
{
    static char unknown[sizeof("Unknown signal -2147483648")];

    if (is_signal(sig))
        return (char *)(uintptr_t)texts[sig];
    (void)snprintf(unknown, sizeof(unknown), "Unknown signal %d", sig);
    return unknown;
}

void psignal(int sig, const char *text)
{
    if (text && *text)
        (void)fprintf(stderr, "%s: %s\n", text, strsignal(sig));
    else
        (void)fprintf(stderr, "%s\n", strsignal(sig));
}
