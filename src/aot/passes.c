/*
 * passes.c: optimisation of a unit, and its object file.
 *
 * Only passes on single functions: no inlining, and no attributes deduced from
 * what a function does not do, since LLVM would remove calls of functions that
 * "only" trap or overflow the stack.
 *
 * WebAssembly's loads trap also when nobody looks at the value, LLVM's do not.
 * So each load is held by a call at first (unit_keep); when all has been
 * simplified that can be, the loads that nothing else uses become volatile, and
 * the calls go.  All others then are free to be moved and vectorised.
 */
#include <limits.h>
#include <llvm-c/Analysis.h>
#include <llvm-c/Error.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "aot/aot.h"
#include "native/lines.h"

static const char promote[] = "function(sroa)";
static const char early[] =
    "function(early-cse<memssa>,instcombine<no-verify-fixpoint>,simplifycfg)";

/* LLVM's own pipelines for functions, without what needs whole programs, cut in
 * two where loads are released. */
static const char *const middle[3] = {
    [0] = NULL,
    [1] = "function(early-cse<memssa>,instcombine<no-verify-fixpoint>,"
          "simplifycfg)",
    [2] =
        "function("
        "early-cse<memssa>,speculative-execution<only-if-divergent-target>,"
        "jump-threading,correlated-propagation,simplifycfg,instcombine<no-"
        "verify-fixpoint>,"
        "reassociate,"
        "loop-mssa(loop-instsimplify,loop-simplifycfg,licm,loop-rotate,licm,"
        "simple-loop-unswitch),"
        "simplifycfg,instcombine<no-verify-fixpoint>,"
        "loop(indvars,loop-deletion,loop-unroll-full),"
        "sroa,vector-combine,mldst-motion<no-split-footer-bb>,gvn,sccp,bdce,"
        "instcombine<no-verify-fixpoint>,jump-threading,correlated-propagation,"
        "adce,dse,"
        "loop-mssa(licm),simplifycfg,"
        "instcombine<no-verify-fixpoint>)",
};

static const char *const late[3] = {
    [0] = NULL,
    [1] = "function("
          "loop-mssa(licm),gvn,instcombine<no-verify-fixpoint>,adce,"
          "simplifycfg)",
    [2] =
        "function("
        "float2int,lower-constant-intrinsics,loop(loop-rotate),"
        "loop-distribute,loop-vectorize,infer-alignment,loop-load-elim,"
        "instcombine<no-verify-fixpoint>,simplifycfg<forward-switch-cond;"
        "switch-range-to-icmp;"
        "switch-to-lookup;no-keep-loops>,"
        "slp-vectorizer,vector-combine,instcombine<no-verify-fixpoint>,loop-"
        "unroll,"
        "sroa,infer-alignment,instcombine<no-verify-fixpoint>,loop-mssa(licm),"
        "loop-sink,"
        "instsimplify,div-rem-pairs,simplifycfg)",
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

/* --- Loads that nobody uses --- */

static bool is_keep(LLVMValueRef instruction)
{
    LLVMValueRef callee;
    const char *name;
    size_t len;

    if (!LLVMIsACallInst(instruction))
        return false;
    callee = LLVMGetCalledValue(instruction);
    if (!callee || !LLVMIsAFunction(callee))
        return false;
    name = LLVMGetValueName2(callee, &len);
    return strncmp(name, KEEP_PREFIX, sizeof(KEEP_PREFIX) - 1) == 0;
}

/* Has effects of its own, whoever uses its value. */
static bool is_root(LLVMValueRef instruction)
{
    switch (LLVMGetInstructionOpcode(instruction)) {
    case LLVMStore:
    case LLVMCall:
    case LLVMInvoke:
    case LLVMFence:
    case LLVMAtomicRMW:
    case LLVMAtomicCmpXchg:
    case LLVMLandingPad:
        return true;
    case LLVMLoad:
        return LLVMGetVolatile(instruction) ||
               LLVMGetOrdering(instruction) != LLVMAtomicOrderingNotAtomic;
    default:
        return LLVMIsATerminatorInst(instruction) != NULL;
    }
}

/* Values that something needs; a set, as a table with open addressing. */
struct live {
    LLVMValueRef *table;
    size_t room; /* a power of two */
    size_t n;
    VEC(LLVMValueRef) work;
    bool failed;
};

/* Where it stands, or would. */
static LLVMValueRef *live_find(LLVMValueRef *table, size_t room,
                               LLVMValueRef value)
{
    size_t at = ((uintptr_t)value >> 4) * 0x9e3779b97f4a7c15u & (room - 1);

    while (table[at] && table[at] != value)
        at = (at + 1) & (room - 1);
    return &table[at];
}

static void live_grow(struct live *live)
{
    size_t room = live->room ? live->room * 2 : 1024, i;
    LLVMValueRef *table = calloc(room, sizeof(LLVMValueRef));

    if (!table) {
        live->failed = true;
        return;
    }
    for (i = 0; i < live->room; i++)
        if (live->table[i])
            *live_find(table, room, live->table[i]) = live->table[i];
    free(live->table);
    live->table = table;
    live->room = room;
}

static void live_add(struct live *live, LLVMValueRef value)
{
    LLVMValueRef *place;

    if (!LLVMIsAInstruction(value))
        return;
    if (live->n * 2 >= live->room)
        live_grow(live);
    if (live->failed)
        return;
    place = live_find(live->table, live->room, value);
    if (*place)
        return;
    *place = value;
    live->n++;
    if (!vec_push(&live->work, value))
        live->failed = true;
}

static bool is_live(const struct live *live, LLVMValueRef value)
{
    return *live_find(live->table, live->room, value) != NULL;
}

static void spread(struct live *live)
{
    while (live->work.n > 0 && !live->failed) {
        LLVMValueRef value = live->work.items[--live->work.n];
        int n = LLVMGetNumOperands(value), i;

        if (LLVMIsAPHINode(value)) {
            unsigned k, count = LLVMCountIncoming(value);

            for (k = 0; k < count; k++)
                live_add(live, LLVMGetIncomingValue(value, k));
            continue;
        }
        for (i = 0; i < n; i++)
            live_add(live, LLVMGetOperand(value, (unsigned)i));
    }
}

#define EACH_INSTRUCTION(func, i)                                              \
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(func); block;        \
         block = LLVMGetNextBasicBlock(block))                                 \
        for (LLVMValueRef i = LLVMGetFirstInstruction(block), next;            \
             i && (next = LLVMGetNextInstruction(i), true); i = next)

/* Add what is used in the block where it is made, whatever way is taken from
 * there: by something with effects, or by what such a use needs, or when the
 * block ends, by a phi. */
static void hold_block(struct live *held, LLVMBasicBlockRef block)
{
    LLVMValueRef i;

    for (i = LLVMGetLastInstruction(block); i;
         i = LLVMGetPreviousInstruction(i)) {
        LLVMUseRef use;
        int n = LLVMGetNumOperands(i), k;

        for (use = LLVMGetFirstUse(i); use; use = LLVMGetNextUse(use))
            if (LLVMIsAPHINode(LLVMGetUser(use)))
                live_add(held, i);
        if (LLVMIsAPHINode(i) || (!is_root(i) && !is_live(held, i)))
            continue;
        for (k = 0; k < n; k++) {
            LLVMValueRef operand = LLVMGetOperand(i, (unsigned)k);

            if (LLVMIsAInstruction(operand) &&
                LLVMGetInstructionParent(operand) == block)
                live_add(held, operand);
        }
    }
}

static bool is_guest_load(struct unit *u, LLVMValueRef i)
{
    return LLVMIsALoadInst(i) &&
           LLVMGetMetadata(i, u->md_tbaa) == u->aliases[ALIAS_MEMORY];
}

static bool release_loads(struct unit *u, LLVMValueRef func)
{
    struct live live = {.failed = false}, held = {.failed = false};
    LLVMBasicBlockRef b;
    bool ok;

    live_grow(&live);
    live_grow(&held);
    EACH_INSTRUCTION(func, i)
    {
        if (is_keep(i))
            LLVMInstructionEraseFromParent(i);
        else if (is_root(i))
            live_add(&live, i);
    }
    spread(&live);
    for (b = LLVMGetFirstBasicBlock(func); b && !held.failed;
         b = LLVMGetNextBasicBlock(b))
        hold_block(&held, b);
    ok = !live.failed && !held.failed;
    if (ok) {
        EACH_INSTRUCTION(func, i)
        {
            if (is_guest_load(u, i) &&
                !(is_live(&live, i) && is_live(&held, i)))
                LLVMSetVolatile(i, true);
        }
    }
    free(live.table);
    vec_done(&live.work);
    free(held.table);
    vec_done(&held.work);
    return ok;
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

/* --- Places --- */

/*
 * LLVM drops the debug location of an access that it moves, or of which it
 * makes one with another.  So the place is put into a metadata besides that it
 * must keep, and of two accesses unite: the list of alias scopes.  It says
 * nothing, since no access is said to be in no scope.  In the end a place that
 * is missing is put back: a fault is reported where the access stood, or the
 * first of those that it was made of.
 *
 * The code generator drops debug locations too, or takes an operand's access
 * into an instruction that has the location of something else.  It has a
 * metadata for addresses of instructions, pcsections, that it loses in fewer
 * cases: from that comes the section of native/lines.h.  The debug location is
 * for those.
 */
static bool is_access(LLVMValueRef i)
{
    return LLVMIsALoadInst(i) || LLVMIsAStoreInst(i);
}

static unsigned scope_kind(struct unit *u)
{
    return LLVMGetMDKindIDInContext(u->ctx, "alias.scope", 11);
}

/* !{!{!"offset", !{!"tine"}}}: a list of one scope of the domain "tine". */
static LLVMValueRef scope_list(struct unit *u, unsigned offset)
{
    LLVMMetadataRef name = LLVMMDStringInContext2(u->ctx, "tine", 4);
    LLVMMetadataRef parts[2], scope;
    char text[16];
    int len = snprintf(text, sizeof(text), "%u", offset);

    parts[0] = LLVMMDStringInContext2(u->ctx, text, (size_t)len);
    parts[1] = LLVMMDNodeInContext2(u->ctx, &name, 1);
    scope = LLVMMDNodeInContext2(u->ctx, parts, 2);
    return LLVMMetadataAsValue(u->ctx, LLVMMDNodeInContext2(u->ctx, &scope, 1));
}

/* The offset of a scope of ours, or UINT_MAX: LLVM has some of its own. */
static unsigned scope_offset(LLVMValueRef scope)
{
    LLVMValueRef parts[3];
    const char *text;
    unsigned len = 0;

    if (LLVMGetMDNodeNumOperands(scope) != 2)
        return UINT_MAX;
    LLVMGetMDNodeOperands(scope, parts);
    text = LLVMGetMDString(parts[0], &len);
    return text ? (unsigned)strtoul(text, NULL, 10) : UINT_MAX;
}

/* The smallest offset in the list; 0: there is none. */
static unsigned first_offset(LLVMValueRef list)
{
    unsigned n = LLVMGetMDNodeNumOperands(list), i, offset = UINT_MAX;
    LLVMValueRef *scopes = calloc(n + 1, sizeof(LLVMValueRef));

    if (scopes)
        LLVMGetMDNodeOperands(list, scopes);
    for (i = 0; scopes && i < n; i++)
        offset = MIN(offset, scope_offset(scopes[i]));
    free(scopes);
    return offset == UINT_MAX ? 0 : offset;
}

static void note_places(struct unit *u, LLVMValueRef func)
{
    unsigned kind = scope_kind(u);

    EACH_INSTRUCTION(func, i)
    {
        if (is_access(i) && LLVMGetDebugLocLine(i))
            LLVMSetMetadata(i, kind, scope_list(u, LLVMGetDebugLocLine(i)));
    }
}

/* !{!"section", !{i32 number}}: the addresses of the instructions of a function
 * that have this metadata, then the number, are written to the section. */
static void list_place(struct unit *u, LLVMValueRef i)
{
    LLVMMetadataRef number = LLVMValueAsMetadata(
        const_i32(u, LINES_PLACE_MARK | LLVMGetDebugLocLine(i)));
    LLVMMetadataRef parts[] = {
        LLVMMDStringInContext2(u->ctx, PLACES_INPUT, strlen(PLACES_INPUT)),
        LLVMMDNodeInContext2(u->ctx, &number, 1),
    };

    LLVMSetMetadata(
        i, LLVMGetMDKindIDInContext(u->ctx, "pcsections", 10),
        LLVMMetadataAsValue(u->ctx, LLVMMDNodeInContext2(u->ctx, parts, 2)));
}

/* A call that becomes an instruction or two. */
static bool is_intrinsic(LLVMValueRef i)
{
    LLVMValueRef callee = LLVMIsACallInst(i) ? LLVMGetCalledValue(i) : NULL;

    return callee && LLVMIsAFunction(callee) && LLVMGetIntrinsicID(callee) != 0;
}

/* Has it a place of its own, or none at all? */
static bool is_placed(LLVMValueRef i)
{
    return is_access(i) || (LLVMIsACallInst(i) && !is_intrinsic(i)) ||
           LLVMIsAInvokeInst(i) || LLVMIsAPHINode(i) || LLVMGetDebugLocLine(i);
}

/* The code generator makes one instruction of a load and what uses it, such as
 * casts and masks, and takes the place of the last. */
static void spread_place(LLVMValueRef value, LLVMMetadataRef place,
                         unsigned depth)
{
    LLVMUseRef use;

    for (use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use)) {
        LLVMValueRef user = LLVMGetUser(use);

        if (!LLVMIsAInstruction(user) || is_placed(user))
            continue;
        LLVMInstructionSetDebugLoc(user, place);
        if (depth > 0 && (LLVMIsACastInst(user) ||
                          (LLVMGetNumOperands(user) == 2 &&
                           LLVMIsConstant(LLVMGetOperand(user, 1)))))
            spread_place(user, place, depth - 1);
    }
}

static void restore_places(struct unit *u, LLVMValueRef func)
{
    LLVMMetadataRef scope = LLVMGetSubprogram(func);
    unsigned kind = scope_kind(u);

    EACH_INSTRUCTION(func, i)
    {
        LLVMValueRef list = is_access(i) ? LLVMGetMetadata(i, kind) : NULL;
        unsigned offset;

        if (!list || LLVMGetDebugLocLine(i))
            continue;
        offset = first_offset(list);
        if (offset)
            LLVMInstructionSetDebugLoc(i, LLVMDIBuilderCreateDebugLocation(
                                              u->ctx, offset, 0, scope, NULL));
    }
    EACH_INSTRUCTION(func, i)
    {
        if ((is_access(i) && LLVMGetDebugLocLine(i)) ||
            LLVMIsAAtomicRMWInst(i) || LLVMIsAAtomicCmpXchgInst(i)) {
            LLVMSetVolatile(i, true);
            list_place(u, i);
        }
        if (LLVMIsALoadInst(i) && LLVMGetDebugLocLine(i))
            spread_place(i, LLVMInstructionGetDebugLoc(i), 3);
    }
}

/* --- All of it --- */

#define EACH_FUNCTION(u, func)                                                 \
    for (LLVMValueRef func = LLVMGetFirstFunction((u)->llvm); func;            \
         func = LLVMGetNextFunction(func))                                     \
        if (LLVMGetFirstBasicBlock(func))

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

bool passes_run(struct unit *u, const char *object, struct error *err)
{
    int level = u->plan->options->level;

    LLVMDIBuilderFinalize(u->di);
    write_ir(u, object, "0");
    if (!verify(u, err))
        return false;
    EACH_FUNCTION(u, func)
    note_places(u, func);
    if (!run(u, promote, err))
        return false;
    EACH_FUNCTION(u, func)
    keep_quieting(u, func);
    if (level > 0 && !run(u, early, err))
        return false;
    if (middle[MIN(level, 2)] && !run(u, middle[MIN(level, 2)], err))
        return false;
    EACH_FUNCTION(u, func)
    {
        if (!release_loads(u, func))
            return error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "out of memory");
    }
    if (late[MIN(level, 2)] && !run(u, late[MIN(level, 2)], err))
        return false;
    EACH_FUNCTION(u, func)
    restore_places(u, func);
    write_ir(u, object, "1");
    return write_object(u, object, err);
}
