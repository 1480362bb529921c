/*
 * posix_sigwait.c: waiting for signals: sigsuspend, pause, sigwait.
 *
 * The ABI has no call that changes a mask and waits in one step, and a signal
 * that is handled after the last look and before the wait must still end it.
 * It does, because the wait is a poll_oneoff whose time-out lies in memory
 * that __wasm_signal can write: a handler that runs before the call is entered
 * makes the time-out expire at once; one that runs after that interrupts the
 * call.  Between the two there is nothing, since the runtime reads the
 * time-out within the call, and delivers no signals between its entry and its
 * end without ending it.
 */
#include <string.h>
#include <unistd.h>

#include <wasi/api.h>

#include "guest.h"

/* Wait until a handler has run, or a signal of the set that sigwait waits for
 * has come, or for `ns`.  May return early: the callers look and come back. */
static void wait_once(__wasi_subscription_t *sub)
{
    __wasi_event_t event;
    __wasi_size_t n;

    (void)__wasi_poll_oneoff(sub, &event, 1, &n);
}

static void clock_subscription(__wasi_subscription_t *sub, uint64_t ns)
{
    memset(sub, 0, sizeof(*sub));
    sub->u.tag = __WASI_EVENTTYPE_CLOCK;
    sub->u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
    sub->u.u.clock.timeout = ns;
}

/* Wait with this mask until a handler has run. */
static int wait_for_handler(sigset_t mask)
{
    sigset_t old = __tine_signals.mask;
    unsigned before = __tine_handlers_run;
    __wasi_subscription_t sub;

    __tine_signals_register();
    clock_subscription(&sub, WAIT_FOREVER);
    __tine_wake_clock = &sub.u.u.clock.timeout;
    SIGNAL_FENCE();
    __tine_signals.mask = mask;
    __tine_signals_flush();
    while (__tine_handlers_run == before)
        wait_once(&sub);
    __tine_wake_clock = NULL;
    __tine_signals.mask = old;
    SIGNAL_FENCE();
    __tine_signals_flush();
    return __tine_result(EINTR);
}

int sigsuspend(const sigset_t *mask)
{
    return wait_for_handler(*mask &
                            ~(SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP)));
}

int pause(void)
{
    return wait_for_handler(__tine_signals.mask);
}

/* The lowest pending signal of the set, 0 if there is none. */
static int take_pending(sigset_t set)
{
    for (int sig = 1; sig < NSIG; sig++) {
        if (set & SIGNAL_BIT(sig) && __tine_signal_pending(sig)) {
            __tine_signals.pending[sig] = 0;
            return sig;
        }
    }
    return 0;
}

/* Wait for a signal of the set: its number, or -1 with errno set: EAGAIN when
 * the time is over, EINTR when a handler ran. */
static int wait_for_signal(sigset_t set, uint64_t ns)
{
    sigset_t mask = __tine_signals.mask;
    unsigned before = __tine_handlers_run;
    uint64_t end = __tine_now() + ns;
    __wasi_subscription_t sub;
    int sig;

    __tine_signals_register();
    __tine_signals.mask = mask | set;
    __tine_signals.waited = set;
    for (;;) {
        uint64_t now = __tine_now();

        clock_subscription(&sub, now < end ? end - now : 1);
        __tine_wake_clock = &sub.u.u.clock.timeout;
        SIGNAL_FENCE();
        sig = take_pending(set);
        if (sig || __tine_handlers_run != before || now >= end)
            break;
        wait_once(&sub);
    }
    __tine_wake_clock = NULL;
    __tine_signals.waited = 0;
    __tine_signals.mask = mask;
    SIGNAL_FENCE();
    __tine_signals_flush();
    if (sig)
        return sig;
    return __tine_result(__tine_handlers_run != before ? EINTR : EAGAIN);
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
                 const struct timespec *restrict timeout)
{
    uint64_t ns = WAIT_FOREVER;
    int sig;

    if (timeout) {
        if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 ||
            timeout->tv_nsec >= (long)NS_PER_SEC)
            return __tine_result(EINVAL);
        if ((uint64_t)timeout->tv_sec < WAIT_FOREVER / NS_PER_SEC)
            ns = (uint64_t)timeout->tv_sec * NS_PER_SEC +
                 (uint64_t)timeout->tv_nsec;
    }
    sig = wait_for_signal(*set, ns);
    if (sig > 0 && info) {
        memset(info, 0, sizeof(*info));
        info->si_signo = sig;
    }
    return sig;
}

int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
    return sigtimedwait(set, info, NULL);
}

int sigwait(const sigset_t *restrict set, int *restrict ret)
{
    int sig;

    do
        sig = sigtimedwait(set, NULL, NULL);
    while (sig < 0 && errno == EINTR);
    if (sig < 0)
        return errno;
    *ret = sig;
    return 0;
}
