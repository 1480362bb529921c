/*
 * arch.h: what of compiled code's frames and registers is the architecture's
 * own.  Each has a header, which defines
 *
 *     ARCH_KEPT            registers that a function has to preserve, without
 *                          the stack pointer
 *     CFI_SP, CFI_RETURN   DWARF's numbers of the stack pointer and of the
 *                          return address
 *     CFI_REGS             more than the number of any register that is kept
 *     ARCH_LINK            a function that calls nothing may have its return
 *                          address in a register
 *     ARCH_REG_OFFSET      of a register in struct native_regs, by number; 0:
 *                          it is not kept
 *     ARCH_REWOUND         context_named's name of what has the stack pointer
 *                          where native_land has changed it
 *     ARCH_MACHINE, ARCH_RELATIVE
 *                          ELF's numbers of machine and relocation
 *
 * a file (arch_*.c) with the functions below, and native_*.S.
 */
#ifndef TINE_NATIVE_ARCH_H
#define TINE_NATIVE_ARCH_H

#include <elf.h>
#include <ucontext.h>

#include "native/native.h"

#if defined(__x86_64__)
#include "native/arch_x86_64.h"
#elif defined(__aarch64__)
#include "native/arch_aarch64.h"
#else
#error "no port to this architecture yet"
#endif

/* The registers of a compiled function that has been left; the assembly knows
 * the offsets. */
struct native_regs {
    uint64_t exact; /* pc is an instruction's; else a return address */
    struct native *native;
    uint64_t sp; /* at pc, or behind the return */
    uint64_t kept[ARCH_KEPT];
    uint64_t pc;
};

#define ARCH_KEPT_OFFSET(i) (offsetof(struct native_regs, kept) + (i) * 8)

/* Once, at the start. */
void arch_init(void);

/* Have code that is entered next find its instance here. */
void arch_set_native(struct native *native);

/* In a signal handler: what native_interrupt has to know of the processor. */
void arch_prepare_interrupt(void);

/* The kept registers where a signal has interrupted compiled code; as far as
 * a backtrace needs them. */
void arch_read_context(struct native_regs *regs, const ucontext_t *uc);

/* Where a register is, by DWARF's number; NULL: it is not kept. */
static inline uint64_t *arch_reg(struct native_regs *regs, unsigned reg)
{
    size_t at = reg < CFI_REGS ? ARCH_REG_OFFSET(reg) : 0;

    return at ? (uint64_t *)(void *)((char *)regs + at) : NULL;
}

/* What of the processor an object for this machine depends on, as words. */
#define ARCH_FEATURES 48
unsigned arch_features(unsigned words[ARCH_FEATURES]);

#endif
