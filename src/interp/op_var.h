/*
 * op_var.h: constants, copies, selections, globals.
 */

/* These stand between an instruction that leaves its result in the accumulator
 * and the one that takes it, too. */
#define COPY_SET_S(type, n, value) KEEP_##type(n, value)
#define COPY_SET_A(type, n, value) SET_A(type, n, value)
#define COPY_SET_0(type, n, value) SET_0(type, n, value)
#define COPY_SET_1(type, n, value) SET_1(type, n, value)
#define COPY_SET_2(type, n, value) SET_2(type, n, value)
#define COPY_SET_3(type, n, value) SET_3(type, n, value)

#define COPY_AT(type, pa, pd)                                                  \
    {                                                                          \
        type a = GET(pa, type, 1);                                             \
        COPY_SET_##pd(type, 1 + LEN(pa, type), a);                             \
        NEXT(1 + LEN(pa, type) + LEN(pd, type));                               \
    }

#define COPY_OP(name, type, pa, pd)                                            \
    OP(name##_##pa##_##pd)                                                     \
    COPY_AT(type, pa, pd)

EACH_AD(COPY_OP, copy, u64)
EACH_AD(COPY_OP, copyf, f64)

OP(copy_two)
{
    fp[ip[2]] = fp[ip[1]];
    fp[ip[4]] = fp[ip[3]];
    NEXT(5);
}

/* From lower to higher: the destination may overlap the source from below. */
OP(copy_n)
{
    memmove(&fp[ip[2]], &fp[ip[1]], ip[3] * sizeof(*fp));
    NEXT(4);
}

#define CONST_AT(type, value, pd)                                              \
    {                                                                          \
        COPY_SET_##pd(u64, 1 + LEN_##type, value(&ip[1]));                     \
        NEXT(1 + LEN_##type + LEN(pd, u64));                                   \
    }

#define CONST_OP(name, type, value, pd)                                        \
    OP(name##_##pd)                                                            \
    CONST_AT(type, value, pd)

EACH_D(CONST_OP, const_u32, u32, imm_u32)
EACH_D(CONST_OP, const32, u32, imm_u64)
EACH_D(CONST_OP, const64, f64, imm_full)

#define CONSTF_OP(name, pd)                                                    \
    OP(name##_##pd)                                                            \
    {                                                                          \
        SET(pd, f64, , imm_f64(&ip[1]));                                       \
        NEXT(1 + LEN_f64);                                                     \
    }

EACH_R(CONSTF_OP, constf)

/* The condition is in a slot, or in the accumulator. */
#define SELECT_OP(name, pc, pa, pb, pd)                                        \
    OP(name##_##pa##pb##_##pd)                                                 \
    {                                                                          \
        u32 c = GET(pc, u32, 1);                                               \
        u64 a = GET(pa, u64, 1 + LEN(pc, u32));                                \
        u64 b = GET(pb, u64, 1 + LEN(pc, u32) + LEN(pa, u64));                 \
        SET(pd, u64, 1 + LEN(pc, u32) + LEN(pa, u64) + LEN(pb, u64),           \
            c ? a : b);                                                        \
        NEXT(1 + LEN(pc, u32) + LEN(pa, u64) + LEN(pb, u64) + LEN(pd, u64));   \
    }

EACH_AVD(SELECT_OP, select_S, S)
EACH_AVD(SELECT_OP, select_A, A)

#define GLOBAL_GET_OP(name, pd)                                                \
    OP(name##_##pd)                                                            \
    {                                                                          \
        SET(pd, u64, 3, *INST->globals[imm_u32(&ip[1])]);                      \
        NEXT(3 + LEN(pd, u64));                                                \
    }

#define GLOBAL_SET_OP(name, pa)                                                \
    OP(name##_##pa)                                                            \
    {                                                                          \
        *INST->globals[imm_u32(&ip[1])] = GET(pa, u64, 3);                     \
        NEXT(3 + LEN(pa, u64));                                                \
    }

/* What a program does at the beginning and the end of a function to the pointer
 * to its stack. */
#define GLOBAL_ADD_AT(pd)                                                      \
    {                                                                          \
        u64 global = *INST->globals[imm_u32(&ip[1])];                          \
        u32 sum = (u32)global + imm_u32(&ip[3]);                               \
                                                                               \
        SET(pd, u32, 5, sum);                                                  \
        NEXT(5 + LEN(pd, u32));                                                \
    }

#define GLOBAL_STEP_AT                                                         \
    {                                                                          \
        uint64_t *global = INST->globals[imm_u32(&ip[1])];                     \
        u64 before = *global;                                                  \
        u32 sum = (u32)before + imm_u32(&ip[3]);                               \
                                                                               \
        *global = sum;                                                         \
        SET(S, u32, 5, sum);                                                   \
        NEXT(6);                                                               \
    }

#define GLOBAL_SET_ADD_AT(pa)                                                  \
    {                                                                          \
        u32 sum = GET(pa, u32, 1) + imm_u32(&ip[1 + LEN(pa, u32)]);            \
                                                                               \
        *INST->globals[imm_u32(&ip[3 + LEN(pa, u32)])] = sum;                  \
        NEXT(5 + LEN(pa, u32));                                                \
    }

#define GLOBAL_ADD_OP(name, pd)                                                \
    OP(name##_##pd)                                                            \
    GLOBAL_ADD_AT(pd)
#define GLOBAL_SET_ADD_OP(name, pa)                                            \
    OP(name##_##pa)                                                            \
    GLOBAL_SET_ADD_AT(pa)

OP(global_step)
GLOBAL_STEP_AT

EACH_D(GLOBAL_GET_OP, global_get)
EACH_D(GLOBAL_ADD_OP, global_add)
EACH_A(GLOBAL_SET_ADD_OP, global_set_add)
EACH_A(GLOBAL_SET_OP, global_set)

#define LOAD_ONE(type, pb) SET(pb, type, , SLOT(type, 1 + pb));

#define REGS_AT(type, M, pb)                                                   \
    {                                                                          \
        UP_TO_##pb(M, type) NEXT(2 + pb);                                      \
    }

#define REGS_OP(name, type, M, pb)                                             \
    OP(name##_##pb)                                                            \
    REGS_AT(type, M, pb)

EACH_R(REGS_OP, save, u64, SAVE_ONE)
EACH_R(REGS_OP, load, u64, LOAD_ONE)
EACH_R(REGS_OP, savef, f64, SAVE_ONE)
EACH_R(REGS_OP, loadf, f64, LOAD_ONE)
