/*
 * emit_eh.c: exceptions, in both their forms.
 *
 * A call inside a try is an `invoke`, which names the landing pad of the try.
 * The pad has a clause for each tag that the try or one around it catches, in
 * order, so that the runtime, which looks for the handler before it unwinds
 * anything (native/unwind.h), lands only where there is one: in the pad, with
 * the exception and the clause.  The pad branches to the handler, of its own
 * try or of one around it.
 *
 * What calls, of what tries, and where a delegate goes is known when the
 * outermost try ends: then the pads are filled.
 *
 *     region    a try, and where exceptions go that it does not catch
 *     clause    of a region: a tag, and the block of its handler, which begins
 *               with a phi of the exception
 */
#include <stdio.h>
#include <string.h>

#include "aot/aot.h"

#define ANY_TAG UINT32_MAX

struct clause {
    uint32_t tag; /* or ANY_TAG */
    LLVMBasicBlockRef handler;
    LLVMValueRef exception; /* the handler's phi */
    struct clause *next;
};

struct try_region {
    LLVMBasicBlockRef pad; /* NULL: nothing in it calls */
    struct clause *clauses;
    struct clause **tail; /* where the next clause goes */
    struct try_region *outer;
    struct catch_list {
        const uint8_t *bytes;
        uint32_t n;
    } catches;                /* OP_TRY_TABLE */
    struct try_region *other; /* of fn->regions */
};

/* --- Regions --- */

/* Does the block catch what is thrown at this point? */
static bool is_active(const struct ctl *ctl)
{
    return ctl->kind == OP_TRY || ctl->kind == OP_TRY_TABLE;
}

/* The region around the n outermost blocks' innermost point, or NULL. */
static struct try_region *region_at(struct fn *fn, size_t n)
{
    while (n-- > 0)
        if (is_active(&fn->ctl.items[n]))
            return fn->ctl.items[n].region;
    return NULL;
}

static void on_try(struct fn *fn, const struct instr *in)
{
    LLVMBasicBlockRef end = new_block(fn, "end");
    struct try_region *region = pool_alloc(&fn->pool, sizeof(*region));

    if (!region) {
        fn->u->failed = true;
        return;
    }
    memset(region, 0, sizeof(*region));
    region->tail = &region->clauses;
    region->outer = region_at(fn, fn->ctl.n);
    region->other = fn->regions;
    if (in->op == OP_TRY_TABLE)
        region->catches = (struct catch_list){in->catches.bytes, in->catches.n};
    fn->regions = region;
    push_ctl(fn, in->op, in->block, end, end);
    if (!fn->u->failed)
        ctl_at(fn, 0)->region = region;
}

LLVMBasicBlockRef eh_pad(struct fn *fn)
{
    struct try_region *region = region_at(fn, fn->ctl.n);

    if (!region || !fn->u->plan->throws)
        return NULL;
    if (!region->pad)
        region->pad = new_block(fn, "pad");
    return region->pad;
}

/* --- Handlers --- */

/* Go on in a handler of the region, with the stack as below the block; its
 * exception, or NULL if memory is short. */
static LLVMValueRef begin_handler(struct fn *fn, struct ctl *ctl, uint32_t tag)
{
    struct try_region *region = ctl->region;
    struct clause *clause = pool_alloc(&fn->pool, sizeof(*clause));

    if (!clause) {
        fn->u->failed = true;
        return NULL;
    }
    clause->tag = tag;
    clause->next = NULL;
    clause->handler = new_block(fn, "catch");
    *region->tail = clause;
    region->tail = &clause->next;
    begin_block(fn, clause->handler);
    LLVMSetCurrentDebugLocation2(fn->u->b, NULL);
    clause->exception = LLVMBuildPhi(fn->u->b, fn->u->ptr, "");
    cut_stack(fn, ctl->height);
    return clause->exception;
}

/* Push the values of an exception with this tag. */
static void push_values(struct fn *fn, uint32_t tag, LLVMValueRef exception)
{
    struct unit *u = fn->u;
    const struct functype *type;
    LLVMValueRef slots;
    uint64_t slot = 0;
    uint32_t i;

    if (tag == ANY_TAG)
        return;
    type = fn->module->tags[tag];
    slots = unit_offset(u, exception, NATIVE_EXN_SLOTS);
    for (i = 0; i < type->n_params; i++) {
        push(fn, unit_load_slots(u, type->params[i], slots, slot, ALIAS_STATE));
        slot += valtype_slots(type->params[i]);
    }
}

/* A clause of try_table: what it catches goes to a label. */
static void emit_catch(struct fn *fn, const struct catch *catch)
{
    bool any = catch->kind == CATCH_ALL || catch->kind == CATCH_ALL_REF;
    bool ref = catch->kind == CATCH_REF || catch->kind == CATCH_ALL_REF;
    uint32_t tag = any ? ANY_TAG : catch->tag;
    LLVMValueRef exception = begin_handler(fn, ctl_at(fn, 0), tag);

    if (!exception)
        return;
    push_values(fn, tag, exception);
    if (ref)
        push(fn, exception);
    emit_br(fn, ctl_at(fn, 1 + catch->label));
}

/* catch and catch_all: the part in front ends. */
static void on_catch(struct fn *fn, const struct instr *in)
{
    struct ctl *ctl = ctl_at(fn, 0);
    uint32_t tag = in->op == OP_CATCH ? in->index : ANY_TAG;

    if (!fn->dead)
        emit_br(fn, ctl);
    fn->dead = false;
    ctl->kind = in->op;
    ctl->exception = begin_handler(fn, ctl, tag);
    if (ctl->exception)
        push_values(fn, tag, ctl->exception);
}

/* --- Landing pads --- */

/* What a pad can land for: clauses from inside out, each tag once, nothing
 * behind one for any. */
struct landing {
    VEC(struct clause *) clauses;
    bool any;
};

static bool is_caught(const struct landing *landing, uint32_t tag)
{
    size_t i;

    for (i = 0; i < landing->clauses.n; i++)
        if (landing->clauses.items[i]->tag == tag)
            return true;
    return landing->any;
}

static void find_clauses(struct fn *fn, const struct try_region *region,
                         struct landing *ret)
{
    struct clause *clause;

    for (; region && !ret->any; region = region->outer)
        for (clause = region->clauses; clause; clause = clause->next) {
            if (is_caught(ret, clause->tag))
                continue;
            if (!vec_push(&ret->clauses, clause))
                fn->u->failed = true;
            ret->any = clause->tag == ANY_TAG;
        }
}

/* What stands for a tag in the tables that the runtime reads. */
static LLVMValueRef tag_symbol(struct unit *u, uint32_t tag)
{
    char name[32];

    if (tag == ANY_TAG)
        return LLVMConstNull(u->ptr);
    if (!u->tags[tag]) {
        (void)snprintf(name, sizeof(name), "tine.tag.%u", tag);
        u->tags[tag] = LLVMAddGlobal(u->llvm, u->i32, name);
        LLVMSetGlobalConstant(u->tags[tag], true);
        LLVMSetVisibility(u->tags[tag], LLVMHiddenVisibility);
    }
    return u->tags[tag];
}

static LLVMValueRef personality(struct unit *u)
{
    if (!u->personality) {
        u->personality =
            LLVMAddFunction(u->llvm, "tine.personality",
                            LLVMFunctionType(u->i32, NULL, 0, true));
        LLVMSetVisibility(u->personality, LLVMHiddenVisibility);
    }
    return u->personality;
}

static LLVMValueRef type_id(struct unit *u, uint32_t tag)
{
    LLVMValueRef symbol = tag_symbol(u, tag);
    LLVMValueRef func = unit_intrinsic(u, "llvm.eh.typeid.for", &u->ptr, 1);

    return LLVMBuildCall2(u->b, LLVMGlobalGetValueType(func), func, &symbol, 1,
                          "");
}

/* Go to the handler of a clause, if the landing is for it. */
static void branch_to(struct fn *fn, const struct clause *clause,
                      LLVMValueRef exception, LLVMValueRef selector, bool last)
{
    struct unit *u = fn->u;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(u->b), next;

    LLVMAddIncoming(clause->exception, &exception, &here, 1);
    if (last) {
        (void)LLVMBuildBr(u->b, clause->handler);
        return;
    }
    next = new_block(fn, "");
    (void)LLVMBuildCondBr(
        u->b,
        LLVMBuildICmp(u->b, LLVMIntEQ, selector, type_id(u, clause->tag), ""),
        clause->handler, next);
    begin_block(fn, next);
}

static void fill_pad(struct fn *fn, struct try_region *region)
{
    struct unit *u = fn->u;
    LLVMTypeRef parts[] = {u->ptr, u->i32};
    LLVMTypeRef type = LLVMStructTypeInContext(u->ctx, parts, 2, false);
    struct landing landing = {.any = false};
    LLVMValueRef pad, exception, selector;
    size_t i, n;

    find_clauses(fn, region, &landing);
    n = landing.clauses.n;
    LLVMSetPersonalityFn(fn->llvm, personality(u));
    begin_block(fn, region->pad);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    pad = LLVMBuildLandingPad(u->b, type, NULL, (unsigned)n, "");
    for (i = 0; i < n; i++)
        LLVMAddClause(pad, tag_symbol(u, landing.clauses.items[i]->tag));
    exception = LLVMBuildExtractValue(u->b, pad, 0, "");
    selector = LLVMBuildExtractValue(u->b, pad, 1, "");
    for (i = 0; i < n; i++)
        branch_to(fn, landing.clauses.items[i], exception, selector,
                  i + 1 == n);
    /* Nothing is caught: LLVM makes calls of the invokes. */
    if (n == 0) {
        LLVMSetCleanup(pad, true);
        (void)LLVMBuildUnreachable(u->b);
    }
    vec_done(&landing.clauses);
}

/* Is there a try around the innermost block? */
static bool in_try(struct fn *fn)
{
    size_t i;

    for (i = 0; i + 1 < fn->ctl.n; i++)
        if (fn->ctl.items[i].region)
            return true;
    return false;
}

void eh_end(struct fn *fn)
{
    struct ctl *ctl = ctl_at(fn, 0);
    const uint8_t *p = ctl->region->catches.bytes;
    uint32_t i;

    for (i = 0; i < ctl->region->catches.n && !fn->u->failed; i++) {
        struct catch clause = iter_catch(&p);

        emit_catch(fn, &clause);
    }
    if (in_try(fn))
        return;
    for (; fn->regions && !fn->u->failed; fn->regions = fn->regions->other)
        if (fn->regions->pad)
            fill_pad(fn, fn->regions);
}

/* The end of a try: its exceptions go on where those of another block do. */
static void on_delegate(struct fn *fn, uint32_t label)
{
    struct ctl *ctl = ctl_at(fn, 0);

    ctl->region->outer = region_at(fn, fn->ctl.n - 1 - label);
    end_block(fn);
}

/* --- Throwing --- */

/* Call a helper that throws, and nothing else. */
static void call_thrower(struct fn *fn, enum helper helper, LLVMValueRef *args,
                         unsigned n)
{
    struct unit *u = fn->u;

    (void)call_throwing(fn, unit_helper_type(u, helper), unit_helper(u, helper),
                        args, n, 0);
    (void)LLVMBuildUnreachable(u->b);
    set_dead(fn);
}

/* Room for values in the frame. */
static LLVMValueRef make_slots(struct fn *fn, uint32_t n)
{
    struct unit *u = fn->u;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(u->b);
    LLVMValueRef slots;

    LLVMPositionBuilderBefore(u->b, LLVMGetBasicBlockTerminator(fn->entry));
    slots = LLVMBuildAlloca(u->b, LLVMArrayType2(u->i64, n), "");
    LLVMSetAlignment(slots, 8);
    begin_block(fn, here);
    return slots;
}

static void on_throw(struct fn *fn, uint32_t tag)
{
    struct unit *u = fn->u;
    const struct functype *type = fn->module->tags[tag];
    LLVMValueRef args[] = {const_i32(u, tag), LLVMConstNull(u->ptr)};
    uint64_t slot = 0;
    uint32_t i;

    if (type->n_params > 0)
        args[1] = make_slots(fn, type->param_slots);
    for (i = 0; i < type->n_params; i++) {
        unit_store_slots(u, top(fn, type->n_params - 1 - i), args[1], slot,
                         ALIAS_STATE);
        slot += valtype_slots(type->params[i]);
    }
    call_thrower(fn, HELPER_throw, args, 2);
}

static void on_throw_ref(struct fn *fn)
{
    struct unit *u = fn->u;
    LLVMValueRef exception = pop(fn);

    trap_if(
        fn,
        LLVMBuildICmp(u->b, LLVMIntEQ, exception, LLVMConstNull(u->ptr), ""),
        TRAP_NULL_EXCEPTION);
    call_thrower(fn, HELPER_throw_ref, &exception, 1);
}

bool emit_eh(struct fn *fn, const struct instr *in)
{
    switch (in->op) {
    case OP_TRY:
    case OP_TRY_TABLE:
        on_try(fn, in);
        return true;
    case OP_CATCH:
    case OP_CATCH_ALL:
        on_catch(fn, in);
        return true;
    case OP_DELEGATE:
        on_delegate(fn, in->index);
        return true;
    case OP_RETHROW:
        call_thrower(fn, HELPER_throw_ref, &ctl_at(fn, in->index)->exception,
                     1);
        return true;
    case OP_THROW:
        on_throw(fn, in->index);
        return true;
    case OP_THROW_REF:
        on_throw_ref(fn);
        return true;
    default:
        return false;
    }
}
