/*
 * wait.h: every sleep of a guest thread.
 *
 * A host system call that may block is made through wait_syscall, so that a
 * signal that arrives before it, or while it blocks, always ends it with EINTR
 * and is never slept over: the host's signal handler recognises the few
 * instructions between the test for pending signals and the `syscall`
 * instruction (wait_*.S) and steps out of them.
 *
 * A call interrupted by a signal that turns out to be ignored by the guest is
 * made again from its saved arguments (docs/signals.md).  A call with a
 * relative time-out asks wait_deadline for its end, which on a repeated try is
 * the end computed at the first, unless the guest has changed the time-out
 * meanwhile: by that a handler ends a wait that had not begun (sdk/README.md,
 * "Signals").
 */
#ifndef TINE_PROC_WAIT_H
#define TINE_PROC_WAIT_H

#include <poll.h>

#include "rt/thread.h"

#define WAIT_FOREVER UINT64_MAX

/* syscall(2), interruptible: the result, or -errno.  -EINTR at once if a
 * signal is pending for the guest. */
long wait_syscall(struct thread *t, long nr, long a, long b, long c, long d,
                  long e, long f);

/* For host signal handlers: if the interrupted thread was about to make such a
 * call, it will not. */
void wait_step_out(void *context);

/* CLOCK_MONOTONIC now, in ns. */
uint64_t wait_now(void);

/* When a wait of `ns` from now ends (CLOCK_MONOTONIC), WAIT_FOREVER if that
 * is beyond 64 bits. */
uint64_t wait_deadline(struct thread *t, uint64_t ns);

/* poll(2) until the deadline: the number of ready descriptors, 0 when the
 * time is over, or -errno. */
int wait_poll(struct thread *t, struct pollfd *fds, nfds_t n,
              uint64_t deadline_ns);

/* Sleep until the deadline: WASI_OK or WASI_INTR. */
enum wasi_errno wait_sleep(struct thread *t, uint64_t deadline_ns);

#endif
