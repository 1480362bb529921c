/* arch_aarch64.c: see arch.h. */
#include <sys/auxv.h>

#include "native/enter.h"

STATIC_ASSERT(offsetof(struct native_regs, pc) == 184, "native_*.S");
STATIC_ASSERT(sizeof(struct native_regs) == 192, "native_*.S");

void arch_init(void)
{
}

/* The assembly loads x28 from native_current on each way into code. */
void arch_set_native(struct native *native)
{
    (void)native;
}

/* All vector registers are of one size: code does not use SVE. */
IN_SIGNAL void arch_prepare_interrupt(void)
{
}

/* The vector registers are of no use to a backtrace. */
void arch_read_context(struct native_regs *regs, const ucontext_t *uc)
{
    unsigned i;

    for (i = 0; i < ARCH_KEPT_D; i++)
        regs->kept[i] = uc->uc_mcontext.regs[19 + i];
}

unsigned arch_features(unsigned words[ARCH_FEATURES])
{
    static const unsigned long types[] = {AT_HWCAP, AT_HWCAP2};
    unsigned n = 0;
    size_t i;

    for (i = 0; i < countof(types); i++) {
        unsigned long bits = getauxval(types[i]);

        words[n++] = (unsigned)bits;
        words[n++] = (unsigned)(bits >> 32);
    }
    return n;
}
