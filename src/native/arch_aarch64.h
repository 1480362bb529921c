/* arch_aarch64.h: see arch.h. */
#ifndef TINE_NATIVE_ARCH_AARCH64_H
#define TINE_NATIVE_ARCH_AARCH64_H

/* x19 to x30 and d8 to d15, as rt/kept_aarch64.h has them. */
#define ARCH_KEPT   20
#define ARCH_KEPT_D 12

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
    ((reg) == CFI_SP   ? offsetof(struct native_regs, sp)                      \
     : (reg) >= CFI_D8 ? ARCH_KEPT_OFFSET(ARCH_KEPT_D + (reg) - CFI_D8)        \
     : (reg) >= CFI_X19 && (reg) <= CFI_RETURN                                 \
         ? ARCH_KEPT_OFFSET((reg) - CFI_X19)                                   \
         : 0)

#endif
