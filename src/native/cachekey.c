/* cachekey.c: see cachekey.h. */
#include "native/cachekey.h"

#include <sodium.h>

#include "native/native.h"
#include "rt/arena.h"

#if defined(__x86_64__)
#include <cpuid.h>

#define HAS_XGETBV (1u << 27) /* leaf 1, ecx */

struct leaf {
    unsigned leaf, sub;
    bool eax, ebx; /* ebx of leaf 1 says which core this is */
};

static const struct leaf leaves[] = {
    {1, 0, true, false},          {7, 0, false, true},
    {7, 1, true, true},           {0xd, 1, true, false},
    {0x14, 0, false, true},       {0x19, 0, false, true},
    {0x80000001u, 0, true, true}, {0x80000008u, 0, false, true},
};

static unsigned features(unsigned *words)
{
    unsigned n = 0, a, b, c, d, low, high;
    size_t i;

    for (i = 0; i < countof(leaves); i++) {
        if (!__get_cpuid_count(leaves[i].leaf, leaves[i].sub, &a, &b, &c, &d))
            a = b = c = d = 0;
        words[n++] = leaves[i].eax ? a : 0;
        words[n++] = leaves[i].ebx ? b : 0;
        words[n++] = leaves[i].leaf == 0x80000008u ? 0 : c;
        words[n++] = leaves[i].leaf == 0x80000008u ? 0 : d;
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
