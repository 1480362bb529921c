/*
 * waits.c: loops that wait for memory to change.
 *
 * A signal's handler may write to memory at any instruction.  LLVM does not
 * know that, and would take a load out of the loop that waits for what the
 * handler writes.  Compilers to WebAssembly know which variables are volatile,
 * but WebAssembly has no word for it.  So a load in a loop without calls is
 * volatile if its address is the same each time around: a constant, or a local
 * that the loop does not set.  Had it been no volatile variable, the compiler
 * would have taken it out of the loop already, or could not, because of stores
 * that may be to the same place.
 */
#include <string.h>

#include "aot/aot.h"

/* Bits for all loops of a function; beyond that loads are as others are. */
#define BITS_MAX ((uint64_t)1 << 26)

struct loop {
    uint32_t outer; /* the loop around it, or NO_LOOP */
    bool calls;
    uint8_t *sets; /* a bit for each local */
};

static bool is_call(uint32_t op)
{
    return op == OP_CALL || op == OP_CALL_INDIRECT || op == OP_CALL_REF;
}

static uint32_t count_loops(const struct module *m, const struct body *body)
{
    struct iter it;
    struct instr in;
    uint32_t n = 0;

    iter_body(&it, m, body);
    while (iter_next(&it, &in))
        n += in.op == OP_LOOP;
    return n;
}

/* What a loop does, those around it do. */
static void note_set(struct loop *loops, uint32_t at, uint32_t local)
{
    for (; at != NO_LOOP; at = loops[at].outer)
        loops[at].sets[local / 8] |= (uint8_t)(1u << local % 8);
}

static void note_call(struct loop *loops, uint32_t at)
{
    for (; at != NO_LOOP && !loops[at].calls; at = loops[at].outer)
        loops[at].calls = true;
}

static bool note_body(struct fn *fn, const struct body *body,
                      struct loop *loops)
{
    VEC(uint32_t) nest = {0}; /* for each block, the loop it is in */
    uint32_t n = 0, at = NO_LOOP;
    struct iter it;
    struct instr in;
    bool ok = true;

    iter_body(&it, fn->module, body);
    while (ok && iter_next(&it, &in)) {
        switch (in.op) {
        case OP_LOOP:
            ok = vec_push(&nest, at);
            loops[n].outer = at;
            at = n++;
            break;
        case OP_BLOCK:
        case OP_IF:
        case OP_TRY:
        case OP_TRY_TABLE:
            ok = vec_push(&nest, at);
            break;
        case OP_END:
        case OP_DELEGATE:
            if (nest.n > 0)
                at = nest.items[--nest.n];
            break;
        case OP_LOCAL_SET:
        case OP_LOCAL_TEE:
            note_set(loops, at, in.index);
            break;
        default:
            if (is_call(in.op))
                note_call(loops, at);
            break;
        }
    }
    vec_done(&nest);
    return ok;
}

bool waits_find(struct fn *fn, const struct body *body)
{
    uint32_t n = count_loops(fn->module, body), i;
    size_t bytes = fn->n_locals / 8 + 1;

    if (n == 0 || (uint64_t)n * (fn->n_locals + 1) > BITS_MAX)
        return true;
    fn->loops = pool_array(&fn->pool, n, sizeof(*fn->loops));
    if (!fn->loops)
        return false;
    for (i = 0; i < n; i++) {
        fn->loops[i].sets = pool_array(&fn->pool, bytes, 1);
        if (!fn->loops[i].sets)
            return false;
    }
    return note_body(fn, body, fn->loops);
}

bool waits_for(const struct fn *fn, LLVMValueRef index)
{
    uint32_t at = fn->ctl.items[fn->ctl.n - 1].loop;
    const struct loop *loop;

    if (!fn->loops || at == NO_LOOP)
        return false;
    loop = &fn->loops[at];
    if (loop->calls)
        return false;
    if (LLVMIsConstant(index))
        return true;
    return index == fn->got &&
           !(loop->sets[fn->got_local / 8] & 1u << fn->got_local % 8);
}
