/*
 * sys_stack.c: setjmp and longjmp of programs without exception handling.
 */
#include "proc/capture.h"
#include "sys/sys.h"

/* struct stack_snapshot: user at 0, hash at 8 and 16. */
#define SNAPSHOT_SIZE 24

/* stack_checkpoint: returns once with *ret_val = 0, and again after each
 * stack_restore. */
enum wasi_errno sys_stack_checkpoint(struct thread *t, gaddr snapshot,
                                     gaddr val_out)
{
    uint64_t number;
    enum wasi_errno e;

    if (!guest_writable(t, snapshot, SNAPSHOT_SIZE) ||
        !guest_writable(t, val_out, 8))
        return WASI_MEMVIOLATION;
    e = capture_keep(t, snapshot, val_out, &number);
    if (e)
        return e;
    guest_store_u64(t, snapshot, val_out);
    guest_store_u64(t, snapshot + 8, number);
    guest_store_u64(t, snapshot + 16, 0);
    guest_store_u64(t, val_out, 0);
    return WASI_OK;
}

/* stack_restore: the process ends with code `unknown` if there is no such
 * capture. */
void sys_stack_restore(struct thread *t, gaddr snapshot, uint64_t val)
{
    gaddr val_out;

    if (!guest_readable(t, snapshot, SNAPSHOT_SIZE) ||
        guest_load_u64(t, snapshot + 16) != 0 ||
        !capture_return(t, guest_load_u64(t, snapshot + 8), &val_out)) {
        t->exit_code = WASI_UNKNOWN;
        t->leave = LEAVE_EXIT;
        return;
    }
    guest_store_u64(t, val_out, val);
}
