/*
 * vectors.h: loops that become vectors' and still trap where the guest does.
 *
 * LLVM may vectorise a loop only if its accesses can be moved, and of several
 * that trap another may come first then.  So only loops of one block are let to
 * it, and in front of what it makes of one stands a guard: all accesses, in the
 * first iteration and in the last, are inside the memory; since addresses of
 * vectors go one way, so are all others.  If the guard says no, and for what is
 * left over in the end, there is the loop itself, which LLVM keeps.
 *
 * The guard goes where LLVM's own checks go when they say no:
 *
 *     checks ----------------.
 *       |                    |
 *     vector.ph, guard ------+
 *       |                    |
 *     vector.body <-.        |
 *       |-----------'        |
 *     middle.block --> exit  |
 *       |                    |
 *     scalar.ph <------------'
 *       |
 *     the loop
 */
#ifndef TINE_AOT_VECTORS_H
#define TINE_AOT_VECTORS_H

#include "aot/aot.h"

struct vector_loop {
    LLVMBasicBlockRef block;
    LLVMValueRef bound;  /* a constant that its end is compared with, or NULL */
    LLVMValueRef hidden; /* what stands for it */
};

struct vector_loops {
    VEC(struct vector_loop) items;
};

/* Before LLVM's pass: choose loops of the unit.  False: no memory. */
bool vectors_open(struct unit *u, struct vector_loops *loops) MUST_CHECK;

/* Behind it: guard what it has made. */
void vectors_close(struct unit *u, struct vector_loops *loops);

void vectors_done(struct vector_loops *loops);
#define AUTO_VECTOR_LOOPS __attribute__((cleanup(vectors_done)))

#endif
