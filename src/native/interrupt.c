/* interrupt.c: see interrupt.h. */
#include "native/interrupt.h"

#include <string.h>

#include "interp/interp.h"
#include "native/attach.h"
#include "rt/context.h"
#include "rt/fault.h"

/* A part of the assembly that can be begun again. */
struct native_rewind {
    uintptr_t from, to; /* both included */
    uintptr_t target;
    int64_t pushed; /* to take from the stack pointer; -1: it is in
                       ARCH_REWOUND */
};

extern const struct native_rewind native_rewinds[], native_rewinds_end[];
extern const char native_interrupt[];

/* --- Signals --- */

IN_SIGNAL void interrupt_signal(const struct thread *t, void *context)
{
    ucontext_t *uc = context;
    uintptr_t pc = context_pc(uc), sp = context_sp(uc);
    const struct native_rewind *at;

    if (image_at(pc)) {
        /* Else it is attended to when that code calls, or never: there is no
         * room for a handler. */
        if (sp >= (uintptr_t)t->machine_limit &&
            sp <= (uintptr_t)t->stack.machine_top) {
            arch_prepare_interrupt();
            context_push_call(uc, (uintptr_t)native_interrupt);
        }
        return;
    }
    for (at = native_rewinds; at < native_rewinds_end; at++) {
        if (pc < at->from || pc > at->to)
            continue;
        context_set_sp(uc, at->pushed < 0 ? context_named(uc, ARCH_REWOUND)
                                          : sp - (uintptr_t)at->pushed);
        context_set_pc(uc, at->target);
        return;
    }
}

void native_interrupted(struct native_regs *regs)
{
    struct thread *t = thread_current;
    struct native *native = regs->native;
    size_t bytes = native->inst->compiled->n_results * sizeof(uint64_t);
    uint64_t results[countof(native->results)];

    memcpy(results, native->results, bytes);
    t->ip = &native_mark;
    t->fp = (uint64_t *)(void *)regs;
    interp_attend(t);
    memcpy(native->results, results, bytes);
    native_set_current(native);
}

/* --- Faults --- */

/* Where a thread stands whose code has faulted; it does not go on there. */
static THREAD_LOCAL struct native_regs fault_regs;

static bool find_fault(struct thread *t, const ucontext_t *uc)
{
    if (!image_at(context_pc(uc)))
        return false;
    fault_regs = (struct native_regs){
        .exact = 1,
        .native = native_current,
        .sp = context_sp(uc),
        .pc = context_pc(uc),
    };
    arch_read_context(&fault_regs, uc);
    t->ip = &native_mark;
    t->fp = (uint64_t *)(void *)&fault_regs;
    return true;
}

void interrupt_init(void)
{
    fault_set_compiled(find_fault);
}
