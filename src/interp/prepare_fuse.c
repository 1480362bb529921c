/*
 * prepare_fuse.c: translation of what does the work of two instructions: the
 * rows of fused.def, globals, and calls, returns and jumps back with what is
 * before them.  Comparisons, loads and stores are in prepare_op.c.
 */
#include "interp/translate.h"

/* --- Pairs --- */

/* Where a first instruction has its operand: `last.operands` counts
 * combinations, or only that one. */
struct pair {
    uint32_t second; /* opcode */
    uint8_t fusible; /* the first */
    bool single;
    bool constants; /* may the second's other operand be one? */
    uint16_t base;
};

static const struct pair pairs[] = {
#define PAIR(name, FUSE, SECOND, expr)                                         \
    {OP_##SECOND, FUSE_##FUSE, false, false, I_##name##_SS_S},
#define PAIR_CONST(name, FUSE, SECOND, expr)                                   \
    {OP_##SECOND, FUSE_##FUSE, false, true, I_##name##_SS_S},
#define LOAD_PAIR(name, FUSE, SECOND, expr)                                    \
    {OP_##SECOND, FUSE_##FUSE, true, false, I_##name##_SS_S},                  \
        {OP_##SECOND, FUSE_##FUSE##_SUM, false, false, I_##name##_sum_SS_S},
#define LOAD_PAIR_CONST(name, FUSE, SECOND, expr)                              \
    {OP_##SECOND, FUSE_##FUSE, true, true, I_##name##_SS_S},                   \
        {OP_##SECOND, FUSE_##FUSE##_SUM, false, true, I_##name##_sum_SS_S},
#define LOADF_PAIR(name, FUSE, SECOND, expr) LOAD_PAIR(name, FUSE, SECOND, expr)
#include "interp/fused.def"
};

/* The pair that the last instruction, whose result is `below` the top, makes
 * with the operation on the top two entries. */
static const struct pair *find_pair(const struct translator *tr,
                                    uint32_t opcode, uint32_t below)
{
    size_t i;

    for (i = 0; i < countof(pairs); i++)
        if (pairs[i].second == opcode &&
            can_fuse(tr, below, (enum fusible)pairs[i].fusible))
            return &pairs[i];
    return NULL;
}

/*
 * The entry at a height is the result of the instruction before the last one,
 * which is to be read from the accumulator instead of its slot: what is in
 * between, the last instruction, does not touch that.
 */
static bool take_prev(struct translator *tr, uint32_t height)
{
    struct last *prev = &tr->prev, *last = &tr->last;

    if (tr->failed || tr->stack.items[height].place != PLACE_OWN)
        return false;
    if (tr->call_end == last->start && tr->call_height == height)
        return true;
    if (prev->end != last->start || prev->height != height ||
        prev->results < PLACES_RARE)
        return false;
    tr->code.items[prev->start]++;
    remove_unit(tr, prev->end - 1);
    last->start--;
    last->end--;
    prev->end = UINT32_MAX;
    return true;
}

/* The place of the entry at `below`, if nothing has to be emitted for it. */
static bool find_place(struct translator *tr, uint32_t below, uint32_t *at,
                       uint32_t *slot)
{
    const struct entry *entry = top_entry(tr, below);

    if (entry->place == PLACE_LOCAL) {
        *at = entry_place(tr, below, PLACES, slot);
        return true;
    }
    if (entry->place != PLACE_OWN)
        return false;
    *at = AT_ACC;
    if (!take_prev(tr, height_of(tr) - 1 - below))
        *slot = entry_slot(tr, below), *at = AT_SLOT;
    return true;
}

bool fuse_pair(struct translator *tr, uint32_t opcode)
{
    const struct pair *pair = find_pair(tr, opcode, 0);
    uint32_t below = pair ? 0 : 1;
    uint32_t at_x, at_y = PLACES, slot = 0, op;
    uint64_t bits;
    bool constant;

    if (!pair)
        pair = find_pair(tr, opcode, 1);
    if (!pair)
        return false;
    constant = top_entry(tr, 1 - below)->place == PLACE_CONST;
    bits = top_entry(tr, 1 - below)->bits;
    if (constant ? !pair->constants : !find_place(tr, 1 - below, &at_y, &slot))
        return false;
    at_x = pair->single ? tr->last.operands : tr->last.operands / (PLACES + 1);
    op = pair->base + (at_x * (PLACES + pair->constants) + at_y) * PLACES;
    fuse_binary(tr, op, at_y, slot, bits);
    /* If there is a load it is its offset that counts. */
    tr->fused = UINT32_MAX;
    return true;
}

/* --- Ends of loops --- */

#if INTERP_REGS

/* What STEP compares, and the distance of its forms. */
static const struct {
    uint32_t opcode;
    uint16_t base;
} steps[] = {
#define STEP(name, COMPARE, expr) {OP_##COMPARE, I_##name##_0SS},
#include "interp/fused.def"
};
#define STEPS_BY     (INTERP_REGS + 1)
#define STEPS_BOUNDS (INTERP_REGS + 2)

/* Places of an operand that is not the accumulator, by number. */
static uint32_t step_place(uint32_t at)
{
    return at == AT_SLOT ? 0 : at - 1;
}

bool fuse_step(struct translator *tr, bool not, uint32_t *start)
{
    uint32_t at_b = tr->last.operands % (PLACES + 1);
    size_t i;

    if (not || tr->last.fusible != FUSE_COMPARE ||
        tr->step.end != tr->last.start || at_b == AT_ACC ||
        tr->last.operands / (PLACES + 1) != AT_REG + tr->step.reg)
        return false;
    for (i = 0; i < countof(steps); i++)
        if (family_of(steps[i].opcode) == tr->last.family)
            break;
    if (i == countof(steps))
        return false;
    *start = tr->step.start;
    tr->code.items[*start] =
        (code_unit)(steps[i].base +
                    (tr->step.reg * STEPS_BY + step_place(tr->step_by)) *
                        STEPS_BOUNDS +
                    step_place(at_b));
    /* Without the number of the comparison and its result. */
    tr->code.n--;
    remove_unit(tr, tr->last.start);
    tr->op_start = *start;
    forget_all(tr);
    return true;
}

bool fuse_count_two(struct translator *tr, uint32_t at, bool not,
                    uint32_t *start)
{
    if (not || tr->inc_two.end != tr->code.n ||
        at != AT_REG + tr->inc_two.which % INTERP_REGS || tr->failed)
        return false;
    *start = tr->op_start;
    tr->code.items[*start] =
        (code_unit)(I_inc_two_br_nz_00 + tr->inc_two.which);
    forget_all(tr);
    return true;
}

uint32_t emit_jump_back(struct translator *tr)
{
    uint32_t end = (uint32_t)tr->code.n;
    uint32_t op;

    if (tr->failed)
        return 0;
    if (tr->increment.end == end && !tr->increment.wide)
        op = I_inc_jump_0 + tr->increment.reg;
    else if (tr->inc_two.end == end)
        op = I_inc_two_jump_00 + tr->inc_two.which;
    else if (tr->copy_reg.end == end)
        op = I_copy_jump_00 + tr->copy_reg.which;
    else
        return emit_op(tr, I_br_L);
    tr->code.items[tr->op_start] = (code_unit)op;
    return tr->op_start;
}

#else

bool fuse_step(struct translator *tr, bool not, uint32_t *start)
{
    (void)tr, (void)not, (void)start;
    return false;
}

bool fuse_count_two(struct translator *tr, uint32_t at, bool not,
                    uint32_t *start)
{
    (void)tr, (void)at, (void)not, (void)start;
    return false;
}

uint32_t emit_jump_back(struct translator *tr)
{
    return emit_op(tr, I_br_L);
}

#endif

/* --- Loads and stores --- */

bool fuse_load_store(struct translator *tr, uint64_t offset)
{
    uint32_t at, slot;

    if (!can_fuse(tr, 0, FUSE_LOAD) || !find_place(tr, 1, &at, &slot))
        return false;
    (void)fuse_last(tr, I_load_store_SS + tr->last.operands * PLACES + at);
    tr->fused = (uint32_t)tr->code.n; /* the units of the store */
    if (at == AT_SLOT)
        emit_unit(tr, slot);
    emit_u32(tr, (uint32_t)offset);
    drop_entries(tr, 2);
    return true;
}

/* --- Globals --- */

bool fuse_global_get(struct translator *tr)
{
    const struct entry *top = top_entry(tr, 0);

    if (top->place != PLACE_CONST || !can_fuse(tr, 1, FUSE_GLOBAL))
        return false;
    fuse_binary(tr, I_global_add_S, PLACES, 0, top->bits);
    return true;
}

/* Has the last instruction put the sum of the global and a constant into the
 * slot of the local on top? */
static bool is_global_sum(struct translator *tr, uint32_t global)
{
    const struct entry *top = top_entry(tr, 0);
    const code_unit *op = &tr->code.items[tr->op_start];

    return !tr->failed && top->place == PLACE_LOCAL &&
           tr->acc_local.end == tr->code.n &&
           tr->acc_local.local == top->local && *op == I_global_add_S &&
           (op[1] | (uint32_t)op[2] << 16) == global;
}

bool fuse_global_set(struct translator *tr, uint32_t global)
{
    uint32_t at = tr->last.operands / (PLACES + 1);

    if (is_global_sum(tr, global)) {
        tr->code.items[tr->op_start] = I_global_step;
    } else if (can_fuse(tr, 0, FUSE_SUM) &&
               tr->last.operands % (PLACES + 1) == PLACES) {
        (void)fuse_last(tr, I_global_set_add_S + at);
        emit_u32(tr, global);
    } else {
        return false;
    }
    drop_entries(tr, 1);
    return true;
}

/* --- Calls and returns --- */

/* With the copy, addition or load before it. */
static bool fuse_call(struct translator *tr)
{
    uint32_t op, end = (uint32_t)tr->code.n;

    if (tr->failed)
        return false;
    if (tr->copy_end == end)
        op = I_call_copy;
    else if (tr->copies_end == end)
        op = I_call_copy_two;
    else if (tr->last.end == end && tr->last.fusible == FUSE_SUM &&
             tr->last.operands == AT_SLOT * (PLACES + 1) + PLACES)
        op = I_call_add;
    else if (tr->last.end == end && tr->last.fusible == FUSE_LOAD &&
             tr->last.operands == AT_SLOT)
        op = I_call_load;
    else
        return false;
    tr->code.items[tr->op_start] = (code_unit)op;
    return true;
}

#if INTERP_REGS

/* Does the call save integer registers and no others? */
static bool saves_ints(const struct translator *tr)
{
    return tr->region && tr->region->ints.n_written > 0 &&
           tr->region->floats.n_written == 0;
}

void emit_call(struct translator *tr)
{
    if (saves_ints(tr)) {
        emit_regs(tr, I_call_save_0, tr->region->ints.n_written,
                  tr->region->ints.locals);
        return;
    }
    emit_save(tr);
    if (!fuse_call(tr))
        emit_op(tr, I_call);
}

void emit_call_indirect(struct translator *tr)
{
    if (saves_ints(tr)) {
        emit_regs(tr, I_call_indirect_save_0, tr->region->ints.n_written,
                  tr->region->ints.locals);
        return;
    }
    emit_save(tr);
    emit_op(tr, I_call_indirect);
}

#else

void emit_call(struct translator *tr)
{
    if (!fuse_call(tr))
        emit_op(tr, I_call);
}

void emit_call_indirect(struct translator *tr)
{
    emit_op(tr, I_call_indirect);
}

#endif

bool fuse_return(struct translator *tr, uint32_t n, uint32_t form)
{
    uint32_t at_a = tr->last.operands / (PLACES + 1);
    uint32_t at_b = tr->last.operands % (PLACES + 1);
    uint32_t op;

    if (can_fuse(tr, 0, FUSE_LOAD)) {
        (void)fuse_last(tr, I_return_load_S_any + tr->last.operands * n + form);
        tr->fused = UINT32_MAX; /* it is the load's offset that counts */
        return true;
    }
    if (can_fuse(tr, 0, FUSE_SUM))
        op = I_return_add_SS_any;
    else if (can_fuse(tr, 0, FUSE_DIFF))
        op = I_return_sub_SS_any;
    else
        return false;
    if (at_a >= PLACES_RARE || (at_b >= PLACES_RARE && at_b != PLACES))
        return false;
    if (at_b == PLACES)
        at_b = PLACES_RARE;
    (void)fuse_last(tr, op + (at_a * (PLACES_RARE + 1) + at_b) * n + form);
    return true;
}
