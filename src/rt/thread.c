/* thread.c: see thread.h. */
#include "rt/thread.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>

#include "rt/fault.h"

THREAD_LOCAL struct thread *thread_current;
THREAD_LOCAL _Atomic uint32_t thread_attention;
THREAD_LOCAL uint64_t *_Atomic thread_limit;

/* Room for a handler, and for what the kernel saves of AVX-512 and more. */
#define ALT_STACK_SIZE ((size_t)64 << 10)

IN_SIGNAL void thread_alert(struct thread *t)
{
    (void)t;
    atomic_store_explicit(&thread_attention, 1, memory_order_relaxed);
    atomic_store_explicit(&thread_limit, NULL, memory_order_relaxed);
}

void thread_calm(struct thread *t)
{
    atomic_store_explicit(&thread_attention, 0, memory_order_relaxed);
    atomic_store_explicit(&thread_limit, t->stack.value_limit,
                          memory_order_relaxed);
}

void thread_trap(struct thread *t, enum trap trap)
{
    t->trap = trap;
    t->trap_addr = UINT64_MAX;
    t->leave = LEAVE_TRAP;
}

bool thread_init(struct thread *t, struct error *err)
{
    stack_t alt = {.ss_size = ALT_STACK_SIZE};

    memset(t, 0, sizeof(*t));
    t->ptr_size = 4;
    if (!stack_init(&t->stack, err))
        return false;
    t->alt_stack = mmap(NULL, ALT_STACK_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (t->alt_stack == MAP_FAILED) {
        t->alt_stack = NULL;
        (void)error_set_errno(err, ERROR_HOST, errno, "signal stack");
        thread_done(t);
        return false;
    }
    alt.ss_sp = t->alt_stack;
    if (sigaltstack(&alt, NULL) || !fault_init()) {
        (void)error_set_errno(err, ERROR_HOST, errno, "signal stack");
        thread_done(t);
        return false;
    }
    t->value_sp = t->stack.value_base;
    t->machine_limit = t->stack.machine_low + STACK_ROOM;
    thread_current = t;
    thread_calm(t);
    return true;
}

void thread_done(struct thread *t)
{
    stack_t off = {.ss_flags = SS_DISABLE};

    if (thread_current == t)
        thread_current = NULL;
    if (t->alt_stack) {
        (void)sigaltstack(&off, NULL);
        (void)munmap(t->alt_stack, ALT_STACK_SIZE);
    }
    stack_done(&t->stack);
}
