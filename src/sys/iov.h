/*
 * iov.h: guest I/O vectors as the host's, pinned: the kernel reads and writes
 * guest memory directly, which is a fixed mapping that never shrinks.
 */
#ifndef TINE_SYS_IOV_H
#define TINE_SYS_IOV_H

#include <sys/uio.h>

#include "base/limits.h"
#include "rt/guest.h"

struct iov {
    int n;
    size_t total; /* bytes in all */
    struct iovec items[LIMIT_IOVS];
};

/*
 * Read the n vectors at `addr` and check everything: WASI_INVAL for more than
 * LIMIT_IOVS (as IOV_MAX), or when the bytes in all are more than a guest's
 * size can count; WASI_MEMVIOLATION for the array or a buffer outside of
 * memory.
 */
enum wasi_errno iov_pin(const struct thread *t, gaddr addr, gsize n,
                        struct iov *ret) MUST_CHECK;

#endif
