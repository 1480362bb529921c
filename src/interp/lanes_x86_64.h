/*
 * lanes_x86_64.h: vector operations as instructions up to SSE 4.2, which the
 * interpreter asks for (CMakeLists.txt); see lanes.h.
 */
#ifndef TINE_INTERP_LANES_X86_64_H
#define TINE_INTERP_LANES_X86_64_H

#include <nmmintrin.h>

/* A function of two integer vectors that is one instruction. */
#define LANES_X86(name, insn)                                                  \
    static ALWAYS_INLINE u64x2 name(u64x2 a, u64x2 b)                          \
    {                                                                          \
        return (u64x2)insn((__m128i)a, (__m128i)b);                            \
    }

LANES_X86(add_sat_i8x16, _mm_adds_epi8)
LANES_X86(add_sat_u8x16, _mm_adds_epu8)
LANES_X86(add_sat_i16x8, _mm_adds_epi16)
LANES_X86(add_sat_u16x8, _mm_adds_epu16)
LANES_X86(sub_sat_i8x16, _mm_subs_epi8)
LANES_X86(sub_sat_u8x16, _mm_subs_epu8)
LANES_X86(sub_sat_i16x8, _mm_subs_epi16)
LANES_X86(sub_sat_u16x8, _mm_subs_epu16)
LANES_X86(narrow_i8x16, _mm_packs_epi16)
LANES_X86(narrow_u8x16, _mm_packus_epi16)
LANES_X86(narrow_i16x8, _mm_packs_epi32)
LANES_X86(narrow_u16x8, _mm_packus_epi32)
LANES_X86(min_i8x16, _mm_min_epi8)
LANES_X86(min_u8x16, _mm_min_epu8)
LANES_X86(min_i16x8, _mm_min_epi16)
LANES_X86(min_u16x8, _mm_min_epu16)
LANES_X86(min_i32x4, _mm_min_epi32)
LANES_X86(min_u32x4, _mm_min_epu32)
LANES_X86(max_i8x16, _mm_max_epi8)
LANES_X86(max_u8x16, _mm_max_epu8)
LANES_X86(max_i16x8, _mm_max_epi16)
LANES_X86(max_u16x8, _mm_max_epu16)
LANES_X86(max_i32x4, _mm_max_epi32)
LANES_X86(max_u32x4, _mm_max_epu32)
LANES_X86(lanes_dot_i16x8, _mm_madd_epi16)
#undef LANES_X86

/* The one product that does not fit, -1 * -1, comes out as -1. */
static ALWAYS_INLINE u16x8 lanes_q15mulr(u16x8 a, u16x8 b)
{
    u16x8 r = (u16x8)_mm_mulhrs_epi16((__m128i)a, (__m128i)b);

    return r ^ (u16x8)(r == 0x8000);
}

/* pshufb gives 0 for numbers with the highest bit set, and looks at four bits
 * of the others. */
static ALWAYS_INLINE u64x2 lanes_swizzle(u8x16 a, u8x16 lanes)
{
    __m128i beyond = _mm_adds_epu8((__m128i)lanes, _mm_set1_epi8(0x70));

    return (u64x2)_mm_shuffle_epi8((__m128i)a, beyond);
}

/* Lanes below 32, from both vectors. */
static ALWAYS_INLINE u64x2 lanes_shuffle(u8x16 a, u8x16 b, u8x16 lanes)
{
    __m128i in_a = (__m128i)(lanes + 0x70), in_b = (__m128i)(lanes - 16);

    return (u64x2)_mm_shuffle_epi8((__m128i)a, in_a) |
           (u64x2)_mm_shuffle_epi8((__m128i)b, in_b);
}

static ALWAYS_INLINE uint32_t bitmask_i8x16(i8x16 a)
{
    return (uint32_t)_mm_movemask_epi8((__m128i)a);
}

static ALWAYS_INLINE uint32_t bitmask_i16x8(i16x8 a)
{
    return (uint32_t)_mm_movemask_epi8(
        _mm_packs_epi16((__m128i)a, _mm_setzero_si128()));
}

static ALWAYS_INLINE uint32_t bitmask_i32x4(i32x4 a)
{
    return (uint32_t)_mm_movemask_ps((__m128)a);
}

static ALWAYS_INLINE uint32_t bitmask_i64x2(i64x2 a)
{
    return (uint32_t)_mm_movemask_pd((__m128d)a);
}

/* --- Shifts by the same count in all lanes, below the lane's width --- */

#define COUNT _mm_cvtsi32_si128((int)n)

static ALWAYS_INLINE u8x16 shl_u8x16(u8x16 a, uint32_t n)
{
    return (u8x16)_mm_sll_epi16((__m128i)a, COUNT) &
           splat_u8x16((uint8_t)(0xff << n));
}

static ALWAYS_INLINE u8x16 shr_u8x16(u8x16 a, uint32_t n)
{
    return (u8x16)_mm_srl_epi16((__m128i)a, COUNT) &
           splat_u8x16((uint8_t)(0xff >> n));
}

/* The sign, wherever it has come to, is spread by subtraction. */
static ALWAYS_INLINE u8x16 shr_i8x16(u8x16 a, uint32_t n)
{
    u8x16 sign = splat_u8x16((uint8_t)(0x80 >> n));

    return (shr_u8x16(a, n) ^ sign) - sign;
}

static ALWAYS_INLINE u64x2 shr_u64x2(u64x2 a, uint32_t n)
{
    return (u64x2)_mm_srl_epi64((__m128i)a, COUNT);
}

static ALWAYS_INLINE u64x2 shr_i64x2(u64x2 a, uint32_t n)
{
    u64x2 sign = splat_u64x2(0x8000000000000000u >> n);

    return (shr_u64x2(a, n) ^ sign) - sign;
}

#define LANES_SHIFT(name, type, insn)                                          \
    static ALWAYS_INLINE u64x2 name(type a, uint32_t n)                        \
    {                                                                          \
        return (u64x2)insn((__m128i)a, COUNT);                                 \
    }

LANES_SHIFT(shl_u16x8, u16x8, _mm_sll_epi16)
LANES_SHIFT(shl_u32x4, u32x4, _mm_sll_epi32)
LANES_SHIFT(shl_u64x2, u64x2, _mm_sll_epi64)
LANES_SHIFT(shr_u16x8, u16x8, _mm_srl_epi16)
LANES_SHIFT(shr_u32x4, u32x4, _mm_srl_epi32)
LANES_SHIFT(shr_i16x8, u16x8, _mm_sra_epi16)
LANES_SHIFT(shr_i32x4, u32x4, _mm_sra_epi32)
#undef LANES_SHIFT
#undef COUNT

/* --- Floats --- */

#define LANES_ROUND(name, mode)                                                \
    static ALWAYS_INLINE f32x4 name##_f32x4(f32x4 a)                           \
    {                                                                          \
        return (f32x4)_mm_round_ps((__m128)a, (mode) | _MM_FROUND_NO_EXC);     \
    }                                                                          \
    static ALWAYS_INLINE f64x2 name##_f64x2(f64x2 a)                           \
    {                                                                          \
        return (f64x2)_mm_round_pd((__m128d)a, (mode) | _MM_FROUND_NO_EXC);    \
    }

LANES_ROUND(ceil, _MM_FROUND_TO_POS_INF)
LANES_ROUND(floor, _MM_FROUND_TO_NEG_INF)
LANES_ROUND(trunc, _MM_FROUND_TO_ZERO)
LANES_ROUND(nearest, _MM_FROUND_TO_NEAREST_INT)
#undef LANES_ROUND

static ALWAYS_INLINE f32x4 sqrt_f32x4(f32x4 a)
{
    return (f32x4)_mm_sqrt_ps((__m128)a);
}

static ALWAYS_INLINE f64x2 sqrt_f64x2(f64x2 a)
{
    return (f64x2)_mm_sqrt_pd((__m128d)a);
}

/*
 * Saturating truncation.  The instructions give the lowest integer for what
 * does not fit, NaN too.  minps and maxps give their second operand if one is
 * a NaN.
 */
static ALWAYS_INLINE u32x4 trunc_i32x4_f32x4(f32x4 a)
{
    u32x4 number = (u32x4)_mm_cvttps_epi32((__m128)a);
    u32x4 above = (u32x4)(a >= 2147483648.0f);

    return (number ^ above) & (u32x4)(a == a);
}

/* Up to 2^31 the first conversion is right; above, it gives 2^31, to which the
 * second adds the rest, at most 2^31 - 1. */
static ALWAYS_INLINE u32x4 trunc_u32x4_f32x4(f32x4 a)
{
    f32x4 positive = (f32x4)_mm_max_ps((__m128)a, _mm_setzero_ps());
    f32x4 rest = positive - 2147483648.0f;
    u32x4 number = (u32x4)_mm_cvttps_epi32((__m128)positive);
    u32x4 more =
        (u32x4)_mm_cvttps_epi32((__m128)rest) ^ (u32x4)(rest >= 2147483648.0f);

    return number + (u32x4)_mm_max_epi32((__m128i)more, _mm_setzero_si128());
}

static ALWAYS_INLINE u32x4 trunc_i32x4_f64x2(f64x2 a)
{
    const f64x2 most = {2147483647.0, 2147483647.0};
    __m128d limit = (__m128d)((u64x2)most & (u64x2)(a == a));

    return (u32x4)_mm_cvttpd_epi32(_mm_min_pd((__m128d)a, limit));
}

/* Behind 2^52 the integer stands in the lowest bits of the number. */
static ALWAYS_INLINE u32x4 trunc_u32x4_f64x2(f64x2 a)
{
    const f64x2 most = {4294967295.0, 4294967295.0};
    __m128d d = _mm_max_pd((__m128d)a, _mm_setzero_pd());

    d = _mm_min_pd(d, (__m128d)most);
    d = _mm_round_pd(d, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC);
    d += 4503599627370496.0;
    return (u32x4)_mm_shuffle_ps((__m128)d, _mm_setzero_ps(),
                                 _MM_SHUFFLE(0, 0, 2, 0));
}

#endif
