/*
 * interp.h: the interpreter, as the rest of the runtime uses it.
 *
 * Everything here but interp_frames runs on the guest stack.  Guest-to-guest
 * calls never recurse in C: frames are kept on the value stack (code.h).
 */
#ifndef TINE_INTERP_INTERP_H
#define TINE_INTERP_INTERP_H

#include "rt/thread.h"

/* Once, before the first instance: what functions start out with. */
void interp_init(void);

/*
 * Call a guest or host function from the guest stack: `slots` holds the
 * arguments and, after the return, the results.  There may be calls below;
 * their frames are untouched.  Traps leave through stack_leave.
 */
void interp_call(struct thread *t, struct func *f, uint64_t *slots);

/*
 * The same from the host stack: enters the guest stack and comes back.  True
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
