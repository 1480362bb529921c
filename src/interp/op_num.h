/*
 * op_num.h: numeric instructions and the branches fused with comparisons;
 * all from the rows of ops.def.
 */

#define CHECK_DIV                                                              \
    if (unlikely(b == 0))                                                      \
        TRAP(DIVIDE_BY_ZERO);

#define CHECK_DIV_S(type, lowest)                                              \
    if (unlikely(b == 0))                                                      \
        TRAP(DIVIDE_BY_ZERO);                                                  \
    if (unlikely((type)a == (lowest) && (type)b == -1))                        \
        TRAP(INTEGER_OVERFLOW);

#define CHECK_TRUNC(in_range)                                                  \
    if (unlikely(!(in_range))) {                                               \
        if (a != a)                                                            \
            TRAP(CONVERSION);                                                  \
        TRAP(INTEGER_OVERFLOW);                                                \
    }

#define BIN_AT(in, out, pre, expr, pa, pb, pd)                                 \
    {                                                                          \
        in a = GET(pa, in, 1), b = GET(pb, in, 1 + LEN(pa, in));               \
        pre SET(pd, out, 1 + LEN(pa, in) + LEN(pb, in), expr);                 \
        NEXT(1 + LEN(pa, in) + LEN(pb, in) + LEN(pd, out));                    \
    }

#define BIN_OP(name, in, out, pre, expr, pa, pb, pd)                           \
    OP(name##_##pa##pb##_##pd)                                                 \
    BIN_AT(in, out, pre, expr, pa, pb, pd)

#define BIN(name, WASM, in, out, pre, expr)                                    \
    EACH_ABD(BIN_OP, name, in, out, pre, expr)
#define BIN_RARE(name, WASM, in, out, pre, expr)                               \
    EACH_ABD2(BIN_OP, name, in, out, pre, expr)

#define BR_AT(in, cond, pa, pb, way)                                           \
    {                                                                          \
        in a = GET(pa, in, 1), b = GET(pb, in, 1 + LEN(pa, in));               \
        if (cond)                                                              \
            JUMP_##way(1 + LEN(pa, in) + LEN(pb, in));                         \
        NEXT(1 + LEN(pa, in) + LEN(pb, in) + 2);                               \
    }

#define BR_OP(name, in, cond, pa, pb, way)                                     \
    OP(name##_##pa##pb##_##way)                                                \
    BR_AT(in, cond, pa, pb, way)

/* The end of a counting loop: add to a register, compare it, go back. */
#define INC_BR_OP(name, in, cond, pa, pb)                                      \
    OP(name##_##pa##pb)                                                        \
    {                                                                          \
        in a, b;                                                               \
        SET(pa, in, , GET(pa, in, ) + imm_##in(&ip[1]));                       \
        a = GET(pa, in, );                                                     \
        b = GET(pb, in, 3);                                                    \
        if (cond)                                                              \
            JUMP_L(3 + LEN(pb, in));                                           \
        NEXT(3 + LEN(pb, in) + 2);                                             \
    }

#define ICMP(name, WASM, in, expr, inverse, SWAPPED)                           \
    EACH_ABT(BIN_OP, name, in, u32, , expr)                                    \
    EACH_ABJ(BR_OP, br_##name, in, expr)                                       \
    EACH_RB(INC_BR_OP, inc_br_##name, in, expr)

#define FCMP(name, WASM, in, expr, SWAPPED)                                    \
    EACH_ABD2(BIN_OP, name, in, u32, , expr)                                   \
    EACH_ABJ2(BR_OP, br_##name, in, expr)                                      \
    EACH_ABJ2(BR_OP, brn_##name, in, !(expr))

#define UN_OP(name, in, out, pre, expr, pa, pd)                                \
    OP(name##_##pa##_##pd)                                                     \
    {                                                                          \
        in a = GET(pa, in, 1);                                                 \
        pre SET(pd, out, 1 + LEN(pa, in), expr);                               \
        NEXT(1 + LEN(pa, in) + LEN(pd, out));                                  \
    }

#define UN(name, WASM, in, out, pre, expr)                                     \
    EACH_AD(UN_OP, name, in, out, pre, expr)
#define UN_RARE(name, WASM, in, out, pre, expr)                                \
    EACH_AD2(UN_OP, name, in, out, pre, expr)

#include "interp/ops.def"

#define SHL_ADD_AT(pa, pb, pd)                                                 \
    {                                                                          \
        u32 a = GET(pa, u32, 1) << (imm_u32(&ip[1 + LEN(pa, u32)]) & 31);      \
        u32 b = GET(pb, u32, 3 + LEN(pa, u32));                                \
        SET(pd, u32, 3 + LEN(pa, u32) + LEN(pb, u32), a + b);                  \
        NEXT(3 + LEN(pa, u32) + LEN(pb, u32) + LEN(pd, u32));                  \
    }

#define SHL_ADD_OP(name, pa, pb, pd)                                           \
    OP(name##_##pa##pb##_##pd)                                                 \
    SHL_ADD_AT(pa, pb, pd)

EACH_ABD(SHL_ADD_OP, shl_add)
EACH_ABJ(BR_OP, br_test, u32, (a & b) != 0)
EACH_ABJ(BR_OP, br_test_not, u32, (a & b) == 0)
