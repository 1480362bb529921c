/*
 * prepare_simd.c: translation of instructions on vectors, from the rows of
 * simd.def and the signatures of opcodes.def, and of what moves vectors.
 *
 * Every operand is in a slot; a vector's two entries on the operand stack come
 * and go together.
 */
#include "interp/translate.h"

/* The number behind 0xfd to the internal number. */
#define ROW(opcode) ((opcode) & 0xffff)

static const uint16_t rows[OPCODE_N_FD] = {
#define V_ROW(WASM, name) [ROW(OP_##WASM)] = I_##name,
#include "interp/simd.def"
#undef V_ROW
};

/* A memory access has one more operand than its signature says. */
#define MAX_OPERANDS 4

static bool has_address(const struct instr *in)
{
    return in->info->imm == IMM_MEMARG || in->info->imm == IMM_MEMARG_LANE;
}

/* Entries of the operands that the signature tells of. */
static uint32_t operand_entries(const struct instr *in)
{
    uint32_t entries = 0, i;

    for (i = 0; i < in->info->n_in; i++)
        entries += valtype_slots(in->info->in[i]);
    return entries;
}

/*
 * Find the slots of the operands, the deepest first; *n of them.  The address
 * of a load or store of more than a lane can be in any place, which is *at,
 * and then has no slot.  Returns how many entries they are.
 */
static uint32_t find_operands(struct translator *tr, const struct instr *in,
                              uint32_t *slots, uint32_t *n, uint32_t *at)
{
    bool address = has_address(in);
    uint32_t entries = 0, i;

    *n = in->info->n_in + address;
    *at = AT_SLOT;
    for (i = in->info->n_in; i-- > 0;) {
        entries += valtype_slots(in->info->in[i]);
        slots[address + i] = entry_slot(tr, entries - 1);
    }
    if (!address)
        return entries;
    if (in->info->imm == IMM_MEMARG)
        *at = entry_place(tr, entries, PLACES, &slots[0]);
    else
        slots[0] = entry_slot(tr, entries);
    return entries + 1;
}

static void emit_immediates(struct translator *tr, const struct instr *in,
                            uint64_t offset)
{
    if (has_address(in))
        emit_u32(tr, (uint32_t)offset);
    if (in->info->imm == IMM_LANE || in->info->imm == IMM_MEMARG_LANE)
        emit_unit(tr, in->lane);
    if (in->info->imm == IMM_SHUFFLE) {
        emit_u64(tr, in->v128[0]);
        emit_u64(tr, in->v128[1]);
    }
}

/* A vector and a count that is constant: the form behind the other. */
static bool emit_shift(struct translator *tr, const struct instr *in)
{
    const struct entry *count = top_entry(tr, 0);
    uint32_t bits, slot, start;

    if (count->place != PLACE_CONST || in->info->n_in != 2 ||
        in->info->in[1] != VT_I32 || in->info->imm != IMM_NONE)
        return false;
    bits = count->bits & 63;
    slot = entry_slot(tr, 2);
    start = emit_op(tr, rows[ROW(in->op)] + 1u);
    emit_unit(tr, slot);
    emit_unit(tr, bits);
    drop_entries(tr, 3);
    push_wide_result(tr, start);
    return true;
}

void emit_simd(struct translator *tr, const struct instr *in)
{
    uint32_t slots[MAX_OPERANDS];
    uint32_t entries, n, at, start, i;
    uint64_t offset = 0;

    if (in->op == OP_V128_CONST) {
        push_wide_const(tr, in->v128[0], in->v128[1]);
        return;
    }
    if (emit_shift(tr, in))
        return;
    if (has_address(in))
        offset = emit_address(tr, in, operand_entries(in));
    entries = find_operands(tr, in, slots, &n, &at);
    start = emit_op(tr, rows[ROW(in->op)] + at);
    for (i = at == AT_SLOT ? 0 : 1; i < n; i++)
        emit_unit(tr, slots[i]);
    emit_immediates(tr, in, offset);
    drop_entries(tr, entries);
    if (in->info->out == VT_V128)
        push_wide_result(tr, start);
    else if (in->info->out)
        push_result(tr, start, PLACES_RARE);
}

/* The last instruction can write its result, the v128 on top, elsewhere. */
static bool redirect_last(struct translator *tr, uint32_t slot)
{
    if (top_entry(tr, 1)->place != PLACE_OWN || tr->last.end != tr->code.n ||
        tr->last.height != height_of(tr) - 2 || tr->failed)
        return false;
    tr->code.items[tr->code.n - 1] = (code_unit)slot;
    forget_last(tr);
    return true;
}

/* Put the v128 on top, which is no entry's, into a slot. */
static void emit_wide_to(struct translator *tr, uint32_t slot)
{
    const struct entry *low = top_entry(tr, 1);

    if (low->place == PLACE_CONST)
        emit_wide_const(tr, low->bits, top_entry(tr, 0)->bits, slot);
    else if (!redirect_last(tr, slot))
        emit_wide_copy(tr, entry_slot(tr, 1), slot);
}

void emit_return_wide(struct translator *tr)
{
    emit_wide_to(tr, 0);
    emit_return_n(tr);
}

void store_wide_local(struct translator *tr, uint32_t local)
{
    const struct entry *low = top_entry(tr, 1);

    if (low->place == PLACE_LOCAL && low->local == local)
        return;
    settle_local(tr, local);
    emit_wide_to(tr, tr->local_slots[local]);
}

bool place_wide_locals(struct translator *tr, const struct body *body)
{
    const struct functype *type = tr->f->type;
    uint32_t slot = 0, n = 0, run;
    struct iter it;
    valtype local;

    tr->local_wide = calloc(tr->n_locals, sizeof(*tr->local_wide));
    if (!tr->local_wide)
        return false;
    for (; n < type->n_params; n++) {
        tr->local_slots[n] = slot;
        tr->local_wide[n] = type->params[n] == VT_V128;
        slot += valtype_slots(type->params[n]);
    }
    slot = tr->hdr + 1;
    iter_body(&it, tr->module, body);
    while (iter_locals(&it, &run, &local))
        for (; run-- > 0; n++) {
            tr->local_slots[n] = slot;
            tr->local_wide[n] = local == VT_V128;
            slot += valtype_slots(local);
        }
    return true;
}

void emit_wide_global_get(struct translator *tr, uint32_t global)
{
    uint32_t start = emit_op(tr, I_global_get_wide);

    emit_u32(tr, global);
    push_wide_result(tr, start);
}

void emit_wide_global_set(struct translator *tr, uint32_t global)
{
    uint32_t slot = entry_slot(tr, 1);

    emit_op(tr, I_global_set_wide);
    emit_u32(tr, global);
    emit_unit(tr, slot);
    drop_entries(tr, 2);
}

void emit_wide_select(struct translator *tr)
{
    uint32_t condition = entry_slot(tr, 0);
    uint32_t if_zero = entry_slot(tr, 2);
    uint32_t if_not_zero = entry_slot(tr, 4);
    uint32_t start = emit_op(tr, I_select_wide);

    emit_unit(tr, condition);
    emit_unit(tr, if_not_zero);
    emit_unit(tr, if_zero);
    drop_entries(tr, 5);
    push_wide_result(tr, start);
}
