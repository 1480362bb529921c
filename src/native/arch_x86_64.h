/* arch_x86_64.h: see arch.h. */
#ifndef TINE_NATIVE_ARCH_X86_64_H
#define TINE_NATIVE_ARCH_X86_64_H

/* rbx, rbp, r12 to r15 */
#define ARCH_KEPT 6

/* System V ABI for x86-64, figure 3.36. */
enum {
    CFI_RBX = 3,
    CFI_RBP = 6,
    CFI_SP = 7,
    CFI_R12 = 12,
    CFI_R15 = 15,
    CFI_RETURN = 16,
    CFI_REGS = 17,
};

#define ARCH_LINK     false
#define ARCH_REWOUND  "%r8"
#define ARCH_MACHINE  EM_X86_64
#define ARCH_RELATIVE R_X86_64_RELATIVE

#define ARCH_REG_OFFSET(reg)                                                   \
    ((reg) == CFI_RBX      ? ARCH_KEPT_OFFSET(0)                               \
     : (reg) == CFI_RBP    ? ARCH_KEPT_OFFSET(1)                               \
     : (reg) == CFI_SP     ? offsetof(struct native_regs, sp)                  \
     : (reg) == CFI_RETURN ? offsetof(struct native_regs, pc)                  \
     : (reg) >= CFI_R12    ? ARCH_KEPT_OFFSET(2 + (reg) - CFI_R12)             \
                           : 0)

#endif
