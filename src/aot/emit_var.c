/* emit_var.c: locals, globals, constants, and drop and select. */
#include "aot/aot.h"

#include <string.h>

/* Where the value of a global is. */
static LLVMValueRef global_place(struct unit *u, uint32_t global)
{
    const struct plan *plan = u->plan;
    LLVMValueRef at = unit_state(u, plan->layout.globals + 16 * global);

    if (global < plan->module->n_imported_globals)
        return unit_load_const(u, u->ptr, at);
    return at;
}

static void on_global_get(struct fn *fn, uint32_t global)
{
    struct unit *u = fn->u;
    valtype type = fn->module->globals[global].type.type;

    push(fn,
         unit_load_slots(u, type, global_place(u, global), 0, ALIAS_GLOBAL));
}

static void on_global_set(struct fn *fn, uint32_t global)
{
    struct unit *u = fn->u;
    LLVMValueRef value = pop(fn);

    unit_store_slots(u, value, global_place(u, global), 0, ALIAS_GLOBAL);
    /* A signal's handler looks at the guest's stack pointer, wherever the
     * signal came. */
    if (global == u->plan->stack_pointer)
        LLVMSetVolatile(LLVMGetLastInstruction(LLVMGetInsertBlock(u->b)), true);
}

static void on_select(struct fn *fn)
{
    struct unit *u = fn->u;
    LLVMValueRef condition =
        LLVMBuildICmp(u->b, LLVMIntNE, pop(fn), const_i32(u, 0), "");
    LLVMValueRef no = pop(fn);
    LLVMValueRef yes = pop(fn);

    push(fn, LLVMBuildSelect(u->b, condition, yes, no, ""));
}

/* A float of these bits: LLVM would change a signalling NaN that went through
 * a double. */
static LLVMValueRef float_bits(struct unit *u, LLVMTypeRef from, LLVMTypeRef to,
                               uint64_t bits)
{
    return LLVMConstBitCast(LLVMConstInt(from, bits, false), to);
}

bool emit_var(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;

    switch (in->op) {
    case OP_LOCAL_GET:
        fn->got = LLVMBuildLoad2(u->b, unit_type(u, fn->local_types[in->index]),
                                 fn->locals[in->index], "");
        fn->got_local = in->index;
        push(fn, fn->got);
        return true;
    case OP_LOCAL_SET:
        (void)LLVMBuildStore(u->b, pop(fn), fn->locals[in->index]);
        return true;
    case OP_LOCAL_TEE:
        (void)LLVMBuildStore(u->b, top(fn, 0), fn->locals[in->index]);
        return true;
    case OP_GLOBAL_GET:
        on_global_get(fn, in->index);
        return true;
    case OP_GLOBAL_SET:
        on_global_set(fn, in->index);
        return true;
    case OP_I32_CONST:
        push(fn, const_i32(u, (uint32_t)in->bits));
        return true;
    case OP_I64_CONST:
        push(fn, const_i64(u, in->bits));
        return true;
    case OP_F32_CONST:
        push(fn, float_bits(u, u->i32, u->f32, in->bits));
        return true;
    case OP_F64_CONST:
        push(fn, float_bits(u, u->i64, u->f64, in->bits));
        return true;
    case OP_DROP:
        (void)pop(fn);
        return true;
    case OP_SELECT:
    case OP_SELECT_T:
        on_select(fn);
        return true;
    default:
        return false;
    }
}
