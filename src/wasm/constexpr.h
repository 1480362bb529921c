/*
 * constexpr.h: constant expressions (specification, 3.4.13): the values of
 * globals, the offsets and elements of segments.
 *
 * The decoder finds their end (constexpr_scan), the validator checks their
 * types (constexpr_validate), instantiation computes them (constexpr_eval).
 */
#ifndef TINE_WASM_CONSTEXPR_H
#define TINE_WASM_CONSTEXPR_H

#include "wasm/reader.h"

/* Read the expression at the reader, up to and including its `end`.  An
 * instruction that is not constant is ERROR_INVALID. */
bool constexpr_scan(struct reader *r, struct constexpr_ref *ret) MUST_CHECK;

/* Has the expression the type `want`, and does it use only immutable globals
 * below n_globals?  Functions that it refers to become declared. */
bool constexpr_validate(struct module *module, struct constexpr_ref ref,
                        valtype want, uint32_t n_globals,
                        struct error *err) MUST_CHECK;

/* Where the value of a global and a reference to a function come from. */
struct constexpr_env {
    void *ctx;
    uint64_t (*global_get)(void *ctx, uint32_t global);
    uint64_t (*ref_func)(void *ctx, uint32_t func);
};

/* The value of a validated expression: the bits of a number, 32-bit ones
 * zero-extended, or the reference, 0 for null; of a v128 the lower half. */
uint64_t constexpr_eval(const struct module *module, struct constexpr_ref ref,
                        const struct constexpr_env *env);

/* The value of a validated expression of type v128, the lower half first.
 * No instruction computes one: if the expression is no constant, then false,
 * and the global whose value it is. */
bool constexpr_v128(const struct module *module, struct constexpr_ref ref,
                    uint64_t ret[2], uint32_t *global) MUST_CHECK;

#endif
