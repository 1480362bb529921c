/* access_x86_64.h: see access.h. */
#ifndef TINE_INTERP_ACCESS_X86_64_H
#define TINE_INTERP_ACCESS_X86_64_H

#define FAULT_SITE                                                             \
    ".pushsection tine_faults,\"a\",@progbits\n"                               \
    ".balign 32\n"                                                             \
    "2: .quad 1b - 2b\n"                                                       \
    ".asciz \"%q[i] %q[f]\"\n"                                                 \
    ".balign 32\n"                                                             \
    ".popsection\n"

/* insn: the instruction; kind: of register; mod: its modifier. */
#define LOAD_BY(insn, kind, mod, m, a, ret)                                    \
    __asm__ volatile("1: " insn " (%[b],%[x]), %" mod "[v]\n" FAULT_SITE       \
                     : [v] "=" kind(ret)                                       \
                     : [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)        \
                     : "memory")

#define STORE_BY(insn, kind, mod, m, a, value)                                 \
    __asm__ volatile(                                                          \
        "1: " insn " %" mod "[v], (%[b],%[x])\n" FAULT_SITE                    \
        :                                                                      \
        : [v] kind(value), [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)    \
        : "memory")

#define ACCESS_LOAD_u8(m, a, ret)     LOAD_BY("movzbl", "r", "k", m, a, ret)
#define ACCESS_LOAD_u16(m, a, ret)    LOAD_BY("movzwl", "r", "k", m, a, ret)
#define ACCESS_LOAD_u32(m, a, ret)    LOAD_BY("movl", "r", "k", m, a, ret)
#define ACCESS_LOAD_u64(m, a, ret)    LOAD_BY("movq", "r", "q", m, a, ret)
#define ACCESS_LOAD_s8(m, a, ret)     LOAD_BY("movsbl", "r", "k", m, a, ret)
#define ACCESS_LOAD_s16(m, a, ret)    LOAD_BY("movswl", "r", "k", m, a, ret)
#define ACCESS_LOAD_s8_64(m, a, ret)  LOAD_BY("movsbq", "r", "q", m, a, ret)
#define ACCESS_LOAD_s16_64(m, a, ret) LOAD_BY("movswq", "r", "q", m, a, ret)
#define ACCESS_LOAD_s32_64(m, a, ret) LOAD_BY("movslq", "r", "q", m, a, ret)
#define ACCESS_LOAD_f32(m, a, ret)    LOAD_BY("movss", "x", "", m, a, ret)
#define ACCESS_LOAD_f64(m, a, ret)    LOAD_BY("movsd", "x", "", m, a, ret)
#define ACCESS_LOAD_v128(m, a, ret)   LOAD_BY("movdqu", "x", "", m, a, ret)

#define ACCESS_STORE_u8(m, a, value)   STORE_BY("movb", "r", "b", m, a, value)
#define ACCESS_STORE_u16(m, a, value)  STORE_BY("movw", "r", "w", m, a, value)
#define ACCESS_STORE_u32(m, a, value)  STORE_BY("movl", "r", "k", m, a, value)
#define ACCESS_STORE_u64(m, a, value)  STORE_BY("movq", "r", "q", m, a, value)
#define ACCESS_STORE_f32(m, a, value)  STORE_BY("movss", "x", "", m, a, value)
#define ACCESS_STORE_f64(m, a, value)  STORE_BY("movsd", "x", "", m, a, value)
#define ACCESS_STORE_v128(m, a, value) STORE_BY("movdqu", "x", "", m, a, value)

#endif
