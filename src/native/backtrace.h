/*
 * backtrace.h: where a stopped thread stands, in whatever code.
 */
#ifndef TINE_NATIVE_BACKTRACE_H
#define TINE_NATIVE_BACKTRACE_H

#include "interp/interp.h"

/* As interp_frames, through compiled code too. */
size_t backtrace_frames(const struct thread *t, struct interp_frame *frames,
                        size_t n);

/* What tells the thread's place in a host call from others at which it could
 * stand. */
uintptr_t backtrace_place(const struct thread *t);

#endif
