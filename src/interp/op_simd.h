/*
 * op_simd.h: vectors: what moves them, and the instructions of simd.def.
 */

/* Write a vector to the slots named at ip[n]. */
#define SET_WIDE(n, value) lanes_store(&fp[ip[n]], (u64x2)(value))

OP(copy_wide)
{
    SET_WIDE(2, SLOT(u64x2, 1));
    NEXT(3);
}

OP(const_wide)
{
    u64x2 value;

    memcpy(&value, &ip[1], sizeof(value));
    SET_WIDE(9, value);
    NEXT(10);
}

/* condition, if not zero, if zero */
OP(select_wide)
{
    const uint64_t *from = &fp[ip[SLOT(u32, 1) ? 2 : 3]];

    SET_WIDE(4, slot_u64x2(from));
    NEXT(5);
}

OP(global_get_wide)
{
    SET_WIDE(3, slot_u64x2(INST->globals[imm_u32(&ip[1])]));
    NEXT(4);
}

OP(global_set_wide)
{
    lanes_store(INST->globals[imm_u32(&ip[1])], SLOT(u64x2, 3));
    NEXT(4);
}

/* address, offset, result */
#define LOAD_WIDE_OP(name, pa)                                                 \
    OP(name##_##pa)                                                            \
    {                                                                          \
        u64 at = ADDR(pa, 1, 1 + LEN(pa, u64));                                \
        u64x2 value;                                                           \
        ACCESS_LOAD_v128(mem, at, value);                                      \
        SET_WIDE(3 + LEN(pa, u64), value);                                     \
        NEXT(4 + LEN(pa, u64));                                                \
    }

/* address, value, offset */
#define STORE_WIDE_OP(name, pa)                                                \
    OP(name##_##pa)                                                            \
    {                                                                          \
        u64 at = ADDR(pa, 1, 2 + LEN(pa, u64));                                \
        ACCESS_STORE_v128(mem, at, SLOT(u64x2, 1 + LEN(pa, u64)));             \
        NEXT(4 + LEN(pa, u64));                                                \
    }

EACH_A(LOAD_WIDE_OP, v128_load)
EACH_A(STORE_WIDE_OP, v128_store)

/* two vectors, sixteen lanes, result */
OP(i8x16_shuffle)
{
    u8x16 lanes;

    memcpy(&lanes, &ip[3], sizeof(lanes));
    SET_WIDE(11, lanes_shuffle(SLOT(u8x16, 1), SLOT(u8x16, 2), lanes));
    NEXT(12);
}

#define V_UN(name, WASM, in, expr)                                             \
    OP(name)                                                                   \
    {                                                                          \
        in a = SLOT(in, 1);                                                    \
        SET_WIDE(2, expr);                                                     \
        NEXT(3);                                                               \
    }

#define V_BIN(name, WASM, in, expr)                                            \
    OP(name)                                                                   \
    {                                                                          \
        in a = SLOT(in, 1), b = SLOT(in, 2);                                   \
        SET_WIDE(3, expr);                                                     \
        NEXT(4);                                                               \
    }

#define V_TER(name, WASM, in, expr)                                            \
    OP(name)                                                                   \
    {                                                                          \
        in a = SLOT(in, 1), b = SLOT(in, 2), c = SLOT(in, 3);                  \
        SET_WIDE(4, expr);                                                     \
        NEXT(5);                                                               \
    }

#define V_SHIFT(name, WASM, in, bits, expr)                                    \
    OP(name##_S)                                                               \
    {                                                                          \
        in a = SLOT(in, 1);                                                    \
        u32 n = SLOT(u32, 2) % (bits);                                         \
        SET_WIDE(3, expr);                                                     \
        NEXT(4);                                                               \
    }                                                                          \
    OP(name##_I)                                                               \
    {                                                                          \
        in a = SLOT(in, 1);                                                    \
        u32 n = ip[2] % (bits);                                                \
        SET_WIDE(3, expr);                                                     \
        NEXT(4);                                                               \
    }

#define V_SPLAT(name, WASM, in, expr)                                          \
    OP(name)                                                                   \
    {                                                                          \
        in a = SLOT(in, 1);                                                    \
        SET_WIDE(2, expr);                                                     \
        NEXT(3);                                                               \
    }

/* vector, scalar, lane, result */
#define V_REPLACE(name, WASM, in, scalar)                                      \
    OP(name)                                                                   \
    {                                                                          \
        scalar x = (scalar)SLOT(u64, 2);                                       \
        SET_WIDE(4, insert_##in(SLOT(in, 1), ip[3], x));                       \
        NEXT(5);                                                               \
    }

#define V_LOAD_OP(name, how, expr, pa)                                         \
    OP(name##_##pa)                                                            \
    {                                                                          \
        u64 at = ADDR(pa, 1, 1 + LEN(pa, u64)), x;                             \
        ACCESS_LOAD(how, mem, at, x);                                          \
        SET_WIDE(3 + LEN(pa, u64), expr);                                      \
        NEXT(4 + LEN(pa, u64));                                                \
    }
#define V_LOAD(name, WASM, how, expr) EACH_A(V_LOAD_OP, name, how, expr)

/* address, vector, offset, lane, result */
#define V_LOAD_LANE(name, WASM, how, in)                                       \
    OP(name)                                                                   \
    {                                                                          \
        u64 at = ADDR(S, 1, 3), x;                                             \
        ACCESS_LOAD(how, mem, at, x);                                          \
        SET_WIDE(6, insert_##in(SLOT(in, 2), ip[5], LANE_OF_##in(x)));         \
        NEXT(7);                                                               \
    }
#define LANE_OF_u8x16(x) (uint8_t)(x)
#define LANE_OF_u16x8(x) (uint16_t)(x)
#define LANE_OF_u32x4(x) (uint32_t)(x)
#define LANE_OF_u64x2(x) (x)

#define V_TEST_OP(name, in, expr, pd)                                          \
    OP(name##_##pd)                                                            \
    {                                                                          \
        in a = SLOT(in, 1);                                                    \
        SET(pd, u32, 2, expr);                                                 \
        NEXT(2 + LEN(pd, u32));                                                \
    }
#define V_TEST(name, WASM, in, expr) EACH_D2(V_TEST_OP, name, in, expr)

/* A lane, by its number at ip[n], of the vector in the slots named at ip[v]. */
#define LANE(v, n, x)                                                          \
    memcpy(&(x), (const uint8_t *)&fp[ip[v]] + ip[n] * sizeof(x), sizeof(x))

#define V_EXTRACT_OP(name, lane, out, pd)                                      \
    OP(name##_##pd)                                                            \
    {                                                                          \
        lane x;                                                                \
        LANE(1, 2, x);                                                         \
        SET(pd, out, 3, x);                                                    \
        NEXT(3 + LEN(pd, out));                                                \
    }
#define V_EXTRACT(name, WASM, lane, out) EACH_D2(V_EXTRACT_OP, name, lane, out)

/* address, vector, offset, lane */
#define V_STORE_LANE(name, WASM, how, lane)                                    \
    OP(name)                                                                   \
    {                                                                          \
        u64 at = ADDR(S, 1, 3);                                                \
        lane x;                                                                \
        LANE(2, 5, x);                                                         \
        ACCESS_STORE(how, mem, at, (u64)x);                                    \
        NEXT(6);                                                               \
    }

#define V_ONE(name, WASM)
#define V_MEM(name, WASM)
#define V_SAME(WASM, name)

#include "interp/simd.def"
