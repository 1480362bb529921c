/*
 * capture.h: what stack_checkpoint keeps so that it can return again: a copy
 * of the guest stack and of the mutable globals.  Memory is not part of it.
 *
 * A guest holds captures by number in its own memory and never says when it
 * is done with one.  One made again at the same place, for the same buffer,
 * replaces the one before and keeps its number, since the guest may have
 * copied the buffer.  Those made deeper in the stack than it is now are dead
 * by C's rules; but programs that jump between two stacks of calls do return
 * to them, so that they are only freed when there are many.
 */
#ifndef TINE_PROC_CAPTURE_H
#define TINE_PROC_CAPTURE_H

#include "abi/wasi.h"
#include "rt/thread.h"

struct capture;

/* A capture of the host call being made; NULL: no memory. */
struct capture *capture_new(struct thread *t) MUST_CHECK;

/* NULL is accepted. */
void capture_free(own struct capture *capture);

/* The host call in which the capture was made returns once more, with the
 * result of the present one. */
void capture_restore(struct thread *t, const struct capture *capture);

/*
 * stack_checkpoint: capture for the buffer at `snapshot`; `ret_val` is where
 * the second return leaves its value.  *ret is its number.  WASI_NOMEM, also
 * above LIMIT_CAPTURES.
 */
enum wasi_errno capture_keep(struct thread *t, gaddr snapshot, gaddr ret_val,
                             uint64_t *ret) MUST_CHECK;

/* stack_restore; *ret_val as given to capture_keep.  False if there is no such
 * capture. */
bool capture_return(struct thread *t, uint64_t number, gaddr *ret_val);

/* Forget all that were kept. */
void capture_drop_all(struct thread *t);

#endif
