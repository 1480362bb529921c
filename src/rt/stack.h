/*
 * stack.h: the two stacks of a guest thread (design, section 4).
 *
 * Guest code runs on the guest stack, system calls on the host stack.  A guest
 * stack has two parts, which grow away from each other and have a guard at the
 * far end each: the machine stack, down, and the value stack, where the
 * interpreter's frames grow up.
 *
 * All switching is in switch_*.S and behind the three functions below;
 * nothing ever jumps across C frames of the host stack.
 */
#ifndef TINE_RT_STACK_H
#define TINE_RT_STACK_H

#include "base/error.h"

struct thread;

/* Bytes of the machine stack that what is called by compiled code has at least:
 * the interpreter, or a system call up to where it switches stacks. */
#define STACK_ROOM ((size_t)256 << 10)

/* Globals of the program that a stack has room for. */
#define STACK_GLOBALS 8

struct stack {
    char *map; /* the whole reservation */
    size_t map_size;
    char *machine_low; /* accessible part of the machine stack */
    char *machine_top;
    uint64_t *globals; /* STACK_GLOBALS of two words each, the owner's to use */
    uint64_t *value_base;
    uint64_t *value_limit; /* frames end at or below it */
};

bool stack_init(struct stack *stack, struct error *err) MUST_CHECK;
void stack_done(struct stack *stack);

/* Does a fault at host address `at` mean that the machine stack overflowed? */
bool stack_is_guard(const struct stack *stack, const void *at);

/*
 * Run fn(t, arg) on the guest stack, from the host stack.  Returns when fn
 * returns (true), or when somebody left with stack_leave or by setting
 * t->leave in a host call (false; t->leave says why).
 */
bool stack_enter(struct thread *t, void (*fn)(struct thread *t, void *arg),
                 void *arg);

/*
 * On the guest stack: run fn(t, args, data) on the host stack; its result.
 * Saves the callee-saved registers on the guest stack and its pointer in
 * t->guest_sp, which fn may replace together with the stack's contents
 * (stack_restore).  If fn has set t->leave, does not return: the stack_enter
 * below returns instead.
 */
uint64_t stack_host_call(struct thread *t, const uint64_t *args,
                         const void *data,
                         uint64_t (*fn)(struct thread *t, const uint64_t *args,
                                        const void *data));

/*
 * On the guest stack: give up what runs there; stack_enter returns false.  The
 * caller has set t->leave.  Never returns; it is not declared so, because
 * AddressSanitizer would then clean "the" stack before the call, and it knows
 * only one.  For the same reason code that runs on the guest stack, which is
 * interp/ alone, is compiled without ASan's stack checks (CMakeLists.txt).
 */
void stack_leave(struct thread *t);

/*
 * From the host stack: go on where the last host call was made, as if it had
 * returned `result`.  Returns as stack_enter does.
 */
bool stack_resume(struct thread *t, uint64_t result);

/* A copy of the guest stack as it stands in a host call. */
struct stack_copy;

/* Copy both parts; NULL when the host has no memory. */
struct stack_copy *stack_save(const struct thread *t) MUST_CHECK;

/* Put a copy back, so that the host call in which it was made returns again.
 * Only within a host call of the same thread. */
void stack_restore(struct thread *t, const struct stack_copy *copy);

/* NULL is accepted. */
void stack_copy_free(own struct stack_copy *copy);

/* Bytes that a copy takes. */
size_t stack_copy_size(const struct stack_copy *copy);

/* Bytes of the stack in use, in a host call; a function has more than its
 * caller. */
size_t stack_depth(const struct thread *t);

#endif
