/*
 * signal.c: see signal.h.
 *
 * A host handler only sets a bit and gets the thread's attention; if it
 * interrupted the few instructions before a blocking system call, it steps out
 * of them (wait.h).  Everything else happens in attend(), a host call that the
 * interpreter makes at a safe point.
 */
#include "proc/signal.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "native/interrupt.h"
#include "proc/process.h"
#include "proc/sample.h"
#include "proc/tierup.h"
#include "proc/wait.h"
#include "rt/context.h"
#include "rt/fault.h"

/* What a running handler said through callback_signal: that it is only the
 * default action of an ignored signal; that it was installed with SA_RESTART.
 */
#define SIGNAL_MARK_IGNORED 1u
#define SIGNAL_MARK_RESTART 2u

IN_SIGNAL static uint32_t bit_of(int sig)
{
    return (uint32_t)1 << sig;
}

/* Signals that the hardware raises: fault.c has the handlers of the first two,
 * and hands on what somebody sent. */
IN_SIGNAL static bool is_fault(int sig)
{
    return sig == SIGSEGV || sig == SIGBUS || sig == SIGFPE || sig == SIGILL ||
           sig == SIGTRAP || sig == SIGSYS;
}

static bool can_be_caught(int sig)
{
    return sig != SIGKILL && sig != SIGSTOP;
}

/* If SIGCHLD were, the kernel would reap children by itself (family.h). */
static bool may_be_ignored(int sig)
{
    return can_be_caught(sig) && !is_fault(sig) && sig != SIGCHLD;
}

/* --- Host handlers --- */

/* ThreadSanitizer keeps signals back until the thread calls a function of libc
 * that it knows to block; wait_*.S is none.  This name it does not know.
 */
#if TINE_TSAN
int __sigaction(int, const struct sigaction *, struct sigaction *);
#define sigaction(sig, new, old) __sigaction(sig, new, old)
#endif

IN_SIGNAL static void record(int sig, siginfo_t *info, void *context)
{
    struct thread *t = thread_current;

    if (is_fault(sig) && info->si_code > 0) {
        /* Our own bug: happens again, and ends the process. */
        (void)signal(sig, SIG_DFL);
        return;
    }
    if (!t)
        return;
    atomic_fetch_or_explicit(&t->pending, bit_of(sig), memory_order_relaxed);
    thread_alert(t);
    wait_step_out(context);
    interrupt_signal(t, context);
}

static void install(int sig, bool on)
{
    struct sigaction action;

    if (!can_be_caught(sig))
        return;
    if (sig == SIGSEGV || sig == SIGBUS) {
        fault_forward(on ? record : NULL);
        return;
    }
    memset(&action, 0, sizeof(action));
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigfillset(&action.sa_mask);
    if (on) {
        action.sa_sigaction = record;
    } else {
        action.sa_flags = 0;
        action.sa_handler = SIG_DFL;
    }
    (void)sigaction(sig, &action, NULL);
}

/* What is ignored by default, and not sent to programs that do not expect
 * it. */
static bool is_quiet(int sig)
{
    return sig == SIGCHLD || sig == SIGURG || sig == SIGWINCH;
}

static void install_all(const struct thread *t, bool on)
{
    bool quietly = t->process->program->of_2022;
    int sig;

    for (sig = 1; sig <= SIGNAL_MAX; sig++)
        install(sig, on && !(quietly && is_quiet(sig)));
}

/* --- The end of the family --- */

/* Above all signals of guests: SIGRTMAX, which is a function. */
#define SIGNAL_ORPHANED (NSIG - 1)

static int32_t the_supervisor;

/* A call that this interrupts is made again. */
IN_SIGNAL static void orphaned(int sig, siginfo_t *info, void *context)
{
    struct thread *t = thread_current;

    if (getppid() != the_supervisor)
        (void)kill(getpid(), SIGKILL);
    if (t)
        thread_alert(t);
    wait_step_out(context);
}

/* The same for what is due at the next safe point. */
IN_SIGNAL static void switched(int sig, siginfo_t *info, void *context)
{
    struct thread *t = thread_current;

    tierup_note();
    if (!t)
        return;
    thread_alert(t);
    wait_step_out(context);
    interrupt_signal(t, context);
}

/* What is not urgent: a call that waits goes on. */
IN_SIGNAL static void sampled(int sig, siginfo_t *info, void *context)
{
    struct thread *t = thread_current;

    if (sample_note() && t)
        thread_alert(t);
}

void signal_follow(int32_t supervisor)
{
    struct sigaction action;

    the_supervisor = supervisor;
    memset(&action, 0, sizeof(action));
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
    action.sa_sigaction = orphaned;
    sigfillset(&action.sa_mask);
    (void)sigaction(SIGNAL_ORPHANED, &action, NULL);
    action.sa_sigaction = switched;
    (void)sigaction(SIGNAL_SWITCH, &action, NULL);
    action.sa_sigaction = sampled;
    (void)sigaction(SIGNAL_SAMPLE, &action, NULL);
}

bool signal_heed(int32_t parent)
{
    int32_t now;

    (void)prctl(PR_SET_PDEATHSIG, SIGNAL_ORPHANED);
    now = getppid();
    return now == parent || now == the_supervisor;
}

/* --- Masks --- */

void signal_block_all(sigset_t *old)
{
    sigset_t all;

    sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, old);
}

/* Not by sigprocmask(3), which is in another page than all that a child calls
 * otherwise. */
void signal_restore(const sigset_t *old)
{
    (void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, old, NULL,
                  (size_t)(NSIG - 1) / 8);
}

/* Faults are never blocked: blocked ones kill, and they are ours to catch. */
static sigset_t catchable(void)
{
    sigset_t set;
    int sig;

    sigemptyset(&set);
    for (sig = 1; sig <= SIGNAL_MAX; sig++)
        if (!is_fault(sig))
            sigaddset(&set, sig);
    return set;
}

static void block_catchable(bool on)
{
    const sigset_t set = catchable();

    (void)sigprocmask(on ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

/* Recorded signals that a handler could be given. */
static uint32_t deliverable(const struct thread *t)
{
    return atomic_load_explicit(&t->pending, memory_order_relaxed) &
           ~t->handling;
}

void signal_hold(struct thread *t, sigset_t *old)
{
    const sigset_t set = catchable();

    (void)sigprocmask(SIG_SETMASK, &set, old);
    thread_calm(t);
}

void signal_release(struct thread *t, const sigset_t *old)
{
    if (deliverable(t) || tierup_is_noted())
        thread_alert(t);
    tierup_count_on();
    signal_restore(old);
}

/* --- Delivery --- */

/* The handler given last has returned: note what it said. */
static void finish_handler(struct thread *t, struct attend *request)
{
    if (t->marks & SIGNAL_MARK_RESTART)
        request->posix = true;
    else if (!(t->marks & SIGNAL_MARK_IGNORED))
        request->eintr = true;
    t->handling = request->outer_handling;
    t->handling_last = request->outer_last;
    t->marks = request->outer_marks;
    request->handled = false;
}

static bool wants_restart(const struct attend *request)
{
    if (!request->in_call || (uint32_t)request->result != WASI_INTR)
        return false;
    if (request->interruption == INTERRUPT_ALWAYS)
        return true;
    if (request->eintr)
        return false;
    return !request->posix || request->interruption == INTERRUPT_POSIX;
}

static uint64_t attend(struct thread *t, const uint64_t *args, const void *data)
{
    struct attend *request = (struct attend *)(void *)(uintptr_t)args;
    struct sigstate *state = &t->process->env->sig;
    uint32_t ready;
    int sig;

    if (request->handled)
        finish_handler(t, request);
    thread_calm(t);
    tierup_switch(t, wants_restart(request));
    ready = deliverable(t);
    request->call = NULL;
    if (!state->handler || state->blocked || !ready) {
        request->restart = wants_restart(request);
        return 0;
    }
    sig = __builtin_ctz(ready);
    atomic_fetch_and_explicit(&t->pending, ~bit_of(sig), memory_order_relaxed);
    request->outer_handling = t->handling;
    request->outer_last = t->handling_last;
    request->outer_marks = t->marks;
    request->handled = true;
    request->call = state->handler;
    request->arg = (uint64_t)sig;
    t->handling |= bit_of(sig);
    t->handling_last = sig;
    t->marks = 0;
    return 0;
}

void signal_attach(struct thread *t)
{
    t->attend = attend;
}

void signal_set_handler(struct thread *t, struct func *handler, bool restart)
{
    struct sigstate *state = &t->process->env->sig;

    if (!handler) {
        t->marks |= restart ? SIGNAL_MARK_RESTART : SIGNAL_MARK_IGNORED;
        block_catchable(true);
        state->blocked = true;
        return;
    }
    if (!state->handler)
        install_all(t, true);
    state->handler = handler;
    state->blocked = false;
    block_catchable(false);
    /* What waited is recorded by now, and delivered on the way out; so is
     * what the handler that blocked could not take. */
    if (deliverable(t))
        thread_alert(t);
}

/* There is no handler any more: what it has not been given goes back to the
 * kernel, which does what is to be done by default.  What waited for a handler
 * of its own to return has been held back by that, and is forgotten. */
static void send_again(struct thread *t)
{
    uint32_t waiting = atomic_exchange(&t->pending, 0) & ~t->handling;

    for (; waiting; waiting &= waiting - 1)
        (void)kill(getpid(), __builtin_ctz(waiting));
}

/* --- Timers --- */

static timer_t timers[SIGNAL_MAX + 1];
static bool timer_made[SIGNAL_MAX + 1];
static bool any_timer;

enum wasi_errno signal_interval(int sig, uint64_t ns, bool repeat)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = sig};
    struct itimerspec when = {0};

    if (!timer_made[sig]) {
        if (ns == 0)
            return WASI_OK;
        if (timer_create(CLOCK_MONOTONIC, &event, &timers[sig]))
            return WASI_AGAIN;
        timer_made[sig] = true;
        any_timer = true;
    }
    when.it_value.tv_sec = (time_t)(ns / 1000000000u);
    when.it_value.tv_nsec = (long)(ns % 1000000000u);
    if (repeat)
        when.it_interval = when.it_value;
    return timer_settime(timers[sig], 0, &when, NULL) ? WASI_INVAL : WASI_OK;
}

/* --- Life of a process --- */

bool sigstate_copy(struct sigstate *dst, const struct sigstate *src)
{
    size_t bytes = src->n_inherited * sizeof(*src->inherited);

    *dst = *src;
    if (bytes == 0) {
        dst->inherited = NULL;
        return true;
    }
    dst->inherited = malloc(bytes);
    if (!dst->inherited)
        return false;
    memcpy(dst->inherited, src->inherited, bytes);
    return true;
}

bool sigstate_from_host(struct sigstate *state)
{
    int sig;

    state->inherited = calloc(SIGNAL_MAX, sizeof(*state->inherited));
    if (!state->inherited)
        return false;
    for (sig = 1; sig <= SIGNAL_MAX; sig++) {
        struct sigaction action;

        if (may_be_ignored(sig) && sigaction(sig, NULL, &action) == 0 &&
            action.sa_handler == SIG_IGN)
            state->inherited[state->n_inherited++] =
                (struct disposition){(uint8_t)sig, 1};
    }
    return true;
}

void sigstate_disinherit(struct sigstate *state)
{
    free(state->inherited);
    state->inherited = NULL;
    state->n_inherited = 0;
}

void sigstate_done(struct sigstate *state)
{
    sigstate_disinherit(state);
    memset(state, 0, sizeof(*state));
}

/* What the environment of `state` does with signals when it has no handler,
 * in place of the handlers of `left`. */
static void reset_actions(const struct thread *t, const struct sigstate *left,
                          const struct sigstate *state)
{
    size_t i;

    if (left->handler)
        install_all(t, false);
    for (i = 0; i < state->n_inherited; i++) {
        int sig = state->inherited[i].signal;

        if (may_be_ignored(sig))
            (void)signal(sig, state->inherited[i].action ? SIG_IGN : SIG_DFL);
    }
}

void signal_reset(struct thread *t)
{
    struct sigstate *state = &t->process->env->sig;

    reset_actions(t, state, state);
    state->handler = NULL;
    state->blocked = false;
    send_again(t);
    t->handling = 0;
    t->handling_last = 0;
    t->marks = 0;
    thread_calm(t);
    if (tierup_is_noted())
        thread_alert(t);
    tierup_count_on();
    block_catchable(false);
}

void signal_env_changed(struct thread *t, const struct sigstate *left)
{
    const struct sigstate *state = &t->process->env->sig;

    if (left->handler && !state->handler) {
        reset_actions(t, left, state);
        send_again(t);
    }
    block_catchable(state->blocked);
    if (!state->blocked && deliverable(t))
        thread_alert(t);
}

void signal_after_fork(struct thread *t)
{
    atomic_store(&t->pending, 0);
    thread_calm(t);
    sample_after_fork();
    if (tierup_is_noted())
        thread_alert(t);
    tierup_count_on();
    /* timer_create(2): a child has none of its parent's timers. */
    if (any_timer)
        memset(timer_made, 0, sizeof(timer_made));
}

/* --- Death --- */

static bool default_is_deadly(int sig)
{
    switch (sig) {
    case 0:
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
    case SIGCONT:
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
        return false;
    default:
        return true;
    }
}

int signal_default_death(const struct thread *t)
{
    if (t->handling_last == 0 || !t->process->env->sig.blocked)
        return 0;
    return default_is_deadly(t->handling_last) ? t->handling_last : 0;
}

bool signal_is_deadly(const struct thread *t, int sig)
{
    struct sigaction action;

    if (!can_be_caught(sig) || t->process->env->sig.handler)
        return sig == SIGKILL;
    return default_is_deadly(sig) &&
           (sigaction(sig, NULL, &action) || action.sa_handler != SIG_IGN);
}

void signal_die(int sig)
{
    const struct rlimit no_core = {0, 0};
    sigset_t set;

    /* A core of the reserved address space would help nobody. */
    (void)setrlimit(RLIMIT_CORE, &no_core);
    (void)signal(sig, SIG_DFL);
    sigemptyset(&set);
    sigaddset(&set, sig);
    (void)raise(sig);
    (void)sigprocmask(SIG_UNBLOCK, &set, NULL);
    _exit(128 + sig);
}
