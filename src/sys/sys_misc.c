/*
 * sys_misc.c: random numbers and yielding.
 */
#include <errno.h>
#include <sched.h>
#include <sys/random.h>

#include "proc/hostabi.h"
#include "sys/sys.h"

enum wasi_errno sys_random_get(struct thread *t, gaddr buf_out, gsize buf_len)
{
    uint8_t *at = guest_pin(t, buf_out, buf_len);
    gsize done = 0;

    if (!at)
        return WASI_MEMVIOLATION;
    /* The kernel gives at most 32 MiB, and less when a signal comes. */
    while (done < buf_len) {
        ssize_t n = getrandom(at + done, buf_len - done, 0);

        if (n < 0 && errno != EINTR)
            return errno_from_host(errno);
        done += n < 0 ? 0 : (gsize)n;
    }
    return WASI_OK;
}

enum wasi_errno sys_sched_yield(struct thread *t)
{
    (void)sched_yield();
    return WASI_OK;
}
