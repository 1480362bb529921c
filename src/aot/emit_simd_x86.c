/*
 * emit_simd_x86.c: vectors of floats where LLVM's generic code is bad or not
 * exact on x86; the same as interp/lanes_x86_64.h.  See simd.h.
 *
 * minps and maxps give their second operand if the first is not less or
 * greater, so if one is a NaN.
 */
#include "aot/simd.h"

static LLVMValueRef pair(struct unit *u, const char *name, LLVMValueRef a,
                         LLVMValueRef b)
{
    LLVMValueRef args[] = {a, b};

    return simd_target_intrinsic(u, name, args, 2);
}

LLVMValueRef simd_x86_less(struct unit *u, enum lanes lanes, LLVMValueRef a,
                           LLVMValueRef b)
{
    return pair(u,
                lanes == F32X4 ? "llvm.x86.sse.min.ps" : "llvm.x86.sse2.min.pd",
                a, b);
}

LLVMValueRef simd_x86_more(struct unit *u, enum lanes lanes, LLVMValueRef a,
                           LLVMValueRef b)
{
    return pair(u,
                lanes == F32X4 ? "llvm.x86.sse.max.ps" : "llvm.x86.sse2.max.pd",
                a, b);
}

/* Chosen both ways, numbers differ by the sign of zeros only, which and or or
 * brings together; a sum is a quiet NaN. */
LLVMValueRef simd_x86_extreme(struct unit *u, enum lanes lanes, LLVMValueRef a,
                              LLVMValueRef b, bool is_min)
{
    LLVMValueRef one =
        is_min ? simd_x86_less(u, lanes, a, b) : simd_x86_more(u, lanes, a, b);
    LLVMValueRef other =
        is_min ? simd_x86_less(u, lanes, b, a) : simd_x86_more(u, lanes, b, a);
    LLVMValueRef number =
        LLVMBuildBinOp(u->b, is_min ? LLVMOr : LLVMAnd, simd_cast(u, one, V128),
                       simd_cast(u, other, V128), "");

    return LLVMBuildSelect(u->b, LLVMBuildFCmp(u->b, LLVMRealUNO, a, b, ""),
                           LLVMBuildFAdd(u->b, a, b, ""),
                           simd_cast(u, number, lanes), "");
}

/* The same of scalars, in the lowest lane. */
static LLVMValueRef scalar(struct unit *u, const char *name, LLVMValueRef a,
                           LLVMValueRef b, enum lanes lanes)
{
    return simd_cast(u, pair(u, name, a, b), lanes == F32X4 ? I32X4 : I64X2);
}

static LLVMValueRef to_vector(struct unit *u, LLVMValueRef a, enum lanes lanes)
{
    return LLVMBuildInsertElement(u->b, LLVMGetPoison(simd_type(u, lanes)), a,
                                  const_i32(u, 0), "");
}

LLVMValueRef simd_x86_scalar_extreme(struct unit *u, LLVMValueRef a,
                                     LLVMValueRef b, bool is_min)
{
    static const char *const names[2][2] = {
        {"llvm.x86.sse.max.ss", "llvm.x86.sse2.max.sd"},
        {"llvm.x86.sse.min.ss", "llvm.x86.sse2.min.sd"},
    };
    enum lanes lanes = LLVMTypeOf(a) == u->f32 ? F32X4 : F64X2;
    const char *name = names[is_min][lanes == F64X2];
    LLVMValueRef va = to_vector(u, a, lanes), vb = to_vector(u, b, lanes);
    LLVMValueRef number = LLVMBuildBinOp(u->b, is_min ? LLVMOr : LLVMAnd,
                                         scalar(u, name, va, vb, lanes),
                                         scalar(u, name, vb, va, lanes), "");

    number = LLVMBuildExtractElement(u->b, simd_cast(u, number, lanes),
                                     const_i32(u, 0), "");
    return LLVMBuildSelect(u->b, LLVMBuildFCmp(u->b, LLVMRealUNO, a, b, ""),
                           LLVMBuildFAdd(u->b, a, b, ""), number, "");
}

/* --- Saturating truncation --- */

static LLVMValueRef constant(struct unit *u, enum lanes lanes, double value)
{
    LLVMValueRef all[4];
    unsigned n = simd_n_lanes(lanes), i;

    for (i = 0; i < n; i++)
        all[i] = LLVMConstReal(simd_lane_type(u, lanes), value);
    return LLVMConstVector(all, n);
}

/* All ones where a compares so with b. */
static LLVMValueRef mask(struct unit *u, LLVMRealPredicate predicate,
                         LLVMValueRef a, LLVMValueRef b, enum lanes lanes)
{
    return LLVMBuildSExt(u->b, LLVMBuildFCmp(u->b, predicate, a, b, ""),
                         simd_type(u, lanes), "");
}

/* What does not fit becomes the lowest integer, NaN too. */
static LLVMValueRef convert(struct unit *u, LLVMValueRef a)
{
    return simd_target_intrinsic(u, "llvm.x86.sse2.cvttps2dq", &a, 1);
}

static LLVMValueRef signed_f32(struct unit *u, LLVMValueRef a)
{
    LLVMValueRef above =
        mask(u, LLVMRealOGE, a, constant(u, F32X4, 2147483648.0), I32X4);
    LLVMValueRef number = LLVMBuildXor(u->b, convert(u, a), above, "");

    return LLVMBuildAnd(u->b, number, mask(u, LLVMRealORD, a, a, I32X4), "");
}

/* Up to 2^31 the first conversion is right; above, it gives 2^31, to which the
 * second adds the rest, at most 2^31 - 1. */
static LLVMValueRef unsigned_f32(struct unit *u, LLVMValueRef a)
{
    LLVMValueRef limit = constant(u, F32X4, 2147483648.0);
    LLVMValueRef positive = simd_x86_more(u, F32X4, a, constant(u, F32X4, 0));
    LLVMValueRef rest = LLVMBuildFSub(u->b, positive, limit, "");
    LLVMValueRef more[2];

    more[0] = LLVMBuildXor(u->b, convert(u, rest),
                           mask(u, LLVMRealOGE, rest, limit, I32X4), "");
    more[1] = LLVMConstNull(simd_type(u, I32X4));
    return LLVMBuildAdd(u->b, convert(u, positive),
                        simd_intrinsic(u, "llvm.smax", more, 2), "");
}

LLVMValueRef simd_x86_trunc_f32(struct unit *u, LLVMValueRef a, bool is_signed)
{
    return is_signed ? signed_f32(u, a) : unsigned_f32(u, a);
}

static LLVMValueRef signed_f64(struct unit *u, LLVMValueRef a)
{
    LLVMValueRef most = simd_cast(u, constant(u, F64X2, 2147483647.0), I64X2);
    LLVMValueRef limit =
        LLVMBuildAnd(u->b, most, mask(u, LLVMRealORD, a, a, I64X2), "");

    a = simd_x86_less(u, F64X2, a, simd_cast(u, limit, F64X2));
    return simd_target_intrinsic(u, "llvm.x86.sse2.cvttpd2dq", &a, 1);
}

/* Behind 2^52 the integer stands in the lowest bits of the number. */
static LLVMValueRef unsigned_f64(struct unit *u, LLVMValueRef a)
{
    a = simd_x86_more(u, F64X2, a, constant(u, F64X2, 0));
    a = simd_x86_less(u, F64X2, a, constant(u, F64X2, 4294967295.0));
    a = simd_intrinsic(u, "llvm.trunc", &a, 1);
    a = LLVMBuildFAdd(u->b, a, constant(u, F64X2, 4503599627370496.0), "");
    a = simd_cast(u, a, I32X4);
    a = simd_lanes(u, a, a, 0, 2, 2);
    return simd_lanes(u, a, LLVMConstNull(LLVMTypeOf(a)), 0, 1, 4);
}

LLVMValueRef simd_x86_trunc_f64(struct unit *u, LLVMValueRef a, bool is_signed)
{
    return is_signed ? signed_f64(u, a) : unsigned_f64(u, a);
}
