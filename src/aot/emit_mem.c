/*
 * emit_mem.c: loads and stores, and the memory instructions.
 *
 * A 32-bit memory needs no bounds check: index plus offset stays within what
 * is reserved for it (rt/memory.h), and an access outside faults.  Memory 0 of
 * the program is at a constant address, which becomes a part of the
 * instruction; others have their base in the struct memory.
 */
#include "aot/places.h"

#include "rt/arena.h"

/* --- Addresses --- */

/* ptr + base + index, where base is a constant. */
static LLVMValueRef at_constant(struct unit *u, uint64_t base,
                                LLVMValueRef index)
{
    LLVMValueRef from = LLVMConstIntToPtr(const_i64(u, base), u->ptr);

    return LLVMBuildGEP2(u->b, u->i8, from, &index, 1, "");
}

/* An index as 64 bits. */
static LLVMValueRef widen(struct unit *u, LLVMValueRef index)
{
    return LLVMBuildZExt(u->b, index, u->i64, "");
}

/* Memories with 64-bit addresses: trap unless [index + offset, + bytes) is
 * inside.  The helper is told the address that was out of bounds. */
static LLVMValueRef checked(struct fn *fn, const struct instr *in,
                            LLVMValueRef index, uint32_t bytes)
{
    struct unit *u = fn->u;
    LLVMValueRef at = emit_effective(fn, in, index);
    LLVMValueRef size = unit_memory_size(u, in->index);
    LLVMValueRef n = const_i64(u, bytes);
    LLVMValueRef end, bad;
    LLVMBasicBlockRef trap = new_block(fn, "trap");
    LLVMBasicBlockRef good = new_block(fn, "");

    /* at + n > size, without overflow */
    bad = LLVMBuildICmp(u->b, LLVMIntULT, size, n, "");
    end = LLVMBuildSub(u->b, size, n, "");
    bad = LLVMBuildOr(u->b, bad, LLVMBuildICmp(u->b, LLVMIntUGT, at, end, ""),
                      "");
    (void)LLVMBuildCondBr(u->b, bad, trap, good);
    begin_block(fn, trap);
    (void)call_helper(fn, HELPER_trap_memory, &at, 1);
    (void)LLVMBuildUnreachable(u->b);
    begin_block(fn, good);
    return LLVMBuildGEP2(u->b, u->i8, unit_memory_base(u, in->index), &at, 1,
                         "");
}

LLVMValueRef emit_effective(struct fn *fn, const struct instr *in,
                            LLVMValueRef index)
{
    struct unit *u = fn->u;
    LLVMValueRef offset = const_i64(u, in->mem.offset);
    LLVMValueRef at, wrapped, none;

    if (!fn->module->memories[in->index].limits.is_64)
        return LLVMBuildAdd(u->b, widen(u, index), offset, "");
    if (in->mem.offset == 0)
        return index;
    at = LLVMBuildAdd(u->b, index, offset, "");
    wrapped = LLVMBuildICmp(u->b, LLVMIntULT, at, offset, "");
    /* An address that does not fit is one that is never inside. */
    none = const_i64(u, UINT64_MAX);
    return LLVMBuildSelect(u->b, wrapped, none, at, "");
}

LLVMValueRef emit_address(struct fn *fn, const struct instr *in, uint32_t bytes)
{
    struct unit *u = fn->u;
    LLVMValueRef index = pop(fn);
    LLVMValueRef base;

    fn->waits = waits_for(fn, index);
    if (fn->module->memories[in->index].limits.is_64)
        index = checked(fn, in, index, bytes);
    else if (in->index == 0 && u->plan->memory_base)
        index = at_constant(u, u->plan->memory_base + in->mem.offset,
                            widen(u, index));
    else {
        base = unit_memory_base(u, in->index);
        index = widen(u, index);
        base = LLVMBuildGEP2(u->b, u->i8, base, &index, 1, "");
        index = unit_offset(u, base, in->mem.offset);
    }
    note_place(fn);
    return index;
}

/* --- Accesses --- */

LLVMValueRef emit_load(struct fn *fn, LLVMTypeRef type, LLVMValueRef address)
{
    struct unit *u = fn->u;
    LLVMValueRef load = LLVMBuildLoad2(u->b, type, address, "");

    LLVMSetAlignment(load, 1);
    unit_alias(u, load, ALIAS_MEMORY);
    LLVMSetCurrentDebugLocation2(u->b, NULL);
    if (fn->waits)
        LLVMSetVolatile(load, true);
    places_keep(u, load, fn->offset);
    return load;
}

void emit_store(struct fn *fn, LLVMValueRef value, LLVMValueRef address)
{
    struct unit *u = fn->u;
    LLVMValueRef store = LLVMBuildStore(u->b, value, address);

    LLVMSetAlignment(store, 1);
    LLVMSetVolatile(store, true);
    unit_alias(u, store, ALIAS_MEMORY);
    places_keep(u, store, fn->offset);
}

enum extend { WHOLE, SIGNED, UNSIGNED };

static void on_load(struct fn *fn, const struct instr *in, LLVMTypeRef part,
                    uint32_t bytes, enum extend extend)
{
    struct unit *u = fn->u;
    LLVMTypeRef type = unit_type(u, in->info->out);
    LLVMValueRef value = emit_load(fn, part, emit_address(fn, in, bytes));

    if (extend == SIGNED)
        value = LLVMBuildSExt(u->b, value, type, "");
    else if (extend == UNSIGNED)
        value = LLVMBuildZExt(u->b, value, type, "");
    push(fn, value);
}

static void on_store(struct fn *fn, const struct instr *in, LLVMTypeRef part,
                     uint32_t bytes)
{
    struct unit *u = fn->u;
    LLVMValueRef value = pop(fn);

    if (LLVMTypeOf(value) != part)
        value = LLVMBuildTrunc(u->b, value, part, "");
    emit_store(fn, value, emit_address(fn, in, bytes));
}

/* --- Whole memories --- */

static bool is_64(struct fn *fn, uint32_t memory)
{
    return fn->module->memories[memory].limits.is_64;
}

/* The number of a memory's address type on top of the stack, as 64 bits. */
static LLVMValueRef pop_wide(struct fn *fn, bool wide)
{
    LLVMValueRef value = pop(fn);

    return wide ? value : widen(fn->u, value);
}

static LLVMValueRef narrow(struct fn *fn, LLVMValueRef value, bool wide)
{
    return wide ? value : LLVMBuildTrunc(fn->u->b, value, fn->u->i32, "");
}

static void on_size(struct fn *fn, uint32_t memory)
{
    struct unit *u = fn->u;
    LLVMValueRef size = unit_memory_size(u, memory);

    size = LLVMBuildLShr(u->b, size, const_i64(u, 16), "");
    push(fn, narrow(fn, size, is_64(fn, memory)));
}

static void on_grow(struct fn *fn, uint32_t memory)
{
    bool wide = is_64(fn, memory);
    LLVMValueRef args[] = {const_i32(fn->u, memory), pop_wide(fn, wide)};

    push(fn, narrow(fn, call_helper(fn, HELPER_memory_grow, args, 2), wide));
}

static void on_copy(struct fn *fn, uint32_t to, uint32_t from)
{
    struct unit *u = fn->u;
    bool wide_to = is_64(fn, to), wide_from = is_64(fn, from);
    LLVMValueRef n = pop_wide(fn, wide_to && wide_from);
    LLVMValueRef src = pop_wide(fn, wide_from);
    LLVMValueRef dst = pop_wide(fn, wide_to);
    LLVMValueRef args[] = {const_i32(u, to), const_i32(u, from), dst, src, n};

    (void)call_helper(fn, HELPER_memory_copy, args, 5);
}

static void on_fill(struct fn *fn, uint32_t memory)
{
    bool wide = is_64(fn, memory);
    LLVMValueRef n = pop_wide(fn, wide);
    LLVMValueRef value = pop(fn);
    LLVMValueRef dst = pop_wide(fn, wide);
    LLVMValueRef args[] = {const_i32(fn->u, memory), dst, value, n};

    (void)call_helper(fn, HELPER_memory_fill, args, 4);
}

static void on_init(struct fn *fn, uint32_t memory, uint32_t segment)
{
    struct unit *u = fn->u;
    LLVMValueRef n = pop_wide(fn, false);
    LLVMValueRef src = pop_wide(fn, false);
    LLVMValueRef dst = pop_wide(fn, is_64(fn, memory));
    LLVMValueRef args[] = {const_i32(u, memory), const_i32(u, segment), dst,
                           src, n};

    (void)call_helper(fn, HELPER_memory_init, args, 5);
}

static bool emit_whole(struct fn *fn, const struct instr *in)
{
    LLVMValueRef arg;

    switch (in->op) {
    case OP_MEMORY_SIZE:
        on_size(fn, in->index);
        return true;
    case OP_MEMORY_GROW:
        on_grow(fn, in->index);
        return true;
    case OP_MEMORY_COPY:
        on_copy(fn, in->index, in->index2);
        return true;
    case OP_MEMORY_FILL:
        on_fill(fn, in->index);
        return true;
    case OP_MEMORY_INIT:
        on_init(fn, in->index2, in->index);
        return true;
    case OP_DATA_DROP:
        arg = const_i32(fn->u, in->index);
        (void)call_helper(fn, HELPER_data_drop, &arg, 1);
        return true;
    default:
        return false;
    }
}

bool emit_mem(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;

    switch (in->op) {
    case OP_I32_LOAD:
        on_load(fn, in, u->i32, 4, WHOLE);
        return true;
    case OP_I64_LOAD:
        on_load(fn, in, u->i64, 8, WHOLE);
        return true;
    case OP_F32_LOAD:
        on_load(fn, in, u->f32, 4, WHOLE);
        return true;
    case OP_F64_LOAD:
        on_load(fn, in, u->f64, 8, WHOLE);
        return true;
    case OP_I32_LOAD8_S:
    case OP_I64_LOAD8_S:
        on_load(fn, in, u->i8, 1, SIGNED);
        return true;
    case OP_I32_LOAD8_U:
    case OP_I64_LOAD8_U:
        on_load(fn, in, u->i8, 1, UNSIGNED);
        return true;
    case OP_I32_LOAD16_S:
    case OP_I64_LOAD16_S:
        on_load(fn, in, u->i16, 2, SIGNED);
        return true;
    case OP_I32_LOAD16_U:
    case OP_I64_LOAD16_U:
        on_load(fn, in, u->i16, 2, UNSIGNED);
        return true;
    case OP_I64_LOAD32_S:
        on_load(fn, in, u->i32, 4, SIGNED);
        return true;
    case OP_I64_LOAD32_U:
        on_load(fn, in, u->i32, 4, UNSIGNED);
        return true;
    case OP_I32_STORE:
        on_store(fn, in, u->i32, 4);
        return true;
    case OP_I64_STORE:
        on_store(fn, in, u->i64, 8);
        return true;
    case OP_F32_STORE:
        on_store(fn, in, u->f32, 4);
        return true;
    case OP_F64_STORE:
        on_store(fn, in, u->f64, 8);
        return true;
    case OP_I32_STORE8:
    case OP_I64_STORE8:
        on_store(fn, in, u->i8, 1);
        return true;
    case OP_I32_STORE16:
    case OP_I64_STORE16:
        on_store(fn, in, u->i16, 2);
        return true;
    case OP_I64_STORE32:
        on_store(fn, in, u->i32, 4);
        return true;
    default:
        return emit_whole(fn, in);
    }
}
