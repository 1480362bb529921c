/* access_aarch64.h: see access.h. */
#ifndef TINE_INTERP_ACCESS_AARCH64_H
#define TINE_INTERP_ACCESS_AARCH64_H

/* The text of an instruction: its name; the modifier of v.  FULL is that of a
 * whole register. */
#define FULL                  "x"
#define LOAD_TEXT(insn, mod)  insn " %" mod "[v], [%x[b], %x[x]]"
#define STORE_TEXT(insn, mod) LOAD_TEXT(insn, mod)

#define ACCESS_LOAD_u8(m, a, ret)     LOAD_BY("ldrb", "r", "w", m, a, ret)
#define ACCESS_LOAD_u16(m, a, ret)    LOAD_BY("ldrh", "r", "w", m, a, ret)
#define ACCESS_LOAD_u32(m, a, ret)    LOAD_BY("ldr", "r", "w", m, a, ret)
#define ACCESS_LOAD_u64(m, a, ret)    LOAD_BY("ldr", "r", "x", m, a, ret)
#define ACCESS_LOAD_s8(m, a, ret)     LOAD_BY("ldrsb", "r", "w", m, a, ret)
#define ACCESS_LOAD_s16(m, a, ret)    LOAD_BY("ldrsh", "r", "w", m, a, ret)
#define ACCESS_LOAD_s8_64(m, a, ret)  LOAD_BY("ldrsb", "r", "x", m, a, ret)
#define ACCESS_LOAD_s16_64(m, a, ret) LOAD_BY("ldrsh", "r", "x", m, a, ret)
#define ACCESS_LOAD_s32_64(m, a, ret) LOAD_BY("ldrsw", "r", "x", m, a, ret)
#define ACCESS_LOAD_f32(m, a, ret)    LOAD_BY("ldr", "w", "s", m, a, ret)
#define ACCESS_LOAD_f64(m, a, ret)    LOAD_BY("ldr", "w", "d", m, a, ret)
#define ACCESS_LOAD_v128(m, a, ret)   LOAD_BY("ldr", "w", "q", m, a, ret)

/* A narrow value is in a register of 64 bits, of which the lowest are used. */
#define STORE_LOW(insn, mod, m, a, value)                                      \
    STORE_BY(insn, "r", mod, m, a, (uint64_t)(value))
#define ACCESS_STORE_u8(m, a, value)   STORE_LOW("strb", "w", m, a, value)
#define ACCESS_STORE_u16(m, a, value)  STORE_LOW("strh", "w", m, a, value)
#define ACCESS_STORE_u32(m, a, value)  STORE_LOW("str", "w", m, a, value)
#define ACCESS_STORE_u64(m, a, value)  STORE_LOW("str", "x", m, a, value)
#define ACCESS_STORE_f32(m, a, value)  STORE_BY("str", "w", "s", m, a, value)
#define ACCESS_STORE_f64(m, a, value)  STORE_BY("str", "w", "d", m, a, value)
#define ACCESS_STORE_v128(m, a, value) STORE_BY("str", "w", "q", m, a, value)

#endif
