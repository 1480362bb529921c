/*
 * emit_call.c: calls.
 *
 * A function of the module is called by its symbol.  One that is imported, by
 * the foreign thunk of its type, with the struct func as the nest.  Through a
 * reference: by its code, if its cell is ours, which says both that it is code
 * of this instance and that it has the type; else the runtime is asked.
 */
#include "aot/aot.h"

#include <string.h>

struct target {
    LLVMTypeRef type;
    LLVMValueRef code;
    LLVMValueRef nest; /* NULL: none */
};

/* Pop the arguments into args[first...]; how many there are with `first`. */
static unsigned pop_args(struct fn *fn, const struct functype *type,
                         LLVMValueRef *args, unsigned first)
{
    uint32_t i;

    for (i = type->n_params; i > 0; i--)
        args[first + i - 1] = pop(fn);
    return first + type->n_params;
}

/* The results behind the first are in native->results. */
static void push_results(struct fn *fn, const struct functype *type,
                         LLVMValueRef first)
{
    struct unit *u = fn->u;
    uint64_t slot;
    uint32_t i;

    if (type->n_results == 0)
        return;
    push(fn, first);
    slot = valtype_slots(type->results[0]);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    for (i = 1; i < type->n_results; i++) {
        LLVMValueRef at =
            unit_state(u, (uint32_t)(offsetof(struct native, results) +
                                     slot * sizeof(uint64_t)));

        push(fn, unit_load_slots(u, type->results[i], at, 0, ALIAS_STATE));
        slot += valtype_slots(type->results[i]);
    }
}

static void call(struct fn *fn, const struct functype *type,
                 const struct target *target)
{
    struct unit *u = fn->u;
    LLVMValueRef args[LIMIT_PARAMS + 1];
    LLVMValueRef result;
    unsigned n;

    args[0] = target->nest;
    n = pop_args(fn, type, args, target->nest ? 1 : 0);
    result = call_throwing(fn, target->type, target->code, args, n,
                           unit_convention(u));
    if (target->nest)
        unit_nest_call(u, result);
    push_results(fn, type, result);
}

/* The callee returns to our caller: it has the same results. */
static void tail_call(struct fn *fn, const struct functype *type,
                      const struct target *target)
{
    struct unit *u = fn->u;
    LLVMValueRef args[LIMIT_PARAMS + 1];
    LLVMValueRef result;
    unsigned n;

    /* A frame more, of who has been entered at a loop. */
    if (fn->entered) {
        call(fn, type, target);
        emit_br(fn, &fn->ctl.items[0]);
        set_dead(fn);
        return;
    }
    args[0] = target->nest;
    n = pop_args(fn, type, args, target->nest ? 1 : 0);
    note_place(fn);
    result = LLVMBuildCall2(u->b, target->type, target->code, args, n, "");
    LLVMSetInstructionCallConv(result, unit_convention(u));
    LLVMSetTailCallKind(result, LLVMTailCallKindMustTail);
    if (target->nest)
        unit_nest_call(u, result);
    if (type->n_results == 0)
        (void)LLVMBuildRetVoid(u->b);
    else
        (void)LLVMBuildRet(u->b, result);
    set_dead(fn);
}

static void go(struct fn *fn, const struct functype *type,
               const struct target *target, bool tail)
{
    if (tail)
        tail_call(fn, type, target);
    else
        call(fn, type, target);
}

static void on_call(struct fn *fn, uint32_t func, bool tail)
{
    struct unit *u = fn->u;
    const struct module *m = fn->module;
    uint32_t type = m->funcs[func].type_index;
    struct target target = {.nest = NULL};

    if (func < m->n_imported_funcs) {
        type = u->plan->import_types[func];
        target.nest = unit_load_const(
            u, u->ptr, unit_state(u, u->plan->layout.imports + 8 * func));
        target.code = unit_foreign(u, type);
        target.type = unit_nest_signature(u, type);
    } else {
        target.code = unit_func(u, func);
        target.type = unit_signature(u, type);
    }
    go(fn, m->funcs[func].type, &target, tail);
}

/* How to call f, a reference that is not null: see above. */
static void find_code(struct fn *fn, LLVMValueRef f, uint32_t type,
                      struct target *ret)
{
    struct unit *u = fn->u;
    uint32_t canonical = u->plan->types[type];
    LLVMBasicBlockRef here = LLVMGetInsertBlock(u->b), slow, slow_end, go_on;
    LLVMValueRef args[] = {f, const_i32(u, canonical)};
    LLVMValueRef have, want, code, other, is_ours;

    have =
        unit_load(u, u->ptr, unit_offset(u, f, NATIVE_FUNC_CELL), ALIAS_STATE);
    want = unit_load_const(
        u, u->ptr, unit_state(u, u->plan->layout.cells + 8 * canonical));
    code = unit_load(u, u->ptr, unit_offset(u, f, NATIVE_FUNC_NATIVE),
                     ALIAS_STATE);
    is_ours = LLVMBuildICmp(u->b, LLVMIntEQ, have, want, "");
    slow = new_block(fn, "slow");
    go_on = new_block(fn, "");
    (void)LLVMBuildCondBr(u->b, is_ours, go_on, slow);
    begin_block(fn, slow);
    other = call_helper(fn, HELPER_call_slow, args, 2);
    slow_end = LLVMGetInsertBlock(u->b);
    (void)LLVMBuildBr(u->b, go_on);
    begin_block(fn, go_on);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    ret->code = LLVMBuildPhi(u->b, u->ptr, "");
    LLVMAddIncoming(ret->code, &code, &here, 1);
    LLVMAddIncoming(ret->code, &other, &slow_end, 1);
    ret->nest = f;
    ret->type = unit_nest_signature(u, type);
}

static void on_call_indirect(struct fn *fn, const struct instr *in, bool tail)
{
    struct unit *u = fn->u;
    bool wide = fn->module->tables[in->index2].type.limits.is_64;
    LLVMValueRef index = pop(fn);
    LLVMValueRef table = unit_load_const(
        u, u->ptr, unit_state(u, u->plan->layout.tables + 8 * in->index2));
    LLVMValueRef size, elems, f;
    struct target target;

    if (!wide)
        index = LLVMBuildZExt(u->b, index, u->i64, "");
    size = unit_load(u, u->i32, unit_offset(u, table, NATIVE_TABLE_SIZE),
                     ALIAS_STATE);
    size = LLVMBuildZExt(u->b, size, u->i64, "");
    trap_if(fn, LLVMBuildICmp(u->b, LLVMIntUGE, index, size, ""),
            TRAP_UNDEFINED_ELEMENT);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    elems = unit_load(u, u->ptr, unit_offset(u, table, NATIVE_TABLE_ELEMS),
                      ALIAS_STATE);
    f = unit_load(u, u->ptr, LLVMBuildGEP2(u->b, u->ptr, elems, &index, 1, ""),
                  ALIAS_TABLE);
    trap_if(fn, LLVMBuildIsNull(u->b, f, ""), TRAP_UNINITIALIZED_ELEMENT);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    find_code(fn, f, in->index, &target);
    go(fn, fn->module->types[in->index], &target, tail);
}

static void on_call_ref(struct fn *fn, uint32_t type, bool tail)
{
    struct unit *u = fn->u;
    LLVMValueRef f = pop(fn);
    struct target target;

    trap_if(fn, LLVMBuildIsNull(u->b, f, ""), TRAP_NULL_FUNCTION);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    find_code(fn, f, type, &target);
    go(fn, fn->module->types[type], &target, tail);
}

bool emit_call(struct fn *fn, const struct instr *in)
{
    switch (in->op) {
    case OP_CALL:
        on_call(fn, in->index, false);
        return true;
    case OP_CALL_INDIRECT:
        on_call_indirect(fn, in, false);
        return true;
    case OP_CALL_REF:
        on_call_ref(fn, in->index, false);
        return true;
    case OP_RETURN_CALL:
        on_call(fn, in->index, true);
        return true;
    case OP_RETURN_CALL_INDIRECT:
        on_call_indirect(fn, in, true);
        return true;
    case OP_RETURN_CALL_REF:
        on_call_ref(fn, in->index, true);
        return true;
    default:
        return false;
    }
}
