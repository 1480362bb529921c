/*
 * table.h: TABLE(name) for every internal instruction, in the order of their
 * numbers.
 */
#define TABLE_3(name, a, b, d)   TABLE(name##_##a##b##_##d)
#define TABLE_2(name, a, d)      TABLE(name##_##a##_##d)
#define TABLE_AB(name, a, b)     TABLE(name##_##a##b)
#define TABLE_1(name, a)         TABLE(name##_##a)
#define TABLE_RSB(name, r, s, b) TABLE(name##_##r##s##b)

#define BIN(name, WASM, in, out, pre, expr)      EACH_ABD(TABLE_3, name)
#define BIN_RARE(name, WASM, in, out, pre, expr) EACH_ABD2(TABLE_3, name)
#define ICMP(name, WASM, in, expr, inverse, SWAPPED)                           \
    EACH_ABT(TABLE_3, name)                                                    \
    EACH_ABJ(TABLE_3, br_##name) EACH_RB(TABLE_AB, inc_br_##name)
#define FCMP(name, WASM, in, expr, SWAPPED)                                    \
    EACH_ABD2(TABLE_3, name)                                                   \
    EACH_ABJ2(TABLE_3, br_##name) EACH_ABJ2(TABLE_3, brn_##name)
#define UN(name, WASM, in, out, pre, expr)      EACH_AD(TABLE_2, name)
#define UN_RARE(name, WASM, in, out, pre, expr) EACH_AD2(TABLE_2, name)
#define LOAD_RARE(name, WASM, how)                                             \
    EACH_AD(TABLE_2, name) EACH_D(TABLE_2, name, I)
#define LOAD(name, WASM, how)                                                  \
    LOAD_RARE(name, WASM, how) EACH_ABD(TABLE_3, name##_add)
#define LOADW(name, WASM, how)                                                 \
    LOAD(name, WASM, how) EACH_ABD(TABLE_3, name##_scaled)
#define LOADF(name, WASM, type) LOADW(name, WASM, )
#define STORE(name, WASM, how)                                                 \
    EACH_AB(TABLE_AB, name)                                                    \
    EACH_B(TABLE_AB, name, I) EACH_ABV(TABLE_3, name##_add)
#define STOREF(name, WASM, type)                                               \
    EACH_AV(TABLE_AB, name)                                                    \
    EACH_V(TABLE_AB, name, I) EACH_ABD(TABLE_3, name##_add)
#include "interp/ops.def"
#define SINGLE(name, operands)     TABLE(name)
#define SINGLE_A(name, operands)   EACH_A(TABLE_1, name)
#define SINGLE_A2(name, operands)  EACH_A2(TABLE_1, name)
#define SINGLE_D(name, operands)   EACH_D(TABLE_1, name)
#define SINGLE_R(name, operands)   EACH_R(TABLE_1, name)
#define SINGLE_H(name, operands)   EACH_H(TABLE_1, name)
#define SINGLE_AH(name, operands)  EACH_AH(TABLE_2, name)
#define SINGLE_AHI(name, operands) EACH_AHI(TABLE_2, name)
#define SINGLE_AD(name, operands)  EACH_AD(TABLE_2, name)
#define SINGLE_AV(name, operands)  EACH_AV(TABLE_AB, name)
#define SINGLE_AJ(name, operands)  EACH_AJ(TABLE_2, name)
#define SINGLE_ABD(name, operands) EACH_ABD(TABLE_3, name)
#define SINGLE_ABJ(name, operands) EACH_ABJ(TABLE_3, name)
#define SINGLE_AVD(name, operands) EACH_AVD(TABLE_3, name)
#define SINGLE_RR(name, operands)  EACH_RR(TABLE_AB, name)
#define SINGLE_ABH(name, operands) EACH_AB2H(TABLE_3, name)
#include "interp/singles.def"
#define PAIR(name, FUSE, SECOND, expr)       EACH_AVD(TABLE_3, name)
#define PAIR_CONST(name, FUSE, SECOND, expr) EACH_ABD(TABLE_3, name)
#define LOAD_PAIR(name, FUSE, SECOND, expr)                                    \
    EACH_AVD(TABLE_3, name) EACH_AVD(TABLE_3, name##_sum)
#define LOAD_PAIR_CONST(name, FUSE, SECOND, expr)                              \
    EACH_ABD(TABLE_3, name) EACH_ABD(TABLE_3, name##_sum)
#define LOADF_PAIR(name, FUSE, SECOND, expr) LOAD_PAIR(name, FUSE, SECOND, expr)
#define STEP(name, COMPARE, expr)            EACH_RSB(TABLE_RSB, name)
#include "interp/fused.def"
#define V_FORM(name) TABLE(name)
#include "interp/simd.def"
/* These are the last ones (prepare_join.c). */
#define JOIN_2(a, b)       TABLE(a##_then_##b)
#define JOIN_3(a, b, c)    TABLE(a##_then_##b##_then_##c)
#define JOIN_4(a, b, c, d) TABLE(a##_then_##b##_then_##c##_then_##d)
#define JOIN_5(a, b, c, d, e)                                                  \
    TABLE(a##_then_##b##_then_##c##_then_##d##_then_##e)
#define JOIN_6(a, b, c, d, e, f)                                               \
    TABLE(a##_then_##b##_then_##c##_then_##d##_then_##e##_then_##f)
#include "interp/joined.def"
#undef V_FORM
#undef TABLE_3
#undef TABLE_2
#undef TABLE_AB
#undef TABLE_1
#undef TABLE_RSB
