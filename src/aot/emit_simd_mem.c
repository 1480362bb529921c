/* emit_simd_mem.c: vectors: loads, stores, and moving lanes; see simd.h. */
#include "aot/simd.h"

/* --- Lanes --- */

LLVMValueRef simd_splat_of(struct fn *fn, const struct simd_row *row,
                           const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    enum lanes lanes = (enum lanes)row->lanes;
    LLVMValueRef lane = args[0];

    if (lanes == I8X16 || lanes == I16X8)
        lane = LLVMBuildTrunc(u->b, lane, simd_lane_type(u, lanes), "");
    return simd_splat(u, lane, simd_n_lanes(lanes));
}

LLVMValueRef simd_extract(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMValueRef lane =
        LLVMBuildExtractElement(u->b, args[0], const_i32(u, in->lane), "");

    if (row->lanes != I8X16 && row->lanes != I16X8)
        return lane;
    return row->what & SIMD_SIGNED ? LLVMBuildSExt(u->b, lane, u->i32, "")
                                   : LLVMBuildZExt(u->b, lane, u->i32, "");
}

LLVMValueRef simd_replace(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    enum lanes lanes = (enum lanes)row->lanes;
    LLVMValueRef lane = args[1];

    if (lanes == I8X16 || lanes == I16X8)
        lane = LLVMBuildTrunc(u->b, lane, simd_lane_type(u, lanes), "");
    return LLVMBuildInsertElement(u->b, args[0], lane, const_i32(u, in->lane),
                                  "");
}

LLVMValueRef simd_shuffle(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMValueRef numbers[16];
    unsigned i;

    for (i = 0; i < 16; i++)
        numbers[i] = const_i32(u, in->v128[i / 8] >> i % 8 * 8 & 31);
    return LLVMBuildShuffleVector(u->b, args[0], args[1],
                                  LLVMConstVector(numbers, 16), "");
}

/* One lane after the other. */
static LLVMValueRef swizzle_lanes(struct unit *u, LLVMValueRef a,
                                  LLVMValueRef numbers)
{
    LLVMValueRef result = LLVMConstNull(LLVMTypeOf(a));
    unsigned i;

    for (i = 0; i < 16; i++) {
        LLVMValueRef number =
            LLVMBuildExtractElement(u->b, numbers, const_i32(u, i), "");
        LLVMValueRef inside = LLVMBuildICmp(u->b, LLVMIntULT, number,
                                            LLVMConstInt(u->i8, 16, false), "");
        LLVMValueRef lane;

        number = LLVMBuildAnd(u->b, number, LLVMConstInt(u->i8, 15, false), "");
        lane = LLVMBuildExtractElement(u->b, a, number, "");
        lane = LLVMBuildSelect(u->b, inside, lane, LLVMConstNull(u->i8), "");
        result =
            LLVMBuildInsertElement(u->b, result, lane, const_i32(u, i), "");
    }
    return result;
}

/* A number beyond 15 gives 0: tbl does that; pshufb gives 0 for numbers with
 * the highest bit set, and looks at four bits of the others. */
LLVMValueRef simd_swizzle(struct fn *fn, const struct simd_row *row,
                          const struct instr *in, LLVMValueRef *args)
{
    struct unit *u = fn->u;
    LLVMTypeRef type = LLVMTypeOf(args[0]);
    LLVMValueRef beyond[2];

    if (simd_is_x86(u)) {
        beyond[0] = args[1];
        beyond[1] = simd_const(u, u->i8, 16, 0x70);
        args[1] = simd_intrinsic(u, "llvm.uadd.sat", beyond, 2);
        return simd_target_intrinsic(u, "llvm.x86.ssse3.pshuf.b.128", args, 2);
    }
    if (simd_is_aarch64(u)) {
        LLVMValueRef func =
            unit_intrinsic(u, "llvm.aarch64.neon.tbl1", &type, 1);

        return LLVMBuildCall2(u->b, LLVMGlobalGetValueType(func), func, args, 2,
                              "");
    }
    return swizzle_lanes(u, args[0], args[1]);
}

/* --- Loads and stores --- */

enum access {
    ACCESS_NONE,
    ACCESS_EXTEND_S, /* half a vector, its lanes made twice as wide */
    ACCESS_EXTEND_U,
    ACCESS_SPLAT,
    ACCESS_ZERO, /* one lane, the others 0 */
    ACCESS_LOAD_LANE,
    ACCESS_STORE_LANE,
};

static const struct {
    uint8_t kind;  /* enum access */
    uint8_t lanes; /* of memory */
} accesses[] = {
#define A(OP, kind, lanes)                                                     \
    [OP_V128_##OP - OP_V128_LOAD] = {ACCESS_##kind, lanes}
    A(LOAD8X8_S, EXTEND_S, I8X16),      A(LOAD8X8_U, EXTEND_U, I8X16),
    A(LOAD16X4_S, EXTEND_S, I16X8),     A(LOAD16X4_U, EXTEND_U, I16X8),
    A(LOAD32X2_S, EXTEND_S, I32X4),     A(LOAD32X2_U, EXTEND_U, I32X4),
    A(LOAD8_SPLAT, SPLAT, I8X16),       A(LOAD16_SPLAT, SPLAT, I16X8),
    A(LOAD32_SPLAT, SPLAT, I32X4),      A(LOAD64_SPLAT, SPLAT, I64X2),
    A(LOAD32_ZERO, ZERO, I32X4),        A(LOAD64_ZERO, ZERO, I64X2),
    A(LOAD8_LANE, LOAD_LANE, I8X16),    A(LOAD16_LANE, LOAD_LANE, I16X8),
    A(LOAD32_LANE, LOAD_LANE, I32X4),   A(LOAD64_LANE, LOAD_LANE, I64X2),
    A(STORE8_LANE, STORE_LANE, I8X16),  A(STORE16_LANE, STORE_LANE, I16X8),
    A(STORE32_LANE, STORE_LANE, I32X4), A(STORE64_LANE, STORE_LANE, I64X2),
#undef A
};

/* 64 bits of memory as lanes, each made twice as wide. */
static LLVMValueRef load_extended(struct fn *fn, const struct instr *in,
                                  enum lanes lanes, bool is_signed)
{
    struct unit *u = fn->u;
    LLVMValueRef half = emit_load(fn, u->i64, emit_address(fn, in, 8));
    unsigned n = simd_n_lanes(lanes) / 2;
    LLVMTypeRef type = LLVMVectorType(simd_lane_type(u, lanes), n);
    LLVMTypeRef wide = LLVMVectorType(
        LLVMIntTypeInContext(u->ctx, 2 * simd_lane_bits(lanes)), n);

    half = LLVMBuildBitCast(u->b, half, type, "");
    return is_signed ? LLVMBuildSExt(u->b, half, wide, "")
                     : LLVMBuildZExt(u->b, half, wide, "");
}

static LLVMValueRef load_scalar(struct fn *fn, const struct instr *in,
                                enum lanes lanes)
{
    return emit_load(fn, simd_lane_type(fn->u, lanes),
                     emit_address(fn, in, simd_lane_bits(lanes) / 8));
}

static LLVMValueRef load_into(struct fn *fn, const struct instr *in,
                              enum lanes lanes, LLVMValueRef vector,
                              uint32_t lane)
{
    return LLVMBuildInsertElement(fn->u->b, vector, load_scalar(fn, in, lanes),
                                  const_i32(fn->u, lane), "");
}

static LLVMValueRef load(struct fn *fn, const struct instr *in,
                         enum access kind, enum lanes lanes)
{
    struct unit *u = fn->u;

    switch (kind) {
    case ACCESS_EXTEND_S:
    case ACCESS_EXTEND_U:
        return load_extended(fn, in, lanes, kind == ACCESS_EXTEND_S);
    case ACCESS_SPLAT:
        return simd_splat(u, load_scalar(fn, in, lanes), simd_n_lanes(lanes));
    case ACCESS_ZERO:
        return load_into(fn, in, lanes, LLVMConstNull(simd_type(u, lanes)), 0);
    default:
        return load_into(fn, in, lanes, simd_cast(u, pop(fn), lanes), in->lane);
    }
}

static void store_lane(struct fn *fn, const struct instr *in, enum lanes lanes)
{
    struct unit *u = fn->u;
    LLVMValueRef vector = simd_cast(u, pop(fn), lanes);
    LLVMValueRef lane =
        LLVMBuildExtractElement(u->b, vector, const_i32(u, in->lane), "");

    emit_store(fn, lane, emit_address(fn, in, simd_lane_bits(lanes) / 8));
}

bool simd_access(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    uint32_t i = in->op - OP_V128_LOAD;
    enum access kind =
        i < countof(accesses) ? (enum access)accesses[i].kind : ACCESS_NONE;
    LLVMValueRef value;

    if (in->op == OP_V128_LOAD) {
        push(fn, emit_load(fn, u->v128, emit_address(fn, in, 16)));
    } else if (in->op == OP_V128_STORE) {
        value = pop(fn);
        emit_store(fn, value, emit_address(fn, in, 16));
    } else if (kind == ACCESS_STORE_LANE) {
        store_lane(fn, in, (enum lanes)accesses[i].lanes);
    } else if (kind != ACCESS_NONE) {
        value = load(fn, in, kind, (enum lanes)accesses[i].lanes);
        push(fn, simd_cast(u, value, V128));
    } else {
        return false;
    }
    return true;
}
