/* enter.c: see enter.h. */
#include "native/enter.h"

#include "interp/interp.h"
#include "native/attach.h"
#include "native/interrupt.h"
#include "rt/exception.h"

STATIC_ASSERT(offsetof(struct native, thread) == 16, "native_*.S");
STATIC_ASSERT(offsetof(struct native_regs, native) == 8, "native_*.S");
STATIC_ASSERT(offsetof(struct native_regs, sp) == 16, "native_*.S");
STATIC_ASSERT(offsetof(struct native_regs, kept) == 24, "native_*.S");
STATIC_ASSERT(offsetof(struct thread, ip) == 32, "native_*.S");
STATIC_ASSERT(offsetof(struct thread, fp) == 40, "native_*.S");
STATIC_ASSERT(offsetof(struct thread, machine_limit) == 56, "native_*.S");

const code_unit native_mark = 0;

THREAD_LOCAL struct native *native_current;

void native_set_current(struct native *native)
{
    if (native == native_current)
        return;
    arch_set_native(native);
    native_current = native;
}

/* --- Calls --- */

/* Through this entry. */
static bool call_entry(struct thread *t, struct func *f, native_entry *entry,
                       uint64_t *slots, unsigned caller, struct landing *ret)
{
    struct native_activation activation = {
        .ip = t->ip,
        .fp = t->fp,
        .behind = t->ip_behind,
        .caller = (enum frame_end)caller,
    };

    for (;;) {
        native_set_current(f->inst->compiled->native);
        switch (native_enter(f->native, slots, f, entry, &activation)) {
        case NATIVE_RETURNED:
            return true;
        case NATIVE_ATTENTION:
            t->ip = activation.ip;
            t->fp = activation.fp;
            t->ip_behind = activation.behind;
            interp_attend(t);
            break;
        case NATIVE_LANDED:
            *ret = activation.landing;
            return false;
        }
    }
}

bool native_call(struct thread *t, struct func *f, uint64_t *slots,
                 unsigned caller, struct landing *ret)
{
    return call_entry(t, f, native_entry_of(f), slots, caller, ret);
}

/* When it is back, its caller may have such a loop as well. */
static bool go_on(struct thread *t, const struct interp_loop *loop,
                  uint64_t *slots, unsigned caller, struct landing *ret)
{
    native_entry *entry = (native_entry *)(uintptr_t)loop->code;
    bool returned = call_entry(t, loop->func, entry, slots, caller, ret);

    thread_look();
    return returned;
}

void native_attend(struct native_regs *regs)
{
    struct thread *t = thread_current;

    if (atomic_load_explicit(&thread_attention, memory_order_relaxed)) {
        t->ip = &native_mark;
        t->fp = (uint64_t *)(void *)regs;
        interp_attend(t);
    }
    native_set_current(regs->native);
}

void native_overflow(void)
{
    struct thread *t = thread_current;

    thread_trap(t, TRAP_STACK_OVERFLOW);
    stack_leave(t);
}

extern const char native_entered_at[];

struct native_activation *native_activation_at(uint64_t pc, uint64_t sp)
{
    if (pc != (uintptr_t)native_entered_at)
        return NULL;
    return *(struct native_activation **)(uintptr_t)sp;
}

void native_init(void)
{
    static const struct interp_compiled compiled = {
        native_call, go_on, native_loop_at, native_throw_on};

    arch_init();
    interp_set_compiled(&compiled);
    interrupt_init();
    exception_scan_machine_stack();
}
