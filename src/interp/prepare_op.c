/*
 * prepare_op.c: translation of what has a row in ops.def: arithmetic,
 * comparisons and the branches fused with them, loads and stores.
 */
#include "interp/translate.h"

/* Operand types by the C names that the rows use. */
#define VT_u32 VT_I32
#define VT_u64 VT_I64
#define VT_f32 VT_F32
#define VT_f64 VT_F64

/* The lowest byte of a prefixed opcode, so that one array serves: 0xfc 0x00
 * and following are put behind the one-byte opcodes. */
#define FC(opcode) ((opcode) < 0x100 ? (opcode) : 0x100 + ((opcode) & 0xff))
#define N_FAMILIES 0x120

static const struct family families[N_FAMILIES] = {
#define BIN(name, WASM, in, out, pre, expr)                                    \
    [FC(OP_##WASM)] = {                                                        \
        .kind = FAMILY_BIN, .operand = VT_##in, .base = I_##name##_SS_S},
#define ICMP(name, WASM, in, expr, INVERSE, SWAPPED)                           \
    [FC(OP_##WASM)] = {.kind = FAMILY_COMPARE,                                 \
                       .operand = VT_##in,                                     \
                       .base = I_##name##_SS_S,                                \
                       .br = I_br_##name##_SS_F,                               \
                       .br_not = BR_OF_##INVERSE,                              \
                       .swapped = OP_##SWAPPED},
#define FCMP(name, WASM, in, expr, SWAPPED)                                    \
    [FC(OP_##WASM)] = {.kind = FAMILY_COMPARE,                                 \
                       .operand = VT_##in,                                     \
                       .base = I_##name##_SS_S,                                \
                       .br = I_br_##name##_SS_F,                               \
                       .br_not = I_brn_##name##_SS_F,                          \
                       .swapped = OP_##SWAPPED},
#define UN(name, WASM, in, out, pre, expr)                                     \
    [FC(OP_##WASM)] = {                                                        \
        .kind = FAMILY_UN, .operand = VT_##in, .base = I_##name##_S_S},
#define LOAD(name, WASM, insn, reg)                                            \
    [FC(OP_##WASM)] = {                                                        \
        .kind = FAMILY_LOAD, .operand = VT_I32, .base = I_##name##_S_S},
#define LOADF(name, WASM, type) LOAD(name, WASM, , )
#define STORE(name, WASM, insn, reg)                                           \
    [FC(OP_##WASM)] = {.kind = FAMILY_STORE,                                   \
                       .operand = STORED_##WASM,                               \
                       .base = I_##name##_SS},
/* A constant is written as 32 bits, and stored sign-extended. */
#define STORED_I32_STORE   VT_I32
#define STORED_I64_STORE   VT_I64
#define STORED_I32_STORE8  VT_I32
#define STORED_I32_STORE16 VT_I32
#define STOREF(name, WASM, type)                                               \
    [FC(OP_##WASM)] = {.kind = FAMILY_STOREF, .base = I_##name##_SS},
/* The branch of each integer comparison by its WebAssembly name. */
#define BR_OF_I32_EQ   I_br_i32_eq_SS_F
#define BR_OF_I32_NE   I_br_i32_ne_SS_F
#define BR_OF_I32_LT_S I_br_i32_lt_s_SS_F
#define BR_OF_I32_LT_U I_br_i32_lt_u_SS_F
#define BR_OF_I32_GT_S I_br_i32_gt_s_SS_F
#define BR_OF_I32_GT_U I_br_i32_gt_u_SS_F
#define BR_OF_I32_LE_S I_br_i32_le_s_SS_F
#define BR_OF_I32_LE_U I_br_i32_le_u_SS_F
#define BR_OF_I32_GE_S I_br_i32_ge_s_SS_F
#define BR_OF_I32_GE_U I_br_i32_ge_u_SS_F
#define BR_OF_I64_EQ   I_br_i64_eq_SS_F
#define BR_OF_I64_NE   I_br_i64_ne_SS_F
#define BR_OF_I64_LT_S I_br_i64_lt_s_SS_F
#define BR_OF_I64_LT_U I_br_i64_lt_u_SS_F
#define BR_OF_I64_GT_S I_br_i64_gt_s_SS_F
#define BR_OF_I64_GT_U I_br_i64_gt_u_SS_F
#define BR_OF_I64_LE_S I_br_i64_le_s_SS_F
#define BR_OF_I64_LE_U I_br_i64_le_u_SS_F
#define BR_OF_I64_GE_S I_br_i64_ge_s_SS_F
#define BR_OF_I64_GE_U I_br_i64_ge_u_SS_F
#include "interp/ops.def"
    /* Slots are zero-extended to 64 bits, so that these are the same. */
    [OP_I64_LOAD8_U] = {.kind = FAMILY_LOAD,
                        .operand = VT_I32,
                        .base = I_i32_load8_u_S_S},
    [OP_I64_LOAD16_U] = {.kind = FAMILY_LOAD,
                         .operand = VT_I32,
                         .base = I_i32_load16_u_S_S},
    [OP_I64_LOAD32_U] = {.kind = FAMILY_LOAD,
                         .operand = VT_I32,
                         .base = I_i32_load_S_S},
    [OP_I64_STORE8] = {.kind = FAMILY_STORE,
                       .operand = VT_I32,
                       .base = I_i32_store8_SS},
    [OP_I64_STORE16] = {.kind = FAMILY_STORE,
                        .operand = VT_I32,
                        .base = I_i32_store16_SS},
    [OP_I64_STORE32] = {.kind = FAMILY_STORE,
                        .operand = VT_I32,
                        .base = I_i32_store_SS},
};

/* Binary operations whose operands may change places. */
static bool commutes(uint32_t opcode)
{
    switch (opcode) {
    case OP_I32_ADD:
    case OP_I32_MUL:
    case OP_I32_AND:
    case OP_I32_OR:
    case OP_I32_XOR:
    case OP_I64_ADD:
    case OP_I64_MUL:
    case OP_I64_AND:
    case OP_I64_OR:
    case OP_I64_XOR:
        return true;
    default:
        return false;
    }
}

const struct family *family_of(uint32_t opcode)
{
    uint32_t i = opcode < 0x100 ? opcode : N_FAMILIES;

    if (opcode >= 0xfc0000 && opcode < 0xfc0000 + (N_FAMILIES - 0x100))
        i = FC(opcode);
    return &families[i < N_FAMILIES ? i : 0];
}

/* Units of a constant operand, as loop.c reads it; 0 if it does not fit. */
static uint32_t imm_units(const struct family *family, uint64_t bits)
{
    switch (family->operand) {
    case VT_I64:
        return (int64_t)bits == (int32_t)bits ? 2 : 0;
    case VT_F64:
        return 4;
    default:
        return 2;
    }
}

static void emit_imm(struct translator *tr, uint32_t units, uint64_t bits)
{
    if (units == 4)
        emit_u64(tr, bits);
    else
        emit_u32(tr, (uint32_t)bits);
}

static void swap_top(struct translator *tr)
{
    struct entry *b = top_entry(tr, 0);
    struct entry *a = top_entry(tr, 1);
    struct entry swap = *a;

    *a = *b;
    *b = swap;
}

/* A constant as the left operand goes to the right, if that is possible: only
 * a constant and a local can change places without being moved. */
static const struct family *order_operands(struct translator *tr,
                                           const struct family *family,
                                           uint32_t *opcode)
{
    const struct entry *a = top_entry(tr, 1);
    const struct entry *b = top_entry(tr, 0);

    if (a->place != PLACE_CONST || b->place != PLACE_LOCAL)
        return family;
    if (family->kind == FAMILY_COMPARE) {
        swap_top(tr);
        *opcode = family->swapped;
        return family_of(family->swapped);
    }
    if (commutes(*opcode))
        swap_top(tr);
    return family;
}

/*
 * Emit the operation `base` (a number for FORM_SS) with the top two entries as
 * operands, and drop them.  Forms follow each other at distance `step`.
 */
static uint32_t emit_binary(struct translator *tr, const struct family *family,
                            uint32_t base, uint32_t step, enum form *form)
{
    const struct entry *b = top_entry(tr, 0);
    uint64_t bits = b->bits;
    uint32_t units = b->place == PLACE_CONST ? imm_units(family, bits) : 0;
    uint32_t start, slot_a = 0, slot_b = 0;

    if (units) {
        *form = take_acc(tr, 1) ? FORM_AI : FORM_SI;
    } else if (take_acc(tr, 0)) {
        *form = FORM_SA;
    } else {
        slot_b = entry_slot(tr, 0);
        *form = take_acc(tr, 1) ? FORM_AS : FORM_SS;
    }
    if (*form != FORM_AS && *form != FORM_AI) {
        /* This may emit a constant: the accumulator survives that. */
        slot_a = entry_slot(tr, 1);
    }
    start = emit_op(tr, base + step * *form);
    if (*form != FORM_AS && *form != FORM_AI)
        emit_unit(tr, slot_a);
    if (units)
        emit_imm(tr, units, bits);
    else if (*form != FORM_SA)
        emit_unit(tr, slot_b);
    drop_entries(tr, 2);
    return start;
}

static void emit_bin(struct translator *tr, const struct family *family,
                     uint32_t opcode)
{
    enum form form;
    uint32_t start;

    family = order_operands(tr, family, &opcode);
    start = emit_binary(tr, family, family->base, 2, &form);
    push_result(tr, start, true);
    if (family->kind == FAMILY_COMPARE) {
        tr->last.compare = family;
        tr->last.form = form;
    }
}

static void emit_un(struct translator *tr, const struct family *family)
{
    bool acc = take_acc(tr, 0);
    uint32_t slot = acc ? 0 : entry_slot(tr, 0);
    uint32_t start = emit_op(tr, family->base + (acc ? 2 : 0));

    if (!acc)
        emit_unit(tr, slot);
    drop_entries(tr, 1);
    push_result(tr, start, true);
}

static void emit_load(struct translator *tr, const struct family *family,
                      uint64_t offset)
{
    bool acc = take_acc(tr, 0);
    uint32_t slot = acc ? 0 : entry_slot(tr, 0);
    uint32_t start = emit_op(tr, family->base + (acc ? 2 : 0));

    if (!acc)
        emit_unit(tr, slot);
    emit_u32(tr, (uint32_t)offset);
    drop_entries(tr, 1);
    push_result(tr, start, true);
}

static void emit_store(struct translator *tr, const struct family *family,
                       uint64_t offset)
{
    enum form form;

    (void)emit_binary(tr, family, family->base, 1, &form);
    emit_u32(tr, (uint32_t)offset);
}

/* Float stores have the forms SS, AS and SA. */
static void emit_storef(struct translator *tr, const struct family *family,
                        uint64_t offset)
{
    bool acc_value = take_acc(tr, 0);
    uint32_t value = acc_value ? 0 : entry_slot(tr, 0);
    bool acc_addr = !acc_value && take_acc(tr, 1);
    uint32_t addr = acc_addr ? 0 : entry_slot(tr, 1);

    emit_op(tr, family->base + (acc_value ? 2 : acc_addr ? 1 : 0));
    if (!acc_addr)
        emit_unit(tr, addr);
    if (!acc_value)
        emit_unit(tr, value);
    emit_u32(tr, (uint32_t)offset);
    drop_entries(tr, 2);
}

void emit_family(struct translator *tr, const struct family *family,
                 const struct instr *in)
{
    switch (family->kind) {
    case FAMILY_BIN:
    case FAMILY_COMPARE:
        emit_bin(tr, family, in->op);
        break;
    case FAMILY_UN:
        emit_un(tr, family);
        break;
    case FAMILY_LOAD:
        emit_load(tr, family, in->mem.offset);
        break;
    case FAMILY_STORE:
        emit_store(tr, family, in->mem.offset);
        break;
    default:
        emit_storef(tr, family, in->mem.offset);
        break;
    }
}

void emit_eqz(struct translator *tr, uint32_t equal_opcode)
{
    push_const(tr, 0);
    emit_bin(tr, family_of(equal_opcode), equal_opcode);
}

/* The last instruction is a comparison whose result is the condition: replace
 * it by a branch with the same operands. */
static uint32_t fuse(struct translator *tr, bool not, bool backward)
{
    const struct family *family = tr->last.compare;
    enum form form = tr->last.form;
    uint32_t start = tr->last.start;

    /* The result slot is the last unit; the operands stay where they are. */
    tr->code.n--;
    if (form == FORM_SA) {
        family = family_of(family->swapped);
        form = FORM_AS;
    }
    tr->code.items[start] = (code_unit)((not ? family->br_not : family->br) +
                                        2 * form + (backward ? 1 : 0));
    forget_last(tr);
    return start;
}

uint32_t emit_condition(struct translator *tr, bool not, bool backward)
{
    uint32_t height = height_of(tr) - 1;
    uint32_t start, op;

    if (tr->last.end == tr->code.n && tr->last.height == height &&
        tr->last.compare && top_entry(tr, 0)->place == PLACE_OWN) {
        drop_entries(tr, 1);
        return fuse(tr, not, backward);
    }
    op = not ? I_br_z_S_F : I_br_nz_S_F;
    if (take_acc(tr, 0)) {
        start = emit_op(tr, op + 2 + (backward ? 1 : 0));
    } else {
        uint32_t slot = entry_slot(tr, 0);

        start = emit_op(tr, op + (backward ? 1 : 0));
        emit_unit(tr, slot);
    }
    drop_entries(tr, 1);
    return start;
}
