/*
 * enter.h: the ways into compiled code and out of it (native_*.S), and
 * what they leave on the guest stack for those who walk it.
 *
 * A thread that has left compiled code for the runtime stands at the place
 * (&native_mark, a struct native_regs): its t->ip and t->fp.  Compiled code has
 * been called by native_enter, whose frame leads to a struct native_activation,
 * which has the place where the thread stood before.
 *
 * Attention.  A signal that interrupts compiled code has it call the runtime
 * at once (interrupt.h).  One that interrupts the runtime is seen on the way
 * back: each way into compiled code ends with a look at thread_attention, and
 * a signal that comes behind that look, in the few instructions that are left,
 * begins them again (native_rewind).
 */
#ifndef TINE_NATIVE_ENTER_H
#define TINE_NATIVE_ENTER_H

#include "interp/frame.h"
#include "interp/unwind.h"
#include "native/arch.h"
#include "rt/thread.h"

/* t->ip of a thread that has left compiled code. */
extern const code_unit native_mark;

struct native_activation {
    /* The place and what it is, as interp/frame.h has it. */
    const code_unit *ip;
    uint64_t *fp;
    bool behind;
    enum frame_end caller;
    struct landing landing; /* NATIVE_LANDED: where to go on */
};

enum native_entered {
    NATIVE_RETURNED,
    NATIVE_ATTENTION, /* nothing was called: signals first */
    NATIVE_LANDED,
};

/* Call code through an entry thunk. */
enum native_entered native_enter(const void *code, uint64_t *slots,
                                 struct func *f, native_entry *entry,
                                 struct native_activation *activation);

/* The activation of the native_enter that a return address and the stack
 * pointer behind the return belong to; NULL if they do to another function. */
struct native_activation *native_activation_at(uint64_t pc, uint64_t sp);

/* Have the native_enter with its frame at sp return NATIVE_LANDED. */
void native_leave(uint64_t sp);

/* Go on at a landing pad in the frame of `regs`; returns if signals are to be
 * attended to first. */
void native_land(const struct native_regs *regs, const void *exception,
                 uint64_t selector, uint64_t pad);

/* The instance whose code can be entered. */
extern THREAD_LOCAL struct native *native_current;
void native_set_current(struct native *native);

/* What native->helpers are. */
extern const void *const native_stubs[HELPER_COUNT];

/* Called by the stubs on the way back to compiled code. */
void native_attend(struct native_regs *regs);

/* Called by a stub when there is little machine stack left. */
void native_overflow(void);

/* As struct interp_compiled has it. */
bool native_call(struct thread *t, struct func *f, uint64_t *slots,
                 unsigned caller, struct landing *ret);
void native_throw_on(struct thread *t, const struct frame_place *place,
                     const struct exception *exn);

/* Once, before the first native_attach. */
void native_init(void);

#endif
