/*
 * fuzz_decode.c: any bytes as a module: decode and validate; of what is valid
 * walk every body and every constant expression, as later passes do.
 */
#include <stdio.h>

#include "wasm/constexpr.h"
#include "wasm/dump.h"
#include "wasm/iter.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static uint64_t any_value(void *ctx, uint32_t index)
{
    return index;
}

static bool has_any(void *ctx, const struct import *import)
{
    return import->index % 2 == 0;
}

static void evaluate(const struct module *m)
{
    const struct constexpr_env env = {NULL, any_value, any_value};
    uint32_t i, k;

    for (i = m->n_imported_globals; i < m->n_globals; i++)
        (void)constexpr_eval(m, m->globals[i].init, &env);
    for (i = 0; i < m->n_elems; i++) {
        for (k = 0; m->elems[i].exprs && k < m->elems[i].n; k++)
            (void)constexpr_eval(m, m->elems[i].exprs[k], &env);
    }
}

static void walk(const struct module *m)
{
    FILE *out = fopen("/dev/null", "w");
    uint32_t i;

    assert(out);
    dump_module(out, m, has_any, NULL);
    for (i = m->n_imported_funcs; i < m->n_funcs; i++)
        dump_function(out, m, i);
    (void)fclose(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct error err = ERROR_INIT;
    struct module *m = module_decode("fuzz", bytes, n, &err);

    if (m && module_validate(m, &err)) {
        evaluate(m);
        walk(m);
    } else {
        assert(err.kind != ERROR_NONE && err.text[0]);
        assert(err.kind != ERROR_HOST);
    }
    module_free(m);
    return 0;
}
