/*
 * futex.h: waiting for a word in guest memory to change: futex_wait and
 * futex_wake, and memory.atomic.wait and notify, which share one queue.
 *
 * A waiter is keyed by the host address of the word.  Queues live in the
 * process; a forked child begins with empty ones.
 */
#ifndef TINE_PROC_FUTEX_H
#define TINE_PROC_FUTEX_H

#include "rt/thread.h"

enum futex_result {
    FUTEX_WOKEN,     /* 0, as memory.atomic.wait says it */
    FUTEX_NOT_EQUAL, /* 1 */
    FUTEX_TIMED_OUT, /* 2 */
    FUTEX_INTERRUPTED,
};

/*
 * Wait while the word of `bits` (32 or 64) at `cell` is `expected`, until
 * woken, or until deadline_ns (wait.h).  Test and queueing are one step for
 * futex_notify.  FUTEX_INTERRUPTED: a signal came; wait again.
 */
enum futex_result futex_wait(struct thread *t, void *cell, uint64_t expected,
                             unsigned bits, uint64_t deadline_ns);

/* Wake up to n waiters at the cell, the longest waiting first; how many. */
uint32_t futex_notify(void *cell, uint32_t n);

/* In a forked child. */
void futex_after_fork(struct thread *t);

/* Let the thread's memory.atomic instructions come here. */
void futex_attach(struct thread *t);

#endif
