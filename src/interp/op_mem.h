/*
 * op_mem.h: loads and stores, from the rows of ops.def, and the instructions
 * on whole memories.
 */

#define LOAD(name, WASM, insn, reg)                                            \
    OP(name##_S_S)                                                             \
    {                                                                          \
        u64 at = ADDR_S(1, 2), value;                                          \
        ACCESS_LOAD(insn, reg, mem, at, value);                                \
        fp[ip[4]] = value;                                                     \
        NEXT(5);                                                               \
    }                                                                          \
    OP(name##_S_A)                                                             \
    {                                                                          \
        u64 at = ADDR_S(1, 2);                                                 \
        ACCESS_LOAD(insn, reg, mem, at, acc);                                  \
        NEXT(4);                                                               \
    }                                                                          \
    OP(name##_A_S)                                                             \
    {                                                                          \
        u64 at = ADDR_A(1), value;                                             \
        ACCESS_LOAD(insn, reg, mem, at, value);                                \
        fp[ip[3]] = value;                                                     \
        NEXT(4);                                                               \
    }                                                                          \
    OP(name##_A_A)                                                             \
    {                                                                          \
        u64 at = ADDR_A(1);                                                    \
        ACCESS_LOAD(insn, reg, mem, at, acc);                                  \
        NEXT(3);                                                               \
    }

/* Floats on their way to a slot need no float register. */
#define LOADF_INSN_f32              "movl", "k"
#define LOADF_INSN_f64              "movq", "q"
#define LOADF_SLOT(type, at, value) LOADF_SLOT_(LOADF_INSN_##type, at, value)
#define LOADF_SLOT_(...)            LOADF_SLOT__(__VA_ARGS__)
#define LOADF_SLOT__(insn, reg, at, value)                                     \
    ACCESS_LOAD(insn, reg, mem, at, value)

#define LOADF(name, WASM, type)                                                \
    OP(name##_S_S)                                                             \
    {                                                                          \
        u64 at = ADDR_S(1, 2), value;                                          \
        LOADF_SLOT(type, at, value);                                           \
        fp[ip[4]] = value;                                                     \
        NEXT(5);                                                               \
    }                                                                          \
    OP(name##_S_A)                                                             \
    {                                                                          \
        u64 at = ADDR_S(1, 2);                                                 \
        type value;                                                            \
        ACCESS_LOAD_##type(mem, at, value);                                    \
        SET_ACC(type, value);                                                  \
        NEXT(4);                                                               \
    }                                                                          \
    OP(name##_A_S)                                                             \
    {                                                                          \
        u64 at = ADDR_A(1), value;                                             \
        LOADF_SLOT(type, at, value);                                           \
        fp[ip[3]] = value;                                                     \
        NEXT(4);                                                               \
    }                                                                          \
    OP(name##_A_A)                                                             \
    {                                                                          \
        u64 at = ADDR_A(1);                                                    \
        type value;                                                            \
        ACCESS_LOAD_##type(mem, at, value);                                    \
        SET_ACC(type, value);                                                  \
        NEXT(3);                                                               \
    }

#define STORE(name, WASM, insn, reg)                                           \
    OP(name##_SS)                                                              \
    {                                                                          \
        u64 at = ADDR_S(1, 3);                                                 \
        ACCESS_STORE(insn, reg, mem, at, fp[ip[2]]);                           \
        NEXT(5);                                                               \
    }                                                                          \
    OP(name##_SI)                                                              \
    {                                                                          \
        u64 at = ADDR_S(1, 4);                                                 \
        ACCESS_STORE(insn, reg, mem, at, IMM(u64, 2));                         \
        NEXT(6);                                                               \
    }                                                                          \
    OP(name##_AS)                                                              \
    {                                                                          \
        u64 at = ADDR_A(2);                                                    \
        ACCESS_STORE(insn, reg, mem, at, fp[ip[1]]);                           \
        NEXT(4);                                                               \
    }                                                                          \
    OP(name##_AI)                                                              \
    {                                                                          \
        u64 at = ADDR_A(3);                                                    \
        ACCESS_STORE(insn, reg, mem, at, IMM(u64, 1));                         \
        NEXT(5);                                                               \
    }                                                                          \
    OP(name##_SA)                                                              \
    {                                                                          \
        u64 at = ADDR_S(1, 2);                                                 \
        ACCESS_STORE(insn, reg, mem, at, acc);                                 \
        NEXT(4);                                                               \
    }

#define STOREF(name, WASM, type)                                               \
    OP(name##_SS)                                                              \
    {                                                                          \
        u64 at = ADDR_S(1, 3);                                                 \
        ACCESS_STORE_##type(mem, at, SLOT(type, 2));                           \
        NEXT(5);                                                               \
    }                                                                          \
    OP(name##_AS)                                                              \
    {                                                                          \
        u64 at = ADDR_A(2);                                                    \
        ACCESS_STORE_##type(mem, at, SLOT(type, 1));                           \
        NEXT(4);                                                               \
    }                                                                          \
    OP(name##_SA)                                                              \
    {                                                                          \
        u64 at = ADDR_S(1, 2);                                                 \
        ACCESS_STORE_##type(mem, at, ACC(type));                               \
        NEXT(4);                                                               \
    }

#include "interp/ops.def"

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
