/*
 * modgen_op.c: operations: every row of opcodes.def that has a signature.
 *
 * Engines may differ in the bits of a NaN, and in what relaxed operations do
 * with unusual operands.  So a NaN is made the canonical one wherever its bits
 * could be seen (stored, reinterpreted, put into a vector, a sign copied),
 * and relaxed operations get operands for which they have one result.  Most
 * divisors are made nonzero, most addresses brought into bounds, so that not
 * every function ends in a trap.
 */
#include <string.h>

#include "modgen.h"

enum { N_OUTS = 6, MAX_OPS = 400 };

static const gtype outs[N_OUTS] = {VT_I32, VT_I64,  VT_F32,
                                   VT_F64, VT_V128, VT_EMPTY};

static struct {
    uint32_t n;
    const struct opcode_info *ops[MAX_OPS];
} by_out[N_OUTS];

static bool is_offered(const struct gen *g, const struct opcode_info *op)
{
    if (!op->text || !op->sig)
        return false;
    switch (op->imm) {
    case IMM_NONE:
    case IMM_MEMARG:
    case IMM_MEMARG_LANE:
    case IMM_LANE:
    case IMM_SHUFFLE:
        break;
    default:
        return false;
    }
    switch (op->proposal) {
    case PROPOSAL_SIMD:
        return gen_has(g, FEATURE_SIMD);
    case PROPOSAL_RELAXED_SIMD:
        return gen_has(g, FEATURE_SIMD | FEATURE_RELAXED);
    case PROPOSAL_THREADS:
        return gen_has(g, FEATURE_THREADS);
    default:
        return true;
    }
}

void gen_op_init(struct gen *g)
{
    uint32_t i, k;

    for (k = 0; k < N_OUTS; k++)
        by_out[k].n = 0;
    for (i = 0; i < OPCODE_SLOTS; i++) {
        const struct opcode_info *op = &opcode_table[i];

        if (!is_offered(g, op))
            continue;
        for (k = 0; outs[k] != (op->out ? op->out : VT_EMPTY); k++)
            continue;
        assert(by_out[k].n < MAX_OPS);
        by_out[k].ops[by_out[k].n++] = op;
    }
}

/* --- Constants --- */

static uint64_t interesting(struct gen *g)
{
    static const uint64_t values[] = {
        0,          1,          2,          0x7f,       0x80,
        0xff,       0x7fff,     0x8000,     0xffff,     0x10000,
        0x7fffffff, 0x80000000, 0xffffffff, 0x100000000};
    uint64_t v = values[gen_below(g, countof(values))];

    switch (gen_below(g, 4)) {
    case 0:
        return -v;
    case 1:
        return v << 32 | gen_below(g, 16);
    case 2:
        return gen_bits(g) >> gen_below(g, 64);
    default:
        return v;
    }
}

static uint32_t float_bits(struct gen *g)
{
    static const uint32_t values[] = {
        0,          0x80000000, 0x3f800000, 0xbf800000, 0x7f800000,
        0xff800000, 0x7fc00000, 0x00000001, 0x4f000000, 0xcf000000,
        0x5f000000, 0x3f000000, 0x7f7fffff, 0x00800000, 0x7fa00000};

    return gen_one_in(g, 2) ? values[gen_below(g, countof(values))]
                            : (uint32_t)gen_bits(g);
}

static uint64_t double_bits(struct gen *g)
{
    static const uint64_t values[] = {0,
                                      0x8000000000000000,
                                      0x3ff0000000000000,
                                      0xbff0000000000000,
                                      0x7ff0000000000000,
                                      0xfff0000000000000,
                                      0x7ff8000000000000,
                                      1,
                                      0x41e0000000000000,
                                      0xc1e0000000000000,
                                      0x43e0000000000000,
                                      0x3fe0000000000000,
                                      0x7fefffffffffffff,
                                      0x0010000000000000};

    return gen_one_in(g, 2) ? values[gen_below(g, countof(values))]
                            : gen_bits(g);
}

static void vector_const(struct gen *g)
{
    uint8_t bytes[16];
    uint32_t step = 1u << gen_below(g, 4), i;
    uint64_t value = interesting(g);

    for (i = 0; i < 16; i++) {
        if (i % step == 0 && gen_one_in(g, 4))
            value = gen_one_in(g, 2) ? interesting(g) : double_bits(g);
        bytes[i] = (uint8_t)(value >> i % step * 8);
    }
    out_op(&g->code, OP_V128_CONST);
    out_raw(&g->code, bytes, sizeof(bytes));
}

void gen_const(struct gen *g, gtype t)
{
    uint32_t f;
    uint64_t d;

    switch (t) {
    case VT_I32:
        gen_i32(g, (int32_t)interesting(g));
        break;
    case VT_I64:
        gen_i64(g, (int64_t)interesting(g));
        break;
    case VT_F32:
        f = float_bits(g);
        out_op(&g->code, OP_F32_CONST);
        out_raw(&g->code, &f, sizeof(f));
        break;
    case VT_F64:
        d = double_bits(g);
        out_op(&g->code, OP_F64_CONST);
        out_raw(&g->code, &d, sizeof(d));
        break;
    default:
        vector_const(g);
        break;
    }
}

/* --- NaNs --- */

static void scalar_canonical(struct gen *g, gtype t)
{
    static const uint32_t nan_32 = 0x7fc00000;
    static const uint64_t nan_64 = 0x7ff8000000000000;
    bool is_32 = t == VT_F32;
    uint32_t local = is_32 ? g->fn.scratch_f32 : g->fn.scratch_f64;
    struct bytes_out *out = &g->code;

    out_op(out, OP_LOCAL_TEE);
    out_u64(out, local);
    out_op(out, is_32 ? OP_F32_CONST : OP_F64_CONST);
    out_raw(out, is_32 ? (const void *)&nan_32 : &nan_64, is_32 ? 4 : 8);
    out_op(out, OP_LOCAL_GET);
    out_u64(out, local);
    out_op(out, OP_LOCAL_GET);
    out_u64(out, local);
    out_op(out, is_32 ? OP_F32_EQ : OP_F64_EQ);
    out_op(out, OP_SELECT);
}

static void vector_const_of(struct gen *g, uint64_t low, uint64_t high)
{
    out_op(&g->code, OP_V128_CONST);
    out_raw(&g->code, &low, sizeof(low));
    out_raw(&g->code, &high, sizeof(high));
}

static void vector_canonical(struct gen *g, bool is_32)
{
    uint64_t nan = is_32 ? 0x7fc000007fc00000 : 0x7ff8000000000000;
    struct bytes_out *out = &g->code;

    out_op(out, OP_LOCAL_TEE);
    out_u64(out, g->fn.scratch_v128);
    vector_const_of(g, nan, nan);
    out_op(out, OP_LOCAL_GET);
    out_u64(out, g->fn.scratch_v128);
    out_op(out, OP_LOCAL_GET);
    out_u64(out, g->fn.scratch_v128);
    out_op(out, is_32 ? OP_F32X4_EQ : OP_F64X2_EQ);
    out_op(out, OP_V128_BITSELECT);
}

/* Which operand's bits can be seen in the result; -1: none's. */
static int seen_operand(uint32_t code)
{
    switch (code) {
    case OP_I32_REINTERPRET_F32:
    case OP_I64_REINTERPRET_F64:
    case OP_F32_STORE:
    case OP_F64_STORE:
    case OP_F32X4_SPLAT:
    case OP_F64X2_SPLAT:
        return 0;
    case OP_F32_COPYSIGN:
    case OP_F64_COPYSIGN:
    case OP_F32X4_REPLACE_LANE:
    case OP_F64X2_REPLACE_LANE:
        return 1;
    default:
        return -1;
    }
}

/* Operations on vectors whose results can be NaNs of any bits. */
static void vector_result(struct gen *g, uint32_t code)
{
    switch (code) {
    case OP_F32X4_ADD:
    case OP_F32X4_SUB:
    case OP_F32X4_MUL:
    case OP_F32X4_DIV:
    case OP_F32X4_SQRT:
    case OP_F32X4_MIN:
    case OP_F32X4_MAX:
    case OP_F32X4_CEIL:
    case OP_F32X4_FLOOR:
    case OP_F32X4_TRUNC:
    case OP_F32X4_NEAREST:
    case OP_F32X4_DEMOTE_F64X2_ZERO:
        vector_canonical(g, true);
        break;
    case OP_F64X2_ADD:
    case OP_F64X2_SUB:
    case OP_F64X2_MUL:
    case OP_F64X2_DIV:
    case OP_F64X2_SQRT:
    case OP_F64X2_MIN:
    case OP_F64X2_MAX:
    case OP_F64X2_CEIL:
    case OP_F64X2_FLOOR:
    case OP_F64X2_TRUNC:
    case OP_F64X2_NEAREST:
    case OP_F64X2_PROMOTE_LOW_F32X4:
        vector_canonical(g, false);
        break;
    default:
        break;
    }
}

/* --- Operands --- */

void gen_mask(struct gen *g, bool is_64, uint64_t mask)
{
    if (is_64)
        gen_i64(g, (int64_t)mask);
    else
        gen_i32(g, (int32_t)mask);
    out_op(&g->code, is_64 ? OP_I64_AND : OP_I32_AND);
}

static void vector_mask(struct gen *g, uint64_t mask)
{
    vector_const_of(g, mask, mask);
    out_op(&g->code, OP_V128_AND);
}

/* Whole numbers that are not negative, as floats. */
static void small_floats(struct gen *g, bool is_32, uint32_t mask)
{
    vector_mask(g, (uint64_t)mask << 32 | mask);
    out_op(&g->code,
           is_32 ? OP_F32X4_CONVERT_I32X4_S : OP_F64X2_CONVERT_LOW_I32X4_S);
}

static void all_or_nothing(struct gen *g, uint32_t not_equal)
{
    vector_const_of(g, 0, 0);
    out_op(&g->code, not_equal);
}

/* Operand i of a relaxed operation has been made. */
static void relaxed_operand(struct gen *g, uint32_t code, uint32_t i)
{
    switch (code) {
    case OP_I8X16_RELAXED_SWIZZLE:
        if (i == 1)
            vector_mask(g, 0x8f8f8f8f8f8f8f8f);
        break;
    case OP_I32X4_RELAXED_TRUNC_F32X4_S:
    case OP_I32X4_RELAXED_TRUNC_F32X4_U:
        small_floats(g, true, 0xffffff);
        break;
    case OP_I32X4_RELAXED_TRUNC_F64X2_S_ZERO:
    case OP_I32X4_RELAXED_TRUNC_F64X2_U_ZERO:
        small_floats(g, false, 0x7fffffff);
        break;
    case OP_F32X4_RELAXED_MADD:
    case OP_F32X4_RELAXED_NMADD:
    case OP_F32X4_RELAXED_MIN:
    case OP_F32X4_RELAXED_MAX:
        small_floats(g, true, 0x7ff);
        break;
    case OP_F64X2_RELAXED_MADD:
    case OP_F64X2_RELAXED_NMADD:
    case OP_F64X2_RELAXED_MIN:
    case OP_F64X2_RELAXED_MAX:
        small_floats(g, false, 0xffffff);
        break;
    case OP_I8X16_RELAXED_LANESELECT:
    case OP_I16X8_RELAXED_LANESELECT:
    case OP_I32X4_RELAXED_LANESELECT:
    case OP_I64X2_RELAXED_LANESELECT:
        if (i == 2)
            all_or_nothing(g,
                           code == OP_I8X16_RELAXED_LANESELECT   ? OP_I8X16_NE
                           : code == OP_I16X8_RELAXED_LANESELECT ? OP_I16X8_NE
                           : code == OP_I32X4_RELAXED_LANESELECT ? OP_I32X4_NE
                                                                 : OP_I64X2_NE);
        break;
    case OP_I16X8_RELAXED_Q15MULR_S:
        vector_mask(g, 0x7fff7fff7fff7fff);
        break;
    case OP_I16X8_RELAXED_DOT_I8X16_I7X16_S:
    case OP_I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S:
        if (i == 1)
            vector_mask(g, 0x7f7f7f7f7f7f7f7f);
        break;
    default:
        break;
    }
}

/* Between 0 and 1000, most NaNs included. */
static void clamp(struct gen *g, gtype t)
{
    static const float high_32 = 1000;
    static const double high_64 = 1000;
    static const uint64_t zero = 0;
    struct bytes_out *out = &g->code;

    out_op(out, t == VT_F32 ? OP_F32_CONST : OP_F64_CONST);
    out_raw(out, t == VT_F32 ? (const void *)&high_32 : &high_64,
            t == VT_F32 ? 4 : 8);
    out_op(out, t == VT_F32 ? OP_F32_MIN : OP_F64_MIN);
    scalar_canonical(g, t);
    out_op(out, t == VT_F32 ? OP_F32_ABS : OP_F64_ABS);
    out_op(out, OP_LOCAL_TEE);
    out_u64(out, t == VT_F32 ? g->fn.scratch_f32 : g->fn.scratch_f64);
    out_op(out, t == VT_F32 ? OP_F32_CONST : OP_F64_CONST);
    out_raw(out, &zero, t == VT_F32 ? 4 : 8);
    out_op(out, OP_LOCAL_GET);
    out_u64(out, t == VT_F32 ? g->fn.scratch_f32 : g->fn.scratch_f64);
    out_op(out, t == VT_F32 ? OP_F32_CONST : OP_F64_CONST);
    out_raw(out, t == VT_F32 ? (const void *)&high_32 : &high_64,
            t == VT_F32 ? 4 : 8);
    out_op(out, t == VT_F32 ? OP_F32_LE : OP_F64_LE);
    out_op(out, OP_SELECT);
}

static bool is_division(const struct opcode_info *op)
{
    return (op->code >= OP_I32_DIV_S && op->code <= OP_I32_REM_U) ||
           (op->code >= OP_I64_DIV_S && op->code <= OP_I64_REM_U);
}

static bool is_truncation(const struct opcode_info *op)
{
    return op->code < 0x100 && strstr(op->text, ".trunc_f") != NULL;
}

static void operand(struct gen *g, const struct opcode_info *op, uint32_t i)
{
    gtype t = op->in[i];

    gen_expr(g, t);
    if (gen_one_in(g, 10))
        gen_stmt(g);
    if (seen_operand(op->code) == (int)i)
        scalar_canonical(g, t);
    if (op->proposal == PROPOSAL_RELAXED_SIMD)
        relaxed_operand(g, op->code, i);
    if (is_division(op) && i == 1 && !gen_one_in(g, 40)) {
        if (t == VT_I32)
            gen_i32(g, 1);
        else
            gen_i64(g, 1);
        out_op(&g->code, t == VT_I32 ? OP_I32_OR : OP_I64_OR);
    }
    if (is_truncation(op) && !gen_one_in(g, 40))
        clamp(g, t);
    /* The time that a wait takes, in ns. */
    if ((op->code == OP_MEMORY_ATOMIC_WAIT32 ||
         op->code == OP_MEMORY_ATOMIC_WAIT64) &&
        i == 1)
        gen_mask(g, true, 1023);
}

/* --- Memory --- */

static void pointer(struct gen *g, bool is_64)
{
    struct bytes_out *out = &g->code;
    uint32_t local = (is_64 ? g->fn.pointer_64 : g->fn.pointer_32);

    out_op(out, OP_LOCAL_GET);
    out_u64(out, local + gen_below(g, 2));
    switch (gen_below(g, 4)) {
    case 0:
        if (is_64)
            gen_i64(g, gen_below(g, 4096));
        else
            gen_i32(g, (int32_t)gen_below(g, 4096));
        out_op(out, is_64 ? OP_I64_ADD : OP_I32_ADD);
        break;
    case 1:
        out_op(out, OP_LOCAL_GET);
        out_u64(out, local + gen_below(g, 2));
        if (is_64)
            gen_i64(g, gen_below(g, 4));
        else
            gen_i32(g, (int32_t)gen_below(g, 4));
        out_op(out, is_64 ? OP_I64_SHL : OP_I32_SHL);
        out_op(out, is_64 ? OP_I64_ADD : OP_I32_ADD);
        break;
    default:
        break;
    }
}

void gen_address(struct gen *g, uint32_t memory, uint32_t align)
{
    bool is_64 = g->memories[memory].is_64;
    uint64_t low = ~(uint64_t)0 << align;

    switch (gen_below(g, 40)) {
    case 0:
        gen_expr(g, is_64 ? VT_I64 : VT_I32);
        break;
    case 1: /* at the end of the first page */
        gen_expr(g, is_64 ? VT_I64 : VT_I32);
        gen_mask(g, is_64, 0xffff & low);
        break;
    default:
        if (gen_one_in(g, 2)) {
            pointer(g, is_64);
            if (align)
                gen_mask(g, is_64, low & (is_64 ? UINT64_MAX : UINT32_MAX));
            break;
        }
        gen_expr(g, is_64 ? VT_I64 : VT_I32);
        gen_mask(g, is_64, (0xfffu >> gen_below(g, 9)) & low);
        break;
    }
}

static uint64_t memory_offset(struct gen *g, uint32_t memory, uint32_t align)
{
    uint64_t end = (uint64_t)g->memories[memory].min << 16;

    switch (gen_below(g, 100)) {
    case 0:
        return gen_bits(g) & UINT32_MAX;
    case 1:
        return g->memories[memory].is_64 ? gen_bits(g) : UINT32_MAX;
    case 2:
        return end - MIN(end, gen_below(g, 40) << align);
    default:
        return gen_one_in(g, 3)
                   ? 0
                   : (uint64_t)gen_below(g, gen_one_in(g, 3) ? 2000 : 16)
                         << align;
    }
}

static void memarg(struct gen *g, const struct opcode_info *op, uint32_t memory)
{
    bool atomic = op->proposal == PROPOSAL_THREADS;
    uint32_t align = atomic ? op->align : gen_below(g, op->align + 1u);

    out_u64(&g->code, align | (memory ? MEMARG_MEMORY : 0));
    if (memory)
        out_u64(&g->code, memory);
    out_u64(&g->code, memory_offset(g, memory, atomic ? op->align : 0));
}

static void operation(struct gen *g, const struct opcode_info *op)
{
    bool access = op->imm == IMM_MEMARG || op->imm == IMM_MEMARG_LANE;
    bool atomic = op->proposal == PROPOSAL_THREADS;
    uint32_t memory = access ? gen_below(g, g->n_memories) : 0, i;

    /* Most waits are for memory that can be waited on. */
    if (access)
        gen_address(g, memory, atomic && !gen_one_in(g, 40) ? op->align : 0);
    for (i = 0; i < op->n_in; i++)
        operand(g, op, i);
    out_op(&g->code, op->code);
    if (access)
        memarg(g, op, memory);
    if (op->imm == IMM_LANE || op->imm == IMM_MEMARG_LANE)
        out_byte(&g->code, gen_below(g, 16u >> op->align));
    for (i = 0; op->imm == IMM_SHUFFLE && i < 16; i++)
        out_byte(&g->code, gen_below(g, 32));
    vector_result(g, op->code);
}

void gen_operation(struct gen *g, gtype t)
{
    const struct opcode_info *op;
    uint32_t k;

    for (k = 0; outs[k] != t; k++)
        continue;
    op = by_out[k].ops[gen_below(g, by_out[k].n)];
    /* There are many atomic operations; they need not be as many here.  And
     * waiting on memory that is not shared is a trap. */
    while ((op->proposal == PROPOSAL_THREADS && !gen_one_in(g, 4)) ||
           ((op->code == OP_MEMORY_ATOMIC_WAIT32 ||
             op->code == OP_MEMORY_ATOMIC_WAIT64) &&
            !gen_one_in(g, 8)))
        op = by_out[k].ops[gen_below(g, by_out[k].n)];
    operation(g, op);
}
