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
#define ROW_BIN(name, WASM, in, n)                                             \
    [FC(OP_##WASM)] = {.kind = FAMILY_BIN,                                     \
                       .operand = VT_##in,                                     \
                       .places = (n),                                          \
                       .results = (n),                                         \
                       .base = I_##name##_SS_S},
#define BIN(name, WASM, in, out, pre, expr) ROW_BIN(name, WASM, in, PLACES)
#define BIN_RARE(name, WASM, in, out, pre, expr)                               \
    ROW_BIN(name, WASM, in, PLACES_RARE)
#if INTERP_REGS
#define INC(name, inverse)                                                     \
    .inc = I_inc_br_##name##_0S, .inc_not = I_inc_br_##inverse##_0S,
#else
#define INC(name, inverse)
#endif
#define ICMP(name, WASM, in, expr, inverse, SWAPPED)                           \
    [FC(OP_##WASM)] = {.kind = FAMILY_COMPARE,                                 \
                       .operand = VT_##in,                                     \
                       .places = PLACES,                                       \
                       .results = PLACES_RARE,                                 \
                       .base = I_##name##_SS_S,                                \
                       .br = I_br_##name##_SS_F,                               \
                       .br_not = I_br_##inverse##_SS_F,                        \
                       INC(name, inverse).swapped = OP_##SWAPPED},
#define FCMP(name, WASM, in, expr, SWAPPED)                                    \
    [FC(OP_##WASM)] = {.kind = FAMILY_COMPARE,                                 \
                       .operand = VT_##in,                                     \
                       .places = PLACES_RARE,                                  \
                       .results = PLACES_RARE,                                 \
                       .base = I_##name##_SS_S,                                \
                       .br = I_br_##name##_SS_F,                               \
                       .br_not = I_brn_##name##_SS_F,                          \
                       .swapped = OP_##SWAPPED},
#define ROW_UN(name, WASM, in, family, n)                                      \
    [FC(OP_##WASM)] = {.kind = (family),                                       \
                       .operand = VT_##in,                                     \
                       .places = (n),                                          \
                       .results = (n),                                         \
                       .base = I_##name##_S_S},
#define UN(name, WASM, in, out, pre, expr)                                     \
    ROW_UN(name, WASM, in, FAMILY_UN, PLACES)
#define UN_RARE(name, WASM, in, out, pre, expr)                                \
    ROW_UN(name, WASM, in, FAMILY_UN, PLACES_RARE)
#define ROW_LOAD(name, WASM, sums, scaleds)                                    \
    [FC(OP_##WASM)] = {.kind = FAMILY_LOAD,                                    \
                       .operand = VT_I32,                                      \
                       .places = PLACES,                                       \
                       .results = PLACES,                                      \
                       .base = I_##name##_S_S,                                 \
                       .sum = (sums),                                          \
                       .scaled = (scaleds)},
#define LOAD_RARE(name, WASM, how) ROW_LOAD(name, WASM, 0, 0)
#define LOAD(name, WASM, how)      ROW_LOAD(name, WASM, I_##name##_add_SS_S, 0)
#define LOADW(name, WASM, how)                                                 \
    ROW_LOAD(name, WASM, I_##name##_add_SS_S, I_##name##_scaled_SS_S)
#define LOADF(name, WASM, type) LOADW(name, WASM, )
#define ROW_STORE(name, WASM, type)                                            \
    [FC(OP_##WASM)] = {.kind = FAMILY_STORE,                                   \
                       .operand = (type),                                      \
                       .places = PLACES,                                       \
                       .base = I_##name##_SS,                                  \
                       .sum = I_##name##_add_SS_S},
#define STORE(name, WASM, how) ROW_STORE(name, WASM, STORED_##WASM)
/* A constant is written as 32 bits, and stored sign-extended. */
#define STORED_I32_STORE   VT_I32
#define STORED_I64_STORE   VT_I64
#define STORED_I32_STORE8  VT_I32
#define STORED_I32_STORE16 VT_I32
#define STOREF(name, WASM, type)                                               \
    [FC(OP_##WASM)] = {.kind = FAMILY_STOREF,                                  \
                       .places = PLACES,                                       \
                       .base = I_##name##_SS,                                  \
                       .sum = I_##name##_add_SS_S},
#include "interp/ops.def"
    /* Slots are zero-extended to 64 bits, so that these are the same. */
    ROW_LOAD(i32_load8_u, I64_LOAD8_U, I_i32_load8_u_add_SS_S, 0)
        ROW_LOAD(i32_load16_u, I64_LOAD16_U, I_i32_load16_u_add_SS_S, 0)
            ROW_LOAD(i32_load, I64_LOAD32_U, I_i32_load_add_SS_S,
                     I_i32_load_scaled_SS_S)
                ROW_STORE(i32_store8, I64_STORE8, VT_I32)
                    ROW_STORE(i32_store16, I64_STORE16, VT_I32)
                        ROW_STORE(i32_store, I64_STORE32, VT_I32)};

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

/* Units of a constant operand, as loop.h reads it; 0 if it does not fit. */
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
 * Emit the operation `base` (the number of its first combination of places)
 * with the top two entries as operands, and drop them.  The combinations of
 * operands follow each other at distance `step`; which it is is returned in
 * `operands`.
 */
static uint32_t emit_binary(struct translator *tr, const struct family *family,
                            uint32_t step, uint32_t *operands)
{
    const struct entry *b = top_entry(tr, 0);
    uint64_t bits = b->bits;
    uint32_t units = b->place == PLACE_CONST ? imm_units(family, bits) : 0;
    uint32_t n = family->places;
    uint32_t start, slot_a, slot_b, at_a, at_b;

    /* What is emitted here to bring an operand into place leaves the
     * accumulator alone. */
    at_b = units ? n : entry_place(tr, 0, n, &slot_b);
    at_a = entry_place(tr, 1, n, &slot_a);
    *operands = at_a * (n + 1) + at_b;
    start = emit_op(tr, family->base + step * *operands);
    if (at_a == AT_SLOT)
        emit_unit(tr, slot_a);
    if (units)
        emit_imm(tr, units, bits);
    else if (at_b == AT_SLOT)
        emit_unit(tr, slot_b);
    drop_entries(tr, 2);
    return start;
}

static enum fusible fusible_of(uint32_t opcode, bool by_constant)
{
    switch (opcode) {
    case OP_I32_ADD:
        return FUSE_SUM;
    case OP_I64_ADD:
        return FUSE_SUM64;
    case OP_I32_AND:
        return FUSE_TEST;
    case OP_I32_SUB:
        return FUSE_DIFF;
    case OP_I32_SHL:
        return by_constant ? FUSE_SHIFT : FUSE_NOTHING;
    case OP_I32_ROTL:
        return by_constant ? FUSE_ROTATE : FUSE_NOTHING;
    case OP_I32_SHR_U:
        return by_constant ? FUSE_SHR : FUSE_NOTHING;
    case OP_I32_MUL:
        return by_constant ? FUSE_MUL : FUSE_NOTHING;
    default:
        return FUSE_NOTHING;
    }
}

/* Subtracting a constant is adding its negative, which fuses with more; and
 * rotating to the right, rotating to the left. */
static const struct family *turn_op(struct translator *tr,
                                    const struct family *family,
                                    uint32_t *opcode)
{
    struct entry *b = top_entry(tr, 0);

    if (b->place != PLACE_CONST)
        return family;
    if (*opcode == OP_I32_SUB) {
        b->bits = (uint32_t)-b->bits;
        *opcode = OP_I32_ADD;
    } else if (*opcode == OP_I64_SUB) {
        b->bits = -b->bits;
        *opcode = OP_I64_ADD;
    } else if (*opcode == OP_I32_ROTR) {
        b->bits = -b->bits & 31;
        *opcode = OP_I32_ROTL;
    } else if (*opcode == OP_I64_ROTR) {
        b->bits = -b->bits & 63;
        *opcode = OP_I64_ROTL;
    }
    return family_of(*opcode);
}

static void emit_bin(struct translator *tr, const struct family *family,
                     uint32_t opcode)
{
    uint32_t start, operands;
    bool compares;

    family = turn_op(tr, family, &opcode);
    family = order_operands(tr, family, &opcode);
    if (fuse_pair(tr, opcode) || (opcode == OP_I32_ADD && fuse_global_get(tr)))
        return;
    compares = family->kind == FAMILY_COMPARE;
    start = emit_binary(tr, family, family->results, &operands);
    push_result(tr, start, family->results);
    tr->last.operands = operands;
    tr->last.family = family;
    tr->last.fusible =
        compares ? FUSE_COMPARE
                 : fusible_of(opcode, operands % (PLACES + 1) == PLACES);
    tr->last.movable = !compares && family->places == PLACES;
}

/* --- Fusing with the last instruction --- */

uint32_t fuse_last(struct translator *tr, uint32_t op)
{
    uint32_t start = tr->last.start;

    tr->code.items[start] = (code_unit)op;
    tr->code.n--;
    tr->op_start = start;
    tr->fused = start;
    forget_last(tr);
    return start;
}

void fuse_binary(struct translator *tr, uint32_t op, uint32_t at, uint32_t slot,
                 uint64_t bits)
{
    uint32_t start = fuse_last(tr, op);

    if (at == PLACES)
        emit_u32(tr, (uint32_t)bits);
    else if (at == AT_SLOT)
        emit_unit(tr, slot);
    drop_entries(tr, 2);
    push_result(tr, start, PLACES);
}

/* i32.add of the last instruction, a shift by a constant, and something that
 * is not put anywhere for this. */
static bool fuse_shift(struct translator *tr)
{
    uint32_t below = can_fuse(tr, 0, FUSE_SHIFT) ? 0 : 1;
    uint32_t operands = tr->last.operands - PLACES;
    const struct entry *other = top_entry(tr, 1 - below);
    uint32_t at = PLACES, slot = 0;
    bool constant = other->place == PLACE_CONST;
    uint64_t bits = other->bits;

    if (!can_fuse(tr, below, FUSE_SHIFT))
        return false;
    if (!constant)
        at = entry_place(tr, 1 - below, PLACES, &slot);
    operands += at;
    fuse_binary(tr, I_shl_add_SS_S + operands * PLACES, at, slot, bits);
    tr->last.fusible = FUSE_SCALED;
    tr->last.operands = operands;
    return true;
}

/* What a load that was emitted fuses with; of a sum, an operand and a constant,
 * or of one operand. */
static void set_load_fusible(struct translator *tr, const struct family *family,
                             uint32_t operands, bool sum)
{
    tr->last.operands = operands;
    if (family->base == I_i32_load_S_S)
        tr->last.fusible = sum ? FUSE_LOAD_SUM : FUSE_LOAD;
    else if (family->base == I_f64_load_S_S)
        tr->last.fusible = sum ? FUSE_LOADF_SUM : FUSE_LOADF;
    else if (family->base == I_i32_load8_u_S_S && !sum)
        tr->last.fusible = FUSE_LOAD8;
}

/* i32.load from where the last instruction, one too, has loaded. */
static bool fuse_load_load(struct translator *tr, const struct family *family,
                           uint64_t offset)
{
    uint32_t start;

    if (family->base != I_i32_load_S_S || !can_fuse(tr, 0, FUSE_LOAD))
        return false;
    start = fuse_last(tr, I_load_load_S_S + tr->last.operands * PLACES);
    tr->fused = (uint32_t)tr->code.n; /* the units of this load */
    drop_entries(tr, 1);
    emit_u32(tr, (uint32_t)offset);
    push_result(tr, start, PLACES);
    return true;
}

static bool fuse_load(struct translator *tr, const struct family *family,
                      uint64_t offset)
{
    uint32_t start, op, operands = tr->last.operands;
    bool shift = family->scaled && can_fuse(tr, 0, FUSE_SHIFT);

    if (family->sum && can_fuse(tr, 0, FUSE_SUM))
        op = family->sum;
    else if (shift || (family->scaled && can_fuse(tr, 0, FUSE_SCALED)))
        op = family->scaled;
    else
        return false;
    start = fuse_last(tr, op + operands * PLACES);
    if (shift)
        emit_u32(tr, 0);
    drop_entries(tr, 1);
    emit_u32(tr, (uint32_t)offset);
    push_result(tr, start, family->results);
    if (op == family->sum && operands % (PLACES + 1) == PLACES)
        set_load_fusible(tr, family, operands, true);
    return true;
}

/* The value must be something that need not be put anywhere for this. */
static bool fuse_store(struct translator *tr, const struct family *family,
                       uint64_t offset)
{
    const struct entry *value = top_entry(tr, 0);
    uint64_t bits = value->bits;
    uint32_t places = family->kind == FAMILY_STORE ? PLACES + 1 : PLACES;
    uint32_t units = 0, at = PLACES, slot = 0;

    if (!can_fuse(tr, 1, FUSE_SUM) || value->place == PLACE_OWN)
        return false;
    if (value->place == PLACE_LOCAL)
        at = entry_place(tr, 0, PLACES, &slot);
    else if (family->kind == FAMILY_STORE)
        units = imm_units(family, bits);
    if (at == PLACES && !units)
        return false;
    (void)fuse_last(tr, family->sum + tr->last.operands * places + at);
    if (units)
        emit_imm(tr, units, bits);
    else if (at == AT_SLOT)
        emit_unit(tr, slot);
    emit_u32(tr, (uint32_t)offset);
    drop_entries(tr, 2);
    return true;
}

/* Begin an instruction with one operand. */
static uint32_t emit_unary(struct translator *tr, const struct family *family)
{
    uint32_t slot;
    uint32_t at = entry_place(tr, 0, family->places, &slot);
    uint32_t start = emit_op(tr, family->base + at * family->results);

    if (at == AT_SLOT)
        emit_unit(tr, slot);
    drop_entries(tr, 1);
    return start;
}

static void emit_un(struct translator *tr, const struct family *family)
{
    uint32_t start = emit_unary(tr, family);

    push_result(tr, start, family->results);
}

/* Is the entry `below` the top, an address, a constant that fits with the
 * offset where the offset stands otherwise? */
static bool is_fixed(struct translator *tr, uint32_t below, uint64_t *offset)
{
    const struct entry *address = top_entry(tr, below);

    if (address->place != PLACE_CONST || address->bits + *offset > UINT32_MAX)
        return false;
    *offset += address->bits;
    return true;
}

static void emit_load_op(struct translator *tr, const struct family *family,
                         uint64_t offset)
{
    uint32_t start, at, slot = 0;

    if (fuse_load(tr, family, offset) || fuse_load_load(tr, family, offset))
        return;
    at = is_fixed(tr, 0, &offset) ? PLACES : entry_place(tr, 0, PLACES, &slot);
    start = emit_op(tr, family->base + at * PLACES);
    if (at == AT_SLOT)
        emit_unit(tr, slot);
    drop_entries(tr, 1);
    emit_u32(tr, (uint32_t)offset);
    push_result(tr, start, PLACES);
    if (at < PLACES)
        set_load_fusible(tr, family, at, false);
}

static void emit_store(struct translator *tr, const struct family *family,
                       uint64_t offset)
{
    const struct entry *value = top_entry(tr, 0);
    uint64_t bits = value->bits;
    bool floats = family->kind == FAMILY_STOREF;
    uint32_t units =
        value->place == PLACE_CONST && !floats ? imm_units(family, bits) : 0;
    uint32_t at_value, at_addr, slot_value, slot_addr;
    bool simple, two; /* two: the last instruction is one, too */

    if (fuse_store(tr, family, offset) ||
        (family->base == I_i32_store_SS && fuse_load_store(tr, offset)))
        return;
    at_value = units ? PLACES : entry_place(tr, 0, PLACES, &slot_value);
    at_addr = is_fixed(tr, 1, &offset) ? PLACES
                                       : entry_place(tr, 1, PLACES, &slot_addr);
    simple = family->base == I_i32_store_SS && at_value == AT_SLOT &&
             at_addr <= AT_ACC;
    two = simple && at_addr == AT_SLOT && tr->store_end == tr->code.n &&
          !tr->failed;
    if (two)
        tr->code.items[tr->op_start] =
            tr->store_acc ? I_store_two_A : I_store_two_S;
    else
        emit_op(tr, family->base + at_addr * (PLACES + !floats) + at_value);
    if (at_addr == AT_SLOT)
        emit_unit(tr, slot_addr);
    if (units)
        emit_imm(tr, units, bits);
    else if (at_value == AT_SLOT)
        emit_unit(tr, slot_value);
    emit_u32(tr, (uint32_t)offset);
    drop_entries(tr, 2);
    if (simple && !two) {
        tr->store_end = (uint32_t)tr->code.n;
        tr->store_acc = at_addr == AT_ACC;
    }
}

void emit_family(struct translator *tr, const struct family *family,
                 const struct instr *in)
{
    switch (family->kind) {
    case FAMILY_BIN:
        if (in->op == OP_I32_ADD && fuse_shift(tr))
            break;
        FALLTHROUGH;
    case FAMILY_COMPARE:
        emit_bin(tr, family, in->op);
        break;
    case FAMILY_UN:
        emit_un(tr, family);
        break;
    case FAMILY_LOAD:
        emit_load_op(tr, family, emit_address(tr, in, 0));
        break;
    default:
        emit_store(tr, family, emit_address(tr, in, 1));
        break;
    }
}

void emit_eqz(struct translator *tr, uint32_t equal_opcode)
{
    push_const(tr, 0);
    emit_bin(tr, family_of(equal_opcode), equal_opcode);
}

/* --- Branches --- */

/* What a branch fuses with: the last instruction, or, if that only compares
 * with zero what the one before left in the accumulator, that one. */
static void skip_zero_test(struct translator *tr, bool *not)
{
    const struct last *last = &tr->last;
    bool equal = last->family == family_of(OP_I32_EQ);

    if (last->fusible != FUSE_COMPARE || tr->acc_from.end != last->start ||
        (tr->acc_from.fusible != FUSE_COMPARE &&
         tr->acc_from.fusible != FUSE_TEST &&
         tr->acc_from.fusible != FUSE_LOAD &&
         tr->acc_from.fusible != FUSE_LOAD8) ||
        (!equal && last->family != family_of(OP_I32_NE)) ||
        last->operands != AT_ACC * (PLACES + 1) + PLACES ||
        tr->code.items[last->start + 1] || tr->code.items[last->start + 2])
        return;
    *not ^= equal;
    tr->last = tr->acc_from;
    /* As if its result were in a slot again. */
    tr->last.end++;
    tr->code.n = tr->last.end;
}

/* The last instruction compares the register that the one before counts up:
 * one instruction for both and the branch. */
static bool fuse_increment(struct translator *tr, bool not, uint32_t *start)
{
    const struct family *family = tr->last.family;
    uint32_t at_b = tr->last.operands % (PLACES + 1);
    uint32_t from = tr->last.start + 1, to = tr->increment.start + 3;

    if (tr->last.fusible != FUSE_COMPARE || !family->inc ||
        tr->increment.end != tr->last.start || at_b == AT_ACC ||
        tr->last.operands / (PLACES + 1) != AT_REG + tr->increment.reg)
        return false;
    *start = tr->increment.start;
    tr->code.items[*start] =
        (code_unit)((not ? family->inc_not : family->inc) +
                    tr->increment.reg * (PLACES + 1) + at_b);
    while (from < tr->code.n - 1)
        tr->code.items[to++] = tr->code.items[from++];
    tr->code.n = to;
    tr->op_start = *start;
    tr->fused = *start;
    forget_all(tr);
    return true;
}

/* The last instruction's result is the condition. */
static uint32_t fuse_branch(struct translator *tr, bool not, bool backward)
{
    const struct family *family;
    uint32_t op, start;
    bool traps;

    skip_zero_test(tr, &not);
    if (backward &&
        (fuse_increment(tr, not, &start) || fuse_step(tr, not, &start)))
        return start;
    family = tr->last.family;
    switch (tr->last.fusible) {
    case FUSE_TEST:
        op = not ? I_br_test_not_SS_F : I_br_test_SS_F;
        break;
    case FUSE_LOAD:
        op = not ? I_br_load_not_S_F : I_br_load_S_F;
        break;
    case FUSE_LOAD8:
        op = not ? I_br_load8_not_S_F : I_br_load8_S_F;
        break;
    default:
        op = not ? family->br_not : family->br;
        break;
    }
    traps = tr->last.fusible == FUSE_LOAD || tr->last.fusible == FUSE_LOAD8;
    start = fuse_last(tr, op + 2 * tr->last.operands + (backward ? 1 : 0));
    if (traps)
        tr->fused = UINT32_MAX; /* it is the load's offset that counts */
    return start;
}

/* The condition is the register that the last instruction counts up. */
static bool fuse_count(struct translator *tr, uint32_t at, bool not,
                       uint32_t *start)
{
    const struct family *family = family_of(OP_I32_NE);

    if (fuse_count_two(tr, at, not, start))
        return true;
    if (!family->inc || tr->increment.end != tr->code.n ||
        at != AT_REG + tr->increment.reg)
        return false;
    *start = tr->increment.start;
    tr->code.items[*start] =
        (code_unit)((not ? family->inc_not : family->inc) +
                    tr->increment.reg * (PLACES + 1) + PLACES);
    tr->fused = *start;
    emit_u32(tr, 0);
    forget_all(tr);
    return true;
}

uint32_t emit_condition(struct translator *tr, bool not, bool backward)
{
    uint32_t start, at, slot;

    if (can_fuse(tr, 0, FUSE_COMPARE) || can_fuse(tr, 0, FUSE_TEST) ||
        can_fuse(tr, 0, FUSE_LOAD) || can_fuse(tr, 0, FUSE_LOAD8)) {
        drop_entries(tr, 1);
        return fuse_branch(tr, not, backward);
    }
    at = entry_place(tr, 0, PLACES, &slot);
    if (backward && fuse_count(tr, at, not, &start)) {
        drop_entries(tr, 1);
        return start;
    }
    start = emit_op(tr, (not ? I_br_z_S_F : I_br_nz_S_F) + 2 * at +
                            (backward ? 1 : 0));
    if (at == AT_SLOT)
        emit_unit(tr, slot);
    drop_entries(tr, 1);
    return start;
}
