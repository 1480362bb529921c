/*
 * signal.h: signals of a guest process (design, section 5; docs/signals.md).
 *
 * Until a guest has set a handler with callback_signal, every signal has the
 * kernel's default action.  From then on host handlers record each one that
 * can be caught, and it is delivered by calling the guest's export at the next
 * safe point: on the way out of a system call, at a function entry, at a
 * backward branch.
 */
#ifndef TINE_PROC_SIGNAL_H
#define TINE_PROC_SIGNAL_H

#include <signal.h>

#include "rt/thread.h"

#define SIGNAL_MAX 31 /* WASIX numbers are Linux's 1 to 31 */

/* What a parent set for a spawned child (proc_signals_get). */
struct disposition {
    uint8_t signal;
    uint8_t action; /* 0 default, 1 ignore */
};

struct sigstate {
    struct func *handler; /* the guest's export; NULL: none set yet */
    bool blocked;         /* callback_signal named a function that is not
                             there: signals wait in the kernel */
    struct disposition *inherited; /* heap */
    size_t n_inherited;
};

/* Copy; false: no memory. */
bool sigstate_copy(struct sigstate *dst, const struct sigstate *src) MUST_CHECK;
/* What the host has this process ignore, as if inherited.  False: no memory.
 */
bool sigstate_from_host(struct sigstate *state) MUST_CHECK;
/* Forget what a parent set. */
void sigstate_disinherit(struct sigstate *state);
void sigstate_done(struct sigstate *state);

/* Make the thread's safe points deliver signals. */
void signal_attach(struct thread *t);

/*
 * callback_signal: deliver to `handler` from now on, or (NULL) keep signals
 * waiting.  `restart` marks that the running handler's call is to be restarted
 * as SA_RESTART says (the convention of docs/signals.md).
 */
void signal_set_handler(struct thread *t, struct func *handler, bool restart);

/* A new program begins: default actions again, except that what was inherited
 * as ignored stays so, and nothing is blocked.  What is pending in the kernel
 * stays pending. */
void signal_reset(struct thread *t);

/* The environment on top is another one: its signal state counts, no longer
 * `left`. */
void signal_env_changed(struct thread *t, const struct sigstate *left);

/* In a forked child: nothing is pending. */
void signal_after_fork(struct thread *t);

/*
 * Guests die with the supervisor.  A process hears of its parent's death by a
 * signal of the host's that guests do not have, and looks whether it is the
 * supervisor's child now.  signal_follow is called in guest process 1,
 * signal_heed in each that is forked; it is false if the supervisor has died
 * already.
 */
void signal_follow(int32_t supervisor);
bool signal_heed(int32_t parent) MUST_CHECK;

/* Block every signal, as around fork; the old mask in *old. */
void signal_block_all(sigset_t *old);
void signal_restore(const sigset_t *old);

/*
 * While a program is looked for and loaded, signals wait in the kernel: for
 * the new program if it takes over, and signal_reset lets them in, else for
 * the old one.  What has been recorded already waits as well, so that no call
 * is interrupted; after signal_release it is delivered.
 */
void signal_hold(struct thread *t, sigset_t *old);
void signal_release(struct thread *t, const sigset_t *old);

/*
 * A guest that traps while it handles a signal with signals blocked has run
 * into its libc's emulation of the default action: the number of the signal
 * that the process should die of, else 0.
 */
int signal_default_death(const struct thread *t);

/* Would the signal end the process, without the guest being asked? */
bool signal_is_deadly(const struct thread *t, int sig);

/* End this host process by a signal's default action. */
NORETURN void signal_die(int sig);

/*
 * proc_raise_interval: send `sig` to the process after `ns`, and, with
 * `repeat`, every `ns` from then on; 0 cancels.  One timer a signal; not
 * inherited by children.
 */
enum wasi_errno signal_interval(int sig, uint64_t ns, bool repeat);

#endif
