/*
 * thread.h: a guest thread as the runtime sees it: its stacks, the instance
 * it runs, why it leaves guest code.  What it is as a part of a process stands
 * in proc/process.h, behind `process`.
 */
#ifndef TINE_RT_THREAD_H
#define TINE_RT_THREAD_H

#include <stdatomic.h>

#include "abi/wasi.h"
#include "rt/instance.h"
#include "rt/stack.h"
#include "rt/trap.h"

struct process;

/* Why a thread leaves guest code without returning from it. */
enum leave {
    LEAVE_NONE,
    LEAVE_TRAP, /* t->trap */
    LEAVE_EXIT, /* t->exit_code: the process ends */
    LEAVE_EXEC, /* t->process->next takes over */
};

/* When a call with a time-out ends. */
struct deadline {
    bool is_set;
    uint64_t wait_ns; /* the time-out */
    uint64_t at_ns;
};

/* What becomes of a call that ended with WASI_INTR, when a handler has run. */
enum interruption {
    INTERRUPT_POSIX,  /* made again if the handler was installed so */
    INTERRUPT_NEVER,  /* not made again: sleeping and polling, signal(7) */
    INTERRUPT_ALWAYS, /* made again: it had not begun, or must not fail */
};

struct thread {
    /* The stack pointers of the side that does not run, and why guest code is
     * to be left; at fixed offsets for the assembly (stack.c). */
    void *host_sp;
    void *guest_sp;
    enum leave leave;

    uint32_t ptr_size; /* 4 or 8: bytes of a guest pointer */
    struct instance *inst;

    /* Where the interpreter stands, valid in host calls and traps: the code,
     * the frame, and the end of all frames. */
    const code_unit *ip;
    uint64_t *fp;
    uint64_t *value_sp;
    /* Compiled code that is below it calls nothing but compiled code. */
    char *machine_limit;

    enum trap trap;
    uint64_t trap_addr; /* TRAP_MEMORY_BOUNDS: offset in the memory, or
                           UINT64_MAX */
    const struct exception *exception; /* TRAP_UNCAUGHT_EXCEPTION */
    bool ip_behind; /* ip is behind the instruction it belongs to */
    uint32_t exit_code;

    /* What the interpreter needs from above, as host calls: at a safe point,
     * `args` is a struct attend; wait and notify of the threads proposal have
     * a struct atomic_wait, and return the instruction's result. */
    host_fn *attend;
    host_fn *atomic_wait;
    host_fn *atomic_notify;

    /* The guest's `__stack_pointer`, if it exports one: LLVM's leaf functions
     * keep data below it, so it is lowered while a signal handler runs. */
    uint64_t *stack_pointer;

    struct stack stack;
    void *alt_stack; /* for host signal handlers */
    struct process *process;
    int32_t tid;

    /* The places the guest last forked from (interp/ahead.c). */
    struct {
        const code_unit *ip;
        bool done;
    } forks[4];
    uint32_t next_fork;
    bool has_waited; /* proc/futex.c: it may be in a queue */

    /* Signals (proc/signal.c): bits by number. */
    _Atomic uint32_t pending; /* came in, not yet given to the guest */
    uint32_t handling;        /* whose handlers are running */
    int handling_last;        /* the innermost of them, 0: none */
    unsigned marks;           /* what that handler said (SIGNAL_MARK_*) */

    /* The call being made (proc/wait.h). */
    enum interruption interruption;
    bool restarting;          /* it is made again after a signal */
    struct deadline deadline; /* the first try's */
};

/*
 * One round of attending to signals.  The interpreter asks until there is
 * nothing more to call; each guest function it is given has returned before it
 * asks again.
 */
struct attend {
    struct func *call; /* out: a guest function (i32) -> (), or NULL */
    uint64_t arg;      /* out */
    bool in_call;      /* in: a host call returned `result` */
    uint64_t result;   /* in */
    bool restart;      /* out, at the end: make that call again */
    enum interruption interruption; /* in: of the call */
    /* Kept by attend() from round to round. */
    bool handled; /* the function given last has returned */
    bool eintr;   /* a handler wants the call to fail */
    bool posix;   /* a handler was installed with SA_RESTART */
    uint32_t outer_handling;
    int outer_last;
    unsigned outer_marks;
};

/* Arguments of memory.atomic.wait and, with `expected` as the count, notify. */
struct atomic_wait {
    void *cell; /* the host address, checked */
    uint64_t expected;
    int64_t timeout_ns; /* negative: forever */
    uint32_t bits;
};

/*
 * The two words through which others get this host thread's attention, read by
 * the interpreter at every function entry and backward branch: a signal sets
 * the flag and makes the limit of the value stack NULL.  Thread-local, since
 * that is the cheapest address there is.
 */
extern THREAD_LOCAL _Atomic uint32_t thread_attention;
extern THREAD_LOCAL uint64_t *_Atomic thread_limit;

/* Set both; from a signal handler of the thread itself. */
void thread_alert(struct thread *t);

/* Get the own attention, but not at the entry of a function, which looks until
 * there is nothing more to attend to. */
static inline void thread_look(void)
{
    atomic_store_explicit(&thread_attention, 1, memory_order_relaxed);
}

/* Reset both; what came in between is seen by the caller's own test. */
void thread_calm(struct thread *t);

/* In a host call: the guest traps there. */
void thread_trap(struct thread *t, enum trap trap);

/* Give the thread its stacks and make it the host thread's current one. */
bool thread_init(struct thread *t, struct error *err) MUST_CHECK;
void thread_done(struct thread *t);

/* The thread that the calling host thread runs; NULL in the supervisor. */
extern THREAD_LOCAL struct thread *thread_current;

#endif
