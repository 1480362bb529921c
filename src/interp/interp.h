/*
 * interp.h: the interpreter, as the rest of the runtime uses it.
 *
 * Everything here but interp_frames runs on the guest stack.  Guest-to-guest
 * calls never recurse in C: frames are kept on the value stack (code.h).
 */
#ifndef TINE_INTERP_INTERP_H
#define TINE_INTERP_INTERP_H

#include "rt/thread.h"

struct exception;
struct frame_place;
struct landing;

/* Once, before the first instance: what functions start out with. */
void interp_init(void);

/* A loop at which a function can go on in compiled code. */
struct interp_loop {
    const code_unit *head; /* where backward branches to it go */
    struct func *func;
    const void *code; /* image_loop_code() */
    /* Where each slot that the code is entered with comes from: a slot of the
     * frame, or LOOP_REG and the number of a register (replace.h).  In the
     * instance's pool. */
    const uint32_t *from;
    uint32_t n;
};

#define LOOP_REG 0x10000u

/* The loop of f by the offset of its instruction, all but its code; false: f
 * has not been translated, it is none, or there is no memory. */
bool interp_find_loop(struct func *f, uint32_t offset,
                      struct interp_loop *ret) MUST_CHECK;

/* At a safe point: may that be the head of a loop? */
bool interp_is_at_loop(const struct thread *t);

/* The offset of the loop whose head is at ip, 0 if it is none. */
uint32_t interp_loop_offset(const code_unit *ip);

/* What runs compiled code, on the guest stack (native/enter.c). */
struct interp_compiled {
    /*
     * Call f, whose arguments are at `slots`.  t->ip and fp say from where: a
     * frame of the interpreter (FRAME_INSIDE, interp/frame.h) or what entered
     * its loop.  False if f has not returned, but an exception found a handler
     * in the loop's frames: *ret.
     */
    bool (*call)(struct thread *t, struct func *f, uint64_t *slots,
                 unsigned caller, struct landing *ret);
    /* The same of a function that goes on at a loop. */
    bool (*go_on)(struct thread *t, const struct interp_loop *loop,
                  uint64_t *slots, unsigned caller, struct landing *ret);
    /* The loop of the instance with this head, or NULL. */
    const struct interp_loop *(*loop_at)(const struct instance *inst,
                                         const code_unit *head);
    /* An exception has left the frames of the loop that compiled code called
     * from this place; returns if nobody catches it. */
    void (*throw)(struct thread *t, const struct frame_place *place,
                  const struct exception *exn);
};

/* Once, before the first compiled function. */
void interp_set_compiled(const struct interp_compiled *compiled);

/*
 * Call a guest or host function from compiled code: `slots` holds the
 * arguments and, after the return, the results.  There may be calls below;
 * their frames are untouched.  Traps leave through stack_leave.
 */
void interp_call(struct thread *t, struct func *f, uint64_t *slots);

/* The same for a host function, with its place as the thread's: its result.
 * Signals are attended to, and the call made again if one says so. */
uint64_t interp_host(struct thread *t, const struct func *f,
                     const uint64_t *args);

/* The same for one that an instruction makes, t->atomic_wait or
 * t->atomic_notify: made again until it is not interrupted. */
uint64_t interp_host_atomic(struct thread *t, const struct atomic_wait *args,
                            host_fn *fn);

/* Run the handlers of pending signals, at the thread's place. */
void interp_attend(struct thread *t);

/*
 * Call from the host stack: enters the guest stack and comes back.  True
 * if the function returned; false if t->leave says something else.
 */
bool interp_run(struct thread *t, struct func *f, uint64_t *slots);

/* One frame of a stopped thread, for a backtrace. */
struct interp_frame {
    const struct instance *inst;
    uint32_t func;   /* index in the instance's module */
    uint32_t offset; /* of the instruction, in the file */
};

/*
 * Describe up to n frames of a thread that is in a host call or has trapped,
 * the innermost first; returns how many there are.
 */
size_t interp_frames(const struct thread *t, struct interp_frame *frames,
                     size_t n);

#endif
