/* arch_x86_64.h: see arch.h. */
#ifndef TINE_NATIVE_ARCH_X86_64_H
#define TINE_NATIVE_ARCH_X86_64_H

struct native_regs {
    uint64_t exact; /* pc is an instruction's; else a return address */
    struct native *native;
    uint64_t sp; /* at pc, or behind the return */
    uint64_t rbx, rbp, r12, r13, r14, r15;
    uint64_t pc;
};

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
    ((reg) == CFI_RBX      ? offsetof(struct native_regs, rbx)                 \
     : (reg) == CFI_RBP    ? offsetof(struct native_regs, rbp)                 \
     : (reg) == CFI_SP     ? offsetof(struct native_regs, sp)                  \
     : (reg) == CFI_RETURN ? offsetof(struct native_regs, pc)                  \
     : (reg) >= CFI_R12                                                        \
         ? offsetof(struct native_regs, r12) + ((reg) - CFI_R12) * 8           \
         : 0)

#endif
