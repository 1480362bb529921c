/*
 * code.h: the interpreter's internal code.
 *
 * A function body becomes a sequence of 16-bit units.  An instruction is its
 * number, then its operands: a slot of the frame takes one unit, a 32-bit
 * constant or a branch offset (in units, from the start of the instruction)
 * two, a 64-bit constant or a pointer four.
 *
 * A frame is an array of 64-bit slots:
 *
 *     0                  parameters; results when the function returns
 *     hdr                where to return to: hdr = max(params, results)
 *     hdr + 1            the other locals
 *     hdr + 1 + locals   the operand stack
 *
 * A caller leaves arguments at the top of its own operand stack, where the
 * callee's frame then begins.  The last unit of every call is the distance of
 * the two frames: a return takes it from the unit before the return address.
 *
 * A slot always holds 64 bits: an i32 is zero-extended, an f32 stands in the
 * lower half, a reference is a pointer.  A v128 takes two slots, the lower half
 * first; instructions name the first.
 *
 * What often follows each other is one instruction (joined.def), whose number
 * stands in the place of the first one's; the rest of the code is as if it were
 * not.
 *
 * Forms: an operation of ops.def has a number for each combination of places
 * that its operands and its result can be in (places.h), one behind the other,
 * the result's changing fastest.  Place by place:
 *
 *     operand, result   S, A, 0, 1, 2, 3; a last operand also I, as the last
 *     branch            forward (F), backward, which attends to signals (L)
 */
#ifndef TINE_INTERP_CODE_H
#define TINE_INTERP_CODE_H

#include "interp/places.h"
#include "rt/instance.h"

/* Operand and result places by number, and how many there are with and without
 * registers.  A constant's is the one behind the last. */
enum {
    AT_SLOT,
    AT_ACC,
    AT_REG,
    PLACES_RARE = AT_REG,
    PLACES = AT_REG + INTERP_REGS,
};

enum internal {
#define TABLE(name) I_##name,
#include "interp/table.h"
#undef TABLE
    I_COUNT,
};

/* The table of handlers or labels, by number, is private to loop*.c. */

#endif
