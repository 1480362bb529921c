/* cachekey.c: see cachekey.h. */
#include "native/cachekey.h"

#include <sodium.h>

#include "native/arch.h"
#include "rt/arena.h"

/* A hash of the compiler's sources. */
static const char codegen[] =
#include "codegen.inc"
    ;

void cachekey_target(uint8_t hash[32])
{
    unsigned words[ARCH_FEATURES + 2];
    unsigned n = arch_features(words);

    words[n++] = NATIVE_VERSION;
    words[n++] = (unsigned)(ARENA_MEMORY >> 12);
    (void)crypto_generichash(hash, 32, (const uint8_t *)words,
                             n * sizeof(*words), (const uint8_t *)codegen,
                             sizeof(codegen) - 1);
}
