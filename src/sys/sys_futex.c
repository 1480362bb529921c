/*
 * sys_futex.c: futex_wait and futex_wake.  The guest's libc traps on an error
 * of futex_wait, so that only a bad address gives one.
 */
#include "proc/futex.h"
#include "proc/wait.h"
#include "sys/sys.h"

/* struct option_timestamp: tag at 0, nanoseconds at 8. */
#define OPTION_TIMESTAMP_SIZE 16

enum wasi_errno sys_futex_wait(struct thread *t, gaddr futex, uint32_t expected,
                               gaddr timeout, gaddr woken_out)
{
    uint64_t deadline = WAIT_FOREVER;
    void *cell = guest_pin(t, futex, 4);
    enum futex_result result;

    if (!cell || !guest_readable(t, timeout, OPTION_TIMESTAMP_SIZE) ||
        !guest_writable(t, woken_out, 1))
        return WASI_MEMVIOLATION;
    if (guest_load_u8(t, timeout) != 0)
        deadline = wait_deadline(t, guest_load_u64(t, timeout + 8));
    result = futex_wait(t, cell, expected, 32, deadline);
    if (result == FUTEX_INTERRUPTED)
        return WASI_INTR; /* always made again: the guest never sees it */
    guest_store_u8(t, woken_out, result != FUTEX_TIMED_OUT);
    return WASI_OK;
}

static enum wasi_errno wake(struct thread *t, gaddr futex, gaddr woken_out,
                            uint32_t n)
{
    void *cell = guest_pin(t, futex, 4);

    if (!cell || !guest_writable(t, woken_out, 1))
        return WASI_MEMVIOLATION;
    guest_store_u8(t, woken_out, futex_notify(cell, n) > 0);
    return WASI_OK;
}

enum wasi_errno sys_futex_wake(struct thread *t, gaddr futex, gaddr woken_out)
{
    return wake(t, futex, woken_out, 1);
}

enum wasi_errno sys_futex_wake_all(struct thread *t, gaddr futex,
                                   gaddr woken_out)
{
    return wake(t, futex, woken_out, UINT32_MAX);
}
