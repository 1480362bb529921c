/*
 * exprs.h: what the rows of ops.def with two operands compute, by name, for
 * bodies that are written out one by one (op_joined.h).  Without their checks.
 */
#ifndef TINE_INTERP_EXPRS_H
#define TINE_INTERP_EXPRS_H

#include "interp/loop.h"

#define BIN(name, WASM, in, out, pre, expr)                                    \
    UNUSED static ALWAYS_INLINE out value_##name(in a, in b)                   \
    {                                                                          \
        return expr;                                                           \
    }
#define ICMP(name, WASM, in, expr, inverse, SWAPPED)                           \
    BIN(name, WASM, in, u32, , expr)
#include "interp/ops.def"

#endif
