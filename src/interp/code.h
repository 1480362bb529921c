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
 * lower half, a reference is a pointer.
 *
 * Forms: an operation with the forms of ops.def has one number a combination
 * of operand places and result place, in the order of enum form; the form
 * whose result goes to the accumulator follows the one with a result slot.
 */
#ifndef TINE_INTERP_CODE_H
#define TINE_INTERP_CODE_H

#include "rt/instance.h"

/* Where the two operands of a binary operation are. */
enum form {
    FORM_SS,
    FORM_SI,
    FORM_AS,
    FORM_AI,
    FORM_SA,
};

#define FORMS_BIN(name)                                                        \
    I_##name##_SS_S, I_##name##_SS_A, I_##name##_SI_S, I_##name##_SI_A,        \
        I_##name##_AS_S, I_##name##_AS_A, I_##name##_AI_S, I_##name##_AI_A,    \
        I_##name##_SA_S, I_##name##_SA_A,

/* Branches: forward (F), backward, which attend to signals (L). */
#define FORMS_BR(name)                                                         \
    I_##name##_SS_F, I_##name##_SS_L, I_##name##_SI_F, I_##name##_SI_L,        \
        I_##name##_AS_F, I_##name##_AS_L, I_##name##_AI_F, I_##name##_AI_L,

/* One operand, one result. */
#define FORMS_UN(name)                                                         \
    I_##name##_S_S, I_##name##_S_A, I_##name##_A_S, I_##name##_A_A,

/* Address and value of a store. */
#define FORMS_STORE(name)                                                      \
    I_##name##_SS, I_##name##_SI, I_##name##_AS, I_##name##_AI, I_##name##_SA,

enum internal {
#define BIN(name, WASM, in, out, pre, expr) FORMS_BIN(name)
#define ICMP(name, WASM, in, expr, INVERSE, SWAPPED)                           \
    FORMS_BIN(name) FORMS_BR(br_##name)
#define FCMP(name, WASM, in, expr, SWAPPED)                                    \
    FORMS_BIN(name) FORMS_BR(br_##name) FORMS_BR(brn_##name)
#define UN(name, WASM, in, out, pre, expr) FORMS_UN(name)
#define LOAD(name, WASM, insn, reg)        FORMS_UN(name)
#define LOADF(name, WASM, type)            FORMS_UN(name)
#define STORE(name, WASM, insn, reg)       FORMS_STORE(name)
#define STOREF(name, WASM, type) I_##name##_SS, I_##name##_AS, I_##name##_SA,
#include "interp/ops.def"
#define SINGLE(name, operands) I_##name,
#include "interp/singles.def"
#undef SINGLE
    I_COUNT,
};

/* The table of handlers or labels, by number, is private to loop.c. */

#endif
