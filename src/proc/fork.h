/*
 * fork.h: guest fork, which is fork(2).
 */
#ifndef TINE_PROC_FORK_H
#define TINE_PROC_FORK_H

#include "proc/process.h"

/*
 * Fork the process.  In the parent *ret is the child's pid, in the child 0:
 * both return here, on the same host stack, and go on in the guest the same
 * way.  WASI_AGAIN, WASI_NOMEM: nothing happened.
 */
enum wasi_errno fork_process(struct thread *t, int32_t *ret) MUST_CHECK;

#endif
