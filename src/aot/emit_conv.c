/* emit_conv.c: conversions between i32, i64, f32 and f64. */
#include "aot/aot.h"

#include <string.h>

/* Convert `a`, a float whose truncation lies strictly between two bounds
 * (bounds of the type the float has); trap if it does not. */
static LLVMValueRef trunc_checked(struct fn *fn, LLVMValueRef a, LLVMTypeRef to,
                                  bool is_signed)
{
    struct unit *u = fn->u;
    LLVMTypeRef from = LLVMTypeOf(a);
    unsigned bits = LLVMGetIntTypeWidth(to) - (is_signed ? 1 : 0);
    double above =
        bits == 64 ? 18446744073709551616.0 : (double)((uint64_t)1 << bits);
    double below = is_signed ? -above : 0;
    LLVMValueRef low, high, inside;

    trap_if(fn, LLVMBuildFCmp(u->b, LLVMRealUNO, a, a, ""), TRAP_CONVERSION);
    high = LLVMBuildFCmp(u->b, LLVMRealOLT, a, LLVMConstReal(from, above), "");
    /* -2^31 - 1 is an f64 but no f32; -1 is every type's. */
    if (!is_signed)
        low = LLVMBuildFCmp(u->b, LLVMRealOGT, a, LLVMConstReal(from, -1), "");
    else if (bits == 31 && from == u->f64)
        low = LLVMBuildFCmp(u->b, LLVMRealOGT, a,
                            LLVMConstReal(from, below - 1), "");
    else
        low =
            LLVMBuildFCmp(u->b, LLVMRealOGE, a, LLVMConstReal(from, below), "");
    inside = LLVMBuildAnd(u->b, low, high, "");
    trap_if(fn, LLVMBuildNot(u->b, inside, ""), TRAP_INTEGER_OVERFLOW);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    if (is_signed)
        return LLVMBuildFPToSI(u->b, a, to, "");
    return LLVMBuildFPToUI(u->b, a, to, "");
}

static LLVMValueRef saturate(struct unit *u, LLVMValueRef a, LLVMTypeRef to,
                             bool is_signed)
{
    LLVMTypeRef types[] = {to, LLVMTypeOf(a)};
    LLVMValueRef func = unit_intrinsic(
        u, is_signed ? "llvm.fptosi.sat" : "llvm.fptoui.sat", types, 2);

    return LLVMBuildCall2(u->b, LLVMGlobalGetValueType(func), func, &a, 1, "");
}

static bool emit_trunc(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    LLVMTypeRef to = unit_type(u, in->info->out);

    switch (in->op) {
    case OP_I32_TRUNC_F32_S:
    case OP_I32_TRUNC_F64_S:
    case OP_I64_TRUNC_F32_S:
    case OP_I64_TRUNC_F64_S:
        push(fn, trunc_checked(fn, pop(fn), to, true));
        return true;
    case OP_I32_TRUNC_F32_U:
    case OP_I32_TRUNC_F64_U:
    case OP_I64_TRUNC_F32_U:
    case OP_I64_TRUNC_F64_U:
        push(fn, trunc_checked(fn, pop(fn), to, false));
        return true;
    case OP_I32_TRUNC_SAT_F32_S:
    case OP_I32_TRUNC_SAT_F64_S:
    case OP_I64_TRUNC_SAT_F32_S:
    case OP_I64_TRUNC_SAT_F64_S:
        push(fn, saturate(u, pop(fn), to, true));
        return true;
    case OP_I32_TRUNC_SAT_F32_U:
    case OP_I32_TRUNC_SAT_F64_U:
    case OP_I64_TRUNC_SAT_F32_U:
    case OP_I64_TRUNC_SAT_F64_U:
        push(fn, saturate(u, pop(fn), to, false));
        return true;
    default:
        return false;
    }
}

bool emit_conv(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    LLVMTypeRef to = unit_type(u, in->info->out);
    LLVMOpcode cast;

    switch (in->op) {
    case OP_I32_WRAP_I64:
        cast = LLVMTrunc;
        break;
    case OP_I64_EXTEND_I32_S:
        cast = LLVMSExt;
        break;
    case OP_I64_EXTEND_I32_U:
        cast = LLVMZExt;
        break;
    case OP_F32_CONVERT_I32_S:
    case OP_F32_CONVERT_I64_S:
    case OP_F64_CONVERT_I32_S:
    case OP_F64_CONVERT_I64_S:
        cast = LLVMSIToFP;
        break;
    case OP_F32_CONVERT_I32_U:
    case OP_F32_CONVERT_I64_U:
    case OP_F64_CONVERT_I32_U:
    case OP_F64_CONVERT_I64_U:
        cast = LLVMUIToFP;
        break;
    case OP_F32_DEMOTE_F64:
        cast = LLVMFPTrunc;
        break;
    case OP_F64_PROMOTE_F32:
        cast = LLVMFPExt;
        break;
    case OP_I32_REINTERPRET_F32:
    case OP_I64_REINTERPRET_F64:
    case OP_F32_REINTERPRET_I32:
    case OP_F64_REINTERPRET_I64:
        cast = LLVMBitCast;
        break;
    default:
        return emit_trunc(fn, in);
    }
    push(fn, LLVMBuildCast(u->b, cast, pop(fn), to, ""));
    return true;
}
