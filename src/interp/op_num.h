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

/* One form of a binary operation: the operands, then the two results. */
#define BIN_FORM(op, in, out, pre, expr, A, B, len)                            \
    OP(op##_S)                                                                 \
    {                                                                          \
        in a = A, b = B;                                                       \
        pre SET_SLOT(out, len, expr);                                          \
        NEXT(len + 1);                                                         \
    }                                                                          \
    OP(op##_A)                                                                 \
    {                                                                          \
        in a = A, b = B;                                                       \
        pre SET_ACC(out, expr);                                                \
        NEXT(len);                                                             \
    }

#define BIN(name, WASM, in, out, pre, expr)                                    \
    BIN_FORM(name##_SS, in, out, pre, expr, SLOT(in, 1), SLOT(in, 2), 3)       \
    BIN_FORM(name##_SI, in, out, pre, expr, SLOT(in, 1), IMM(in, 2),           \
             (2 + LEN_##in))                                                   \
    BIN_FORM(name##_AS, in, out, pre, expr, ACC(in), SLOT(in, 1), 2)           \
    BIN_FORM(name##_AI, in, out, pre, expr, ACC(in), IMM(in, 1),               \
             (1 + LEN_##in))                                                   \
    BIN_FORM(name##_SA, in, out, pre, expr, SLOT(in, 1), ACC(in), 2)

#define BR_FORM(op, in, cond, A, B, len)                                       \
    OP(op##_F)                                                                 \
    {                                                                          \
        in a = A, b = B;                                                       \
        if (cond)                                                              \
            JUMP_F(len);                                                       \
        NEXT(len + 2);                                                         \
    }                                                                          \
    OP(op##_L)                                                                 \
    {                                                                          \
        in a = A, b = B;                                                       \
        if (cond)                                                              \
            JUMP_L(len);                                                       \
        NEXT(len + 2);                                                         \
    }

#define BR(name, in, cond)                                                     \
    BR_FORM(name##_SS, in, cond, SLOT(in, 1), SLOT(in, 2), 3)                  \
    BR_FORM(name##_SI, in, cond, SLOT(in, 1), IMM(in, 2), (2 + LEN_##in))      \
    BR_FORM(name##_AS, in, cond, ACC(in), SLOT(in, 1), 2)                      \
    BR_FORM(name##_AI, in, cond, ACC(in), IMM(in, 1), (1 + LEN_##in))

#define ICMP(name, WASM, in, expr, INVERSE, SWAPPED)                           \
    BIN(name, WASM, in, u32, , expr)                                           \
    BR(br_##name, in, expr)

#define FCMP(name, WASM, in, expr, SWAPPED)                                    \
    BIN(name, WASM, in, u32, , expr)                                           \
    BR(br_##name, in, expr)                                                    \
    BR(brn_##name, in, !(expr))

#define UN_FORM(op, in, out, pre, expr, A, len)                                \
    OP(op##_S)                                                                 \
    {                                                                          \
        in a = A;                                                              \
        pre SET_SLOT(out, len, expr);                                          \
        NEXT(len + 1);                                                         \
    }                                                                          \
    OP(op##_A)                                                                 \
    {                                                                          \
        in a = A;                                                              \
        pre SET_ACC(out, expr);                                                \
        NEXT(len);                                                             \
    }

#define UN(name, WASM, in, out, pre, expr)                                     \
    UN_FORM(name##_S, in, out, pre, expr, SLOT(in, 1), 2)                      \
    UN_FORM(name##_A, in, out, pre, expr, ACC(in), 1)

#include "interp/ops.def"
