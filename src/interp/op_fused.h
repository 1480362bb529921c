/*
 * op_fused.h: what does the work of two instructions: the rows of fused.def,
 * and pairs of what is shortest.
 */

#define PAIR_OP(name, expr, pa, pb, pd)                                        \
    OP(name##_##pa##pb##_##pd)                                                 \
    {                                                                          \
        u32 x = GET(pa, u32, 1), n = imm_u32(&ip[1 + LEN(pa, u32)]);           \
        u32 y = GET(pb, u32, 3 + LEN(pa, u32));                                \
        SET(pd, u32, 3 + LEN(pa, u32) + LEN(pb, u32), expr);                   \
        NEXT(3 + LEN(pa, u32) + LEN(pb, u32) + LEN(pd, u32));                  \
    }
#define PAIR(name, FUSE, SECOND, expr)       EACH_AVD(PAIR_OP, name, expr)
#define PAIR_CONST(name, FUSE, SECOND, expr) EACH_ABD(PAIR_OP, name, expr)

/* The operation behind an address and its offset, which are len units. */
#define LOAD_PAIR_AT(address, len, expr, pb, pd)                               \
    {                                                                          \
        u64 at = (u64)(address) + imm_u32(&ip[(len) - 1]), value;              \
        u32 x, y;                                                              \
        ACCESS_LOAD(u32, mem, at, value);                                      \
        x = (u32)value;                                                        \
        y = GET(pb, u32, 1 + (len));                                           \
        SET(pd, u32, 1 + (len) + LEN(pb, u32), expr);                          \
        NEXT(1 + (len) + LEN(pb, u32) + LEN(pd, u32));                         \
    }
#define LOADF_PAIR_AT(address, len, expr, pb, pd)                              \
    {                                                                          \
        u64 at = (u64)(address) + imm_u32(&ip[(len) - 1]);                     \
        f64 x, y;                                                              \
        ACCESS_LOAD_f64(mem, at, x);                                           \
        y = GET(pb, f64, 1 + (len));                                           \
        SET(pd, f64, 1 + (len) + LEN(pb, f64), expr);                          \
        NEXT(1 + (len) + LEN(pb, f64) + LEN(pd, f64));                         \
    }
#define SUM_CONST(pa) (u32)(GET(pa, u32, 1) + imm_u32(&ip[1 + LEN(pa, u32)]))

#define LOAD_PAIR_OP(name, AT, expr, pa, pb, pd)                               \
    OP(name##_##pa##pb##_##pd)                                                 \
    AT(GET(pa, u64, 1), LEN(pa, u64) + 2, expr, pb, pd)
#define LOAD_PAIR_SUM_OP(name, AT, expr, pa, pb, pd)                           \
    OP(name##_##pa##pb##_##pd)                                                 \
    AT(SUM_CONST(pa), LEN(pa, u32) + 4, expr, pb, pd)
#define LOAD_PAIR(name, FUSE, SECOND, expr)                                    \
    EACH_AVD(LOAD_PAIR_OP, name, LOAD_PAIR_AT, expr)                           \
    EACH_AVD(LOAD_PAIR_SUM_OP, name##_sum, LOAD_PAIR_AT, expr)
#define LOAD_PAIR_CONST(name, FUSE, SECOND, expr)                              \
    EACH_ABD(LOAD_PAIR_OP, name, LOAD_PAIR_AT, expr)                           \
    EACH_ABD(LOAD_PAIR_SUM_OP, name##_sum, LOAD_PAIR_AT, expr)
#define LOADF_PAIR(name, FUSE, SECOND, expr)                                   \
    EACH_AVD(LOAD_PAIR_OP, name, LOADF_PAIR_AT, expr)                          \
    EACH_AVD(LOAD_PAIR_SUM_OP, name##_sum, LOADF_PAIR_AT, expr)

#define STEP_OP(name, expr, pa, ps, pb)                                        \
    OP(name##_##pa##ps##pb)                                                    \
    {                                                                          \
        u32 a = GET(pa, u32, ) + GET(ps, u32, 1);                              \
        u32 b;                                                                 \
        SET(pa, u32, , a);                                                     \
        b = GET(pb, u32, 1 + LEN(ps, u32));                                    \
        if (expr)                                                              \
            JUMP_L(1 + LEN(ps, u32) + LEN(pb, u32));                           \
        NEXT(3 + LEN(ps, u32) + LEN(pb, u32));                                 \
    }
#define STEP(name, COMPARE, expr) EACH_RSB(STEP_OP, name, expr)

#include "interp/fused.def"

/* Two registers to slots. */
#define COPY_REGS_OP(name, pa, pb)                                             \
    OP(name##_##pa##pb)                                                        \
    {                                                                          \
        KEEP_u64(1, GET(pa, u64, ));                                           \
        KEEP_u64(2, GET(pb, u64, ));                                           \
        NEXT(3);                                                               \
    }
EACH_RR(COPY_REGS_OP, copy_regs)

#define INC(pa, n) SET(pa, u32, , GET(pa, u32, ) + imm_u32(&ip[n]))

#define INC_TWO_OP(name, pa, pb)                                               \
    OP(name##_##pa##pb)                                                        \
    {                                                                          \
        INC(pa, 1);                                                            \
        INC(pb, 3);                                                            \
        NEXT(5);                                                               \
    }
EACH_RR(INC_TWO_OP, inc_two)

#define INC_JUMP_OP(name, pa)                                                  \
    OP(name##_##pa)                                                            \
    {                                                                          \
        INC(pa, 1);                                                            \
        JUMP_L(3);                                                             \
    }
EACH_R(INC_JUMP_OP, inc_jump)

#define INC_TWO_JUMP_OP(name, pa, pb)                                          \
    OP(name##_##pa##pb)                                                        \
    {                                                                          \
        INC(pa, 1);                                                            \
        INC(pb, 3);                                                            \
        JUMP_L(5);                                                             \
    }
EACH_RR(INC_TWO_JUMP_OP, inc_two_jump)

#define INC_TWO_BR_NZ_OP(name, pa, pb)                                         \
    OP(name##_##pa##pb)                                                        \
    {                                                                          \
        INC(pa, 1);                                                            \
        INC(pb, 3);                                                            \
        if (GET(pb, u32, ) != 0)                                               \
            JUMP_L(5);                                                         \
        NEXT(7);                                                               \
    }
EACH_RR(INC_TWO_BR_NZ_OP, inc_two_br_nz)

#define COPY_JUMP_OP(name, pa, pb)                                             \
    OP(name##_##pa##pb)                                                        \
    {                                                                          \
        SET(pb, u64, , GET(pa, u64, ));                                        \
        JUMP_L(1);                                                             \
    }
EACH_RR(COPY_JUMP_OP, copy_jump)
