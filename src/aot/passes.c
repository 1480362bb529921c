/*
 * passes.c: optimisation of a unit, and its object file.
 *
 * Only passes on single functions: no inlining, and no attributes deduced from
 * what a function does not do, since LLVM would remove calls of functions that
 * "only" trap or overflow the stack.  What keeps accesses where they are is
 * places.h, and what makes vectors of some all the same vectors.h.
 */
#include <llvm-c/Analysis.h>
#include <llvm-c/Error.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <math.h>
#include <stdio.h>

#include "aot/places.h"
#include "aot/vectors.h"

static const char promote[] = "function(sroa)";
static const char early[] =
    "function(early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg)";

/* LLVM's own pipelines for functions, without what needs whole programs, and
 * with what the code generator would do before accesses are marked.  Cut in
 * parts where something else is to be done. */
static const char *const middle[3] = {
    [0] = NULL,
    [1] = "function(early-cse<memssa>,instcombine<no-verify-fixpoint>,"
          "simplifycfg)",
    [2] = "function("
          "early-cse<memssa>,speculative-execution<only-if-divergent-target>,"
          "jump-threading,correlated-propagation,simplifycfg,"
          "instcombine<no-verify-fixpoint>,reassociate,"
          "loop-mssa(loop-instsimplify,loop-simplifycfg,licm,loop-rotate,licm,"
          "simple-loop-unswitch),"
          "simplifycfg,instcombine<no-verify-fixpoint>,"
          "loop(indvars,loop-deletion,loop-unroll-full),"
          "sroa,vector-combine,gvn)",
};

/* gvn may have dropped the metadata of places, but not debug locations, and
 * licm does the reverse. */
static const char *const behind_gvn[3] = {
    [0] = NULL,
    [1] = NULL,
    [2] = "function("
          "sccp,bdce,instcombine<no-verify-fixpoint>,"
          "jump-threading,correlated-propagation,adce,loop-mssa(licm),"
          "simplifycfg,instcombine<no-verify-fixpoint>,"
          "float2int,lower-constant-intrinsics,loop(loop-rotate))",
};

static const char vectorize[] = "function(loop-vectorize)";

static const char *const late[3] = {
    [0] = NULL,
    [1] = "function("
          "loop-mssa(licm),gvn,instcombine<no-verify-fixpoint>,adce,"
          "simplifycfg,loop(canon-freeze,loop-reduce))",
    [2] = "function("
          "infer-alignment,instcombine<no-verify-fixpoint>,"
          "simplifycfg<forward-switch-cond;switch-range-to-icmp;"
          "switch-to-lookup;no-keep-loops>,"
          "vector-combine,instcombine<no-verify-fixpoint>,loop-unroll,sroa,"
          "infer-alignment,instcombine<no-verify-fixpoint>,loop-mssa(licm),"
          "loop-sink,instsimplify,div-rem-pairs,simplifycfg,"
          "loop(canon-freeze,loop-reduce))",
};

static bool run(struct unit *u, const char *passes, struct error *err)
{
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    LLVMErrorRef failed = LLVMRunPasses(u->llvm, passes, u->machine, options);

    LLVMDisposePassBuilderOptions(options);
    if (failed) {
        char *text = LLVMGetErrorMessage(failed);

        (void)error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "LLVM: %s", text);
        LLVMDisposeErrorMessage(text);
        return false;
    }
    return true;
}

/* What there is for the level. */
static bool run_at(struct unit *u, const char *const passes[3],
                   struct error *err)
{
    const char *text = passes[MIN(u->plan->options->level, 2)];

    return !text || run(u, text, err);
}

/* --- Floats --- */

static bool is_scalar(LLVMValueRef value, double size)
{
    LLVMBool loses;

    return value && LLVMIsAConstantFP(value) &&
           fabs(LLVMConstRealGetDouble(value, &loses)) == size;
}

/* A number of this size, or a vector with such a lane: nothing is lost if the
 * others are no such. */
static bool is_constant(LLVMValueRef value, double size)
{
    LLVMTypeRef type = LLVMTypeOf(value);
    unsigned i;

    if (LLVMGetTypeKind(type) != LLVMVectorTypeKind)
        return is_scalar(value, size);
    if (!LLVMIsConstant(value))
        return false;
    for (i = 0; i < LLVMGetVectorSize(type); i++)
        if (is_scalar(LLVMGetAggregateElement(value, i), size))
            return true;
    return false;
}

/* The operand that LLVM would take as the result, although the operation makes
 * a signalling NaN quiet: x * 1, x / 1, x - 0, x + -0, x * -1; or NULL. */
static LLVMValueRef unchanged(LLVMValueRef i)
{
    LLVMOpcode op = LLVMGetInstructionOpcode(i);
    bool scales = op == LLVMFMul || op == LLVMFDiv;
    LLVMValueRef a, b;

    if (!scales && op != LLVMFAdd && op != LLVMFSub)
        return NULL;
    a = LLVMGetOperand(i, 0);
    b = LLVMGetOperand(i, 1);
    if (is_constant(b, scales))
        return a;
    return op != LLVMFDiv && is_constant(a, scales) ? b : NULL;
}

/* An f32 made longer and short again. */
static bool is_round_trip(LLVMValueRef i)
{
    return LLVMGetInstructionOpcode(i) == LLVMFPTrunc &&
           LLVMIsAFPExtInst(LLVMGetOperand(i, 0)) &&
           LLVMTypeOf(LLVMGetOperand(LLVMGetOperand(i, 0), 0)) == LLVMTypeOf(i);
}

/* By integers, since LLVM 19 has no instructions for llvm.canonicalize on
 * x86-64. */
static LLVMValueRef build_quiet(struct unit *u, LLVMValueRef before,
                                LLVMValueRef value)
{
    LLVMTypeRef type = LLVMTypeOf(value), lane = type;
    LLVMValueRef nan, quiet, lanes[4];
    unsigned n = 0, i;

    if (LLVMGetTypeKind(type) == LLVMVectorTypeKind) {
        lane = LLVMGetElementType(type);
        n = LLVMGetVectorSize(type);
    }
    quiet = LLVMGetTypeKind(lane) == LLVMFloatTypeKind
                ? const_i32(u, 1u << 22)
                : const_i64(u, 1ull << 51);
    assert(n <= countof(lanes));
    for (i = 0; i < n; i++)
        lanes[i] = quiet;
    if (n)
        quiet = LLVMConstVector(lanes, n);
    LLVMPositionBuilderBefore(u->b, before);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    nan = LLVMBuildFCmp(u->b, LLVMRealUNO, value, value, "");
    quiet = LLVMBuildOr(
        u->b, LLVMBuildBitCast(u->b, value, LLVMTypeOf(quiet), ""), quiet, "");
    return LLVMBuildSelect(u->b, nan, LLVMBuildBitCast(u->b, quiet, type, ""),
                           value, "");
}

/* Make such operands quiet first. */
static void keep_quieting(struct unit *u, LLVMValueRef func)
{
    EACH_INSTRUCTION(func, i)
    {
        LLVMValueRef operand = unchanged(i), quiet;
        unsigned k;

        if (is_round_trip(i)) {
            operand = LLVMGetOperand(LLVMGetOperand(i, 0), 0);
            LLVMReplaceAllUsesWith(i, build_quiet(u, i, operand));
            continue;
        }
        if (!operand)
            continue;
        quiet = build_quiet(u, i, operand);
        for (k = 0; k < 2; k++)
            if (LLVMGetOperand(i, k) == operand)
                LLVMSetOperand(i, k, quiet);
    }
}

/* --- All of it --- */

static bool write_object(struct unit *u, const char *object, struct error *err)
{
    char *text = NULL;

    if (!LLVMTargetMachineEmitToFile(u->machine, u->llvm, object,
                                     LLVMObjectFile, &text))
        return true;
    (void)error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "%s: %s", object, text);
    LLVMDisposeMessage(text);
    return false;
}

/* Beside the object, for reading. */
static void write_ir(struct unit *u, const char *object, const char *suffix)
{
    char path[4096];
    char *text = NULL;

    (void)snprintf(path, sizeof(path), "%s.%s.ll", object, suffix);
    if (u->plan->options->keep_ir &&
        LLVMPrintModuleToFile(u->llvm, path, &text))
        LLVMDisposeMessage(text);
}

static bool verify(struct unit *u, struct error *err)
{
    char *text = NULL;
    bool bad = LLVMVerifyModule(u->llvm, LLVMReturnStatusAction, &text);

    if (bad)
        (void)error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                        "internal error: not valid LLVM code: %s", text);
    LLVMDisposeMessage(text);
    return !bad;
}

static bool make_vectors(struct unit *u, struct error *err)
{
    AUTO_VECTOR_LOOPS struct vector_loops loops = {{0}};

    if (!vectors_open(u, &loops))
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "out of memory");
    if (loops.items.n == 0)
        return true;
    if (!run(u, vectorize, err))
        return false;
    vectors_close(u, &loops);
    return true;
}

bool passes_run(struct unit *u, const char *object, struct error *err)
{
    int level = u->plan->options->level;

    LLVMDIBuilderFinalize(u->di);
    write_ir(u, object, "0");
    if (!verify(u, err))
        return false;
    EACH_FUNCTION(u, func)
    places_note(u, func);
    if (!run(u, promote, err))
        return false;
    EACH_FUNCTION(u, func)
    keep_quieting(u, func);
    if (level > 0 && !run(u, early, err))
        return false;
    if (!run_at(u, middle, err))
        return false;
    EACH_FUNCTION(u, func)
    places_note(u, func);
    if (!run_at(u, behind_gvn, err))
        return false;
    if (level >= 2 && !make_vectors(u, err))
        return false;
    if (!run_at(u, late, err))
        return false;
    EACH_FUNCTION(u, func)
    places_mark(u, func);
    write_ir(u, object, "1");
    return write_object(u, object, err);
}
