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
#define LOAD_AT(how, address, len, pd)                                         \
    {                                                                          \
        u64 at = (u64)(address) + imm_u32(&ip[1 + (len)]);                     \
        u64 value;                                                             \
        ACCESS_LOAD(how, mem, at, value);                                      \
        SET(pd, u64, 3 + (len), value);                                        \
        NEXT(3 + (len) + LEN(pd, u64));                                        \
    }

#define LOAD_OP(name, how, pa, pd)                                             \
    OP(name##_##pa##_##pd)                                                     \
    LOAD_AT(how, GET(pa, u64, 1), LEN(pa, u64), pd)
/* The address is the constant where otherwise the offset stands. */
#define LOAD_CONST_OP(name, how, pd)                                           \
    OP(name##_I_##pd)                                                          \
    LOAD_AT(how, 0, 0, pd)
#define LOAD_SUM_OP(name, how, pa, pb, pd)                                     \
    OP(name##_##pa##pb##_##pd)                                                 \
    LOAD_AT(how, SUM(pa, pb, 1), LEN(pa, u32) + LEN(pb, u32), pd)
#define LOAD_SCALED_OP(name, how, pa, pb, pd)                                  \
    OP(name##_##pa##pb##_##pd)                                                 \
    LOAD_AT(how, SHL_SUM(pa, pb, 1), LEN(pa, u32) + 2 + LEN(pb, u32), pd)

#define LOAD_RARE(name, WASM, how)                                             \
    EACH_AD(LOAD_OP, name, how)                                                \
    EACH_D(LOAD_CONST_OP, name, how)
#define LOAD(name, WASM, how)                                                  \
    LOAD_RARE(name, WASM, how)                                                 \
    EACH_ABD(LOAD_SUM_OP, name##_add, how)
#define LOADW(name, WASM, how)                                                 \
    LOAD(name, WASM, how)                                                      \
    EACH_ABD(LOAD_SCALED_OP, name##_scaled, how)

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
#define STORE_AT(how, address, len, pv)                                        \
    {                                                                          \
        u64 at = (u64)(address) + imm_u32(&ip[1 + (len) + LEN(pv, u64)]);      \
        u64 value = GET(pv, u64, 1 + (len));                                   \
        ACCESS_STORE(how, mem, at, value);                                     \
        NEXT(3 + (len) + LEN(pv, u64));                                        \
    }

#define STORE_OP(name, how, pa, pv)                                            \
    OP(name##_##pa##pv)                                                        \
    STORE_AT(how, GET(pa, u64, 1), LEN(pa, u64), pv)
#define STORE_CONST_OP(name, how, pv)                                          \
    OP(name##_I##pv)                                                           \
    STORE_AT(how, 0, 0, pv)
#define STORE_SUM_OP(name, how, pa, pb, pv)                                    \
    OP(name##_##pa##pb##_##pv)                                                 \
    STORE_AT(how, SUM(pa, pb, 1), LEN(pa, u32) + LEN(pb, u32), pv)

#define STORE(name, WASM, how)                                                 \
    EACH_AB(STORE_OP, name, how)                                               \
    EACH_B(STORE_CONST_OP, name, how)                                          \
    EACH_ABV(STORE_SUM_OP, name##_add, how)

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

/* Two accesses, which may trap each in its own place. */
#define LOAD_LOAD_AT(pa, pd)                                                   \
    {                                                                          \
        u64 at = GET(pa, u64, 1) + imm_u32(&ip[1 + LEN(pa, u64)]);             \
        u64 value;                                                             \
                                                                               \
        ACCESS_LOAD(u32, mem, at, value);                                      \
        ip += 3 + LEN(pa, u64);                                                \
        at = value + imm_u32(ip);                                              \
        ACCESS_LOAD(u32, mem, at, value);                                      \
        SET(pd, u64, 2, value);                                                \
        NEXT(2 + LEN(pd, u64));                                                \
    }

#define LOAD_STORE_AT(pa, pb)                                                  \
    {                                                                          \
        u64 at = GET(pa, u64, 1) + imm_u32(&ip[1 + LEN(pa, u64)]);             \
        u64 value;                                                             \
                                                                               \
        ACCESS_LOAD(u32, mem, at, value);                                      \
        ip += 3 + LEN(pa, u64);                                                \
        at = GET(pb, u64, 0) + imm_u32(&ip[LEN(pb, u64)]);                     \
        ACCESS_STORE(u32, mem, at, value);                                     \
        NEXT(2 + LEN(pb, u64));                                                \
    }

#define STORE_TWO_AT(pa)                                                       \
    {                                                                          \
        u64 at = GET(pa, u64, 1) + imm_u32(&ip[2 + LEN(pa, u64)]);             \
        u64 value = SLOT(u64, 1 + LEN(pa, u64));                               \
                                                                               \
        ACCESS_STORE(u32, mem, at, value);                                     \
        ip += 4 + LEN(pa, u64);                                                \
        at = SLOT(u64, 0) + imm_u32(&ip[2]);                                   \
        value = SLOT(u64, 1);                                                  \
        ACCESS_STORE(u32, mem, at, value);                                     \
        NEXT(4);                                                               \
    }

#define LOAD_LOAD_OP(name, pa, pd)                                             \
    OP(name##_##pa##_##pd)                                                     \
    LOAD_LOAD_AT(pa, pd)
#define LOAD_STORE_OP(name, pa, pb)                                            \
    OP(name##_##pa##pb)                                                        \
    LOAD_STORE_AT(pa, pb)
#define STORE_TWO_OP(name, pa)                                                 \
    OP(name##_##pa)                                                            \
    STORE_TWO_AT(pa)

EACH_AD(LOAD_LOAD_OP, load_load)
EACH_AV(LOAD_STORE_OP, load_store)
EACH_A2(STORE_TWO_OP, store_two)

/* A load whose value is only compared with zero. */
#define BR_LOAD_AT(how, test, pa, way)                                         \
    {                                                                          \
        u64 at = GET(pa, u64, 1) + imm_u32(&ip[1 + LEN(pa, u64)]);             \
        u64 value;                                                             \
        ACCESS_LOAD(how, mem, at, value);                                      \
        if ((u32)value test)                                                   \
            JUMP_##way(3 + LEN(pa, u64));                                      \
        NEXT(5 + LEN(pa, u64));                                                \
    }

#define BR_LOAD_OP(name, how, test, pa, way)                                   \
    OP(name##_##pa##_##way)                                                    \
    BR_LOAD_AT(how, test, pa, way)

EACH_AJ(BR_LOAD_OP, br_load, u32, != 0)
EACH_AJ(BR_LOAD_OP, br_load_not, u32, == 0)
EACH_AJ(BR_LOAD_OP, br_load8, u8, != 0)
EACH_AJ(BR_LOAD_OP, br_load8_not, u8, == 0)

/*
 * An address of any memory, checked, becomes one relative to memory 0: mem and
 * the result give the host address.  memory, address, offset, size, result;
 * `at` is the place of the offset.
 */
#define MEM_ADDR(addr, at, set, len)                                           \
    do {                                                                       \
        const struct memory *memory = INST->memories[ip[1]];                   \
        u64 place;                                                             \
                                                                               \
        if (unlikely(ckd_add(&place, (addr), imm_full(&ip[at]))))              \
            TRAP_MEMORY(UINT64_MAX);                                           \
        if (unlikely(!memory_covers(memory, place, ip[(at) + 4])))             \
            TRAP_MEMORY(place);                                                \
        set = place + (u64)((uintptr_t)memory->base - (uintptr_t)mem);         \
        NEXT(len);                                                             \
    } while (0)

OP(mem_addr_S_S)
{
    MEM_ADDR(SLOT(u64, 2), 3, fp[ip[8]], 9);
}

OP(mem_addr_S_A)
{
    MEM_ADDR(SLOT(u64, 2), 3, acc, 8);
}

OP(mem_addr_A_S)
{
    MEM_ADDR(acc, 2, fp[ip[7]], 8);
}

OP(mem_addr_A_A)
{
    MEM_ADDR(acc, 2, acc, 7);
}

OP(memory_size)
{
    fp[ip[3]] = INST->memories[imm_u32(&ip[1])]->size / WASM_PAGE_SIZE;
    NEXT(4);
}

OP(memory_grow)
{
    struct memory *memory = INST->memories[imm_u32(&ip[1])];
    int64_t old = memory_grow(memory, SLOT(u64, 3));

    fp[ip[4]] = memory->type.limits.is_64 ? (u64)old : (u32)old;
    NEXT(5);
}

/* destination and source memory, destination, source, count */
OP(memory_copy)
{
    u64 dst = SLOT(u64, 5), src = SLOT(u64, 6), n = SLOT(u64, 7);
    struct memory *to = INST->memories[imm_u32(&ip[1])];
    struct memory *from = INST->memories[imm_u32(&ip[3])];

    if (!memory_copy(to, dst, from, src, n))
        TRAP(MEMORY_BOUNDS);
    NEXT(8);
}

/* memory, start, value, count */
OP(memory_fill)
{
    u64 dst = SLOT(u64, 3), n = SLOT(u64, 5);
    struct memory *memory = INST->memories[imm_u32(&ip[1])];

    if (!memory_fill(memory, dst, (uint8_t)SLOT(u32, 4), n))
        TRAP(MEMORY_BOUNDS);
    NEXT(6);
}

/* segment, memory, destination, source, count */
OP(memory_init)
{
    enum trap trap =
        instance_memory_init(INST, imm_u32(&ip[3]), imm_u32(&ip[1]),
                             SLOT(u64, 5), SLOT(u32, 6), SLOT(u32, 7));

    if (trap)
        TRAP_VALUE(trap);
    NEXT(8);
}

OP(data_drop)
{
    INST->data_dropped[imm_u32(&ip[1])] = true;
    NEXT(3);
}
