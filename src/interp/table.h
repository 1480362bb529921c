/*
 * table.h: TABLE(name) for every internal instruction, in any order.
 */
#define TABLE_BIN(name)                                                        \
    TABLE(name##_SS_S)                                                         \
    TABLE(name##_SS_A) TABLE(name##_SI_S) TABLE(name##_SI_A)                   \
        TABLE(name##_AS_S) TABLE(name##_AS_A) TABLE(name##_AI_S)               \
            TABLE(name##_AI_A) TABLE(name##_SA_S) TABLE(name##_SA_A)
#define TABLE_BR(name)                                                         \
    TABLE(name##_SS_F)                                                         \
    TABLE(name##_SS_L) TABLE(name##_SI_F) TABLE(name##_SI_L)                   \
        TABLE(name##_AS_F) TABLE(name##_AS_L) TABLE(name##_AI_F)               \
            TABLE(name##_AI_L)
#define TABLE_UN(name)                                                         \
    TABLE(name##_S_S) TABLE(name##_S_A) TABLE(name##_A_S) TABLE(name##_A_A)

#define BIN(name, WASM, in, out, pre, expr) TABLE_BIN(name)
#define ICMP(name, WASM, in, expr, INVERSE, SWAPPED)                           \
    TABLE_BIN(name) TABLE_BR(br_##name)
#define FCMP(name, WASM, in, expr, SWAPPED)                                    \
    TABLE_BIN(name) TABLE_BR(br_##name) TABLE_BR(brn_##name)
#define UN(name, WASM, in, out, pre, expr) TABLE_UN(name)
#define LOAD(name, WASM, insn, reg)        TABLE_UN(name)
#define LOADF(name, WASM, type)            TABLE_UN(name)
#define STORE(name, WASM, insn, reg)                                           \
    TABLE(name##_SS)                                                           \
    TABLE(name##_SI) TABLE(name##_AS) TABLE(name##_AI) TABLE(name##_SA)
#define STOREF(name, WASM, type)                                               \
    TABLE(name##_SS) TABLE(name##_AS) TABLE(name##_SA)
#include "interp/ops.def"
#define SINGLE(name, operands) TABLE(name)
#include "interp/singles.def"
#undef SINGLE
#undef TABLE_BIN
#undef TABLE_BR
#undef TABLE_UN
