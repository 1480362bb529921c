/*
 * func.c: translation of one function: the operand stack, blocks and branches,
 * and what the emit_*.c share; see aot.h.
 *
 * The body is valid.  Code that cannot be reached is skipped: `dead` is set
 * behind an unconditional branch, until the block ends.
 */
#include "aot/aot.h"

#include <string.h>

/* --- Operands --- */

void push(struct fn *fn, LLVMValueRef value)
{
    if (!vec_push(&fn->stack, fn->entered ? entered_put(fn, value) : value))
        fn->u->failed = true;
}

LLVMValueRef top(struct fn *fn, uint32_t below)
{
    LLVMValueRef entry = fn->stack.items[fn->stack.n - 1 - below];

    return fn->entered ? entered_get(fn, entry) : entry;
}

LLVMValueRef pop(struct fn *fn)
{
    LLVMValueRef value = top(fn, 0);

    fn->stack.n--;
    return value;
}

void cut_stack(struct fn *fn, uint32_t height)
{
    fn->stack.n = height;
}

/* --- Places and traps --- */

void note_place(struct fn *fn)
{
    struct unit *u = fn->u;

    LLVMSetCurrentDebugLocation2(
        u->b, LLVMDIBuilderCreateDebugLocation(u->ctx, fn->offset, 0, fn->scope,
                                               NULL));
}

LLVMBasicBlockRef new_block(struct fn *fn, const char *name)
{
    return LLVMAppendBasicBlockInContext(fn->u->ctx, fn->llvm, name);
}

void begin_block(struct fn *fn, LLVMBasicBlockRef block)
{
    LLVMPositionBuilderAtEnd(fn->u->b, block);
}

/* Calls of different places are never made one, since its place would be
 * neither. */
static void keep_apart(struct unit *u, LLVMValueRef call)
{
    unit_call_attribute(u, call, "nomerge", 0);
}

static void build_trap(struct fn *fn, enum trap trap)
{
    struct unit *u = fn->u;
    LLVMTypeRef type = LLVMFunctionType(u->none, NULL, 0, false);
    LLVMValueRef call;

    note_place(fn);
    call = LLVMBuildCall2(u->b, type, unit_trap(u, trap), NULL, 0, "");
    keep_apart(u, call);
    (void)LLVMBuildUnreachable(u->b);
}

/* Tell LLVM that the first target is hardly ever taken. */
static void mark_unlikely(struct unit *u, LLVMValueRef branch)
{
    LLVMMetadataRef parts[] = {
        LLVMMDStringInContext2(u->ctx, "branch_weights", 14),
        LLVMValueAsMetadata(const_i32(u, 1)),
        LLVMValueAsMetadata(const_i32(u, 1u << 20)),
    };
    LLVMMetadataRef node = LLVMMDNodeInContext2(u->ctx, parts, 3);

    LLVMSetMetadata(branch, LLVMGetMDKindIDInContext(u->ctx, "prof", 4),
                    LLVMMetadataAsValue(u->ctx, node));
}

void trap_if(struct fn *fn, LLVMValueRef condition, enum trap trap)
{
    struct unit *u = fn->u;
    LLVMBasicBlockRef bad = new_block(fn, "trap");
    LLVMBasicBlockRef good = new_block(fn, "");

    mark_unlikely(u, LLVMBuildCondBr(u->b, condition, bad, good));
    begin_block(fn, bad);
    build_trap(fn, trap);
    begin_block(fn, good);
}

void trap_always(struct fn *fn, enum trap trap)
{
    build_trap(fn, trap);
    set_dead(fn);
}

/* --- Calls --- */

LLVMValueRef call_helper(struct fn *fn, enum helper helper, LLVMValueRef *args,
                         unsigned n)
{
    struct unit *u = fn->u;
    LLVMValueRef call;

    note_place(fn);
    call = LLVMBuildCall2(u->b, unit_helper_type(u, helper),
                          unit_helper(u, helper), args, n, "");
    LLVMSetTailCallKind(call, LLVMTailCallKindNoTail);
    keep_apart(u, call);
    return call;
}

LLVMValueRef call_throwing(struct fn *fn, LLVMTypeRef type, LLVMValueRef callee,
                           LLVMValueRef *args, unsigned n, unsigned convention)
{
    struct unit *u = fn->u;
    LLVMBasicBlockRef pad = eh_pad(fn);
    LLVMValueRef call;

    note_place(fn);
    if (pad) {
        LLVMBasicBlockRef next = new_block(fn, "");

        call = LLVMBuildInvoke2(u->b, type, callee, args, n, next, pad, "");
        begin_block(fn, next);
    } else {
        call = LLVMBuildCall2(u->b, type, callee, args, n, "");
        /* So that a backtrace shows the caller, in this tier too. */
        LLVMSetTailCallKind(call, LLVMTailCallKindNoTail);
    }
    LLVMSetInstructionCallConv(call, convention);
    keep_apart(u, call);
    return call;
}

/* --- Labels --- */

struct ctl *ctl_at(struct fn *fn, uint32_t label)
{
    return &fn->ctl.items[fn->ctl.n - 1 - label];
}

uint32_t label_arity(const struct ctl *ctl)
{
    return ctl->kind == OP_LOOP ? ctl->type->n_params : ctl->type->n_results;
}

const valtype *label_types(const struct ctl *ctl)
{
    return ctl->kind == OP_LOOP ? ctl->type->params : ctl->type->results;
}

LLVMValueRef *make_phis(struct fn *fn, LLVMBasicBlockRef block,
                        const valtype *types, uint32_t n)
{
    struct unit *u = fn->u;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(u->b);
    LLVMValueRef *phis = pool_array(&fn->pool, n + 1, sizeof(*phis));
    uint32_t i;

    if (!phis) {
        u->failed = true;
        return NULL;
    }
    begin_block(fn, block);
    for (i = 0; i < n; i++)
        phis[i] = LLVMBuildPhi(u->b, unit_type(u, types[i]), "");
    begin_block(fn, here);
    return phis;
}

void push_ctl(struct fn *fn, uint32_t kind, const struct functype *type,
              LLVMBasicBlockRef target, LLVMBasicBlockRef end)
{
    struct ctl ctl = {
        .kind = kind,
        .type = type,
        .height = (uint32_t)fn->stack.n - (kind == OP_END ? 0 : type->n_params),
        .target = target,
        .end = end,
        .loop = fn->ctl.n > 0 ? ctl_at(fn, 0)->loop : NO_LOOP,
    };

    ctl.ends = make_phis(fn, end, type->results, type->n_results);
    ctl.phis = kind == OP_LOOP
                   ? make_phis(fn, target, type->params, type->n_params)
                   : ctl.ends;
    if (!vec_push(&fn->ctl, ctl))
        fn->u->failed = true;
}

static void add_values(struct fn *fn, LLVMValueRef *phis, uint32_t n)
{
    LLVMBasicBlockRef here = LLVMGetInsertBlock(fn->u->b);
    uint32_t i;

    for (i = 0; i < n; i++) {
        LLVMValueRef value = top(fn, n - 1 - i);

        LLVMAddIncoming(phis[i], &value, &here, 1);
    }
}

void add_incoming(struct fn *fn, struct ctl *ctl)
{
    add_values(fn, ctl->phis, label_arity(ctl));
    if (ctl->kind != OP_LOOP)
        ctl->reached = true;
}

void emit_br(struct fn *fn, struct ctl *ctl)
{
    add_incoming(fn, ctl);
    (void)LLVMBuildBr(fn->u->b, ctl->target);
}

void set_dead(struct fn *fn)
{
    fn->dead = true;
    fn->dead_depth = 0;
}

/* --- Blocks --- */

static void on_loop(struct fn *fn, const struct functype *type)
{
    struct unit *u = fn->u;
    LLVMBasicBlockRef header = new_block(fn, "loop");
    struct ctl *ctl;
    uint32_t i;

    push_ctl(fn, OP_LOOP, type, header, new_block(fn, "end"));
    if (u->failed)
        return;
    ctl = ctl_at(fn, 0);
    ctl->loop = fn->n_loops++;
    if (fn->entered)
        entered_at_loop(fn, ctl);
    emit_br(fn, ctl);
    begin_block(fn, header);
    cut_stack(fn, ctl->height);
    for (i = 0; i < type->n_params; i++)
        push(fn, ctl->phis[i]);
}

static LLVMValueRef is_true(struct unit *u, LLVMValueRef value)
{
    return LLVMBuildICmp(u->b, LLVMIntNE, value, const_i32(u, 0), "");
}

static void on_if(struct fn *fn, const struct functype *type)
{
    struct unit *u = fn->u;
    LLVMValueRef condition = is_true(u, pop(fn));
    LLVMBasicBlockRef then = new_block(fn, "then");
    LLVMBasicBlockRef other = new_block(fn, "else");
    LLVMBasicBlockRef end = new_block(fn, "end");
    struct ctl *ctl;
    uint32_t i;

    push_ctl(fn, OP_IF, type, end, end);
    if (u->failed)
        return;
    ctl = ctl_at(fn, 0);
    ctl->other = other;
    ctl->params =
        pool_array(&fn->pool, type->n_params + 1, sizeof(*ctl->params));
    if (!ctl->params) {
        u->failed = true;
        return;
    }
    for (i = 0; i < type->n_params; i++)
        ctl->params[i] = top(fn, type->n_params - 1 - i);
    (void)LLVMBuildCondBr(u->b, condition, then, other);
    begin_block(fn, then);
}

/* The part of the block in front ends: what it left goes to the end. */
static void finish_part(struct fn *fn, struct ctl *ctl)
{
    if (fn->dead)
        return;
    add_values(fn, ctl->ends, ctl->type->n_results);
    (void)LLVMBuildBr(fn->u->b, ctl->end);
    ctl->reached = true;
}

static void push_params(struct fn *fn, struct ctl *ctl)
{
    uint32_t i;

    cut_stack(fn, ctl->height);
    for (i = 0; i < ctl->type->n_params; i++)
        push(fn, ctl->params[i]);
}

static void on_else(struct fn *fn)
{
    struct ctl *ctl = ctl_at(fn, 0);

    finish_part(fn, ctl);
    fn->dead = false;
    ctl->kind = OP_ELSE;
    begin_block(fn, ctl->other);
    push_params(fn, ctl);
}

static void return_values(struct fn *fn);

void end_block(struct fn *fn)
{
    struct ctl *ctl = ctl_at(fn, 0);
    bool is_body = ctl->kind == OP_END;
    bool is_try = ctl->kind == OP_TRY || ctl->kind == OP_TRY_TABLE ||
                  ctl->kind == OP_CATCH || ctl->kind == OP_CATCH_ALL;
    uint32_t i;

    finish_part(fn, ctl);
    if (ctl->kind == OP_IF) {
        /* Without else, what goes in comes out. */
        fn->dead = false;
        begin_block(fn, ctl->other);
        push_params(fn, ctl);
        finish_part(fn, ctl);
    }
    if (is_try)
        eh_end(fn);
    ctl = ctl_at(fn, 0);
    begin_block(fn, ctl->end);
    cut_stack(fn, ctl->height);
    for (i = 0; i < ctl->type->n_results; i++)
        push(fn, ctl->ends[i]);
    if (!ctl->reached) {
        (void)LLVMBuildUnreachable(fn->u->b);
        set_dead(fn);
    } else {
        fn->dead = false;
    }
    if (is_body && ctl->reached)
        return_values(fn);
    fn->ctl.n--;
}

static void return_values(struct fn *fn)
{
    struct unit *u = fn->u;
    uint32_t n = fn->type->n_results, i;
    uint64_t slot;
    LLVMValueRef first;

    if (fn->entered) {
        entered_return(fn);
        return;
    }
    if (n == 0) {
        (void)LLVMBuildRetVoid(u->b);
        return;
    }
    first = top(fn, n - 1);
    slot = valtype_slots(fn->type->results[0]);
    for (i = 1; i < n; i++) {
        LLVMValueRef at =
            unit_state(u, (uint32_t)(offsetof(struct native, results) +
                                     slot * sizeof(uint64_t)));

        unit_store_slots(u, top(fn, n - 1 - i), at, 0, ALIAS_STATE);
        slot += valtype_slots(fn->type->results[i]);
    }
    (void)LLVMBuildRet(u->b, first);
}

/* --- Branches --- */

static void on_br_if(struct fn *fn, struct ctl *ctl)
{
    struct unit *u = fn->u;
    LLVMValueRef condition = is_true(u, pop(fn));
    LLVMBasicBlockRef next = new_block(fn, "");

    add_incoming(fn, ctl);
    (void)LLVMBuildCondBr(u->b, condition, ctl->target, next);
    begin_block(fn, next);
}

/* A label may stand in the table many times; its phis get a value for each
 * edge, the same for all.  All labels take as many values. */
static void on_br_table(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    const uint8_t *p = in->labels.bytes;
    LLVMValueRef index = pop(fn), values[LIMIT_RESULTS];
    LLVMBasicBlockRef none = new_block(fn, "");
    LLVMBasicBlockRef here = LLVMGetInsertBlock(u->b);
    const uint8_t *first = p;
    struct ctl *ctl = ctl_at(fn, leb_get_u32(&first));
    uint32_t n = label_arity(ctl), i, k;
    LLVMValueRef table;

    for (k = 0; k < n; k++)
        values[k] = top(fn, n - 1 - k);
    table = LLVMBuildSwitch(u->b, index, none, in->labels.n);
    for (i = 0; i < in->labels.n; i++) {
        ctl = ctl_at(fn, leb_get_u32(&p));
        for (k = 0; k < n; k++)
            LLVMAddIncoming(ctl->phis[k], &values[k], &here, 1);
        ctl->reached |= ctl->kind != OP_LOOP;
        LLVMAddCase(table, const_i32(u, i), ctl->target);
    }
    begin_block(fn, none);
    emit_br(fn, ctl_at(fn, leb_get_u32(&p)));
    set_dead(fn);
}

static void on_return(struct fn *fn)
{
    emit_br(fn, &fn->ctl.items[0]);
    set_dead(fn);
}

static bool emit_ctl(struct fn *fn, const struct instr *in)
{
    LLVMBasicBlockRef end;

    switch (in->op) {
    case OP_UNREACHABLE:
        trap_always(fn, TRAP_UNREACHABLE);
        return true;
    case OP_NOP:
        return true;
    case OP_BLOCK:
        end = new_block(fn, "end");
        push_ctl(fn, OP_BLOCK, in->block, end, end);
        return true;
    case OP_LOOP:
        on_loop(fn, in->block);
        return true;
    case OP_IF:
        on_if(fn, in->block);
        return true;
    case OP_ELSE:
        on_else(fn);
        return true;
    case OP_END:
        end_block(fn);
        return true;
    case OP_BR:
        emit_br(fn, ctl_at(fn, in->index));
        set_dead(fn);
        return true;
    case OP_BR_IF:
        on_br_if(fn, ctl_at(fn, in->index));
        return true;
    case OP_BR_TABLE:
        on_br_table(fn, in);
        return true;
    case OP_RETURN:
        on_return(fn);
        return true;
    default:
        return false;
    }
}

/* --- The function --- */

/* Code that cannot be reached: only what ends it counts. */
static bool skip_dead(struct fn *fn, const struct instr *in)
{
    switch (in->op) {
    case OP_LOOP:
        fn->n_loops++;
        fn->dead_depth++;
        return true;
    case OP_BLOCK:
    case OP_IF:
    case OP_TRY:
    case OP_TRY_TABLE:
        fn->dead_depth++;
        return true;
    case OP_ELSE:
    case OP_CATCH:
    case OP_CATCH_ALL:
        return fn->dead_depth > 0;
    case OP_END:
    case OP_DELEGATE:
        if (fn->dead_depth == 0)
            return false;
        fn->dead_depth--;
        return true;
    default:
        return true;
    }
}

static bool emit(struct fn *fn, const struct instr *in)
{
    fn->offset = in->offset;
    LLVMSetCurrentDebugLocation2(fn->u->b, NULL);
    return emit_ctl(fn, in) || emit_var(fn, in) || emit_mem(fn, in) ||
           emit_num(fn, in) || emit_call(fn, in) || emit_conv(fn, in) ||
           emit_ref(fn, in) || emit_simd(fn, in) || emit_atomic(fn, in) ||
           emit_eh(fn, in);
}

/* Parameters and locals become variables: zero, if they are no parameters. */
static void make_locals(struct fn *fn)
{
    struct unit *u = fn->u;
    uint32_t i;

    for (i = 0; i < fn->n_locals; i++) {
        LLVMTypeRef type = unit_type(u, fn->local_types[i]);

        fn->locals[i] = LLVMBuildAlloca(u->b, type, "");
        if (!fn->entered)
            (void)LLVMBuildStore(u->b,
                                 i < fn->type->n_params
                                     ? LLVMGetParam(fn->llvm, i)
                                     : LLVMConstNull(type),
                                 fn->locals[i]);
    }
    if (fn->entered)
        entered_fill_locals(fn);
}

static bool read_locals(struct fn *fn, const struct body *body)
{
    const struct functype *type = fn->type;
    uint32_t n, at = type->n_params;
    valtype t;

    iter_body(&fn->it, fn->module, body);
    fn->n_locals = type->n_params;
    while (iter_locals(&fn->it, &n, &t))
        fn->n_locals += n;
    fn->local_types = pool_array(&fn->pool, fn->n_locals + 1, sizeof(valtype));
    fn->locals = pool_array(&fn->pool, fn->n_locals + 1, sizeof(*fn->locals));
    if (!fn->local_types || !fn->locals)
        return false;
    memcpy(fn->local_types, type->params, type->n_params * sizeof(valtype));
    iter_body(&fn->it, fn->module, body);
    while (iter_locals(&fn->it, &n, &t))
        while (n-- > 0)
            fn->local_types[at++] = t;
    return true;
}

static void begin_function(struct fn *fn, const struct body *body)
{
    struct unit *u = fn->u;
    const char *name = u->plan->symbols[fn->index];

    fn->llvm =
        fn->entered ? entered_func(u, fn->entered) : unit_func(u, fn->index);
    unit_guest_attributes(u, fn->llvm);
    fn->scope = LLVMDIBuilderCreateFunction(
        u->di, u->di_file, name, strlen(name), "", 0, u->di_file, body->offset,
        u->di_type, false, true, body->offset, LLVMDIFlagZero, true);
    LLVMSetSubprogram(fn->llvm, fn->scope);
    fn->entry = new_block(fn, "entry");
    begin_block(fn, fn->entry);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
}

static bool translate(struct fn *fn, const struct body *body, struct error *err)
{
    struct instr in;
    LLVMBasicBlockRef start, end;

    begin_function(fn, body);
    make_locals(fn);
    /* The entry is left for what emitters put there. */
    start = new_block(fn, "body");
    (void)LLVMBuildBr(fn->u->b, start);
    begin_block(fn, start);
    end = new_block(fn, "return");
    push_ctl(fn, OP_END, fn->type, end, end);
    while (!fn->u->failed && iter_next(&fn->it, &in)) {
        if (fn->dead && skip_dead(fn, &in))
            continue;
        if (!emit(fn, &in))
            return error_set(err, ERROR_UNSUPPORTED, in.offset,
                             "instruction not compiled yet: %s", in.info->text);
    }
    return !fn->u->failed ||
           error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "out of memory");
}

static bool compile(struct fn *fn, struct error *err)
{
    const struct module *m = fn->module;
    const struct body *body = &m->bodies[fn->index - m->n_imported_funcs];
    bool ok;

    fn->type = m->funcs[fn->index].type;
    pool_init(&fn->pool);
    ok = read_locals(fn, body) && waits_find(fn, body)
             ? translate(fn, body, err)
             : error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "out of memory");
    vec_done(&fn->stack);
    vec_done(&fn->ctl);
    vec_done(&fn->cells);
    pool_done(&fn->pool);
    return ok;
}

bool func_compile(struct unit *u, uint32_t index, struct error *err)
{
    struct fn fn = {.u = u, .module = u->plan->module, .index = index};

    return compile(&fn, err);
}

bool func_compile_loop(struct unit *u, const struct entered_loop *loop,
                       struct error *err)
{
    struct fn fn = {.u = u,
                    .module = u->plan->module,
                    .index = loop->func,
                    .entered = loop};

    if (!compile(&fn, err))
        return false;
    if (fn.can_enter)
        entered_list(u, loop);
    else
        LLVMDeleteFunction(fn.llvm);
    return true;
}
