/* emit_ref.c: references and tables. */
#include "aot/aot.h"

/* --- Tables --- */

static LLVMValueRef table_object(struct unit *u, uint32_t table)
{
    return unit_load_const(u, u->ptr,
                           unit_state(u, u->plan->layout.tables + 8 * table));
}

static bool is_64(struct fn *fn, uint32_t table)
{
    return fn->module->tables[table].type.limits.is_64;
}

static LLVMValueRef pop_wide(struct fn *fn, bool wide)
{
    LLVMValueRef value = pop(fn);

    return wide ? value : LLVMBuildZExt(fn->u->b, value, fn->u->i64, "");
}

static void push_number(struct fn *fn, LLVMValueRef value, bool wide)
{
    push(fn, wide ? value : LLVMBuildTrunc(fn->u->b, value, fn->u->i32, ""));
}

static LLVMValueRef table_size(struct unit *u, LLVMValueRef table)
{
    LLVMValueRef size = unit_load(
        u, u->i32, unit_offset(u, table, NATIVE_TABLE_SIZE), ALIAS_STATE);

    return LLVMBuildZExt(u->b, size, u->i64, "");
}

/* Where an element is; traps if there is none. */
static LLVMValueRef element(struct fn *fn, uint32_t i, LLVMValueRef index)
{
    struct unit *u = fn->u;
    LLVMValueRef table = table_object(u, i);
    LLVMValueRef elems;

    trap_if(fn,
            LLVMBuildICmp(u->b, LLVMIntUGE, index, table_size(u, table), ""),
            TRAP_TABLE_BOUNDS);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    elems = unit_load(u, u->ptr, unit_offset(u, table, NATIVE_TABLE_ELEMS),
                      ALIAS_STATE);
    return LLVMBuildGEP2(u->b, u->ptr, elems, &index, 1, "");
}

static void on_table_get(struct fn *fn, uint32_t table)
{
    LLVMValueRef index = pop_wide(fn, is_64(fn, table));
    LLVMValueRef at = element(fn, table, index);

    push(fn, unit_load(fn->u, fn->u->ptr, at, ALIAS_TABLE));
}

static void on_table_set(struct fn *fn, uint32_t table)
{
    LLVMValueRef value = pop(fn);
    LLVMValueRef index = pop_wide(fn, is_64(fn, table));

    unit_store(fn->u, value, element(fn, table, index), ALIAS_TABLE);
}

static void on_table_grow(struct fn *fn, uint32_t table)
{
    bool wide = is_64(fn, table);
    LLVMValueRef n = pop_wide(fn, wide);
    LLVMValueRef args[] = {const_i32(fn->u, table), pop(fn), n};

    push_number(fn, call_helper(fn, HELPER_table_grow, args, 3), wide);
}

static void on_table_fill(struct fn *fn, uint32_t table)
{
    bool wide = is_64(fn, table);
    LLVMValueRef n = pop_wide(fn, wide);
    LLVMValueRef value = pop(fn);
    LLVMValueRef dst = pop_wide(fn, wide);
    LLVMValueRef args[] = {const_i32(fn->u, table), dst, value, n};

    (void)call_helper(fn, HELPER_table_fill, args, 4);
}

static void on_table_copy(struct fn *fn, uint32_t to, uint32_t from)
{
    struct unit *u = fn->u;
    bool wide_to = is_64(fn, to), wide_from = is_64(fn, from);
    LLVMValueRef n = pop_wide(fn, wide_to && wide_from);
    LLVMValueRef src = pop_wide(fn, wide_from);
    LLVMValueRef dst = pop_wide(fn, wide_to);
    LLVMValueRef args[] = {const_i32(u, to), const_i32(u, from), dst, src, n};

    (void)call_helper(fn, HELPER_table_copy, args, 5);
}

static void on_table_init(struct fn *fn, uint32_t table, uint32_t segment)
{
    struct unit *u = fn->u;
    LLVMValueRef n = pop_wide(fn, false);
    LLVMValueRef src = pop_wide(fn, false);
    LLVMValueRef dst = pop_wide(fn, is_64(fn, table));
    LLVMValueRef args[] = {const_i32(u, table), const_i32(u, segment), dst, src,
                           n};

    (void)call_helper(fn, HELPER_table_init, args, 5);
}

static bool emit_table(struct fn *fn, const struct instr *in)
{
    LLVMValueRef arg;

    switch (in->op) {
    case OP_TABLE_GET:
        on_table_get(fn, in->index);
        return true;
    case OP_TABLE_SET:
        on_table_set(fn, in->index);
        return true;
    case OP_TABLE_SIZE:
        push_number(fn, table_size(fn->u, table_object(fn->u, in->index)),
                    is_64(fn, in->index));
        return true;
    case OP_TABLE_GROW:
        on_table_grow(fn, in->index);
        return true;
    case OP_TABLE_FILL:
        on_table_fill(fn, in->index);
        return true;
    case OP_TABLE_COPY:
        on_table_copy(fn, in->index, in->index2);
        return true;
    case OP_TABLE_INIT:
        on_table_init(fn, in->index2, in->index);
        return true;
    case OP_ELEM_DROP:
        arg = const_i32(fn->u, in->index);
        (void)call_helper(fn, HELPER_elem_drop, &arg, 1);
        return true;
    default:
        return false;
    }
}

/* --- References --- */

static void on_ref_func(struct fn *fn, uint32_t func)
{
    struct unit *u = fn->u;
    uint32_t n = fn->module->n_imported_funcs;
    LLVMValueRef own_funcs;

    if (func < n) {
        push(fn,
             unit_load_const(
                 u, u->ptr, unit_state(u, u->plan->layout.imports + 8 * func)));
        return;
    }
    own_funcs = unit_load_const(
        u, u->ptr, unit_state(u, offsetof(struct native, own_funcs)));
    push(fn,
         unit_offset(u, own_funcs, (uint64_t)(func - n) * NATIVE_FUNC_SIZE));
}

/* Branch if the reference is null, which is then gone, or if it is not, and
 * then goes with the branch. */
static void on_br_null(struct fn *fn, struct ctl *ctl, bool if_null)
{
    struct unit *u = fn->u;
    LLVMValueRef ref = top(fn, 0);
    LLVMValueRef is_null = LLVMBuildIsNull(u->b, ref, "");
    LLVMBasicBlockRef next = new_block(fn, "");

    if (if_null)
        (void)pop(fn);
    add_incoming(fn, ctl);
    (void)LLVMBuildCondBr(u->b, is_null, if_null ? ctl->target : next,
                          if_null ? next : ctl->target);
    begin_block(fn, next);
    if (if_null)
        push(fn, ref);
    else
        (void)pop(fn);
}

bool emit_ref(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    LLVMValueRef is_null;

    switch (in->op) {
    case OP_REF_NULL:
        push(fn, LLVMConstNull(u->ptr));
        return true;
    case OP_REF_IS_NULL:
        is_null = LLVMBuildIsNull(u->b, pop(fn), "");
        push(fn, LLVMBuildZExt(u->b, is_null, u->i32, ""));
        return true;
    case OP_REF_FUNC:
        on_ref_func(fn, in->index);
        return true;
    case OP_REF_AS_NON_NULL:
        trap_if(fn, LLVMBuildIsNull(u->b, top(fn, 0), ""), TRAP_NULL_REFERENCE);
        return true;
    case OP_BR_ON_NULL:
        on_br_null(fn, ctl_at(fn, in->index), true);
        return true;
    case OP_BR_ON_NON_NULL:
        on_br_null(fn, ctl_at(fn, in->index), false);
        return true;
    default:
        return emit_table(fn, in);
    }
}
