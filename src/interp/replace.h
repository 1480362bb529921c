/*
 * replace.h: on-stack replacement: a function that is being interpreted goes on
 * in compiled code, at the head of a loop.
 */
#ifndef TINE_INTERP_REPLACE_H
#define TINE_INTERP_REPLACE_H

#include "interp/code.h"
#include "interp/interp.h"
#include "interp/unwind.h"

enum replaced {
    REPLACED_NOT,      /* go on at ip */
    REPLACED_RETURNED, /* the function has returned: its results are at fp */
    REPLACED_LANDED,   /* an exception has found a handler */
};

/* What the registers hold: those of integers, then those of floats, whose
 * further elements have no meaning. */
#define REPLACE_REGS (2 * INTERP_REGS)

/*
 * Behind a backward branch to ip, in the frame fp: if it is the head of a loop
 * from which there is compiled code, run that.  ret_to: where the function
 * returned to.
 */
enum replaced replace(const code_unit *ip, uint64_t *fp, const uint64_t *regs,
                      const code_unit **ret_to, struct landing *landing);

#endif
