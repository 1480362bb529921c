/* emit_simd_int.c: vectors: bits and integers; see simd.h. */
#include "aot/simd.h"

LLVMValueRef simd_intrinsic_1(struct fn *fn, const struct simd_row *row,
                              const struct instr *in, LLVMValueRef *args)
{
    return simd_intrinsic(fn->u, row->name, args, 1);
}

LLVMValueRef simd_intrinsic_2(struct fn *fn, const struct simd_row *row,
                              const struct instr *in, LLVMValueRef *args)
{
    return simd_intrinsic(fn->u, row->name, args, 2);
}

LLVMValueRef simd_binary(struct fn *fn, const struct simd_row *row,
                         const struct instr *in, LLVMValueRef *args)
{
    return LLVMBuildBinOp(fn->u->b, (LLVMOpcode)row->what, args[0], args[1],
                          "");
}

/* --- Bits --- */

LLVMValueRef simd_not(struct fn *fn, const struct simd_row *row,
                      const struct instr *in, LLVMValueRef *args)
{
    return LLVMBuildNot(fn->u->b, args[0], "");
}

LLVMValueRef simd_andnot(struct fn *fn, const struct simd_row *row,
                         const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;

    return LLVMBuildAnd(u->b, args[0], LLVMBuildNot(u->b, args[1], ""), "");
}

/* The bits of the first where those of the third are 1, else the second's. */
LLVMValueRef simd_bitselect(struct fn *fn, const struct simd_row *row,
                            const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMValueRef yes = LLVMBuildAnd(u->b, args[0], args[2], "");
    LLVMValueRef no =
        LLVMBuildAnd(u->b, args[1], LLVMBuildNot(u->b, args[2], ""), "");

    return LLVMBuildOr(u->b, yes, no, "");
}

/* Is the vector 0, or is it not, as an i32? */
static LLVMValueRef test(struct unit *u, LLVMValueRef vector,
                         LLVMIntPredicate predicate)
{
    LLVMTypeRef i128 = LLVMIntTypeInContext(u->ctx, 128);
    LLVMValueRef bits = LLVMBuildBitCast(u->b, vector, i128, "");

    bits = LLVMBuildICmp(u->b, predicate, bits, LLVMConstNull(i128), "");
    return LLVMBuildZExt(u->b, bits, u->i32, "");
}

LLVMValueRef simd_any_true(struct fn *fn, const struct simd_row *row,
                           const struct instr *in, LLVMValueRef *args)
{
    return test(fn->u, args[0], LLVMIntNE);
}

LLVMValueRef simd_all_true(struct fn *fn, const struct simd_row *row,
                           const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMTypeRef type = LLVMTypeOf(args[0]);
    LLVMValueRef zeros =
        LLVMBuildICmp(u->b, LLVMIntEQ, args[0], LLVMConstNull(type), "");

    return test(u, LLVMBuildSExt(u->b, zeros, type, ""), LLVMIntEQ);
}

LLVMValueRef simd_bitmask(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMTypeRef type =
        LLVMIntTypeInContext(u->ctx, simd_n_lanes((enum lanes)row->lanes));
    LLVMValueRef signs = LLVMBuildICmp(u->b, LLVMIntSLT, args[0],
                                       LLVMConstNull(LLVMTypeOf(args[0])), "");

    signs = LLVMBuildBitCast(u->b, signs, type, "");
    return LLVMBuildZExt(u->b, signs, u->i32, "");
}

/* --- Integers --- */

LLVMValueRef simd_abs(struct fn *fn, const struct simd_row *row,
                      const struct instr *in, LLVMValueRef *args)
{
    /* The least value is its own. */
    LLVMValueRef operands[] = {args[0], LLVMConstInt(fn->u->i1, 0, false)};

    return simd_intrinsic(fn->u, row->name, operands, 2);
}

LLVMValueRef simd_neg(struct fn *fn, const struct simd_row *row,
                      const struct instr *in, LLVMValueRef *args)
{
    return LLVMBuildNeg(fn->u->b, args[0], "");
}

LLVMValueRef simd_compare(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMValueRef lanes =
        LLVMBuildICmp(u->b, (LLVMIntPredicate)row->what, args[0], args[1], "");

    return LLVMBuildSExt(u->b, lanes, LLVMTypeOf(args[0]), "");
}

/* All lanes by the same count, which is taken modulo their width. */
LLVMValueRef simd_shift(struct fn *fn, const struct simd_row *row,
                        const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    enum lanes lanes = (enum lanes)row->lanes;
    LLVMValueRef count = LLVMBuildAnd(
        u->b, args[1], const_i32(u, simd_lane_bits(lanes) - 1), "");

    count = LLVMBuildIntCast2(u->b, count, simd_lane_type(u, lanes), false, "");
    return LLVMBuildBinOp(u->b, (LLVMOpcode)row->what, args[0],
                          simd_splat(u, count, simd_n_lanes(lanes)), "");
}

/* The same lanes with another width, n of them. */
static LLVMValueRef resize(struct unit *u, LLVMValueRef vector, unsigned bits,
                           bool is_signed)
{
    unsigned n = LLVMGetVectorSize(LLVMTypeOf(vector));
    LLVMTypeRef type = LLVMVectorType(LLVMIntTypeInContext(u->ctx, bits), n);

    return LLVMBuildIntCast2(u->b, vector, type, is_signed, "");
}

/* (a + b + 1) / 2 */
LLVMValueRef simd_avgr(struct fn *fn, const struct simd_row *row,
                       const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    unsigned bits = simd_lane_bits((enum lanes)row->lanes);
    unsigned n = simd_n_lanes((enum lanes)row->lanes);
    LLVMValueRef one =
        simd_const(u, LLVMIntTypeInContext(u->ctx, 2 * bits), n, 1);
    LLVMValueRef sum = LLVMBuildAdd(u->b, resize(u, args[0], 2 * bits, false),
                                    resize(u, args[1], 2 * bits, false), "");

    sum = LLVMBuildAdd(u->b, sum, one, "");
    sum = LLVMBuildLShr(u->b, sum, one, "");
    return resize(u, sum, bits, false);
}

/* The products of signed lanes, twice as wide, neighbours added. */
static LLVMValueRef dot(struct unit *u, LLVMValueRef a, LLVMValueRef b,
                        enum lanes lanes)
{
    unsigned bits = 2 * simd_lane_bits(lanes);
    unsigned n = simd_n_lanes(lanes) / 2;
    LLVMValueRef products = LLVMBuildMul(u->b, resize(u, a, bits, true),
                                         resize(u, b, bits, true), "");

    return LLVMBuildAdd(u->b, simd_lanes(u, products, products, 0, 2, n),
                        simd_lanes(u, products, products, 1, 2, n), "");
}

LLVMValueRef simd_dot_i16x8(struct fn *fn, const struct simd_row *row,
                            const struct instr *in, LLVMValueRef *args)
{
    return dot(fn->u, args[0], args[1], I16X8);
}

/* The sums wrap where 7-bit lanes, which the instruction asks for, would not.
 */
LLVMValueRef simd_dot_i8x16(struct fn *fn, const struct simd_row *row,
                            const struct instr *in, LLVMValueRef *args)
{
    return dot(fn->u, args[0], args[1], I8X16);
}

LLVMValueRef simd_dot_add(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMValueRef sums = resize(u, dot(u, args[0], args[1], I8X16), 32, true);
    LLVMValueRef even = simd_lanes(u, sums, sums, 0, 2, 4);
    LLVMValueRef odd = simd_lanes(u, sums, sums, 1, 2, 4);

    return LLVMBuildAdd(u->b, LLVMBuildAdd(u->b, even, odd, ""),
                        simd_cast(u, args[2], I32X4), "");
}

/* The products of fractions in Q15, rounded; the one that does not fit,
 * -1 * -1, becomes the greatest. */
LLVMValueRef simd_q15mulr(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMValueRef most[2], wrong;

    if (simd_is_aarch64(u)) {
        LLVMTypeRef type = LLVMTypeOf(args[0]);
        LLVMValueRef func =
            unit_intrinsic(u, "llvm.aarch64.neon.sqrdmulh", &type, 1);

        return LLVMBuildCall2(u->b, LLVMGlobalGetValueType(func), func, args, 2,
                              "");
    }
    if (simd_is_x86(u)) {
        /* That one comes out as -1. */
        most[0] =
            simd_target_intrinsic(u, "llvm.x86.ssse3.pmul.hr.sw.128", args, 2);
        wrong = LLVMBuildICmp(u->b, LLVMIntEQ, most[0],
                              simd_const(u, u->i16, 8, 0x8000), "");
        wrong = LLVMBuildSExt(u->b, wrong, LLVMTypeOf(most[0]), "");
        return LLVMBuildXor(u->b, most[0], wrong, "");
    }
    most[0] = LLVMBuildMul(u->b, resize(u, args[0], 32, true),
                           resize(u, args[1], 32, true), "");
    most[0] = LLVMBuildAdd(u->b, most[0], simd_const(u, u->i32, 8, 0x4000), "");
    most[0] = LLVMBuildAShr(u->b, most[0], simd_const(u, u->i32, 8, 15), "");
    most[1] = simd_const(u, u->i32, 8, 0x7fff);
    return resize(u, simd_intrinsic(u, "llvm.smin", most, 2), 16, true);
}
