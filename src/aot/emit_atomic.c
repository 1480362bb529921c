/*
 * emit_atomic.c: the threads proposal.
 *
 * As in interp/op_atomic.h: sequentially consistent; an address that is not
 * aligned traps, before one that is out of bounds if the memory has a guard,
 * after it if bounds are checked.
 */
#include "aot/places.h"

enum kind {
    ATOMIC_NONE,
    ATOMIC_LOAD,
    ATOMIC_STORE,
    ATOMIC_RMW,
    ATOMIC_CMPXCHG,
};

struct row {
    uint8_t kind;
    uint8_t what; /* LLVMAtomicRMWBinOp */
};

/* The number behind 0xfe. */
#define ROW(opcode) ((opcode) & 0xffff)

#define R(OP, ...) [ROW(OP_##OP)] = {__VA_ARGS__}
#define RMW(op, what)                                                          \
    R(I32_ATOMIC_RMW_##op, ATOMIC_RMW, what),                                  \
        R(I64_ATOMIC_RMW_##op, ATOMIC_RMW, what),                              \
        R(I32_ATOMIC_RMW8_##op##_U, ATOMIC_RMW, what),                         \
        R(I32_ATOMIC_RMW16_##op##_U, ATOMIC_RMW, what),                        \
        R(I64_ATOMIC_RMW8_##op##_U, ATOMIC_RMW, what),                         \
        R(I64_ATOMIC_RMW16_##op##_U, ATOMIC_RMW, what),                        \
        R(I64_ATOMIC_RMW32_##op##_U, ATOMIC_RMW, what)

static const struct row rows[OPCODE_N_FE] = {
    R(I32_ATOMIC_LOAD, ATOMIC_LOAD, 0),
    R(I64_ATOMIC_LOAD, ATOMIC_LOAD, 0),
    R(I32_ATOMIC_LOAD8_U, ATOMIC_LOAD, 0),
    R(I32_ATOMIC_LOAD16_U, ATOMIC_LOAD, 0),
    R(I64_ATOMIC_LOAD8_U, ATOMIC_LOAD, 0),
    R(I64_ATOMIC_LOAD16_U, ATOMIC_LOAD, 0),
    R(I64_ATOMIC_LOAD32_U, ATOMIC_LOAD, 0),
    R(I32_ATOMIC_STORE, ATOMIC_STORE, 0),
    R(I64_ATOMIC_STORE, ATOMIC_STORE, 0),
    R(I32_ATOMIC_STORE8, ATOMIC_STORE, 0),
    R(I32_ATOMIC_STORE16, ATOMIC_STORE, 0),
    R(I64_ATOMIC_STORE8, ATOMIC_STORE, 0),
    R(I64_ATOMIC_STORE16, ATOMIC_STORE, 0),
    R(I64_ATOMIC_STORE32, ATOMIC_STORE, 0),
    RMW(ADD, LLVMAtomicRMWBinOpAdd),
    RMW(SUB, LLVMAtomicRMWBinOpSub),
    RMW(AND, LLVMAtomicRMWBinOpAnd),
    RMW(OR, LLVMAtomicRMWBinOpOr),
    RMW(XOR, LLVMAtomicRMWBinOpXor),
    RMW(XCHG, LLVMAtomicRMWBinOpXchg),
    R(I32_ATOMIC_RMW_CMPXCHG, ATOMIC_CMPXCHG, 0),
    R(I64_ATOMIC_RMW_CMPXCHG, ATOMIC_CMPXCHG, 0),
    R(I32_ATOMIC_RMW8_CMPXCHG_U, ATOMIC_CMPXCHG, 0),
    R(I32_ATOMIC_RMW16_CMPXCHG_U, ATOMIC_CMPXCHG, 0),
    R(I64_ATOMIC_RMW8_CMPXCHG_U, ATOMIC_CMPXCHG, 0),
    R(I64_ATOMIC_RMW16_CMPXCHG_U, ATOMIC_CMPXCHG, 0),
    R(I64_ATOMIC_RMW32_CMPXCHG_U, ATOMIC_CMPXCHG, 0),
};

/* The part of memory that the instruction accesses. */
static LLVMTypeRef cell_type(struct unit *u, const struct instr *in)
{
    return LLVMIntTypeInContext(u->ctx, 8u << in->info->align);
}

/* Pop the index: the host address, aligned.  Without a guard right behind the
 * memory's reach the bounds come first: a load finds them out. */
static LLVMValueRef address(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    uint32_t bytes = 1u << in->info->align;
    LLVMValueRef index = top(fn, 0);
    LLVMTypeRef type = LLVMTypeOf(index);
    LLVMValueRef at = emit_address(fn, in, bytes);
    LLVMValueRef low;

    if (bytes == 1)
        return at;
    if (in->index != 0 && type == u->i32) {
        (void)emit_load(fn, cell_type(u, in), at);
        note_place(fn);
    }
    low = LLVMBuildAdd(u->b, index,
                       LLVMConstInt(type, in->mem.offset & (bytes - 1), false),
                       "");
    low = LLVMBuildAnd(u->b, low, LLVMConstInt(type, bytes - 1, false), "");
    trap_if(fn, LLVMBuildICmp(u->b, LLVMIntNE, low, LLVMConstNull(type), ""),
            TRAP_UNALIGNED_ATOMIC);
    return at;
}

/* Pop a value, wrapped to what the cell holds. */
static LLVMValueRef pop_cell(struct fn *fn, const struct instr *in)
{
    return LLVMBuildIntCast2(fn->u->b, pop(fn), cell_type(fn->u, in), false,
                             "");
}

static void push_cell(struct fn *fn, const struct instr *in, LLVMValueRef cell)
{
    struct unit *u = fn->u;

    push(fn,
         LLVMBuildIntCast2(u->b, cell, unit_type(u, in->info->out), false, ""));
}

static const LLVMAtomicOrdering order =
    LLVMAtomicOrderingSequentiallyConsistent;

static void finish_access(struct fn *fn, const struct instr *in,
                          LLVMValueRef access)
{
    unit_alias(fn->u, access, ALIAS_MEMORY);
    LLVMSetAlignment(access, 1u << in->info->align);
    places_keep(fn->u, access, fn->offset);
}

static void on_load(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    LLVMValueRef at = address(fn, in);
    LLVMValueRef load = LLVMBuildLoad2(u->b, cell_type(u, in), at, "");

    LLVMSetOrdering(load, order);
    finish_access(fn, in, load);
    push_cell(fn, in, load);
}

static void on_store(struct fn *fn, const struct instr *in)
{
    LLVMValueRef value = pop_cell(fn, in);
    LLVMValueRef at = address(fn, in);
    LLVMValueRef store = LLVMBuildStore(fn->u->b, value, at);

    LLVMSetOrdering(store, order);
    finish_access(fn, in, store);
}

static void on_rmw(struct fn *fn, const struct instr *in,
                   LLVMAtomicRMWBinOp what)
{
    LLVMValueRef value, at, rmw;

    value = pop_cell(fn, in);
    at = address(fn, in);
    rmw = LLVMBuildAtomicRMW(fn->u->b, what, at, value, order, false);

    finish_access(fn, in, rmw);
    push_cell(fn, in, rmw);
}

/* The expected value is wrapped to the width of the access. */
static void on_cmpxchg(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    LLVMValueRef value = pop_cell(fn, in);
    LLVMValueRef expected = pop_cell(fn, in);
    LLVMValueRef at = address(fn, in);
    LLVMValueRef pair =
        LLVMBuildAtomicCmpXchg(u->b, at, expected, value, order, order, false);

    finish_access(fn, in, pair);
    push_cell(fn, in, LLVMBuildExtractValue(u->b, pair, 0, ""));
}

/* --- Waiting: the runtime checks the address --- */

static void on_wait(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    LLVMValueRef args[5];

    args[4] = const_i32(u, 8u << in->info->align);
    args[3] = pop(fn);
    args[2] = LLVMBuildIntCast2(u->b, pop(fn), u->i64, false, "");
    args[1] = emit_effective(fn, in, pop(fn));
    args[0] = const_i32(u, in->index);
    push(fn, call_helper(fn, HELPER_atomic_wait, args, 5));
}

static void on_notify(struct fn *fn, const struct instr *in)
{
    struct unit *u = fn->u;
    LLVMValueRef args[3];

    args[2] = pop(fn);
    args[1] = emit_effective(fn, in, pop(fn));
    args[0] = const_i32(u, in->index);
    push(fn, call_helper(fn, HELPER_atomic_notify, args, 3));
}

bool emit_atomic(struct fn *fn, const struct instr *in)
{
    const struct row *row;

    if (in->op >> 16 != 0xfe)
        return false;
    row = &rows[ROW(in->op)];
    switch ((enum kind)row->kind) {
    case ATOMIC_LOAD:
        on_load(fn, in);
        return true;
    case ATOMIC_STORE:
        on_store(fn, in);
        return true;
    case ATOMIC_RMW:
        on_rmw(fn, in, (LLVMAtomicRMWBinOp)row->what);
        return true;
    case ATOMIC_CMPXCHG:
        on_cmpxchg(fn, in);
        return true;
    case ATOMIC_NONE:
        break;
    }
    switch (in->op) {
    case OP_MEMORY_ATOMIC_NOTIFY:
        on_notify(fn, in);
        return true;
    case OP_MEMORY_ATOMIC_WAIT32:
    case OP_MEMORY_ATOMIC_WAIT64:
        on_wait(fn, in);
        return true;
    case OP_ATOMIC_FENCE:
        (void)LLVMBuildFence(fn->u->b, order, false, "");
        return true;
    default:
        return false;
    }
}
