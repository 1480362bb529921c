/*
 * posix_signal.c: what happens when a signal arrives, and what shall happen:
 * sigaction, sigprocmask and the calls that send signals.
 *
 * WASIX has one way to hand a signal to a guest: the runtime calls its export
 * __wasm_signal, once that has been named with callback_signal; until then,
 * and in a program that has no use for signals for ever, they have the
 * kernel's default actions.  Dispositions, the mask and what is pending under
 * it are kept here.
 *
 * A delivery ends by telling the runtime what becomes of the system call that
 * it interrupted, in the last callback_signal but one (README.md, "Signals"):
 *
 *   __wasm_signal_blocked  go on as if nothing had happened;
 *   __wasm_signal_restart  restart, if this call is one that restarts;
 *   none                   the call fails with EINTR;
 *   __wasm_signal_blocked and a trap: end the process by this signal.
 *
 * __wasm_signal can interrupt the program, and this file, between any two
 * instructions.  It leaves behind the mask that it found; everything else
 * that it changes is a single store.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wasix/api.h>

#include "guest.h"

#define CALLBACK         "__wasm_signal"
#define CALLBACK_BLOCKED "__wasm_signal_blocked"
#define CALLBACK_RESTART "__wasm_signal_restart"

/* What becomes of the interrupted call. */
enum outcome { AS_IF_NOTHING, RESTART, INTERRUPT };

/* What SIG_DFL means. */
enum default_action { TERMINATE, IGNORE, STOP };

static const uint8_t default_actions[NSIG] = {
    [SIGCHLD] = IGNORE,  [SIGCONT] = IGNORE, [SIGURG] = IGNORE,
    [SIGWINCH] = IGNORE, [SIGTSTP] = STOP,   [SIGTTIN] = STOP,
    [SIGTTOU] = STOP,
};

#define STOP_SIGNALS                                                           \
    (SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))
#define UNBLOCKABLE (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP))

struct __tine_signals __tine_signals;
volatile unsigned __tine_handlers_run;
volatile uint64_t *volatile __tine_wake_clock;

static void set_callback(const char *name)
{
    __wasix_callback_signal(name, strlen(name));
}

void __tine_signals_register(void)
{
    if (__tine_signals.registered)
        return;
    __tine_signals.registered = true;
    set_callback(CALLBACK);
}

static enum outcome run_handler(int sig);

/* Whose handlers are running, and how often: a runtime may keep back a signal
 * while its handler runs. */
static volatile uint8_t running[NSIG];

static bool has_handler(int sig)
{
    sighandler_t handler = __tine_signals.actions[sig].sa_handler;

    return handler != SIG_DFL && handler != SIG_IGN;
}

static void send_to_self(int sig)
{
    int pid;

    if (__wasix_proc_id(&pid) == 0)
        (void)__wasix_proc_signal(pid, (uint8_t)sig);
}

static void discard(sigset_t set)
{
    for (int sig = 1; sig < NSIG; sig++) {
        if (set & SIGNAL_BIT(sig))
            __tine_signals.pending[sig] = 0;
    }
}

bool __tine_signal_pending(int sig)
{
    int pid = __tine_signals.pending[sig];

    return pid != 0 && pid == getpid();
}

void __tine_signals_forked(void)
{
    __tine_signals.timer_next = 0;
    __tine_signals.timer_rearm = false;
}

bool __tine_signal_ignored(int sig)
{
    sighandler_t handler = __tine_signals.actions[sig].sa_handler;

    return handler == SIG_IGN ||
           (handler == SIG_DFL && default_actions[sig] == IGNORE);
}

bool __tine_children_ignored(void)
{
    return __tine_signals.actions[SIGCHLD].sa_handler == SIG_IGN ||
           __tine_signals.actions[SIGCHLD].sa_flags & SA_NOCLDWAIT;
}

static enum outcome act_by_default(int sig)
{
    switch (default_actions[sig]) {
    case TERMINATE:
        set_callback(CALLBACK_BLOCKED);
        __builtin_trap();
    case STOP:
        send_to_self(SIGSTOP);
        break;
    default:
        break;
    }
    return AS_IF_NOTHING;
}

/* By default, the signal is sent once more, since only a delivery can end the
 * process by it. */
void __tine_signals_flush(void)
{
    for (int sig = 1; sig < NSIG; sig++) {
        if (__tine_signals.mask & SIGNAL_BIT(sig) ||
            !__tine_signal_pending(sig))
            continue;
        __tine_signals.pending[sig] = 0;
        if (has_handler(sig))
            (void)run_handler(sig);
        else if (!__tine_signal_ignored(sig))
            send_to_self(sig);
    }
}

static void call_handler(int sig, const struct sigaction *action)
{
    siginfo_t info;

    if (!(action->sa_flags & SA_SIGINFO)) {
        action->sa_handler(sig);
        return;
    }
    memset(&info, 0, sizeof(info));
    info.si_signo = sig;
    info.si_code = SI_USER;
    action->sa_sigaction(sig, &info, NULL);
}

static enum outcome run_handler(int sig)
{
    struct sigaction action = __tine_signals.actions[sig];
    sigset_t mask = __tine_signals.mask;
    sigset_t waited = __tine_signals.waited;
    volatile uint64_t *clock = __tine_wake_clock;

    if (action.sa_flags & SA_RESETHAND)
        __tine_signals.actions[sig].sa_handler = SIG_DFL;
    __tine_signals.mask =
        (mask | action.sa_mask |
         (action.sa_flags & SA_NODEFER ? 0 : SIGNAL_BIT(sig))) &
        ~UNBLOCKABLE;

    /* The handler may leave by a jump; then nobody waits any more. */
    __tine_wake_clock = NULL;
    __tine_signals.waited = 0;
    SIGNAL_FENCE();

    /* What else is pending interrupts this handler at once, as on Linux, where
     * the frames of all of them are built before the first one runs. */
    __tine_signals_flush();
    running[sig]++;
    call_handler(sig, &action);
    running[sig]--;
    SIGNAL_FENCE();
    __tine_signals.waited = waited;
    __tine_wake_clock = clock;
    if (clock)
        *clock = 1;
    __tine_handlers_run++;
    __tine_signals.mask = mask;
    SIGNAL_FENCE();
    __tine_signals_flush();
    return action.sa_flags & SA_RESTART ? RESTART : INTERRUPT;
}

static enum outcome hold(int sig)
{
    __tine_signals.pending[sig] = getpid();
    if (!(__tine_signals.waited & SIGNAL_BIT(sig)))
        return AS_IF_NOTHING;
    if (__tine_wake_clock)
        *__tine_wake_clock = 1;
    return INTERRUPT;
}

static enum outcome deliver(int sig)
{
    sighandler_t handler = __tine_signals.actions[sig].sa_handler;

    if (sig == SIGALRM)
        __tine_timer_expired();
    if (sig == SIGCHLD && __tine_children_ignored())
        __tine_children_reap();
    if (sig == SIGCONT)
        discard(STOP_SIGNALS);
    if (SIGNAL_BIT(sig) & STOP_SIGNALS)
        discard(SIGNAL_BIT(SIGCONT));

    if (__tine_signals.mask & SIGNAL_BIT(sig))
        return hold(sig);
    if (handler == SIG_IGN)
        return AS_IF_NOTHING;
    if (handler == SIG_DFL)
        return act_by_default(sig);
    return run_handler(sig);
}

__attribute__((export_name("__wasm_signal"))) void __wasm_signal(int sig)
{
    enum outcome outcome = AS_IF_NOTHING;

    if (sig > 0 && sig < NSIG)
        outcome = deliver(sig);
    if (outcome == INTERRUPT)
        return;
    set_callback(outcome == RESTART ? CALLBACK_RESTART : CALLBACK_BLOCKED);
    set_callback(CALLBACK);
}

int sigaction(int sig, const struct sigaction *restrict action,
              struct sigaction *restrict old)
{
    sigset_t mask = __tine_signals.mask;
    struct sigaction *slot;

    if (sig < 1 || sig >= NSIG)
        return __tine_result(EINVAL);
    slot = &__tine_signals.actions[sig];
    if (action && SIGNAL_BIT(sig) & UNBLOCKABLE)
        return __tine_result(EINVAL);
    if (old)
        *old = *slot;
    if (!action)
        return 0;

    /* A delivery must not see half of it. */
    __tine_signals.mask = ~(sigset_t)0;
    SIGNAL_FENCE();
    *slot = *action;
    if (__tine_signal_ignored(sig))
        __tine_signals.pending[sig] = 0;
    SIGNAL_FENCE();
    __tine_signals.mask = mask;
    if (action->sa_handler != SIG_DFL)
        __tine_signals_register();
    __tine_signals_flush();
    return 0;
}

sighandler_t signal(int sig, sighandler_t handler)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    struct sigaction old;

    if (sigaction(sig, &action, &old))
        return SIG_ERR;
    return old.sa_handler;
}

int siginterrupt(int sig, int interrupt)
{
    struct sigaction action;

    if (sigaction(sig, NULL, &action))
        return -1;
    if (interrupt)
        action.sa_flags &= ~SA_RESTART;
    else
        action.sa_flags |= SA_RESTART;
    return sigaction(sig, &action, NULL);
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
    sigset_t mask = __tine_signals.mask;

    if (set && how == SIG_BLOCK)
        mask |= *set;
    else if (set && how == SIG_UNBLOCK)
        mask &= ~*set;
    else if (set && how == SIG_SETMASK)
        mask = *set;
    else if (set)
        return __tine_result(EINVAL);

    if (old)
        *old = __tine_signals.mask;
    if (!set)
        return 0;
    __tine_signals.mask = mask & ~UNBLOCKABLE;
    if (__tine_signals.mask)
        __tine_signals_register();
    __tine_signals_flush();
    return 0;
}

int sigpending(sigset_t *set)
{
    *set = 0;
    for (int sig = 1; sig < NSIG; sig++) {
        if (__tine_signal_pending(sig))
            *set |= SIGNAL_BIT(sig);
    }
    return 0;
}

int kill(pid_t pid, int sig)
{
    if (sig < 0 || sig >= NSIG)
        return __tine_result(EINVAL);
    /* A handler that lets its own signal in runs again at once. */
    if (sig > 0 && running[sig] && has_handler(sig) &&
        !(__tine_signals.mask & SIGNAL_BIT(sig)) && pid == getpid()) {
        (void)run_handler(sig);
        return 0;
    }
    return __tine_result(__wasix_proc_signal(pid, (uint8_t)sig));
}

int killpg(pid_t pgrp, int sig)
{
    if (pgrp < 0)
        return __tine_result(EINVAL);
    return kill(-pgrp, sig);
}

int raise(int sig)
{
    return kill(getpid(), sig);
}

/* SIGABRT, whatever the program does about it. */
void abort(void)
{
    static const struct sigaction by_default = {.sa_handler = SIG_DFL};
    sigset_t set = SIGNAL_BIT(SIGABRT);

    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    (void)raise(SIGABRT);
    (void)sigaction(SIGABRT, &by_default, NULL);
    (void)raise(SIGABRT);
    set_callback(CALLBACK_BLOCKED);
    __builtin_trap();
}

void __tine_signals_inherit(void)
{
    struct __wasix_disposition *list;
    size_t n;

    if (__wasix_proc_signals_sizes_get(&n) != 0 || n == 0)
        return;
    list = calloc(n, sizeof(*list));
    if (!list)
        return;
    if (__wasix_proc_signals_get(list) != 0)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        if (list[i].action == __WASIX_DISPOSITION_IGNORE)
            (void)signal(list[i].signal, SIG_IGN);
    }
    free(list);
}
