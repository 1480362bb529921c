/* emit_simd_conv.c: vectors: floats, and lanes of other types and widths; see
 * simd.h. */
#include "aot/simd.h"

/* --- Floats --- */

LLVMValueRef simd_fneg(struct fn *fn, const struct simd_row *row,
                       const struct instr *in, LLVMValueRef *args)
{
    return LLVMBuildFNeg(fn->u->b, args[0], "");
}

LLVMValueRef simd_fcompare(struct fn *fn, const struct simd_row *row,
                           const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMValueRef lanes =
        LLVMBuildFCmp(u->b, (LLVMRealPredicate)row->what, args[0], args[1], "");

    return LLVMBuildSExt(u->b, lanes,
                         simd_type(u, row->lanes == F32X4 ? I32X4 : I64X2), "");
}

LLVMValueRef simd_min(struct fn *fn, const struct simd_row *row,
                      const struct instr *in, LLVMValueRef *args)
{
    if (simd_is_x86(fn->u))
        return simd_x86_extreme(fn->u, (enum lanes)row->lanes, args[0], args[1],
                                true);
    return simd_intrinsic(fn->u, "llvm.minimum", args, 2);
}

LLVMValueRef simd_max(struct fn *fn, const struct simd_row *row,
                      const struct instr *in, LLVMValueRef *args)
{
    if (simd_is_x86(fn->u))
        return simd_x86_extreme(fn->u, (enum lanes)row->lanes, args[0], args[1],
                                false);
    return simd_intrinsic(fn->u, "llvm.maximum", args, 2);
}

/* b if it compares so with a, else a. */
static LLVMValueRef choose(struct unit *u, LLVMRealPredicate predicate,
                           LLVMValueRef a, LLVMValueRef b)
{
    return LLVMBuildSelect(u->b, LLVMBuildFCmp(u->b, predicate, b, a, ""), b, a,
                           "");
}

LLVMValueRef simd_pmin(struct fn *fn, const struct simd_row *row,
                       const struct instr *in, LLVMValueRef *args)
{
    if (simd_is_x86(fn->u))
        return simd_x86_less(fn->u, (enum lanes)row->lanes, args[1], args[0]);
    return choose(fn->u, LLVMRealOLT, args[0], args[1]);
}

LLVMValueRef simd_pmax(struct fn *fn, const struct simd_row *row,
                       const struct instr *in, LLVMValueRef *args)
{
    if (simd_is_x86(fn->u))
        return simd_x86_more(fn->u, (enum lanes)row->lanes, args[1], args[0]);
    return choose(fn->u, LLVMRealOGT, args[0], args[1]);
}

/* The product is rounded before the sum. */
LLVMValueRef simd_madd(struct fn *fn, const struct simd_row *row,
                       const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;

    return LLVMBuildFAdd(u->b, LLVMBuildFMul(u->b, args[0], args[1], ""),
                         args[2], "");
}

LLVMValueRef simd_nmadd(struct fn *fn, const struct simd_row *row,
                        const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;

    return LLVMBuildFSub(u->b, args[2],
                         LLVMBuildFMul(u->b, args[0], args[1], ""), "");
}

/* --- Floats and integers --- */

static LLVMValueRef low_half(struct unit *u, LLVMValueRef vector)
{
    return simd_lanes(u, vector, vector, 0, 1, 2);
}

/* Two lanes, and two of 0. */
static LLVMValueRef with_zeros(struct unit *u, LLVMValueRef half)
{
    return simd_lanes(u, half, LLVMConstNull(LLVMTypeOf(half)), 0, 1, 4);
}

LLVMValueRef simd_convert(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    return LLVMBuildCast(fn->u->b,
                         row->what & SIMD_SIGNED ? LLVMSIToFP : LLVMUIToFP,
                         args[0], simd_type(fn->u, F32X4), "");
}

LLVMValueRef simd_convert_low(struct fn *fn, const struct simd_row *row,
                              const struct instr *in, LLVMValueRef *args)
{
    return LLVMBuildCast(fn->u->b,
                         row->what & SIMD_SIGNED ? LLVMSIToFP : LLVMUIToFP,
                         low_half(fn->u, args[0]), simd_type(fn->u, F64X2), "");
}

LLVMValueRef simd_promote(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;

    return LLVMBuildFPExt(u->b, low_half(u, args[0]), simd_type(u, F64X2), "");
}

LLVMValueRef simd_demote(struct fn *fn, const struct simd_row *row,
                         const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMTypeRef half = LLVMVectorType(u->f32, 2);

    return with_zeros(u, LLVMBuildFPTrunc(u->b, args[0], half, ""));
}

/* llvm.fpto[su]i.sat: what does not fit becomes the nearest that does, NaN 0.
 */
static LLVMValueRef saturate(struct unit *u, LLVMValueRef vector,
                             LLVMTypeRef type, bool is_signed)
{
    LLVMTypeRef types[] = {type, LLVMTypeOf(vector)};
    LLVMValueRef func = unit_intrinsic(
        u, is_signed ? "llvm.fptosi.sat" : "llvm.fptoui.sat", types, 2);

    return LLVMBuildCall2(u->b, LLVMGlobalGetValueType(func), func, &vector, 1,
                          "");
}

LLVMValueRef simd_trunc_f32(struct fn *fn, const struct simd_row *row,
                            const struct instr *in, LLVMValueRef *args)
{
    bool is_signed = row->what & SIMD_SIGNED;

    if (simd_is_x86(fn->u))
        return simd_x86_trunc_f32(fn->u, args[0], is_signed);
    return saturate(fn->u, args[0], simd_type(fn->u, I32X4), is_signed);
}

LLVMValueRef simd_trunc_f64(struct fn *fn, const struct simd_row *row,
                            const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    bool is_signed = row->what & SIMD_SIGNED;
    LLVMTypeRef half = LLVMVectorType(u->i32, 2);

    if (simd_is_x86(u))
        return simd_x86_trunc_f64(u, args[0], is_signed);
    return with_zeros(u, saturate(u, args[0], half, is_signed));
}

/* --- Integers of other widths --- */

/* Signed lanes of both vectors, as the nearest ones of half the width. */
LLVMValueRef simd_narrow(struct fn *fn, const struct simd_row *row,
                         const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    enum lanes lanes = (enum lanes)row->lanes;
    unsigned bits = simd_lane_bits(lanes) / 2, n = 2 * simd_n_lanes(lanes);
    bool is_signed = row->what & SIMD_SIGNED;
    uint64_t most = ((uint64_t)1 << (is_signed ? bits - 1 : bits)) - 1;
    uint64_t least = is_signed ? ~most : 0;
    LLVMTypeRef lane = simd_lane_type(u, lanes);
    LLVMTypeRef type = LLVMVectorType(LLVMIntTypeInContext(u->ctx, bits), n);
    LLVMValueRef both[2];

    both[0] = simd_lanes(u, args[0], args[1], 0, 1, n);
    both[1] = simd_const(u, lane, n, least);
    both[0] = simd_intrinsic(u, "llvm.smax", both, 2);
    both[1] = simd_const(u, lane, n, most);
    both[0] = simd_intrinsic(u, "llvm.smin", both, 2);
    return LLVMBuildTrunc(u->b, both[0], type, "");
}

/* The low or the high lanes, twice as wide. */
static LLVMValueRef widen_half(struct unit *u, const struct simd_row *row,
                               LLVMValueRef vector)
{
    unsigned n = simd_n_lanes((enum lanes)row->lanes) / 2;
    unsigned bits = 2 * simd_lane_bits((enum lanes)row->lanes);
    LLVMTypeRef type = LLVMVectorType(LLVMIntTypeInContext(u->ctx, bits), n);
    LLVMValueRef half =
        simd_lanes(u, vector, vector, row->what & SIMD_HIGH ? n : 0, 1, n);

    return LLVMBuildIntCast2(u->b, half, type, row->what & SIMD_SIGNED, "");
}

LLVMValueRef simd_extend(struct fn *fn, const struct simd_row *row,
                         const struct instr *in, LLVMValueRef *args)
{
    return widen_half(fn->u, row, args[0]);
}

LLVMValueRef simd_extmul(struct fn *fn, const struct simd_row *row,
                         const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;

    return LLVMBuildMul(u->b, widen_half(u, row, args[0]),
                        widen_half(u, row, args[1]), "");
}

/* Neighbours added: the halves of a lane of the result, widened in place. */
LLVMValueRef simd_extadd(struct fn *fn, const struct simd_row *row,
                         const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    enum lanes lanes = (enum lanes)row->lanes;
    LLVMValueRef half =
        simd_const(u, simd_lane_type(u, lanes), simd_n_lanes(lanes),
                   simd_lane_bits(lanes) / 2);
    LLVMOpcode down = row->what & SIMD_SIGNED ? LLVMAShr : LLVMLShr;
    LLVMValueRef even = LLVMBuildShl(u->b, args[0], half, "");

    even = LLVMBuildBinOp(u->b, down, even, half, "");
    return LLVMBuildAdd(u->b, even,
                        LLVMBuildBinOp(u->b, down, args[0], half, ""), "");
}
