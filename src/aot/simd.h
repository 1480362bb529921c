/*
 * simd.h: instructions on vectors, for the compiler: a row for each in
 * emit_simd.c's table says what its operands are taken as and who makes the
 * result.
 *
 * On the operand stack a v128 is <2 x i64>; it is cast where it is used.
 */
#ifndef TINE_AOT_SIMD_H
#define TINE_AOT_SIMD_H

#include "aot/aot.h"

enum lanes { V128, I8X16, I16X8, I32X4, I64X2, F32X4, F64X2 };

struct simd_row;

/* Makes the result, a vector of any type or a scalar, of the operands; those
 * that are vectors are of row->lanes. */
typedef LLVMValueRef simd_make(struct fn *fn, const struct simd_row *row,
                               const struct instr *in, LLVMValueRef *args);

struct simd_row {
    simd_make *make;
    uint8_t lanes;    /* enum lanes */
    uint8_t what;     /* LLVM's opcode or predicate, or as `make` says */
    const char *name; /* an intrinsic */
};

/* --- emit_simd.c --- */

LLVMTypeRef simd_type(struct unit *u, enum lanes lanes);
LLVMTypeRef simd_lane_type(struct unit *u, enum lanes lanes);
unsigned simd_lane_bits(enum lanes lanes);
unsigned simd_n_lanes(enum lanes lanes);

LLVMValueRef simd_cast(struct unit *u, LLVMValueRef value, enum lanes lanes);
LLVMValueRef simd_splat(struct unit *u, LLVMValueRef lane, unsigned n);
/* A vector of n lanes of an integer type, all of this value. */
LLVMValueRef simd_const(struct unit *u, LLVMTypeRef lane, unsigned n,
                        uint64_t value);
/* The n lanes of a and b with the numbers first, first + step ... */
LLVMValueRef simd_lanes(struct unit *u, LLVMValueRef a, LLVMValueRef b,
                        unsigned first, unsigned step, unsigned n);
LLVMValueRef simd_intrinsic(struct unit *u, const char *name,
                            LLVMValueRef *args, unsigned n);
/* An intrinsic of the target, which has no types to choose. */
LLVMValueRef simd_target_intrinsic(struct unit *u, const char *name,
                                   LLVMValueRef *args, unsigned n);
bool simd_is_x86(const struct unit *u);
bool simd_is_aarch64(const struct unit *u);

/* --- emit_simd_int.c --- */

simd_make simd_intrinsic_1, simd_intrinsic_2, simd_binary, simd_not,
    simd_andnot, simd_bitselect, simd_abs, simd_neg, simd_compare, simd_shift,
    simd_avgr, simd_any_true, simd_all_true, simd_bitmask, simd_dot_i16x8,
    simd_dot_i8x16, simd_dot_add, simd_q15mulr;

/* --- emit_simd_conv.c --- */

simd_make simd_fneg, simd_fcompare, simd_min, simd_max, simd_pmin, simd_pmax,
    simd_madd, simd_nmadd, simd_convert, simd_convert_low, simd_promote,
    simd_demote, simd_trunc_f32, simd_trunc_f64, simd_narrow, simd_extend,
    simd_extmul, simd_extadd;
/* what: of simd_convert...: signed; of the others a set of these */
enum { SIMD_SIGNED = 1, SIMD_HIGH = 2 };

/* --- emit_simd_x86.c: of floats --- */

/* a if it is less (more), else b. */
LLVMValueRef simd_x86_less(struct unit *u, enum lanes lanes, LLVMValueRef a,
                           LLVMValueRef b);
LLVMValueRef simd_x86_more(struct unit *u, enum lanes lanes, LLVMValueRef a,
                           LLVMValueRef b);
/* min or max as WebAssembly's. */
LLVMValueRef simd_x86_extreme(struct unit *u, enum lanes lanes, LLVMValueRef a,
                              LLVMValueRef b, bool is_min);
LLVMValueRef simd_x86_scalar_extreme(struct unit *u, LLVMValueRef a,
                                     LLVMValueRef b, bool is_min);
/* The integers of I32X4, saturated; of F64X2 the higher ones are 0. */
LLVMValueRef simd_x86_trunc_f32(struct unit *u, LLVMValueRef a, bool is_signed);
LLVMValueRef simd_x86_trunc_f64(struct unit *u, LLVMValueRef a, bool is_signed);

/* --- emit_simd_mem.c --- */

simd_make simd_splat_of, simd_extract, simd_replace, simd_shuffle, simd_swizzle;
/* True if the instruction is a load or store. */
bool simd_access(struct fn *fn, const struct instr *in);

#endif
