/*
 * emit_simd.c: instructions on vectors: the table of them, and what the other
 * emit_simd_*.c use; see simd.h.
 *
 * Everything is LLVM's generic code, which both x86-64-v2 and AArch64 have
 * instructions for, but for a few that LLVM makes badly: those ask for the
 * target's instruction by its intrinsic, and have generic code besides.
 * Results are the interpreter's bit for bit (interp/simd.def), those of relaxed
 * instructions too.
 */
#include <string.h>

#include "aot/simd.h"
#include "aot/target.h"

/* --- Types and values --- */

static const struct {
    uint8_t bits, n;
} shapes[] = {
    [V128] = {64, 2},  [I8X16] = {8, 16}, [I16X8] = {16, 8}, [I32X4] = {32, 4},
    [I64X2] = {64, 2}, [F32X4] = {32, 4}, [F64X2] = {64, 2},
};

unsigned simd_lane_bits(enum lanes lanes)
{
    return shapes[lanes].bits;
}

unsigned simd_n_lanes(enum lanes lanes)
{
    return shapes[lanes].n;
}

LLVMTypeRef simd_lane_type(struct unit *u, enum lanes lanes)
{
    if (lanes == F32X4)
        return u->f32;
    if (lanes == F64X2)
        return u->f64;
    return LLVMIntTypeInContext(u->ctx, shapes[lanes].bits);
}

LLVMTypeRef simd_type(struct unit *u, enum lanes lanes)
{
    return LLVMVectorType(simd_lane_type(u, lanes), shapes[lanes].n);
}

/* Constants are cast here, lane by lane: LLVM leaves that to passes which come
 * after the one that looks for constants (passes.c). */
static LLVMValueRef cast_constant(struct unit *u, LLVMValueRef value,
                                  enum lanes lanes)
{
    unsigned bits = simd_lane_bits(lanes), n = simd_n_lanes(lanes), i;
    LLVMTypeRef whole = LLVMIntTypeInContext(u->ctx, bits);
    LLVMTypeRef type = simd_lane_type(u, lanes);
    uint64_t mask = bits == 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    LLVMValueRef all[16];

    for (i = 0; i < n; i++) {
        LLVMValueRef half = LLVMGetAggregateElement(value, i * bits / 64);
        uint64_t lane = LLVMConstIntGetZExtValue(half) >> i * bits % 64;

        all[i] =
            LLVMConstBitCast(LLVMConstInt(whole, lane & mask, false), type);
    }
    return LLVMConstVector(all, n);
}

static bool is_plain(LLVMValueRef value)
{
    LLVMValueRef half;

    if (!LLVMIsConstant(value))
        return false;
    half = LLVMGetAggregateElement(value, 0);
    if (!half || !LLVMIsAConstantInt(half))
        return false;
    half = LLVMGetAggregateElement(value, 1);
    return half && LLVMIsAConstantInt(half);
}

LLVMValueRef simd_cast(struct unit *u, LLVMValueRef value, enum lanes lanes)
{
    LLVMTypeRef type = simd_type(u, lanes);

    /* Back to what it was: passes.c looks for some operands of operands. */
    if (LLVMIsABitCastInst(value) &&
        LLVMTypeOf(LLVMGetOperand(value, 0)) == type)
        return LLVMGetOperand(value, 0);
    if (LLVMTypeOf(value) == u->v128 && lanes != V128 && is_plain(value))
        return cast_constant(u, value, lanes);
    return LLVMBuildBitCast(u->b, value, type, "");
}

LLVMValueRef simd_splat(struct unit *u, LLVMValueRef lane, unsigned n)
{
    LLVMTypeRef type = LLVMVectorType(LLVMTypeOf(lane), n);
    LLVMValueRef one = LLVMBuildInsertElement(u->b, LLVMGetPoison(type), lane,
                                              const_i32(u, 0), "");

    return simd_lanes(u, one, one, 0, 0, n);
}

LLVMValueRef simd_const(struct unit *u, LLVMTypeRef lane, unsigned n,
                        uint64_t value)
{
    LLVMValueRef lanes[16];
    unsigned i;

    assert(n <= countof(lanes));
    for (i = 0; i < n; i++)
        lanes[i] = LLVMConstInt(lane, value, false);
    return LLVMConstVector(lanes, n);
}

LLVMValueRef simd_lanes(struct unit *u, LLVMValueRef a, LLVMValueRef b,
                        unsigned first, unsigned step, unsigned n)
{
    LLVMValueRef numbers[32];
    unsigned i;

    assert(n <= countof(numbers));
    for (i = 0; i < n; i++)
        numbers[i] = const_i32(u, first + i * step);
    return LLVMBuildShuffleVector(u->b, a, b, LLVMConstVector(numbers, n), "");
}

static LLVMValueRef call_intrinsic(struct unit *u, LLVMValueRef func,
                                   LLVMValueRef *args, unsigned n)
{
    return LLVMBuildCall2(u->b, LLVMGlobalGetValueType(func), func, args, n,
                          "");
}

LLVMValueRef simd_intrinsic(struct unit *u, const char *name,
                            LLVMValueRef *args, unsigned n)
{
    LLVMTypeRef type = LLVMTypeOf(args[0]);

    return call_intrinsic(u, unit_intrinsic(u, name, &type, 1), args, n);
}

LLVMValueRef simd_target_intrinsic(struct unit *u, const char *name,
                                   LLVMValueRef *args, unsigned n)
{
    return call_intrinsic(u, unit_intrinsic(u, name, NULL, 0), args, n);
}

bool simd_is_x86(const struct unit *u)
{
    return strcmp(u->plan->options->target->arch, "x86_64") == 0;
}

bool simd_is_aarch64(const struct unit *u)
{
    return strcmp(u->plan->options->target->arch, "aarch64") == 0;
}

/* --- The table --- */

/* The number behind 0xfd. */
#define ROW(opcode) ((opcode) & 0xffff)

#define R(OP, make, ...) [ROW(OP_##OP)] = {simd_##make, __VA_ARGS__}

/* Of each integer type. */
#define INTS(OP, make, ...)                                                    \
    R(I8X16_##OP, make, I8X16, __VA_ARGS__),                                   \
        R(I16X8_##OP, make, I16X8, __VA_ARGS__),                               \
        R(I32X4_##OP, make, I32X4, __VA_ARGS__),                               \
        R(I64X2_##OP, make, I64X2, __VA_ARGS__)
/* Of those of 8 and 16, and up to 32 bits. */
#define INTS_16(OP, make, ...)                                                 \
    R(I8X16_##OP, make, I8X16, __VA_ARGS__),                                   \
        R(I16X8_##OP, make, I16X8, __VA_ARGS__)
#define INTS_32(OP, make, ...)                                                 \
    INTS_16(OP, make, __VA_ARGS__), R(I32X4_##OP, make, I32X4, __VA_ARGS__)
#define FLOATS(OP, make, ...)                                                  \
    R(F32X4_##OP, make, F32X4, __VA_ARGS__),                                   \
        R(F64X2_##OP, make, F64X2, __VA_ARGS__)
/* Lanes made of others of half the width. */
#define WIDENINGS(OP, make)                                                    \
    WIDENING(OP, make, S, SIMD_SIGNED), WIDENING(OP, make, U, 0)
#define WIDENING(OP, make, S, flag)                                            \
    R(I16X8_##OP##_LOW_I8X16_##S, make, I8X16, flag, NULL),                    \
        R(I16X8_##OP##_HIGH_I8X16_##S, make, I8X16, flag | SIMD_HIGH, NULL),   \
        R(I32X4_##OP##_LOW_I16X8_##S, make, I16X8, flag, NULL),                \
        R(I32X4_##OP##_HIGH_I16X8_##S, make, I16X8, flag | SIMD_HIGH, NULL),   \
        R(I64X2_##OP##_LOW_I32X4_##S, make, I32X4, flag, NULL),                \
        R(I64X2_##OP##_HIGH_I32X4_##S, make, I32X4, flag | SIMD_HIGH, NULL)

static const struct simd_row rows[OPCODE_N_FD] = {
    /* Lanes */
    R(I8X16_SHUFFLE, shuffle, I8X16, 0, NULL),
    R(I8X16_SWIZZLE, swizzle, I8X16, 0, NULL),
    R(I8X16_RELAXED_SWIZZLE, swizzle, I8X16, 0, NULL),
    INTS(SPLAT, splat_of, 0, NULL),
    FLOATS(SPLAT, splat_of, 0, NULL),
    INTS_16(EXTRACT_LANE_S, extract, SIMD_SIGNED, NULL),
    INTS_16(EXTRACT_LANE_U, extract, 0, NULL),
    R(I32X4_EXTRACT_LANE, extract, I32X4, 0, NULL),
    R(I64X2_EXTRACT_LANE, extract, I64X2, 0, NULL),
    FLOATS(EXTRACT_LANE, extract, 0, NULL),
    INTS(REPLACE_LANE, replace, 0, NULL),
    FLOATS(REPLACE_LANE, replace, 0, NULL),

    /* Bits */
    R(V128_NOT, not, V128, 0, NULL),
    R(V128_AND, binary, V128, LLVMAnd, NULL),
    R(V128_ANDNOT, andnot, V128, 0, NULL),
    R(V128_OR, binary, V128, LLVMOr, NULL),
    R(V128_XOR, binary, V128, LLVMXor, NULL),
    R(V128_BITSELECT, bitselect, V128, 0, NULL),
    INTS(RELAXED_LANESELECT, bitselect, 0, NULL),
    R(V128_ANY_TRUE, any_true, V128, 0, NULL),
    INTS(ALL_TRUE, all_true, 0, NULL),
    INTS(BITMASK, bitmask, 0, NULL),

    /* Comparisons */
    INTS(EQ, compare, LLVMIntEQ, NULL),
    INTS(NE, compare, LLVMIntNE, NULL),
    INTS(LT_S, compare, LLVMIntSLT, NULL),
    INTS(GT_S, compare, LLVMIntSGT, NULL),
    INTS(LE_S, compare, LLVMIntSLE, NULL),
    INTS(GE_S, compare, LLVMIntSGE, NULL),
    INTS_32(LT_U, compare, LLVMIntULT, NULL),
    INTS_32(GT_U, compare, LLVMIntUGT, NULL),
    INTS_32(LE_U, compare, LLVMIntULE, NULL),
    INTS_32(GE_U, compare, LLVMIntUGE, NULL),
    FLOATS(EQ, fcompare, LLVMRealOEQ, NULL),
    FLOATS(NE, fcompare, LLVMRealUNE, NULL),
    FLOATS(LT, fcompare, LLVMRealOLT, NULL),
    FLOATS(GT, fcompare, LLVMRealOGT, NULL),
    FLOATS(LE, fcompare, LLVMRealOLE, NULL),
    FLOATS(GE, fcompare, LLVMRealOGE, NULL),

    /* Integers */
    INTS(ABS, abs, 0, "llvm.abs"),
    INTS(NEG, neg, 0, NULL),
    INTS(ADD, binary, LLVMAdd, NULL),
    INTS(SUB, binary, LLVMSub, NULL),
    R(I16X8_MUL, binary, I16X8, LLVMMul, NULL),
    R(I32X4_MUL, binary, I32X4, LLVMMul, NULL),
    R(I64X2_MUL, binary, I64X2, LLVMMul, NULL),
    INTS(SHL, shift, LLVMShl, NULL),
    INTS(SHR_S, shift, LLVMAShr, NULL),
    INTS(SHR_U, shift, LLVMLShr, NULL),
    INTS_16(ADD_SAT_S, intrinsic_2, 0, "llvm.sadd.sat"),
    INTS_16(ADD_SAT_U, intrinsic_2, 0, "llvm.uadd.sat"),
    INTS_16(SUB_SAT_S, intrinsic_2, 0, "llvm.ssub.sat"),
    INTS_16(SUB_SAT_U, intrinsic_2, 0, "llvm.usub.sat"),
    INTS_32(MIN_S, intrinsic_2, 0, "llvm.smin"),
    INTS_32(MIN_U, intrinsic_2, 0, "llvm.umin"),
    INTS_32(MAX_S, intrinsic_2, 0, "llvm.smax"),
    INTS_32(MAX_U, intrinsic_2, 0, "llvm.umax"),
    INTS_16(AVGR_U, avgr, 0, NULL),
    R(I8X16_POPCNT, intrinsic_1, I8X16, 0, "llvm.ctpop"),
    R(I16X8_Q15MULR_SAT_S, q15mulr, I16X8, 0, NULL),
    R(I16X8_RELAXED_Q15MULR_S, q15mulr, I16X8, 0, NULL),
    R(I32X4_DOT_I16X8_S, dot_i16x8, I16X8, 0, NULL),
    R(I16X8_RELAXED_DOT_I8X16_I7X16_S, dot_i8x16, I8X16, 0, NULL),
    R(I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S, dot_add, I8X16, 0, NULL),

    /* Between widths */
    R(I8X16_NARROW_I16X8_S, narrow, I16X8, SIMD_SIGNED, NULL),
    R(I8X16_NARROW_I16X8_U, narrow, I16X8, 0, NULL),
    R(I16X8_NARROW_I32X4_S, narrow, I32X4, SIMD_SIGNED, NULL),
    R(I16X8_NARROW_I32X4_U, narrow, I32X4, 0, NULL),
    WIDENINGS(EXTEND, extend),
    WIDENINGS(EXTMUL, extmul),
    R(I16X8_EXTADD_PAIRWISE_I8X16_S, extadd, I16X8, SIMD_SIGNED, NULL),
    R(I16X8_EXTADD_PAIRWISE_I8X16_U, extadd, I16X8, 0, NULL),
    R(I32X4_EXTADD_PAIRWISE_I16X8_S, extadd, I32X4, SIMD_SIGNED, NULL),
    R(I32X4_EXTADD_PAIRWISE_I16X8_U, extadd, I32X4, 0, NULL),

    /* Floats */
    FLOATS(ABS, intrinsic_1, 0, "llvm.fabs"),
    FLOATS(NEG, fneg, 0, NULL),
    FLOATS(CEIL, intrinsic_1, 0, "llvm.ceil"),
    FLOATS(FLOOR, intrinsic_1, 0, "llvm.floor"),
    FLOATS(TRUNC, intrinsic_1, 0, "llvm.trunc"),
    FLOATS(NEAREST, intrinsic_1, 0, "llvm.rint"),
    FLOATS(SQRT, intrinsic_1, 0, "llvm.sqrt"),
    FLOATS(ADD, binary, LLVMFAdd, NULL),
    FLOATS(SUB, binary, LLVMFSub, NULL),
    FLOATS(MUL, binary, LLVMFMul, NULL),
    FLOATS(DIV, binary, LLVMFDiv, NULL),
    FLOATS(MIN, min, 0, NULL),
    FLOATS(MAX, max, 0, NULL),
    FLOATS(PMIN, pmin, 0, NULL),
    FLOATS(PMAX, pmax, 0, NULL),
    FLOATS(RELAXED_MIN, min, 0, NULL),
    FLOATS(RELAXED_MAX, max, 0, NULL),
    FLOATS(RELAXED_MADD, madd, 0, NULL),
    FLOATS(RELAXED_NMADD, nmadd, 0, NULL),

    /* Conversions */
    R(F32X4_CONVERT_I32X4_S, convert, I32X4, SIMD_SIGNED, NULL),
    R(F32X4_CONVERT_I32X4_U, convert, I32X4, 0, NULL),
    R(F64X2_CONVERT_LOW_I32X4_S, convert_low, I32X4, SIMD_SIGNED, NULL),
    R(F64X2_CONVERT_LOW_I32X4_U, convert_low, I32X4, 0, NULL),
    R(F32X4_DEMOTE_F64X2_ZERO, demote, F64X2, 0, NULL),
    R(F64X2_PROMOTE_LOW_F32X4, promote, F32X4, 0, NULL),
    R(I32X4_TRUNC_SAT_F32X4_S, trunc_f32, F32X4, SIMD_SIGNED, NULL),
    R(I32X4_TRUNC_SAT_F32X4_U, trunc_f32, F32X4, 0, NULL),
    R(I32X4_TRUNC_SAT_F64X2_S_ZERO, trunc_f64, F64X2, SIMD_SIGNED, NULL),
    R(I32X4_TRUNC_SAT_F64X2_U_ZERO, trunc_f64, F64X2, 0, NULL),
    R(I32X4_RELAXED_TRUNC_F32X4_S, trunc_f32, F32X4, SIMD_SIGNED, NULL),
    R(I32X4_RELAXED_TRUNC_F32X4_U, trunc_f32, F32X4, 0, NULL),
    R(I32X4_RELAXED_TRUNC_F64X2_S_ZERO, trunc_f64, F64X2, SIMD_SIGNED, NULL),
    R(I32X4_RELAXED_TRUNC_F64X2_U_ZERO, trunc_f64, F64X2, 0, NULL),
};

static void emit_row(struct fn *fn, const struct simd_row *row,
                     const struct instr *in)
{
    struct unit *u = fn->u;
    LLVMValueRef args[3], result;
    unsigned i;

    for (i = in->info->n_in; i-- > 0;) {
        args[i] = pop(fn);
        if (in->info->in[i] == VT_V128)
            args[i] = simd_cast(u, args[i], (enum lanes)row->lanes);
    }
    result = row->make(fn, row, in, args);
    if (in->info->out == VT_V128)
        result = simd_cast(u, result, V128);
    push(fn, result);
}

bool emit_simd(struct fn *fn, const struct instr *in)
{
    LLVMValueRef halves[2];

    if (in->op >> 16 != 0xfd)
        return false;
    if (in->op == OP_V128_CONST) {
        halves[0] = const_i64(fn->u, in->v128[0]);
        halves[1] = const_i64(fn->u, in->v128[1]);
        push(fn, LLVMConstVector(halves, 2));
        return true;
    }
    if (simd_access(fn, in))
        return true;
    if (!rows[ROW(in->op)].make)
        return false;
    emit_row(fn, &rows[ROW(in->op)], in);
    return true;
}
