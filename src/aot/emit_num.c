/*
 * emit_num.c: numeric instructions on i32, i64, f32 and f64, without
 * conversions.
 *
 * What LLVM takes as undefined is defined before it sees it: shifts are by the
 * lower bits of the count, divisions are looked at first.
 */
#include <string.h>

#include "aot/simd.h"

enum shape {
    SHAPE_NONE,
    SHAPE_BINARY,  /* LLVM's opcode */
    SHAPE_SHIFT,   /* the same, the count modulo the width */
    SHAPE_COMPARE, /* LLVM's predicate */
    SHAPE_FCOMPARE,
    SHAPE_COUNT,   /* unary intrinsic with a flag: of zero it is the width */
    SHAPE_UNARY,   /* unary intrinsic */
    SHAPE_PAIR,    /* binary intrinsic */
    SHAPE_EXTREME, /* the same, minimum (true) or maximum of floats */
    SHAPE_ROTATE,  /* funnel shift of a value with itself */
    SHAPE_EXTEND,  /* sign extension of the lower bits */
};

struct row {
    uint8_t shape;
    uint8_t what;     /* LLVM's opcode or predicate, or bits to extend */
    const char *name; /* an intrinsic */
};

/* For both widths: i32 and i64, f32 and f64. */
#define INT(op, ...)                                                           \
    [OP_I32_##op] = {__VA_ARGS__}, [OP_I64_##op] = {__VA_ARGS__}
#define FLOAT(op, ...)                                                         \
    [OP_F32_##op] = {__VA_ARGS__}, [OP_F64_##op] = {__VA_ARGS__}

static const struct row rows[256] = {
    INT(EQ, SHAPE_COMPARE, LLVMIntEQ, NULL),
    INT(NE, SHAPE_COMPARE, LLVMIntNE, NULL),
    INT(LT_S, SHAPE_COMPARE, LLVMIntSLT, NULL),
    INT(LT_U, SHAPE_COMPARE, LLVMIntULT, NULL),
    INT(GT_S, SHAPE_COMPARE, LLVMIntSGT, NULL),
    INT(GT_U, SHAPE_COMPARE, LLVMIntUGT, NULL),
    INT(LE_S, SHAPE_COMPARE, LLVMIntSLE, NULL),
    INT(LE_U, SHAPE_COMPARE, LLVMIntULE, NULL),
    INT(GE_S, SHAPE_COMPARE, LLVMIntSGE, NULL),
    INT(GE_U, SHAPE_COMPARE, LLVMIntUGE, NULL),
    INT(CLZ, SHAPE_COUNT, 0, "llvm.ctlz"),
    INT(CTZ, SHAPE_COUNT, 0, "llvm.cttz"),
    INT(POPCNT, SHAPE_UNARY, 0, "llvm.ctpop"),
    INT(ADD, SHAPE_BINARY, LLVMAdd, NULL),
    INT(SUB, SHAPE_BINARY, LLVMSub, NULL),
    INT(MUL, SHAPE_BINARY, LLVMMul, NULL),
    INT(AND, SHAPE_BINARY, LLVMAnd, NULL),
    INT(OR, SHAPE_BINARY, LLVMOr, NULL),
    INT(XOR, SHAPE_BINARY, LLVMXor, NULL),
    INT(SHL, SHAPE_SHIFT, LLVMShl, NULL),
    INT(SHR_S, SHAPE_SHIFT, LLVMAShr, NULL),
    INT(SHR_U, SHAPE_SHIFT, LLVMLShr, NULL),
    INT(ROTL, SHAPE_ROTATE, 0, "llvm.fshl"),
    INT(ROTR, SHAPE_ROTATE, 0, "llvm.fshr"),
    INT(EXTEND8_S, SHAPE_EXTEND, 8, NULL),
    INT(EXTEND16_S, SHAPE_EXTEND, 16, NULL),
    [OP_I64_EXTEND32_S] = {SHAPE_EXTEND, 32, NULL},
    FLOAT(EQ, SHAPE_FCOMPARE, LLVMRealOEQ, NULL),
    FLOAT(NE, SHAPE_FCOMPARE, LLVMRealUNE, NULL),
    FLOAT(LT, SHAPE_FCOMPARE, LLVMRealOLT, NULL),
    FLOAT(GT, SHAPE_FCOMPARE, LLVMRealOGT, NULL),
    FLOAT(LE, SHAPE_FCOMPARE, LLVMRealOLE, NULL),
    FLOAT(GE, SHAPE_FCOMPARE, LLVMRealOGE, NULL),
    FLOAT(ADD, SHAPE_BINARY, LLVMFAdd, NULL),
    FLOAT(SUB, SHAPE_BINARY, LLVMFSub, NULL),
    FLOAT(MUL, SHAPE_BINARY, LLVMFMul, NULL),
    FLOAT(DIV, SHAPE_BINARY, LLVMFDiv, NULL),
    FLOAT(ABS, SHAPE_UNARY, 0, "llvm.fabs"),
    FLOAT(CEIL, SHAPE_UNARY, 0, "llvm.ceil"),
    FLOAT(FLOOR, SHAPE_UNARY, 0, "llvm.floor"),
    FLOAT(TRUNC, SHAPE_UNARY, 0, "llvm.trunc"),
    FLOAT(NEAREST, SHAPE_UNARY, 0, "llvm.rint"),
    FLOAT(SQRT, SHAPE_UNARY, 0, "llvm.sqrt"),
    FLOAT(MIN, SHAPE_EXTREME, true, "llvm.minimum"),
    FLOAT(MAX, SHAPE_EXTREME, false, "llvm.maximum"),
    FLOAT(COPYSIGN, SHAPE_PAIR, 0, "llvm.copysign"),
};

static LLVMValueRef intrinsic(struct unit *u, const char *name,
                              LLVMValueRef *args, unsigned n)
{
    LLVMTypeRef type = LLVMTypeOf(args[0]);
    LLVMValueRef func = unit_intrinsic(u, name, &type, 1);

    return LLVMBuildCall2(u->b, LLVMGlobalGetValueType(func), func, args, n,
                          "");
}

static LLVMValueRef width(LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value);

    return LLVMConstInt(type, LLVMGetIntTypeWidth(type), false);
}

static LLVMValueRef boolean(struct unit *u, LLVMValueRef i1)
{
    return LLVMBuildZExt(u->b, i1, u->i32, "");
}

static LLVMValueRef unary(struct unit *u, const struct row *row, LLVMValueRef a)
{
    LLVMValueRef args[] = {a, LLVMConstInt(u->i1, 0, false)};
    LLVMTypeRef part;

    switch (row->shape) {
    case SHAPE_COUNT:
        return intrinsic(u, row->name, args, 2);
    case SHAPE_EXTEND:
        part = LLVMIntTypeInContext(u->ctx, row->what);
        return LLVMBuildSExt(u->b, LLVMBuildTrunc(u->b, a, part, ""),
                             LLVMTypeOf(a), "");
    default:
        return intrinsic(u, row->name, args, 1);
    }
}

static LLVMValueRef binary(struct unit *u, const struct row *row,
                           LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef args[] = {a, b, b};

    switch (row->shape) {
    case SHAPE_SHIFT:
        b = LLVMBuildAnd(u->b, b,
                         LLVMBuildSub(u->b, width(b),
                                      LLVMConstInt(LLVMTypeOf(b), 1, false),
                                      ""),
                         "");
        return LLVMBuildBinOp(u->b, (LLVMOpcode)row->what, a, b, "");
    case SHAPE_COMPARE:
        return boolean(
            u, LLVMBuildICmp(u->b, (LLVMIntPredicate)row->what, a, b, ""));
    case SHAPE_FCOMPARE:
        return boolean(
            u, LLVMBuildFCmp(u->b, (LLVMRealPredicate)row->what, a, b, ""));
    case SHAPE_EXTREME:
        /* LLVM's code for it branches, and leaves signalling NaNs alone. */
        if (simd_is_x86(u))
            return simd_x86_scalar_extreme(u, a, b, row->what);
        return intrinsic(u, row->name, args, 2);
    case SHAPE_PAIR:
        return intrinsic(u, row->name, args, 2);
    case SHAPE_ROTATE:
        args[1] = a;
        return intrinsic(u, row->name, args, 3);
    default:
        return LLVMBuildBinOp(u->b, (LLVMOpcode)row->what, a, b, "");
    }
}

static bool emit_row(struct fn *fn, const struct instr *in)
{
    const struct row *row = in->op < countof(rows) ? &rows[in->op] : NULL;
    struct unit *u = fn->u;
    LLVMValueRef b;

    if (!row || row->shape == SHAPE_NONE)
        return false;
    b = pop(fn);
    if (in->info->n_in == 1)
        push(fn, unary(u, row, b));
    else
        push(fn, binary(u, row, pop(fn), b));
    return true;
}

/* --- What has no row --- */

static void on_div(struct fn *fn, LLVMOpcode op)
{
    struct unit *u = fn->u;
    LLVMValueRef b = pop(fn);
    LLVMValueRef a = pop(fn);
    LLVMTypeRef type = LLVMTypeOf(a);
    LLVMValueRef zero = LLVMConstNull(type);
    LLVMValueRef minus_one = LLVMConstAllOnes(type);
    LLVMValueRef least = LLVMConstInt(
        type, (uint64_t)1 << (LLVMGetIntTypeWidth(type) - 1), false);
    LLVMValueRef overflow;

    trap_if(fn, LLVMBuildICmp(u->b, LLVMIntEQ, b, zero, ""),
            TRAP_DIVIDE_BY_ZERO);
    overflow =
        LLVMBuildAnd(u->b, LLVMBuildICmp(u->b, LLVMIntEQ, a, least, ""),
                     LLVMBuildICmp(u->b, LLVMIntEQ, b, minus_one, ""), "");
    if (op == LLVMSDiv)
        trap_if(fn, overflow, TRAP_INTEGER_OVERFLOW);
    /* The remainder is then 0, as by 1. */
    if (op == LLVMSRem)
        b = LLVMBuildSelect(u->b,
                            LLVMBuildICmp(u->b, LLVMIntEQ, b, minus_one, ""),
                            LLVMConstInt(type, 1, false), b, "");
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    push(fn, LLVMBuildBinOp(u->b, op, a, b, ""));
}

/* i64 pairs as i128. */
static LLVMValueRef join(struct unit *u, LLVMValueRef low, LLVMValueRef high)
{
    LLVMTypeRef i128 = LLVMIntTypeInContext(u->ctx, 128);

    high = LLVMBuildShl(u->b, LLVMBuildZExt(u->b, high, i128, ""),
                        LLVMConstInt(i128, 64, false), "");
    return LLVMBuildOr(u->b, LLVMBuildZExt(u->b, low, i128, ""), high, "");
}

static void push_parts(struct fn *fn, LLVMValueRef value)
{
    struct unit *u = fn->u;
    LLVMTypeRef i128 = LLVMTypeOf(value);
    LLVMValueRef high =
        LLVMBuildLShr(u->b, value, LLVMConstInt(i128, 64, false), "");

    push(fn, LLVMBuildTrunc(u->b, value, u->i64, ""));
    push(fn, LLVMBuildTrunc(u->b, high, u->i64, ""));
}

static void on_wide_sum(struct fn *fn, LLVMOpcode op)
{
    struct unit *u = fn->u;
    LLVMValueRef b_high = pop(fn), b_low = pop(fn);
    LLVMValueRef a_high = pop(fn), a_low = pop(fn);

    push_parts(fn, LLVMBuildBinOp(u->b, op, join(u, a_low, a_high),
                                  join(u, b_low, b_high), ""));
}

static void on_wide_mul(struct fn *fn, LLVMOpcode extend)
{
    struct unit *u = fn->u;
    LLVMTypeRef i128 = LLVMIntTypeInContext(u->ctx, 128);
    LLVMValueRef b = LLVMBuildCast(u->b, extend, pop(fn), i128, "");
    LLVMValueRef a = LLVMBuildCast(u->b, extend, pop(fn), i128, "");

    push_parts(fn, LLVMBuildMul(u->b, a, b, ""));
}

bool emit_num(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    LLVMValueRef a;

    if (emit_row(fn, in))
        return true;
    switch (in->op) {
    case OP_I32_EQZ:
    case OP_I64_EQZ:
        a = pop(fn);
        push(fn, boolean(u, LLVMBuildICmp(u->b, LLVMIntEQ, a,
                                          LLVMConstNull(LLVMTypeOf(a)), "")));
        return true;
    case OP_F32_NEG:
    case OP_F64_NEG:
        push(fn, LLVMBuildFNeg(u->b, pop(fn), ""));
        return true;
    case OP_I32_DIV_S:
    case OP_I64_DIV_S:
        on_div(fn, LLVMSDiv);
        return true;
    case OP_I32_DIV_U:
    case OP_I64_DIV_U:
        on_div(fn, LLVMUDiv);
        return true;
    case OP_I32_REM_S:
    case OP_I64_REM_S:
        on_div(fn, LLVMSRem);
        return true;
    case OP_I32_REM_U:
    case OP_I64_REM_U:
        on_div(fn, LLVMURem);
        return true;
    case OP_I64_ADD128:
        on_wide_sum(fn, LLVMAdd);
        return true;
    case OP_I64_SUB128:
        on_wide_sum(fn, LLVMSub);
        return true;
    case OP_I64_MUL_WIDE_S:
        on_wide_mul(fn, LLVMSExt);
        return true;
    case OP_I64_MUL_WIDE_U:
        on_wide_mul(fn, LLVMZExt);
        return true;
    default:
        return false;
    }
}
