/*
 * lanes.h: vectors of 128 bits, and the operations on them that are no
 * operator of C's vector extension (specification, section 4.3.5 and
 * following).  What an architecture has instructions for, and C has no words,
 * is in lanes_<architecture>.h; lanes_generic.h has the same in plain C.
 *
 * Lane 0 is the lowest; arithmetic is on unsigned lanes where it wraps.
 * Comparisons give all ones or zero in each lane.
 */
#ifndef TINE_INTERP_LANES_H
#define TINE_INTERP_LANES_H

#include "interp/num.h"

#define LANES_TYPE(name, type)                                                 \
    typedef type name __attribute__((vector_size(16)));                        \
    static ALWAYS_INLINE name slot_##name(const uint64_t *slot)                \
    {                                                                          \
        name value;                                                            \
                                                                               \
        memcpy(&value, slot, sizeof(value));                                   \
        return value;                                                          \
    }

LANES_TYPE(i8x16, int8_t)
LANES_TYPE(u8x16, uint8_t)
LANES_TYPE(i16x8, int16_t)
LANES_TYPE(u16x8, uint16_t)
LANES_TYPE(i32x4, int32_t)
LANES_TYPE(u32x4, uint32_t)
LANES_TYPE(i64x2, int64_t)
LANES_TYPE(u64x2, uint64_t)
LANES_TYPE(f32x4, float)
LANES_TYPE(f64x2, double)

/* Halves, to be widened. */
typedef int8_t i8x8 __attribute__((vector_size(8)));
typedef uint8_t u8x8 __attribute__((vector_size(8)));
typedef int16_t i16x4 __attribute__((vector_size(8)));
typedef uint16_t u16x4 __attribute__((vector_size(8)));
typedef int32_t i32x2 __attribute__((vector_size(8)));
typedef uint32_t u32x2 __attribute__((vector_size(8)));
typedef float f32x2 __attribute__((vector_size(8)));

static ALWAYS_INLINE void lanes_store(uint64_t *slot, u64x2 value)
{
    memcpy(slot, &value, sizeof(value));
}

/* The bits of b where the mask is 1, else those of a. */
static ALWAYS_INLINE u64x2 lanes_select(u64x2 mask, u64x2 b, u64x2 a)
{
    return (mask & b) | (~mask & a);
}

#define SELECT(mask, b, a) lanes_select((u64x2)(mask), (u64x2)(b), (u64x2)(a))

/* --- The same in every lane --- */

#define LIST2(x)  (x), (x)
#define LIST4(x)  LIST2(x), LIST2(x)
#define LIST8(x)  LIST4(x), LIST4(x)
#define LIST16(x) LIST8(x), LIST8(x)

static ALWAYS_INLINE u8x16 splat_u8x16(uint8_t x)
{
    return (u8x16){LIST16(x)};
}

static ALWAYS_INLINE u16x8 splat_u16x8(uint16_t x)
{
    return (u16x8){LIST8(x)};
}

static ALWAYS_INLINE u32x4 splat_u32x4(uint32_t x)
{
    return (u32x4){LIST4(x)};
}

static ALWAYS_INLINE u64x2 splat_u64x2(uint64_t x)
{
    return (u64x2){LIST2(x)};
}

/*
 * The vector with another value in one lane, by comparing every lane's number:
 * going through memory would make the next reader wait for the stores.
 */
#define LANES_INSERT(type, x_type, ...)                                        \
    static ALWAYS_INLINE type insert_##type(type v, unsigned lane, x_type x)   \
    {                                                                          \
        const type numbers = {__VA_ARGS__};                                    \
        type mask = (type)(numbers == splat_##type((x_type)lane));             \
                                                                               \
        return (type)SELECT(mask, splat_##type(x), v);                         \
    }

LANES_INSERT(u8x16, uint8_t, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
             15)
LANES_INSERT(u16x8, uint16_t, 0, 1, 2, 3, 4, 5, 6, 7)
LANES_INSERT(u32x4, uint32_t, 0, 1, 2, 3)
LANES_INSERT(u64x2, uint64_t, 0, 1)

/* --- Lanes of twice the width --- */

#define LOW8(v)  __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7)
#define LOW4(v)  __builtin_shufflevector(v, v, 0, 1, 2, 3)
#define LOW2(v)  __builtin_shufflevector(v, v, 0, 1)
#define HIGH8(v) __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15)
#define HIGH4(v) __builtin_shufflevector(v, v, 4, 5, 6, 7)
#define HIGH2(v) __builtin_shufflevector(v, v, 2, 3)

#define WIDEN(from, to, n)                                                     \
    static ALWAYS_INLINE to low_##from(from v)                                 \
    {                                                                          \
        return __builtin_convertvector(LOW##n(v), to);                         \
    }                                                                          \
    static ALWAYS_INLINE to high_##from(from v)                                \
    {                                                                          \
        return __builtin_convertvector(HIGH##n(v), to);                        \
    }

WIDEN(i8x16, i16x8, 8)
WIDEN(u8x16, u16x8, 8)
WIDEN(i16x8, i32x4, 4)
WIDEN(u16x8, u32x4, 4)
WIDEN(i32x4, i64x2, 2)
WIDEN(u32x4, u64x2, 2)

/* Products of the widened halves; the unsigned ones of signed lanes too, since
 * none overflows and unsigned arithmetic cannot. */
#define EXTMUL(half, from, wide)                                               \
    ((wide)half##_##from(a) * (wide)half##_##from(b))

/* The lanes with even and odd numbers, widened where they are. */
static ALWAYS_INLINE i16x8 even_i8x16(i8x16 v)
{
    return (i16x8)((u16x8)v << 8) >> 8;
}

static ALWAYS_INLINE i16x8 odd_i8x16(i8x16 v)
{
    return (i16x8)v >> 8;
}

static ALWAYS_INLINE i32x4 even_i16x8(i16x8 v)
{
    return (i32x4)((u32x4)v << 16) >> 16;
}

static ALWAYS_INLINE i32x4 odd_i16x8(i16x8 v)
{
    return (i32x4)v >> 16;
}

/* --- Integers --- */

/* mask: all ones where a lane is negative. */
#define ABS(type, mask) ((a ^ (type)(mask)) - (type)(mask))

static ALWAYS_INLINE u8x16 lanes_popcnt(u8x16 a)
{
    a -= (a >> 1) & 0x55;
    a = (a & 0x33) + ((a >> 2) & 0x33);
    return (a + (a >> 4)) & 0x0f;
}

/* (a + b + 1) / 2 without a carry out of the lane. */
#define AVGR ((a | b) - ((a ^ b) >> 1))

/* Is any bit set? */
static ALWAYS_INLINE uint32_t lanes_any(u64x2 a)
{
    return (a[0] | a[1]) != 0;
}

/* The sums of products of bytes, neighbours added; wraps where 7-bit lanes of
 * b, which the instruction asks for, would not. */
static ALWAYS_INLINE u16x8 lanes_dot_i8x16(i8x16 a, i8x16 b)
{
    return (u16x8)even_i8x16(a) * (u16x8)even_i8x16(b) +
           (u16x8)odd_i8x16(a) * (u16x8)odd_i8x16(b);
}

static ALWAYS_INLINE u32x4 lanes_dot_add(i8x16 a, i8x16 b, u32x4 c)
{
    i16x8 sums = (i16x8)lanes_dot_i8x16(a, b);

    return (u32x4)even_i16x8(sums) + (u32x4)odd_i16x8(sums) + c;
}

/* --- Floats --- */

/*
 * min and max as in num.h: adding makes a quiet NaN, the signs of zeros count.
 * pmin and pmax are what C's operator makes of `b < a ? b : a`.
 */
#define LANES_FLOAT(type)                                                      \
    static ALWAYS_INLINE u64x2 min_##type(type a, type b)                      \
    {                                                                          \
        u64x2 less = (u64x2)(a < b), more = (u64x2)(a > b);                    \
        u64x2 same = (u64x2)(a == b), ua = (u64x2)a, ub = (u64x2)b;            \
        u64x2 nan = ~(less | more | same) & (u64x2)(a + b);                    \
                                                                               \
        return ((less | same) & ua) | ((more | same) & ub) | nan;              \
    }                                                                          \
    static ALWAYS_INLINE u64x2 max_##type(type a, type b)                      \
    {                                                                          \
        u64x2 less = (u64x2)(a < b), more = (u64x2)(a > b);                    \
        u64x2 same = (u64x2)(a == b), ua = (u64x2)a, ub = (u64x2)b;            \
        u64x2 nan = ~(less | more | same) & (u64x2)(a + b);                    \
                                                                               \
        return (more & ua) | (less & ub) | (same & ua & ub) | nan;             \
    }

LANES_FLOAT(f32x4)
LANES_FLOAT(f64x2)

static ALWAYS_INLINE f32x4 lanes_demote(f64x2 a)
{
    f32x2 low = __builtin_convertvector(a, f32x2);

    return (f32x4){low[0], low[1], 0, 0};
}

#if defined(__x86_64__) && !defined(TINE_LANES_GENERIC)
#include "interp/lanes_x86_64.h"
#else
#include "interp/lanes_generic.h"
#endif

#endif
