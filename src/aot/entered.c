/*
 * entered.c: functions that are entered at a loop, for on-stack replacement
 * (native/native.h, struct image_loop).
 *
 * Such a function is translated like any other (func.c), with a way into the
 * loop from its entry; what only came before the loop goes, since nothing leads
 * to it.  But what was computed there does not dominate what uses it, so that
 * the entries of the operand stack are variables here, as locals are, but for
 * constants.  LLVM's SROA turns both into values.
 */
#include "aot/aot.h"

#include <stdio.h>

/* --- The operand stack --- */

/* The place of an entry of the operand stack, of this height and type. */
struct cell {
    uint32_t height;
    LLVMValueRef place; /* alloca */
};

static LLVMValueRef make_variable(struct fn *fn, LLVMTypeRef type)
{
    struct unit *u = fn->u;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(u->b);
    LLVMValueRef variable;

    LLVMPositionBuilderBefore(u->b, LLVMGetBasicBlockTerminator(fn->entry));
    variable = LLVMBuildAlloca(u->b, type, "");
    begin_block(fn, here);
    return variable;
}

static LLVMValueRef find_cell(struct fn *fn, LLVMTypeRef type)
{
    struct cell cell = {.height = (uint32_t)fn->stack.n};
    size_t i;

    for (i = 0; i < fn->cells.n; i++)
        if (fn->cells.items[i].height == cell.height &&
            LLVMGetAllocatedType(fn->cells.items[i].place) == type)
            return fn->cells.items[i].place;
    cell.place = make_variable(fn, type);
    if (!vec_push(&fn->cells, cell))
        fn->u->failed = true;
    return cell.place;
}

LLVMValueRef entered_put(struct fn *fn, LLVMValueRef value)
{
    LLVMValueRef cell;

    if (LLVMIsConstant(value))
        return value;
    cell = find_cell(fn, LLVMTypeOf(value));
    (void)LLVMBuildStore(fn->u->b, value, cell);
    if (cell == fn->got_cell || value == fn->got)
        fn->got_cell = value == fn->got ? cell : NULL;
    return cell;
}

LLVMValueRef entered_get(struct fn *fn, LLVMValueRef entry)
{
    LLVMValueRef value;

    if (LLVMIsConstant(entry))
        return entry;
    value = LLVMBuildLoad2(fn->u->b, LLVMGetAllocatedType(entry), entry, "");
    if (entry == fn->got_cell)
        fn->got = value;
    return value;
}

/* --- The slots: locals, then the operand stack --- */

static LLVMValueRef slots_of(const struct fn *fn)
{
    return LLVMGetParam(fn->llvm, 1);
}

void entered_fill_locals(struct fn *fn)
{
    uint64_t slot = 0;
    uint32_t i;

    for (i = 0; i < fn->n_locals; i++) {
        valtype type = fn->local_types[i];

        (void)LLVMBuildStore(
            fn->u->b,
            unit_load_slots(fn->u, type, slots_of(fn), slot, ALIAS_STATE),
            fn->locals[i]);
        slot += valtype_slots(type);
    }
    fn->stack_slot = slot;
}

static valtype type_of_value(const struct unit *u, LLVMTypeRef type)
{
    return type == u->i32    ? VT_I32
           : type == u->i64  ? VT_I64
           : type == u->f32  ? VT_F32
           : type == u->f64  ? VT_F64
           : type == u->v128 ? VT_V128
                             : VT_FUNCREF;
}

static void fill_stack(struct fn *fn, const struct ctl *loop)
{
    struct unit *u = fn->u;
    uint64_t slot = fn->stack_slot;
    uint32_t i;

    for (i = 0; i < fn->stack.n; i++) {
        LLVMValueRef entry = fn->stack.items[i], value;
        bool constant = LLVMIsConstant(entry);
        valtype type = type_of_value(u, constant ? LLVMTypeOf(entry)
                                                 : LLVMGetAllocatedType(entry));

        value = unit_load_slots(u, type, slots_of(fn), slot, ALIAS_STATE);
        if (!constant)
            (void)LLVMBuildStore(u->b, value, entry);
        if (i >= loop->height)
            LLVMAddIncoming(loop->phis[i - loop->height], &value, &fn->entry,
                            1);
        slot += valtype_slots(type);
    }
}

void entered_return(struct fn *fn)
{
    uint32_t n = fn->type->n_results, i;
    uint64_t slot = 0;

    for (i = 0; i < n; i++) {
        unit_store_slots(fn->u, top(fn, n - 1 - i), slots_of(fn), slot,
                         ALIAS_STATE);
        slot += valtype_slots(fn->type->results[i]);
    }
    (void)LLVMBuildRetVoid(fn->u->b);
}

/* --- The loop --- */

/* What is caught there only the interpreter knows. */
static bool is_in_catch(const struct fn *fn)
{
    size_t i;

    for (i = 0; i < fn->ctl.n; i++)
        if (fn->ctl.items[i].kind == OP_CATCH ||
            fn->ctl.items[i].kind == OP_CATCH_ALL)
            return true;
    return false;
}

void entered_at_loop(struct fn *fn, const struct ctl *loop)
{
    struct unit *u = fn->u;
    LLVMBasicBlockRef here = LLVMGetInsertBlock(u->b);

    if (fn->entered->offset != fn->offset || is_in_catch(fn))
        return;
    LLVMInstructionEraseFromParent(LLVMGetBasicBlockTerminator(fn->entry));
    begin_block(fn, fn->entry);
    fill_stack(fn, loop);
    (void)LLVMBuildBr(u->b, loop->target);
    begin_block(fn, here);
    fn->can_enter = true;
}

/* --- The function --- */

#define SYMBOL_SIZE 256

/* With the name of the other one, for debuggers and profilers. */
static void make_symbol(const struct unit *u, const struct entered_loop *loop,
                        char symbol_out[SYMBOL_SIZE])
{
    (void)snprintf(symbol_out, SYMBOL_SIZE, "tine.loop.%u.%.200s", loop->offset,
                   u->plan->symbols[loop->func]);
}

LLVMValueRef entered_func(struct unit *u, const struct entered_loop *loop)
{
    LLVMTypeRef params[] = {u->ptr, u->ptr, u->ptr};
    char symbol[SYMBOL_SIZE];
    LLVMValueRef func;

    make_symbol(u, loop, symbol);
    func = LLVMAddFunction(u->llvm, symbol,
                           LLVMFunctionType(u->none, params, 3, false));
    LLVMSetVisibility(func, LLVMHiddenVisibility);
    return func;
}

void entered_list(struct unit *u, const struct entered_loop *loop)
{
    char symbol[SYMBOL_SIZE], text[2 * SYMBOL_SIZE];
    int len;

    make_symbol(u, loop, symbol);
    len = snprintf(text, sizeof(text),
                   ".pushsection " IMAGE_LOOPS ",\"a\",@progbits\n"
                   ".p2align 2\n"
                   ".long %u, %u\n"
                   ".long \"%s\" - .\n"
                   ".popsection\n",
                   loop->offset, loop->func - u->plan->module->n_imported_funcs,
                   symbol);
    LLVMAppendModuleInlineAsm(u->llvm, text, (size_t)len);
}
