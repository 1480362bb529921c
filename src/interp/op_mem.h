/*
 * op_mem.h: loads and stores, from the rows of ops.def, and the instructions
 * on whole memories.
 */

/* The address is a sum, as i32.add gives it; or one with a shifted operand, for
 * elements of arrays. */
#define SUM(pa, pb, n) (u32)(GET(pa, u32, n) + GET(pb, u32, (n) + LEN(pa, u32)))
#define SHL_SUM(pa, pb, n)                                                     \
    (u32)((GET(pa, u32, n) << (imm_u32(&ip[(n) + LEN(pa, u32)]) & 31)) +       \
          GET(pb, u32, (n) + LEN(pa, u32) + 2))

/* The operation at `at` behind the operands, which are len units. */
#define LOAD_AT(insn, reg, address, len, pd)                                   \
    {                                                                          \
        u64 at = (u64)(address) + imm_u32(&ip[1 + (len)]);                     \
        u64 value;                                                             \
        ACCESS_LOAD(insn, reg, mem, at, value);                                \
        SET(pd, u64, 3 + (len), value);                                        \
        NEXT(3 + (len) + LEN(pd, u64));                                        \
    }

#define LOAD_OP(name, insn, reg, pa, pd)                                       \
    OP(name##_##pa##_##pd)                                                     \
    LOAD_AT(insn, reg, GET(pa, u64, 1), LEN(pa, u64), pd)
/* The address is the constant where otherwise the offset stands. */
#define LOAD_CONST_OP(name, insn, reg, pd)                                     \
    OP(name##_I_##pd)                                                          \
    LOAD_AT(insn, reg, 0, 0, pd)
#define LOAD_SUM_OP(name, insn, reg, pa, pb, pd)                               \
    OP(name##_##pa##pb##_##pd)                                                 \
    LOAD_AT(insn, reg, SUM(pa, pb, 1), LEN(pa, u32) + LEN(pb, u32), pd)
#define LOAD_SCALED_OP(name, insn, reg, pa, pb, pd)                            \
    OP(name##_##pa##pb##_##pd)                                                 \
    LOAD_AT(insn, reg, SHL_SUM(pa, pb, 1), LEN(pa, u32) + 2 + LEN(pb, u32), pd)

#define LOAD_RARE(name, WASM, insn, reg)                                       \
    EACH_AD(LOAD_OP, name, insn, reg)                                          \
    EACH_D(LOAD_CONST_OP, name, insn, reg)
#define LOAD(name, WASM, insn, reg)                                            \
    LOAD_RARE(name, WASM, insn, reg)                                           \
    EACH_ABD(LOAD_SUM_OP, name##_add, insn, reg)
#define LOADW(name, WASM, insn, reg)                                           \
    LOAD(name, WASM, insn, reg)                                                \
    EACH_ABD(LOAD_SCALED_OP, name##_scaled, insn, reg)

#define LOADF_AT(type, address, len, pd)                                       \
    {                                                                          \
        u64 at = (u64)(address) + imm_u32(&ip[1 + (len)]);                     \
        type value;                                                            \
        ACCESS_LOAD_##type(mem, at, value);                                    \
        SET(pd, type, 3 + (len), value);                                       \
        NEXT(3 + (len) + LEN(pd, type));                                       \
    }

#define LOADF_OP(name, type, pa, pd)                                           \
    OP(name##_##pa##_##pd)                                                     \
    LOADF_AT(type, GET(pa, u64, 1), LEN(pa, u64), pd)
#define LOADF_CONST_OP(name, type, pd)                                         \
    OP(name##_I_##pd)                                                          \
    LOADF_AT(type, 0, 0, pd)
#define LOADF_SUM_OP(name, type, pa, pb, pd)                                   \
    OP(name##_##pa##pb##_##pd)                                                 \
    LOADF_AT(type, SUM(pa, pb, 1), LEN(pa, u32) + LEN(pb, u32), pd)
#define LOADF_SCALED_OP(name, type, pa, pb, pd)                                \
    OP(name##_##pa##pb##_##pd)                                                 \
    LOADF_AT(type, SHL_SUM(pa, pb, 1), LEN(pa, u32) + 2 + LEN(pb, u32), pd)

#define LOADF(name, WASM, type)                                                \
    EACH_AD(LOADF_OP, name, type)                                              \
    EACH_D(LOADF_CONST_OP, name, type)                                         \
    EACH_ABD(LOADF_SUM_OP, name##_add, type)                                   \
    EACH_ABD(LOADF_SCALED_OP, name##_scaled, type)

/* The value follows the address operands, which are len units. */
#define STORE_AT(insn, reg, address, len, pv)                                  \
    {                                                                          \
        u64 at = (u64)(address) + imm_u32(&ip[1 + (len) + LEN(pv, u64)]);      \
        u64 value = GET(pv, u64, 1 + (len));                                   \
        ACCESS_STORE(insn, reg, mem, at, value);                               \
        NEXT(3 + (len) + LEN(pv, u64));                                        \
    }

#define STORE_OP(name, insn, reg, pa, pv)                                      \
    OP(name##_##pa##pv)                                                        \
    STORE_AT(insn, reg, GET(pa, u64, 1), LEN(pa, u64), pv)
#define STORE_CONST_OP(name, insn, reg, pv)                                    \
    OP(name##_I##pv)                                                           \
    STORE_AT(insn, reg, 0, 0, pv)
#define STORE_SUM_OP(name, insn, reg, pa, pb, pv)                              \
    OP(name##_##pa##pb##_##pv)                                                 \
    STORE_AT(insn, reg, SUM(pa, pb, 1), LEN(pa, u32) + LEN(pb, u32), pv)

#define STORE(name, WASM, insn, reg)                                           \
    EACH_AB(STORE_OP, name, insn, reg)                                         \
    EACH_B(STORE_CONST_OP, name, insn, reg)                                    \
    EACH_ABV(STORE_SUM_OP, name##_add, insn, reg)

#define STOREF_AT(type, address, len, pv)                                      \
    {                                                                          \
        u64 at = (u64)(address) + imm_u32(&ip[1 + (len) + LEN(pv, type)]);     \
        type value = GET(pv, type, 1 + (len));                                 \
        ACCESS_STORE_##type(mem, at, value);                                   \
        NEXT(3 + (len) + LEN(pv, type));                                       \
    }

#define STOREF_OP(name, type, pa, pv)                                          \
    OP(name##_##pa##pv)                                                        \
    STOREF_AT(type, GET(pa, u64, 1), LEN(pa, u64), pv)
#define STOREF_CONST_OP(name, type, pv)                                        \
    OP(name##_I##pv)                                                           \
    STOREF_AT(type, 0, 0, pv)
#define STOREF_SUM_OP(name, type, pa, pb, pv)                                  \
    OP(name##_##pa##pb##_##pv)                                                 \
    STOREF_AT(type, SUM(pa, pb, 1), LEN(pa, u32) + LEN(pb, u32), pv)

#define STOREF(name, WASM, type)                                               \
    EACH_AV(STOREF_OP, name, type)                                             \
    EACH_V(STOREF_CONST_OP, name, type)                                        \
    EACH_ABD(STOREF_SUM_OP, name##_add, type)

#include "interp/ops.def"

/* A load whose value is only compared with zero. */
#define BR_LOAD_OP(name, insn, test, pa, way)                                  \
    OP(name##_##pa##_##way)                                                    \
    {                                                                          \
        u64 at = GET(pa, u64, 1) + imm_u32(&ip[1 + LEN(pa, u64)]);             \
        u64 value;                                                             \
        ACCESS_LOAD(insn, "k", mem, at, value);                                \
        if ((u32)value test)                                                   \
            JUMP_##way(3 + LEN(pa, u64));                                      \
        NEXT(5 + LEN(pa, u64));                                                \
    }

EACH_AJ(BR_LOAD_OP, br_load, "movl", != 0)
EACH_AJ(BR_LOAD_OP, br_load_not, "movl", == 0)
EACH_AJ(BR_LOAD_OP, br_load8, "movzbl", != 0)
EACH_AJ(BR_LOAD_OP, br_load8_not, "movzbl", == 0)

OP(memory_size)
{
    fp[ip[1]] = inst->memories[0]->size / WASM_PAGE_SIZE;
    NEXT(2);
}

OP(memory_grow)
{
    fp[ip[2]] = (u32)memory_grow(inst->memories[0], SLOT(u32, 1));
    NEXT(3);
}

OP(memory_copy)
{
    u64 dst = SLOT(u32, 1), src = SLOT(u32, 2), n = SLOT(u32, 3);
    struct memory *memory = inst->memories[0];

    if (!memory_covers(memory, dst, n) || !memory_covers(memory, src, n))
        TRAP(MEMORY_BOUNDS);
    memmove(mem + dst, mem + src, n);
    NEXT(4);
}

OP(memory_fill)
{
    u64 dst = SLOT(u32, 1), n = SLOT(u32, 3);

    if (!memory_covers(inst->memories[0], dst, n))
        TRAP(MEMORY_BOUNDS);
    memset(mem + dst, (int)(SLOT(u32, 2) & 0xff), n);
    NEXT(4);
}

OP(memory_init)
{
    enum trap trap = instance_memory_init(
        inst, 0, imm_u32(&ip[1]), SLOT(u32, 3), SLOT(u32, 4), SLOT(u32, 5));

    if (trap)
        TRAP_VALUE(trap);
    NEXT(6);
}

OP(data_drop)
{
    inst->data_dropped[imm_u32(&ip[1])] = true;
    NEXT(3);
}
