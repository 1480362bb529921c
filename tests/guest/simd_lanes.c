/*
 * simd_lanes.c: arithmetic on vectors: what the compiler makes of GNU C's
 * vector types, here from SIMD instructions, natively from the processor's.
 */
#include "guest_test.h"

#ifdef __wasm__
#pragma clang attribute push(__attribute__((target("simd128"))),               \
                             apply_to = function)
#endif

#define VECTOR(name, type)                                                     \
    typedef type name __attribute__((vector_size(16)));                        \
    static __attribute__((noinline)) name random_##name(void)                  \
    {                                                                          \
        uint64_t bits[2] = {next_bits(), next_bits()};                         \
        name v;                                                                \
                                                                               \
        memcpy(&v, bits, sizeof(v));                                           \
        return v;                                                              \
    }

static uint64_t state = 1;
static uint64_t sum;

static uint64_t next_bits(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return state ^ state >> 29;
}

VECTOR(i8x16, int8_t)
VECTOR(u8x16, uint8_t)
VECTOR(i16x8, int16_t)
VECTOR(u16x8, uint16_t)
VECTOR(i32x4, int32_t)
VECTOR(u32x4, uint32_t)
VECTOR(i64x2, int64_t)
VECTOR(u64x2, uint64_t)
typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));

static __attribute__((noinline)) void add_bits(u64x2 v)
{
    sum = (sum ^ v[0]) * 0x9e3779b97f4a7c15u;
    sum = (sum ^ v[1] ^ sum >> 31) * 0x9e3779b97f4a7c15u;
}

#define ADD(expr) add_bits((u64x2)(expr))

static void report(const char *what)
{
    say("%s: %016llx\n", what, (unsigned long long)sum);
    sum = 0;
}

/* Signed arithmetic does not overflow in C: the unsigned types have it. */
#define INTEGERS(name, s, u, bits)                                             \
    static void test_##name(void)                                              \
    {                                                                          \
        for (unsigned i = 0; i < 500; i++) {                                   \
            s a = random_##s(), b = random_##s();                              \
            u c = (u)a, d = (u)b;                                              \
            unsigned n = i % bits;                                             \
                                                                               \
            ADD(c + d);                                                        \
            ADD(c - d);                                                        \
            ADD(c * d);                                                        \
            ADD(-c);                                                           \
            ADD(c / (d | 1));                                                  \
            ADD(c & ~d);                                                       \
            ADD(c | (d ^ ~c));                                                 \
            ADD(c << n);                                                       \
            ADD(c >> n);                                                       \
            ADD(a >> n);                                                       \
            ADD(c << 3);                                                       \
            ADD(a >> 3);                                                       \
            ADD(a == b);                                                       \
            ADD(a != (b & 1));                                                 \
            ADD(a < b);                                                        \
            ADD(a >= b);                                                       \
            ADD(c > d);                                                        \
            ADD(c <= d);                                                       \
            ADD((a < b & a) | (a >= b & b));                                   \
            ADD((c > d & c) | (c <= d & d));                                   \
            a[i % (128 / bits)] = b[0];                                        \
            ADD(a);                                                            \
            sum += (uint64_t)a[(i + 1) % (128 / bits)];                        \
            ADD(c + (u){(u){0}[0] + 7});                                       \
        }                                                                      \
        report(#name);                                                         \
    }

INTEGERS(bytes, i8x16, u8x16, 8)
INTEGERS(shorts, i16x8, u16x8, 16)
INTEGERS(ints, i32x4, u32x4, 32)
INTEGERS(longs, i64x2, u64x2, 64)

/* Numbers of moderate size: what is not a number has no one pattern. */
static __attribute__((noinline)) f32x4 floats(void)
{
    i32x4 v = random_i32x4();

    return __builtin_convertvector(v, f32x4) * 0.0009765625f;
}

static __attribute__((noinline)) f64x2 doubles(void)
{
    i64x2 v = random_i64x2() >> 20;

    return __builtin_convertvector(v, f64x2) * 0.0009765625;
}

static void test_floats(void)
{
    for (int i = 0; i < 500; i++) {
        f32x4 a = floats(), b = floats(), s;

        ADD(a + b);
        ADD(a - b);
        ADD(a * b);
        ADD(a / b);
        ADD(-a);
        ADD(a < b);
        ADD(a >= b);
        ADD(a == b);
        ADD(((i32x4)a & (a < b)) | ((i32x4)b & ~(a < b)));
        ADD(__builtin_convertvector(a, i32x4));
        ADD(__builtin_convertvector((u32x4)a, f32x4));
        for (int k = 0; k < 4; k++)
            s[k] = __builtin_fabsf(a[k]) + (b[k] < a[k] ? b[k] : a[k]);
        ADD(s);
    }
    report("floats");
}

static void test_doubles(void)
{
    typedef float f32x2 __attribute__((vector_size(8)));

    for (int i = 0; i < 500; i++) {
        f64x2 a = doubles(), b = doubles();
        f32x2 narrow = __builtin_convertvector(a, f32x2);

        ADD(a + b);
        ADD(a - b);
        ADD(a * b);
        ADD(a / b);
        ADD(-a);
        ADD(a > b);
        ADD(a <= b);
        ADD(a != b);
        ADD(__builtin_convertvector(a, i64x2));
        ADD(__builtin_convertvector(narrow, f64x2));
        ADD(((f64x2){__builtin_fabs(a[0]), b[1]}));
    }
    report("doubles");
}

static void test_widths(void)
{
    typedef int8_t i8x8 __attribute__((vector_size(8)));
    typedef uint16_t u16x4 __attribute__((vector_size(8)));
    typedef int32_t i32x2 __attribute__((vector_size(8)));

    for (int i = 0; i < 500; i++) {
        i8x16 a = random_i8x16();
        u16x8 b = random_u16x8();
        i32x4 c = random_i32x4();
        i8x8 low = __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7);
        u16x4 high = __builtin_shufflevector(b, b, 4, 5, 6, 7);
        i32x2 odd = __builtin_shufflevector(c, c, 1, 3);

        ADD(__builtin_convertvector(low, i16x8));
        ADD(__builtin_convertvector(high, u32x4));
        ADD(__builtin_convertvector(odd, i64x2));
        ADD(__builtin_convertvector(odd, f64x2));
        ADD(__builtin_shufflevector(a, (i8x16)c, 0, 17, 2, 19, 31, 5, 5, 16, 8,
                                    9, 26, 27, 12, 1, 30, 15));
        ADD(__builtin_shufflevector(b, (u16x8)a, 7, 8, 6, 9, 5, 10, 4, 11));
    }
    report("widths");
}

int main(void)
{
    test_bytes();
    test_shorts();
    test_ints();
    test_longs();
    test_floats();
    test_doubles();
    test_widths();
    return 0;
}

#ifdef __wasm__
#pragma clang attribute pop
#endif
