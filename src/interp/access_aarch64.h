/* access_aarch64.h: see access.h. */
#ifndef TINE_INTERP_ACCESS_AARCH64_H
#define TINE_INTERP_ACCESS_AARCH64_H

#define FAULT_SITE                                                             \
    ".pushsection tine_faults,\"a\",@progbits\n"                               \
    ".balign 32\n"                                                             \
    "2: .quad 1b - 2b\n"                                                       \
    ".asciz \"%x[i] %x[f]\"\n"                                                 \
    ".balign 32\n"                                                             \
    ".popsection\n"

/* insn: the instruction; kind: of register; mod: its modifier. */
#define LOAD_BY(insn, kind, mod, m, a, ret)                                    \
    __asm__ volatile("1: " insn " %" mod "[v], [%x[b], %x[x]]\n" FAULT_SITE    \
                     : [v] "=" kind(ret)                                       \
                     : [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)        \
                     : "memory")

#define STORE_BY(insn, kind, mod, m, a, value)                                 \
    __asm__ volatile(                                                          \
        "1: " insn " %" mod "[v], [%x[b], %x[x]]\n" FAULT_SITE                 \
        :                                                                      \
        : [v] kind(value), [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)    \
        : "memory")

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
