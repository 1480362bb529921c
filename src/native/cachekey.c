/* cachekey.c: see cachekey.h. */
#include "native/cachekey.h"

#include <sodium.h>

#include "native/native.h"
#include "rt/arena.h"

#if defined(__x86_64__)
#include <sys/platform/x86.h>

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

static unsigned features(unsigned *words)
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
#else
#error "no port to this architecture yet"
#endif

/* A hash of the compiler's sources. */
static const char codegen[] =
#include "codegen.inc"
    ;

void cachekey_target(uint8_t hash[32])
{
    unsigned words[4 * countof(leaves) + 4];
    unsigned n = features(words);

    words[n++] = NATIVE_VERSION;
    words[n++] = (unsigned)(ARENA_MEMORY >> 12);
    (void)crypto_generichash(hash, 32, (const uint8_t *)words,
                             n * sizeof(*words), (const uint8_t *)codegen,
                             sizeof(codegen) - 1);
}
