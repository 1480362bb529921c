/*
 * num.h: numeric operations that C's operators do not give as the
 * specification defines them (section 4.3).
 */
#ifndef TINE_INTERP_NUM_H
#define TINE_INTERP_NUM_H

#include <math.h>
#include <string.h>

#include "base/base.h"

static ALWAYS_INLINE uint32_t num_bits32(float x)
{
    uint32_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static ALWAYS_INLINE uint64_t num_bits64(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

static ALWAYS_INLINE float num_float32(uint32_t bits)
{
    float x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

static ALWAYS_INLINE double num_float64(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof(x));
    return x;
}

/*
 * Sign operations work on the bits, since they must not touch a NaN.  min and
 * max: a NaN operand gives a quiet NaN (adding makes one), and -0 is below +0.
 * nearest is rint in the default rounding mode, which nobody here changes; the
 * rounding functions quiet a NaN by arithmetic, as the others do.
 */
#define NUM_FLOAT(fN, type, uint, bits, from, sign, c)                         \
    static ALWAYS_INLINE type num_##fN##_abs(type a)                           \
    {                                                                          \
        return from(bits(a) & ~(sign));                                        \
    }                                                                          \
    static ALWAYS_INLINE type num_##fN##_neg(type a)                           \
    {                                                                          \
        return from(bits(a) ^ (sign));                                         \
    }                                                                          \
    static ALWAYS_INLINE type num_##fN##_copysign(type a, type b)              \
    {                                                                          \
        return from((bits(a) & ~(sign)) | (bits(b) & (sign)));                 \
    }                                                                          \
    static ALWAYS_INLINE type num_##fN##_min(type a, type b)                   \
    {                                                                          \
        if (unlikely(a != a || b != b))                                        \
            return a + b;                                                      \
        if (unlikely(a == b))                                                  \
            return from(bits(a) | bits(b));                                    \
        return a < b ? a : b;                                                  \
    }                                                                          \
    static ALWAYS_INLINE type num_##fN##_max(type a, type b)                   \
    {                                                                          \
        if (unlikely(a != a || b != b))                                        \
            return a + b;                                                      \
        if (unlikely(a == b))                                                  \
            return from(bits(a) & bits(b));                                    \
        return a > b ? a : b;                                                  \
    }                                                                          \
    static ALWAYS_INLINE type num_##fN##_ceil(type a)                          \
    {                                                                          \
        return a != a ? a + a : __builtin_ceil##c(a);                          \
    }                                                                          \
    static ALWAYS_INLINE type num_##fN##_floor(type a)                         \
    {                                                                          \
        return a != a ? a + a : __builtin_floor##c(a);                         \
    }                                                                          \
    static ALWAYS_INLINE type num_##fN##_trunc(type a)                         \
    {                                                                          \
        return a != a ? a + a : __builtin_trunc##c(a);                         \
    }                                                                          \
    static ALWAYS_INLINE type num_##fN##_nearest(type a)                       \
    {                                                                          \
        return a != a ? a + a : __builtin_rint##c(a);                          \
    }                                                                          \
    static ALWAYS_INLINE type num_##fN##_sqrt(type a)                          \
    {                                                                          \
        return __builtin_sqrt##c(a);                                           \
    }

NUM_FLOAT(f32, float, uint32_t, num_bits32, num_float32, 0x80000000u, f)
NUM_FLOAT(f64, double, uint64_t, num_bits64, num_float64, 0x8000000000000000u, )

/* Saturating truncation: NaN gives 0.  f32 operands arrive widened, which is
 * exact. */
static ALWAYS_INLINE uint32_t num_sat_i32(double a)
{
    if (!(a > -2147483649.0))
        return a != a ? 0 : 0x80000000u;
    return a < 2147483648.0 ? (uint32_t)(int32_t)a : 0x7fffffffu;
}

static ALWAYS_INLINE uint32_t num_sat_u32(double a)
{
    if (!(a > -1.0))
        return 0;
    return a < 4294967296.0 ? (uint32_t)a : 0xffffffffu;
}

static ALWAYS_INLINE uint64_t num_sat_i64(double a)
{
    if (!(a >= -9223372036854775808.0))
        return a != a ? 0 : 0x8000000000000000u;
    return a < 9223372036854775808.0 ? (uint64_t)(int64_t)a
                                     : 0x7fffffffffffffffu;
}

static ALWAYS_INLINE uint64_t num_sat_u64(double a)
{
    if (!(a > -1.0))
        return 0;
    return a < 18446744073709551616.0 ? (uint64_t)a : 0xffffffffffffffffu;
}

#endif
