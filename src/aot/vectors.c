/* vectors.c: see vectors.h. */
#include "aot/vectors.h"

#include <string.h>

#include "aot/places.h"

/* --- Blocks --- */

static LLVMValueRef branch_of(LLVMBasicBlockRef block)
{
    return LLVMIsABranchInst(LLVMGetBasicBlockTerminator(block));
}

static bool goes_to(LLVMBasicBlockRef from, LLVMBasicBlockRef to)
{
    LLVMValueRef end = LLVMGetBasicBlockTerminator(from);
    unsigned n = LLVMGetNumSuccessors(end), i;

    for (i = 0; i < n; i++)
        if (LLVMGetSuccessor(end, i) == to)
            return true;
    return false;
}

/* The block of a use, if that is a terminator, else NULL.  Those of a block's
 * value are its predecessors. */
static LLVMBasicBlockRef predecessor(LLVMUseRef use)
{
    LLVMValueRef user = LLVMGetUser(use);

    return LLVMIsATerminatorInst(user) ? LLVMGetInstructionParent(user) : NULL;
}

#define EACH_PREDECESSOR(block, pred)                                          \
    for (LLVMUseRef use = LLVMGetFirstUse(LLVMBasicBlockAsValue(block)); use;  \
         use = LLVMGetNextUse(use))                                            \
        for (LLVMBasicBlockRef pred = predecessor(use), once = pred; once;     \
             once = NULL)

/* The only one but itself, or NULL. */
static LLVMBasicBlockRef preheader(LLVMBasicBlockRef block)
{
    LLVMBasicBlockRef found = NULL;

    EACH_PREDECESSOR(block, pred)
    {
        if (pred == block)
            continue;
        if (found)
            return NULL;
        found = pred;
    }
    return found;
}

static bool is_loop(LLVMBasicBlockRef block)
{
    LLVMValueRef end = branch_of(block);

    return end && LLVMIsConditional(end) && goes_to(block, block) &&
           (LLVMGetSuccessor(end, 0) != block ||
            LLVMGetSuccessor(end, 1) != block) &&
           preheader(block);
}

static bool is_named(LLVMBasicBlockRef block, const char *prefix)
{
    return strncmp(LLVMGetBasicBlockName(block), prefix, strlen(prefix)) == 0;
}

/* --- Instructions --- */

static bool is_access(LLVMValueRef i)
{
    return LLVMIsALoadInst(i) || LLVMIsAStoreInst(i);
}

/* Of no memory of the guest.  (An access may have lost the word that it is.) */
static bool is_state(struct unit *u, LLVMValueRef access)
{
    return unit_is(u, access, ALIAS_GLOBAL) ||
           unit_is(u, access, ALIAS_TABLE) || unit_is(u, access, ALIAS_STATE);
}

/* An access of some lanes, or of lanes that are anywhere. */
static bool is_masked(LLVMValueRef i)
{
    static const char prefix[] = "llvm.masked.";
    unsigned id = unit_called_intrinsic(i);
    size_t len;

    return id &&
           strncmp(LLVMIntrinsicGetName(id, &len), prefix, strlen(prefix)) == 0;
}

/* --- Letting loops to LLVM --- */

/* Is the value used, but to be kept? */
static bool is_used(LLVMValueRef value)
{
    LLVMUseRef use;

    for (use = LLVMGetFirstUse(value); use; use = LLVMGetNextUse(use))
        if (!places_is_keep(LLVMGetUser(use)))
            return true;
    return false;
}

/* May LLVM have it?  Nothing but accesses of memory 0 that it may move, and
 * will not leave out, and what it knows. */
static bool is_candidate(struct unit *u, LLVMBasicBlockRef block)
{
    unsigned n = 0;

    EACH_INSTRUCTION_OF(block, i)
    {
        if (is_access(i) && !is_state(u, i)) {
            if (LLVMIsALoadInst(i) && (LLVMGetVolatile(i) || !is_used(i)))
                return false;
            n++;
        } else if (LLVMIsACallInst(i) && !places_is_keep(i) &&
                   !unit_called_intrinsic(i))
            return false;
        else if (LLVMIsAAtomicRMWInst(i) || LLVMIsAAtomicCmpXchgInst(i) ||
                 LLVMIsAFenceInst(i))
            return false;
        if (is_access(i) && LLVMGetOrdering(i) != LLVMAtomicOrderingNotAtomic)
            return false;
    }
    return n > 0;
}

/*
 * With a constant number of iterations LLVM would leave the checks out, and
 * there would be no way around the vectors.  So the constant is hidden until
 * they are made.
 */
static void hide_bound(struct unit *u, struct vector_loop *loop)
{
    LLVMValueRef compare = LLVMGetCondition(branch_of(loop->block)), bound;
    LLVMTypeRef type, fn;
    unsigned i;

    if (!LLVMIsAICmpInst(compare))
        return;
    for (i = 0; i < 2; i++) {
        bound = LLVMGetOperand(compare, i);
        if (!LLVMIsAConstantInt(bound))
            continue;
        type = LLVMTypeOf(bound);
        fn = LLVMFunctionType(type, &type, 1, false);
        LLVMPositionBuilderBefore(
            u->b, LLVMGetBasicBlockTerminator(preheader(loop->block)));
        LLVMSetCurrentDebugLocation2(u->b, NULL);
        loop->bound = bound;
        loop->hidden =
            LLVMBuildCall2(u->b, fn,
                           LLVMGetInlineAsm(fn, "", 0, "=r,0", 4, false, false,
                                            LLVMInlineAsmDialectATT, false),
                           &bound, 1, "");
        unit_call_attribute(u, loop->hidden, "nounwind", 0);
        unit_call_attribute(u, loop->hidden, "willreturn", 0);
        unit_call_attribute(u, loop->hidden, "memory", 0);
        LLVMSetOperand(compare, i, loop->hidden);
        return;
    }
}

/* What is kept in the loop may have left it. */
static void drop_keep(struct unit *u, LLVMBasicBlockRef block,
                      LLVMValueRef keep)
{
    LLVMValueRef value = places_kept(keep);

    if (value && LLVMIsALoadInst(value) &&
        LLVMGetInstructionParent(value) != block) {
        LLVMPositionBuilderBefore(u->b, LLVMGetNextInstruction(value));
        places_keep(u, value, places_offset(u, value));
    }
    LLVMInstructionEraseFromParent(keep);
}

static void open_loop(struct unit *u, struct vector_loop *loop)
{
    EACH_INSTRUCTION_OF(loop->block, i)
    {
        if (places_is_keep(i))
            drop_keep(u, loop->block, i);
        else if (is_access(i) && !is_state(u, i))
            LLVMSetVolatile(i, false);
    }
    hide_bound(u, loop);
}

bool vectors_open(struct unit *u, struct vector_loops *loops)
{
    /* With more memories it would have to be found out which one an access is
     * of; those with 64-bit addresses have a branch at each. */
    if (u->plan->module->n_memories != 1 ||
        u->plan->module->memories[0].limits.is_64)
        return true;
    EACH_FUNCTION(u, func)
    {
        EACH_BLOCK(func, block)
        {
            struct vector_loop loop = {.block = block};

            if (!is_loop(block) || !is_candidate(u, block))
                continue;
            open_loop(u, &loop);
            if (!vec_push(&loops->items, loop))
                return false;
        }
    }
    return true;
}

/* --- What LLVM has made --- */

/* The vectors' loop behind `middle`, or NULL. */
static LLVMBasicBlockRef body_before(LLVMBasicBlockRef middle)
{
    EACH_PREDECESSOR(middle, pred)
    {
        if (is_named(pred, "vector.body") && is_loop(pred))
            return pred;
    }
    return NULL;
}

/* Where the vectors' loop counts. */
struct counter {
    LLVMBasicBlockRef body, before; /* before: where it starts from */
    LLVMValueRef index;             /* i64, from 0 */
    LLVMValueRef last;              /* its value in the last iteration */
};

static bool starts_at_zero(const struct counter *c)
{
    unsigned n = LLVMCountIncoming(c->index), i;

    for (i = 0; i < n; i++)
        if (LLVMGetIncomingBlock(c->index, i) == c->before)
            return LLVMIsNull(LLVMGetIncomingValue(c->index, i));
    return false;
}

/* index = phi [0], [next]; next = index + step; next == end: leave. */
static bool find_counter(struct unit *u, struct counter *c)
{
    LLVMValueRef compare = LLVMGetCondition(branch_of(c->body));
    LLVMValueRef next, end;

    if (!LLVMIsAICmpInst(compare) || LLVMGetICmpPredicate(compare) != LLVMIntEQ)
        return false;
    next = LLVMGetOperand(compare, 0);
    end = LLVMGetOperand(compare, 1);
    if (!LLVMIsAInstruction(next) ||
        LLVMGetInstructionOpcode(next) != LLVMAdd ||
        LLVMTypeOf(next) != u->i64 ||
        !LLVMIsAConstantInt(LLVMGetOperand(next, 1)) ||
        (LLVMIsAInstruction(end) && LLVMGetInstructionParent(end) == c->body))
        return false;
    c->index = LLVMGetOperand(next, 0);
    if (!LLVMIsAPHINode(c->index) ||
        LLVMGetInstructionParent(c->index) != c->body || !starts_at_zero(c))
        return false;
    c->last = LLVMBuildSub(u->b, end, LLVMGetOperand(next, 1), "");
    return true;
}

/* The value in the iteration with this index, computed in front of the loop, or
 * NULL. */
static LLVMValueRef evaluate(struct unit *u, const struct counter *c,
                             LLVMValueRef value, LLVMValueRef index,
                             unsigned depth)
{
    LLVMValueRef copy, operands[4];
    int n, i;

    if (value == c->index)
        return index;
    if (!LLVMIsAInstruction(value) ||
        LLVMGetInstructionParent(value) != c->body)
        return value;
    if (depth == 0)
        return NULL;
    switch (LLVMGetInstructionOpcode(value)) {
    case LLVMAdd:
    case LLVMSub:
    case LLVMMul:
    case LLVMShl:
    case LLVMLShr:
    case LLVMAnd:
    case LLVMOr:
    case LLVMZExt:
    case LLVMSExt:
    case LLVMTrunc:
    case LLVMGetElementPtr:
        break;
    default:
        return NULL;
    }
    n = LLVMGetNumOperands(value);
    if ((size_t)n > countof(operands))
        return NULL;
    for (i = 0; i < n; i++) {
        operands[i] = evaluate(u, c, LLVMGetOperand(value, (unsigned)i), index,
                               depth - 1);
        if (!operands[i])
            return NULL;
    }
    copy = LLVMInstructionClone(value);
    LLVMInsertIntoBuilder(u->b, copy);
    for (i = 0; i < n; i++)
        LLVMSetOperand(copy, (unsigned)i, operands[i]);
    return copy;
}

static LLVMTypeRef access_type(LLVMValueRef access)
{
    return LLVMTypeOf(LLVMIsALoadInst(access) ? access
                                              : LLVMGetOperand(access, 0));
}

/* ok, and the access ends inside.  It does not begin before the memory, since
 * indices and offsets are not negative. */
static LLVMValueRef check_at(struct unit *u, LLVMValueRef address,
                             LLVMValueRef base, LLVMValueRef size,
                             unsigned bytes, LLVMValueRef ok)
{
    LLVMValueRef end = LLVMBuildPtrToInt(u->b, address, u->i64, "");

    end = LLVMBuildSub(u->b, end, base, "");
    end = LLVMBuildAdd(u->b, end, const_i64(u, bytes), "");
    return LLVMBuildAnd(u->b, ok,
                        LLVMBuildICmp(u->b, LLVMIntULE, end, size, ""), "");
}

/* Can be, and is to be, guarded: vectors are next to each other in memory, and
 * LLVM has seen to it that their addresses do not wrap; scalars if they stay
 * where they are. */
static bool is_guardable(const struct counter *c, LLVMValueRef access,
                         LLVMValueRef address)
{
    LLVMTypeRef type = access_type(access);

    return LLVMGetTypeKind(type) == LLVMVectorTypeKind ||
           !LLVMIsAInstruction(address) ||
           LLVMGetInstructionParent(address) != c->body;
}

/* Whether all accesses will be inside; NULL if that cannot be told. */
static LLVMValueRef build_guard(struct unit *u, const struct counter *c)
{
    LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(u->machine);
    LLVMValueRef ok = LLVMConstInt(u->i1, 1, false), size, base;
    unsigned depth = 8;

    u->state_func = NULL; /* what was known of it may be gone */
    size = unit_memory_size(u, 0);
    base = LLVMBuildPtrToInt(u->b, unit_memory_base(u, 0), u->i64, "");
    EACH_INSTRUCTION_OF(c->body, i)
    {
        LLVMValueRef address, first, last;
        unsigned bytes;

        if (is_masked(i)) {
            ok = NULL;
            break;
        }
        if (!is_access(i) || is_state(u, i))
            continue;
        address = LLVMGetOperand(i, LLVMIsALoadInst(i) ? 0 : 1);
        bytes = (unsigned)LLVMStoreSizeOfType(layout, access_type(i));
        first = last = NULL;
        if (is_guardable(c, i, address)) {
            first = evaluate(u, c, address, const_i64(u, 0), depth);
            last = evaluate(u, c, address, c->last, depth);
        }
        if (!first || !last) {
            ok = NULL;
            break;
        }
        ok = check_at(u, first, base, size, bytes, ok);
        if (last != first)
            ok = check_at(u, last, base, size, bytes, ok);
    }
    LLVMDisposeTargetData(layout);
    return ok;
}

/* Values of phis where `from` goes to the block as well, which another
 * predecessor, `like`, goes to with values that are known there too. */
static void come_from(LLVMBasicBlockRef block, LLVMBasicBlockRef from,
                      LLVMBasicBlockRef like)
{
    LLVMValueRef phi = LLVMGetFirstInstruction(block);

    for (; phi && LLVMIsAPHINode(phi); phi = LLVMGetNextInstruction(phi)) {
        unsigned n = LLVMCountIncoming(phi), i;

        for (i = 0; i < n; i++)
            if (LLVMGetIncomingBlock(phi, i) == like) {
                LLVMValueRef value = LLVMGetIncomingValue(phi, i);

                LLVMAddIncoming(phi, &value, &from, 1);
                break;
            }
    }
}

/* Accesses that cannot trap have no place. */
static void forget_places(struct unit *u, LLVMBasicBlockRef block)
{
    EACH_INSTRUCTION_OF(block, i)
    {
        if (is_access(i))
            places_forget(u, i);
    }
}

static bool guard_body(struct unit *u, LLVMBasicBlockRef body,
                       LLVMBasicBlockRef scalar, LLVMBasicBlockRef check)
{
    struct counter c = {.body = body, .before = preheader(body)};
    LLVMValueRef end = branch_of(c.before), ok = NULL;

    if (!end || LLVMIsConditional(end))
        return false;
    /* What it has taken out of the loop is not behind the guard. */
    EACH_INSTRUCTION_OF(c.before, i)
    {
        if (is_access(i) && !is_state(u, i))
            return false;
    }
    LLVMInstructionEraseFromParent(end);
    LLVMPositionBuilderAtEnd(u->b, c.before);
    if (find_counter(u, &c))
        ok = build_guard(u, &c);
    if (!ok) {
        (void)LLVMBuildBr(u->b, body);
        return false;
    }
    (void)LLVMBuildCondBr(u->b, ok, body, scalar);
    come_from(scalar, c.before, check);
    forget_places(u, body);
    return true;
}

/* The check never says yes. */
static void give_up(struct unit *u, LLVMBasicBlockRef check,
                    LLVMBasicBlockRef scalar)
{
    LLVMValueRef end = branch_of(check);

    LLVMSetCondition(
        end, LLVMConstInt(u->i1, LLVMGetSuccessor(end, 0) == scalar, false));
}

/* Guard what has been made of a loop. */
static void guard(struct unit *u, LLVMBasicBlockRef loop)
{
    LLVMBasicBlockRef scalar = preheader(loop), check = NULL, body = NULL;

    if (!scalar || !is_named(scalar, "scalar.ph"))
        return;
    EACH_PREDECESSOR(scalar, pred)
    {
        if (body_before(pred))
            body = body_before(pred);
        else if (!is_named(pred, "middle.block") && branch_of(pred) &&
                 LLVMIsConditional(branch_of(pred)))
            check = pred;
    }
    if (check && !(body && guard_body(u, body, scalar, check)))
        give_up(u, check, scalar);
}

/* The loop itself as it was. */
static void close_loop(struct unit *u, const struct vector_loop *loop)
{
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    EACH_INSTRUCTION_OF(loop->block, i)
    {
        if (!is_access(i) || is_state(u, i))
            continue;
        if (LLVMIsAStoreInst(i))
            LLVMSetVolatile(i, true);
        LLVMPositionBuilderBefore(u->b, next);
        places_keep(u, i, places_offset(u, i));
    }
    if (loop->hidden) {
        LLVMReplaceAllUsesWith(loop->hidden, loop->bound);
        LLVMInstructionEraseFromParent(loop->hidden);
    }
}

void vectors_close(struct unit *u, struct vector_loops *loops)
{
    size_t i;

    LLVMSetCurrentDebugLocation2(u->b, NULL);
    for (i = 0; i < loops->items.n; i++)
        guard(u, loops->items.items[i].block);
    for (i = 0; i < loops->items.n; i++)
        close_loop(u, &loops->items.items[i]);
}

void vectors_done(struct vector_loops *loops)
{
    vec_done(&loops->items);
}
