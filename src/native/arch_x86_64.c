/* arch_x86_64.c: see arch.h. */
#include <cpuid.h>
#include <sys/auxv.h>
#include <sys/platform/x86.h>
#include <sys/syscall.h>

#include "native/enter.h"
#include "rt/context.h"

STATIC_ASSERT(offsetof(struct native_regs, pc) == 72, "native_*.S");

/* --- %gs --- */

#define ARCH_SET_GS     0x1001
#define HWCAP2_FSGSBASE 2

/* May programs write %gs themselves? */
static bool has_wrgsbase;

void arch_init(void)
{
    has_wrgsbase = getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE;
}

void arch_set_native(struct native *native)
{
    if (has_wrgsbase)
        __asm__ volatile("wrgsbase %0" : : "r"(native));
    else
        (void)syscall(SYS_arch_prctl, ARCH_SET_GS, native);
}

/* --- The state of the vector registers --- */

/* What of it is kept, as XSAVE wants it; 0: FXSAVE is used. */
uint32_t native_state_mask;
uint64_t native_state_size = 512;

/* x87, SSE, AVX, AVX-512. */
#define STATES       0xe7u
#define STATE_HEADER 576u
#define BIT_OSXSAVE  (1u << 27)

/* At the first signal: asking the processor takes long in a virtual machine. */
IN_SIGNAL void arch_prepare_interrupt(void)
{
    static bool found;
    uint32_t a, b, c, d, high, i;

    if (found)
        return;
    found = true;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & BIT_OSXSAVE))
        return;
    __asm__("xgetbv" : "=a"(a), "=d"(high) : "c"(0));
    native_state_mask = a & STATES;
    native_state_size = STATE_HEADER;
    for (i = 2; i < 8; i++)
        if ((native_state_mask & (1u << i)) &&
            __get_cpuid_count(0xd, i, &a, &b, &c, &d))
            native_state_size = MAX(native_state_size, (uint64_t)a + b);
}

/* --- Registers --- */

void arch_read_context(struct native_regs *regs, const ucontext_t *uc)
{
    static const char names[ARCH_KEPT][5] = {"%rbx", "%rbp", "%r12",
                                             "%r13", "%r14", "%r15"};
    unsigned i;

    for (i = 0; i < ARCH_KEPT; i++)
        regs->kept[i] = context_named(uc, names[i]);
}

/* --- Features --- */

#define HAS_XGETBV (1u << 27) /* leaf 1, ecx */

/* What glibc has asked the processor already: the instruction itself takes tens
 * of microseconds in a virtual machine. */
static const struct leaf {
    unsigned index;
    bool eax, ebx, rest; /* ebx of leaf 1 says which core this is */
} leaves[] = {
    {CPUID_INDEX_1, true, false, true},
    {CPUID_INDEX_7, false, true, true},
    {CPUID_INDEX_7_ECX_1, true, true, true},
    {CPUID_INDEX_D_ECX_1, true, false, true},
    {CPUID_INDEX_14_ECX_0, false, true, true},
    {CPUID_INDEX_19, false, true, true},
    {CPUID_INDEX_80000001, true, true, true},
    {CPUID_INDEX_80000008, false, true, false},
};

STATIC_ASSERT(4 * countof(leaves) + 2 <= ARCH_FEATURES, "arch.h");

unsigned arch_features(unsigned words[ARCH_FEATURES])
{
    unsigned n = 0, low, high;
    size_t i;

    for (i = 0; i < countof(leaves); i++) {
        const unsigned *leaf =
            __x86_get_cpuid_feature_leaf(leaves[i].index)->cpuid_array;

        words[n++] = leaves[i].eax ? leaf[cpuid_register_index_eax] : 0;
        words[n++] = leaves[i].ebx ? leaf[cpuid_register_index_ebx] : 0;
        words[n++] = leaves[i].rest ? leaf[cpuid_register_index_ecx] : 0;
        words[n++] = leaves[i].rest ? leaf[cpuid_register_index_edx] : 0;
    }
    /* Registers that the kernel saves. */
    if (words[2] & HAS_XGETBV) {
        __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        words[n++] = low;
        words[n++] = high;
    }
    return n;
}
