/*
 * lanes_generic.h: vector operations in plain C, lane by lane where there is no
 * better way; see lanes.h.  For architectures without a file of their own, and
 * (-DTINE_LANES_GENERIC) to compare those with.
 */
#ifndef TINE_INTERP_LANES_GENERIC_H
#define TINE_INTERP_LANES_GENERIC_H

/* r: the lanes of a result, from those of a and b in `value`. */
#define EACH_LANE(r, value)                                                    \
    do {                                                                       \
        unsigned i;                                                            \
                                                                               \
        for (i = 0; i < sizeof(r) / sizeof((r)[0]); i++)                       \
            (r)[i] = (value);                                                  \
    } while (0)

static ALWAYS_INLINE int32_t clamp(int32_t x, int32_t low, int32_t high)
{
    return x < low ? low : x > high ? high : x;
}

#define LANES_ARITH(type, low, high)                                           \
    static ALWAYS_INLINE u64x2 add_sat_##type(u64x2 x, u64x2 y)                \
    {                                                                          \
        type a = (type)x, b = (type)y;                                         \
                                                                               \
        EACH_LANE(a, clamp(a[i] + b[i], low, high));                           \
        return (u64x2)a;                                                       \
    }                                                                          \
    static ALWAYS_INLINE u64x2 sub_sat_##type(u64x2 x, u64x2 y)                \
    {                                                                          \
        type a = (type)x, b = (type)y;                                         \
                                                                               \
        EACH_LANE(a, clamp(a[i] - b[i], low, high));                           \
        return (u64x2)a;                                                       \
    }

LANES_ARITH(i8x16, INT8_MIN, INT8_MAX)
LANES_ARITH(u8x16, 0, UINT8_MAX)
LANES_ARITH(i16x8, INT16_MIN, INT16_MAX)
LANES_ARITH(u16x8, 0, UINT16_MAX)
#undef LANES_ARITH

#define LANES_NARROW(to, from, n, low, high)                                   \
    static ALWAYS_INLINE u64x2 narrow_##to(u64x2 x, u64x2 y)                   \
    {                                                                          \
        from a = (from)x, b = (from)y;                                         \
        to r;                                                                  \
                                                                               \
        EACH_LANE(r, clamp(i < (n) ? a[i] : b[i - (n)], low, high));           \
        return (u64x2)r;                                                       \
    }

LANES_NARROW(i8x16, i16x8, 8, INT8_MIN, INT8_MAX)
LANES_NARROW(u8x16, i16x8, 8, 0, UINT8_MAX)
LANES_NARROW(i16x8, i32x4, 4, INT16_MIN, INT16_MAX)
LANES_NARROW(u16x8, i32x4, 4, 0, UINT16_MAX)
#undef LANES_NARROW

#define LANES_MIN_MAX(type)                                                    \
    static ALWAYS_INLINE u64x2 min_##type(u64x2 a, u64x2 b)                    \
    {                                                                          \
        return SELECT((type)a < (type)b, a, b);                                \
    }                                                                          \
    static ALWAYS_INLINE u64x2 max_##type(u64x2 a, u64x2 b)                    \
    {                                                                          \
        return SELECT((type)a > (type)b, a, b);                                \
    }

LANES_MIN_MAX(i8x16)
LANES_MIN_MAX(u8x16)
LANES_MIN_MAX(i16x8)
LANES_MIN_MAX(u16x8)
LANES_MIN_MAX(i32x4)
LANES_MIN_MAX(u32x4)
#undef LANES_MIN_MAX

static ALWAYS_INLINE u64x2 lanes_dot_i16x8(u64x2 x, u64x2 y)
{
    i16x8 a = (i16x8)x, b = (i16x8)y;

    return (u64x2)((u32x4)even_i16x8(a) * (u32x4)even_i16x8(b) +
                   (u32x4)odd_i16x8(a) * (u32x4)odd_i16x8(b));
}

static ALWAYS_INLINE u16x8 lanes_q15mulr(u16x8 x, u16x8 y)
{
    i16x8 a = (i16x8)x, b = (i16x8)y, r;

    EACH_LANE(r, clamp((a[i] * b[i] + 0x4000) >> 15, INT16_MIN, INT16_MAX));
    return (u16x8)r;
}

static ALWAYS_INLINE u64x2 lanes_swizzle(u8x16 a, u8x16 lanes)
{
    u8x16 r;

    EACH_LANE(r, lanes[i] < 16 ? a[lanes[i]] : 0);
    return (u64x2)r;
}

/* Lanes below 32, from both vectors. */
static ALWAYS_INLINE u64x2 lanes_shuffle(u8x16 a, u8x16 b, u8x16 lanes)
{
    u8x16 r;

    EACH_LANE(r, lanes[i] < 16 ? a[lanes[i]] : b[lanes[i] - 16]);
    return (u64x2)r;
}

#define LANES_BITMASK(type)                                                    \
    static ALWAYS_INLINE uint32_t bitmask_##type(type a)                       \
    {                                                                          \
        uint32_t mask = 0, i;                                                  \
                                                                               \
        for (i = 0; i < sizeof(a) / sizeof(a[0]); i++)                         \
            mask |= (uint32_t)(a[i] < 0) << i;                                 \
        return mask;                                                           \
    }

LANES_BITMASK(i8x16)
LANES_BITMASK(i16x8)
LANES_BITMASK(i32x4)
LANES_BITMASK(i64x2)
#undef LANES_BITMASK

/* Shifts by the same count in all lanes, below the lane's width. */
#define LANES_SHIFT(u_type, i_type)                                            \
    static ALWAYS_INLINE u64x2 shl_##u_type(u_type a, uint32_t n)              \
    {                                                                          \
        EACH_LANE(a, a[i] << n);                                               \
        return (u64x2)a;                                                       \
    }                                                                          \
    static ALWAYS_INLINE u64x2 shr_##u_type(u_type a, uint32_t n)              \
    {                                                                          \
        EACH_LANE(a, a[i] >> n);                                               \
        return (u64x2)a;                                                       \
    }                                                                          \
    static ALWAYS_INLINE u64x2 shr_##i_type(u_type u, uint32_t n)              \
    {                                                                          \
        i_type a = (i_type)u;                                                  \
                                                                               \
        EACH_LANE(a, a[i] >> n);                                               \
        return (u64x2)a;                                                       \
    }

LANES_SHIFT(u8x16, i8x16)
LANES_SHIFT(u16x8, i16x8)
LANES_SHIFT(u32x4, i32x4)
LANES_SHIFT(u64x2, i64x2)
#undef LANES_SHIFT

#define LANES_ROUND(name)                                                      \
    static ALWAYS_INLINE f32x4 name##_f32x4(f32x4 a)                           \
    {                                                                          \
        EACH_LANE(a, num_f32_##name(a[i]));                                    \
        return a;                                                              \
    }                                                                          \
    static ALWAYS_INLINE f64x2 name##_f64x2(f64x2 a)                           \
    {                                                                          \
        EACH_LANE(a, num_f64_##name(a[i]));                                    \
        return a;                                                              \
    }

LANES_ROUND(ceil)
LANES_ROUND(floor)
LANES_ROUND(trunc)
LANES_ROUND(nearest)
LANES_ROUND(sqrt)
#undef LANES_ROUND

static ALWAYS_INLINE u32x4 trunc_i32x4_f32x4(f32x4 a)
{
    u32x4 r;

    EACH_LANE(r, num_sat_i32(a[i]));
    return r;
}

static ALWAYS_INLINE u32x4 trunc_u32x4_f32x4(f32x4 a)
{
    u32x4 r;

    EACH_LANE(r, num_sat_u32(a[i]));
    return r;
}

static ALWAYS_INLINE u32x4 trunc_i32x4_f64x2(f64x2 a)
{
    return (u32x4){num_sat_i32(a[0]), num_sat_i32(a[1]), 0, 0};
}

static ALWAYS_INLINE u32x4 trunc_u32x4_f64x2(f64x2 a)
{
    return (u32x4){num_sat_u32(a[0]), num_sat_u32(a[1]), 0, 0};
}

#undef EACH_LANE

#endif
