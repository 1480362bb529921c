/*
 * trace.h: --trace, one line for each call in the manner of strace:
 *
 *     [1] fd_read(3, 0x1040, 1, 0x1038 -> 12) = 0 success <0.000012>
 *
 * Addresses of results are followed by what stands there after a call that
 * succeeded.  A call that may not return is printed before it is made, with
 * `= ?`; if it returns all the same, a second line has its result.  Lines of
 * several processes do not mix, since each is one write(2).
 *
 * Calls are traced by being bound to trace_call instead of their thunk, so
 * that tracing costs nothing when it is off.
 */
#ifndef TINE_SYS_TRACE_H
#define TINE_SYS_TRACE_H

#include "rt/instance.h"

/* A host_fn: make the call of a struct call_binding, and print it to the
 * process's trace_fd. */
uint64_t trace_call(struct thread *t, const uint64_t *args, const void *data);

#endif
