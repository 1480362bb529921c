/*
 * fuzz_source.c: any bytes as a module with debugging information: what is
 * known of some of its instructions.  Nothing else of it need be right.
 */
#include "base/limits.h"
#include "wasm/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct source_place places[LIMIT_DEBUG_INLINE];
    struct error err = ERROR_INIT;
    struct module *m = module_decode("fuzz", bytes, n, &err);
    /* Little, or the fuzzer finds nothing but long searches. */
    uint64_t work = (uint64_t)1 << 20;
    uint32_t i;

    for (i = 0; m && i < 64; i++) {
        uint32_t offset = m->code_offset + i * (m->size / 64 + 1) / 2;
        size_t found = source_find(m, offset, &work, places, countof(places));

        assert(found <= countof(places));
        while (found-- > 0)
            assert(memchr(places[found].func, 0, SOURCE_NAME) &&
                   memchr(places[found].file, 0, SOURCE_NAME));
    }
    module_free(m);
    return 0;
}
