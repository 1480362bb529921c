/*
 * modgen_digest.c: functions that show a module's state: `x0`, without
 * parameters, hashes its memories and globals, and each function on numbers
 * gets another that calls it and returns that hash behind its results.  For
 * engines of which only the results of a call can be seen.
 */
#include "modgen.h"

static bool is_plain(const struct signature *sig)
{
    uint32_t i;

    for (i = 0; i < sig->n_in; i++)
        if (sig->in[i] < VT_F64 || sig->in[i] > VT_I32)
            return false;
    for (i = 0; i < sig->n_out; i++)
        if (sig->out[i] < VT_F64 || sig->out[i] > VT_I32)
            return false;
    return sig->n_out < MAX_VALUES;
}

void gen_add_wrappers(struct gen *g)
{
    struct signature digest = {.n_out = 1, .out = {VT_I64}};
    uint32_t i;

    i = gen_signature(g, &digest);
    g->funcs[g->n_funcs++] = i;
    for (i = g->n_imported_funcs; i < g->n_plain_funcs; i++) {
        struct signature sig = g->types[g->funcs[i]];
        uint32_t type;

        if (!is_plain(&sig))
            continue;
        sig.out[sig.n_out++] = VT_I64;
        type = gen_signature(g, &sig);
        assert(g->n_funcs < MAX_FUNCS);
        g->wrapped[g->n_funcs] = i;
        g->funcs[g->n_funcs++] = type;
    }
}

static void with_index(struct gen *g, uint32_t op, uint64_t index)
{
    out_op(&g->code, op);
    out_u64(&g->code, index);
}

enum { HASH, ADDRESS, ADDRESS_64, N_DIGEST_LOCALS };

/* hash = (hash ^ value) * prime; the value is on the stack. */
static void mix(struct gen *g)
{
    with_index(g, OP_LOCAL_GET, HASH);
    out_op(&g->code, OP_I64_XOR);
    gen_i64(g, 0x100000001b3);
    out_op(&g->code, OP_I64_MUL);
    with_index(g, OP_LOCAL_SET, HASH);
}

static void digest_memory(struct gen *g, uint32_t memory)
{
    bool is_64 = g->memories[memory].is_64;
    uint32_t address = is_64 ? ADDRESS_64 : ADDRESS;
    struct bytes_out *out = &g->code;

    with_index(g, OP_MEMORY_SIZE, memory);
    if (!is_64)
        out_op(out, OP_I64_EXTEND_I32_U);
    mix(g);
    (is_64 ? gen_i64(g, 0) : gen_i32(g, 0));
    with_index(g, OP_LOCAL_SET, address);
    out_op(out, OP_LOOP);
    out_byte(out, VT_EMPTY);
    with_index(g, OP_LOCAL_GET, address);
    with_index(g, OP_I64_LOAD, memory ? MEMARG_MEMORY | 3 : 3);
    if (memory)
        out_u64(out, memory);
    out_u64(out, 0);
    mix(g);
    with_index(g, OP_LOCAL_GET, address);
    (is_64 ? gen_i64(g, 8) : gen_i32(g, 8));
    out_op(out, is_64 ? OP_I64_ADD : OP_I32_ADD);
    with_index(g, OP_LOCAL_TEE, address);
    with_index(g, OP_MEMORY_SIZE, memory);
    (is_64 ? gen_i64(g, 16) : gen_i32(g, 16));
    out_op(out, is_64 ? OP_I64_SHL : OP_I32_SHL);
    out_op(out, is_64 ? OP_I64_LT_U : OP_I32_LT_U);
    with_index(g, OP_BR_IF, 0);
    out_op(out, OP_END);
}

/* A number that is not a NaN, as its bits; 0 for a NaN. */
static void digest_float(struct gen *g, uint32_t global)
{
    bool is_32 = g->globals[global].type == VT_F32;
    struct bytes_out *out = &g->code;

    with_index(g, OP_GLOBAL_GET, global);
    out_op(out, is_32 ? OP_I32_REINTERPRET_F32 : OP_I64_REINTERPRET_F64);
    if (is_32)
        out_op(out, OP_I64_EXTEND_I32_U);
    gen_i64(g, 0);
    with_index(g, OP_GLOBAL_GET, global);
    with_index(g, OP_GLOBAL_GET, global);
    out_op(out, is_32 ? OP_F32_EQ : OP_F64_EQ);
    out_op(out, OP_SELECT);
    mix(g);
}

static void digest_global(struct gen *g, uint32_t global)
{
    struct bytes_out *out = &g->code;
    uint32_t i;

    switch (g->globals[global].type) {
    case VT_I32:
    case VT_I64:
        with_index(g, OP_GLOBAL_GET, global);
        if (g->globals[global].type == VT_I32)
            out_op(out, OP_I64_EXTEND_I32_U);
        mix(g);
        break;
    case VT_F32:
    case VT_F64:
        digest_float(g, global);
        break;
    case VT_V128:
        for (i = 0; i < 2; i++) {
            with_index(g, OP_GLOBAL_GET, global);
            out_op(out, OP_I64X2_EXTRACT_LANE);
            out_byte(out, i);
            mix(g);
        }
        break;
    default:
        with_index(g, OP_GLOBAL_GET, global);
        out_op(out, OP_REF_IS_NULL);
        out_op(out, OP_I64_EXTEND_I32_U);
        mix(g);
        break;
    }
}

static void digest(struct gen *g)
{
    static const uint8_t locals[] = {3, 1, VT_I64, 1, VT_I32, 1, VT_I64};
    uint32_t i;

    out_raw(&g->code, locals, sizeof(locals));
    for (i = 0; i < g->n_memories; i++)
        digest_memory(g, i);
    for (i = 0; i < g->n_globals; i++)
        digest_global(g, i);
    with_index(g, OP_LOCAL_GET, HASH);
}

void gen_wrapper(struct gen *g, uint32_t func)
{
    uint32_t i;

    g->code.vec.n = 0;
    if (func == g->n_plain_funcs) {
        digest(g);
    } else {
        out_byte(&g->code, 0);
        for (i = 0; i < g->types[g->funcs[func]].n_in; i++)
            with_index(g, OP_LOCAL_GET, i);
        with_index(g, OP_CALL, g->wrapped[func]);
        with_index(g, OP_CALL, g->n_plain_funcs);
    }
    out_op(&g->code, OP_END);
}
