/* arch_aarch64.h: see arch.h. */
#ifndef TINE_NATIVE_ARCH_AARCH64_H
#define TINE_NATIVE_ARCH_AARCH64_H

struct native_regs {
    uint64_t exact; /* pc is an instruction's; else a return address */
    struct native *native;
    uint64_t sp; /* at pc, or behind the return */
    uint64_t x19_to_x30[12];
    uint64_t d8_to_d15[8];
    uint64_t pc;
};

/* DWARF for the Arm 64-bit Architecture, section 4.1. */
enum {
    CFI_X19 = 19,
    CFI_RETURN = 30,
    CFI_SP = 31,
    CFI_D8 = 72,
    CFI_REGS = 80,
};

#define ARCH_LINK     true
#define ARCH_REWOUND  "x4"
#define ARCH_MACHINE  EM_AARCH64
#define ARCH_RELATIVE R_AARCH64_RELATIVE

#define ARCH_REG_OFFSET(reg)                                                   \
    ((reg) == CFI_SP ? offsetof(struct native_regs, sp)                        \
     : (reg) >= CFI_D8                                                         \
         ? offsetof(struct native_regs, d8_to_d15) + ((reg) - CFI_D8) * 8      \
     : (reg) >= CFI_X19 && (reg) <= CFI_RETURN                                 \
         ? offsetof(struct native_regs, x19_to_x30) + ((reg) - CFI_X19) * 8    \
         : 0)

#endif
