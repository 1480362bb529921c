/*
 * reap.h: waiting for children.
 */
#ifndef TINE_PROC_REAP_H
#define TINE_PROC_REAP_H

#include "proc/process.h"

/* What became of a child. */
struct reaped {
    int32_t pid;     /* 0: nothing yet (without blocking) */
    int host_status; /* as wait(2) gives it */
};

/*
 * Wait for child `pid`, or for any (0); `block` until there is something to
 * tell; with `stopped` a stop counts too.  WASI_CHILD: there is no such child;
 * WASI_INTR.
 */
enum wasi_errno reap(struct thread *t, int32_t pid, bool block, bool stopped,
                     struct reaped *ret) MUST_CHECK;

#endif
