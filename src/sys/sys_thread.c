/*
 * sys_thread.c: what a process with one thread can ask about threads.
 */
#include <sched.h>

#include "proc/wait.h"
#include "sys/sys.h"

enum wasi_errno sys_thread_id(struct thread *t, gaddr tid_out)
{
    if (!guest_writable(t, tid_out, 4))
        return WASI_MEMVIOLATION;
    guest_store_u32(t, tid_out, (uint32_t)t->tid);
    return WASI_OK;
}

/* thread_parallelism: processors this process may run on. */
enum wasi_errno sys_thread_parallelism(struct thread *t, gaddr count_out)
{
    cpu_set_t set;
    int n = 1;

    if (!guest_writable(t, count_out, t->ptr_size))
        return WASI_MEMVIOLATION;
    if (sched_getaffinity(0, sizeof(set), &set) == 0)
        n = CPU_COUNT(&set);
    guest_store_ptr(t, count_out, (gaddr)n);
    return WASI_OK;
}

/* thread_sleep: 0 only gives the processor away. */
enum wasi_errno sys_thread_sleep(struct thread *t, uint64_t duration)
{
    if (duration == 0) {
        (void)sched_yield();
        return WASI_OK;
    }
    return wait_sleep(t, wait_deadline(t, duration));
}

/* thread_exit: the last thread's end is the process's, with code 0. */
void sys_thread_exit(struct thread *t, uint32_t rval)
{
    (void)rval;
    t->exit_code = 0;
    t->leave = LEAVE_EXIT;
}

/* thread_join: a thread that is not there has ended; waiting for oneself would
 * be for ever. */
enum wasi_errno sys_thread_join(struct thread *t, int32_t tid)
{
    return tid == t->tid ? WASI_DEADLK : WASI_OK;
}
