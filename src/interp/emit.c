/*
 * emit.c: code units, the operand stack of the translator, and where its
 * entries are; see translate.h.
 */
#include "base/limits.h"
#include "interp/translate.h"

void emit_unit(struct translator *tr, uint32_t unit)
{
    if (unit > UINT16_MAX || !vec_push(&tr->code, (code_unit)unit))
        tr->failed = true;
}

void emit_u32(struct translator *tr, uint32_t value)
{
    emit_unit(tr, value & 0xffff);
    emit_unit(tr, value >> 16);
}

void emit_u64(struct translator *tr, uint64_t value)
{
    emit_u32(tr, (uint32_t)value);
    emit_u32(tr, (uint32_t)(value >> 32));
}

void forget_starts(struct translator *tr, uint32_t end)
{
    while (tr->starts.n > 0 &&
           (tr->starts.items[tr->starts.n - 1] > tr->op_start ||
            tr->starts.items[tr->starts.n - 1] >= end))
        tr->starts.n--;
}

/* The unit at `at` is removed. */
static void move_starts(struct translator *tr, uint32_t at)
{
    size_t i = tr->starts.n, to;

    while (i > 0 && tr->starts.items[i - 1] >= at)
        i--;
    for (to = i; i < tr->starts.n; i++)
        if (tr->starts.items[i] > at)
            tr->starts.items[to++] = tr->starts.items[i] - 1;
    tr->starts.n = to;
}

uint32_t emit_op(struct translator *tr, uint32_t op)
{
    uint32_t start = (uint32_t)tr->code.n;

    forget_starts(tr, start);
    if (!vec_push(&tr->starts, start))
        tr->failed = true;
    emit_unit(tr, op);
    tr->op_start = start;
    return start;
}

void remove_unit(struct translator *tr, uint32_t at)
{
    code_unit *unit = &tr->code.items[at];
    uint32_t *origin;

    move_starts(tr, at);
    tr->code.n--;
    memmove(unit, unit + 1, (tr->code.n - at) * sizeof(*unit));
    if (at >= tr->origins.n)
        return;
    tr->origins.n--;
    origin = &tr->origins.items[at];
    memmove(origin, origin + 1, (tr->origins.n - at) * sizeof(*origin));
}

uint32_t own_slot(const struct translator *tr, uint32_t height)
{
    return tr->base + height;
}

uint32_t height_of(const struct translator *tr)
{
    return (uint32_t)tr->stack.n;
}

struct entry *top_entry(struct translator *tr, uint32_t below)
{
    assert(below < tr->stack.n);
    return &tr->stack.items[tr->stack.n - 1 - below];
}

static void push(struct translator *tr, struct entry entry)
{
    if (!vec_push(&tr->stack, entry)) {
        tr->failed = true;
        return;
    }
    tr->max_height = MAX(tr->max_height, height_of(tr));
    if (tr->base + tr->max_height > LIMIT_FRAME_SLOTS)
        tr->failed = true;
}

void push_own(struct translator *tr)
{
    struct entry entry = {.place = PLACE_OWN};

    push(tr, entry);
}

void push_local(struct translator *tr, uint32_t local)
{
    struct entry entry = {.place = PLACE_LOCAL, .local = local};

    push(tr, entry);
    tr->local_refs[local]++;
}

void push_const(struct translator *tr, uint64_t bits)
{
    struct entry entry = {.place = PLACE_CONST, .bits = bits};

    push(tr, entry);
}

bool top_is_wide(const struct translator *tr)
{
    return tr->stack.n > 0 &&
           tr->stack.items[tr->stack.n - 1].place == PLACE_HIGH;
}

bool is_wide(const struct translator *tr, uint32_t height)
{
    return height + 1 < tr->stack.n &&
           tr->stack.items[height + 1].place == PLACE_HIGH;
}

static void push_high(struct translator *tr, uint64_t bits)
{
    struct entry entry = {.place = PLACE_HIGH, .bits = bits};

    push(tr, entry);
}

void push_wide_own(struct translator *tr)
{
    push_own(tr);
    push_high(tr, 0);
}

void push_wide_local(struct translator *tr, uint32_t local)
{
    push_local(tr, local);
    push_high(tr, 0);
}

void push_wide_const(struct translator *tr, uint64_t low, uint64_t high)
{
    push_const(tr, low);
    push_high(tr, high);
}

void push_types(struct translator *tr, const valtype *types, uint32_t n)
{
    uint32_t i;

    for (i = 0; i < n; i++) {
        if (types[i] == VT_V128)
            push_wide_own(tr);
        else
            push_own(tr);
    }
}

void drop_entries(struct translator *tr, uint32_t n)
{
    while (n-- > 0 && !tr->failed) {
        const struct entry *entry = top_entry(tr, 0);

        if (entry->place == PLACE_LOCAL)
            tr->local_refs[entry->local]--;
        tr->stack.n--;
    }
    tr->settled = MIN(tr->settled, height_of(tr));
}

void emit_result(struct translator *tr, uint32_t start, uint32_t height,
                 uint32_t results)
{
    emit_unit(tr, own_slot(tr, height));
    if (tr->last.end == start)
        tr->prev = tr->last;
    else if (tr->last.start != start) /* else it replaces the last */
        tr->prev.end = UINT32_MAX;
    tr->last.movable = false;
    tr->last.start = start;
    tr->last.end = (uint32_t)tr->code.n;
    tr->last.height = height;
    tr->last.results = results;
    tr->last.fusible = FUSE_NOTHING;
}

void push_result(struct translator *tr, uint32_t start, uint32_t results)
{
    emit_result(tr, start, height_of(tr), results);
    push_own(tr);
}

void push_wide_result(struct translator *tr, uint32_t start)
{
    push_result(tr, start, 1);
    push_high(tr, 0);
}

void forget_last(struct translator *tr)
{
    tr->last.end = UINT32_MAX;
}

void forget_all(struct translator *tr)
{
    forget_last(tr);
    tr->prev.end = UINT32_MAX;
    tr->acc_from.end = UINT32_MAX;
    tr->acc_local.end = UINT32_MAX;
    tr->increment.end = UINT32_MAX;
    tr->call_end = UINT32_MAX;
    tr->copy_end = UINT32_MAX;
    tr->copies_end = UINT32_MAX;
    tr->store_end = UINT32_MAX;
    tr->step.end = UINT32_MAX;
    tr->inc_two.end = UINT32_MAX;
    tr->copy_reg.end = UINT32_MAX;
    tr->save_reg.end = UINT32_MAX;
}

/* Is the entry at this height the result of the instruction emitted last? */
static bool is_last_result(const struct translator *tr, uint32_t height)
{
    return tr->last.end == tr->code.n && tr->last.height == height &&
           tr->stack.items[height].place == PLACE_OWN;
}

bool can_fuse(const struct translator *tr, uint32_t below, enum fusible how)
{
    uint32_t height = height_of(tr) - 1 - below;

    return is_last_result(tr, height) && tr->last.fusible == how && !tr->failed;
}

void emit_copy(struct translator *tr, uint32_t from, uint32_t to)
{
    if (from == to)
        return;
    if (tr->copy_end == tr->code.n && !tr->failed) {
        tr->code.items[tr->op_start] = I_copy_two;
        tr->copy_end = UINT32_MAX;
        tr->copies_end = (uint32_t)tr->code.n + 2;
    } else {
        emit_op(tr, I_copy_S_S);
        tr->copy_end = (uint32_t)tr->code.n + 2;
    }
    emit_unit(tr, from);
    emit_unit(tr, to);
}

void emit_wide_copy(struct translator *tr, uint32_t from, uint32_t to)
{
    if (from == to)
        return;
    emit_op(tr, I_copy_wide);
    emit_unit(tr, from);
    emit_unit(tr, to);
}

void emit_wide_const(struct translator *tr, uint64_t low, uint64_t high,
                     uint32_t to)
{
    emit_op(tr, I_const_wide);
    emit_u64(tr, low);
    emit_u64(tr, high);
    emit_unit(tr, to);
}

void emit_copy_n(struct translator *tr, uint32_t from, uint32_t to, uint32_t n)
{
    if (n == 0 || from == to)
        return;
    if (n == 1) {
        emit_copy(tr, from, to);
        return;
    }
    emit_op(tr, I_copy_n);
    emit_unit(tr, from);
    emit_unit(tr, to);
    emit_unit(tr, n);
}

/* A constant to a slot, or with a place that is a register, to that. */
static void emit_const_to(struct translator *tr, uint64_t bits, uint32_t place)
{
    if (bits == (uint32_t)bits || (int64_t)bits == (int32_t)bits) {
        emit_op(tr,
                (bits == (uint32_t)bits ? I_const_u32_S : I_const32_S) + place);
        emit_u32(tr, (uint32_t)bits);
    } else {
        emit_op(tr, I_const64_S + place);
        emit_u64(tr, bits);
    }
}

void emit_const(struct translator *tr, uint64_t bits, uint32_t to)
{
    emit_const_to(tr, bits, AT_SLOT);
    emit_unit(tr, to);
}

/* --- Registers --- */

/* The register of the local, or NO_REG; is it a float's? */
static uint32_t reg_of(const struct translator *tr, uint32_t local,
                       bool *is_float)
{
    uint32_t reg = tr->regs[local];

    *is_float = reg != NO_REG && reg < tr->region->floats.n &&
                tr->region->floats.locals[reg] == local;
    return reg;
}

/* Emit a copy from a place to a place, without the slots. */
static void emit_move(struct translator *tr, bool is_float, uint32_t from,
                      uint32_t to)
{
    emit_op(tr, (is_float ? I_copyf_S_S : I_copy_S_S) + from * PLACES + to);
}

#if INTERP_REGS

/* An integer register to a slot; together with one before. */
static void save_reg(struct translator *tr, uint32_t reg, uint32_t to)
{
    if (tr->save_reg.end == tr->code.n && !tr->failed) {
        tr->code.items[tr->op_start] =
            (code_unit)(I_copy_regs_00 + tr->save_reg.which * INTERP_REGS +
                        reg);
        tr->save_reg.end = UINT32_MAX;
    } else {
        emit_move(tr, false, AT_REG + reg, AT_SLOT);
        tr->save_reg.end = (uint32_t)tr->code.n + 1;
        tr->save_reg.which = reg;
    }
    emit_unit(tr, to);
}

/* The last instruction adds a constant to a register: together with another
 * such before it, one instruction. */
static void note_increment(struct translator *tr, uint32_t reg, bool wide)
{
    struct increment *before = &tr->increment;
    uint32_t start = tr->last.start;

    if (before->end == start && !before->wide && !wide && before->reg != reg) {
        tr->code.items[before->start] =
            (code_unit)(I_inc_two_00 + before->reg * INTERP_REGS + reg);
        remove_unit(tr, start);
        tr->op_start = before->start;
        tr->inc_two.end = (uint32_t)tr->code.n;
        tr->inc_two.which = before->reg * INTERP_REGS + reg;
        before->end = UINT32_MAX;
        return;
    }
    before->start = start;
    before->end = (uint32_t)tr->code.n;
    before->reg = reg;
    before->wide = wide;
}

#else

static void save_reg(struct translator *tr, uint32_t reg, uint32_t to)
{
    (void)tr, (void)reg, (void)to;
}

static void note_increment(struct translator *tr, uint32_t reg, bool wide)
{
    (void)tr, (void)reg, (void)wide;
}

#endif

/* A local to a slot. */
static void copy_local(struct translator *tr, uint32_t local, uint32_t to)
{
    bool is_float;
    uint32_t reg = reg_of(tr, local, &is_float);

    if (reg == NO_REG) {
        emit_copy(tr, tr->local_slots[local], to);
        return;
    }
    if (!is_float) {
        save_reg(tr, reg, to);
        return;
    }
    emit_move(tr, is_float, AT_REG + reg, AT_SLOT);
    emit_unit(tr, to);
}

/* The result of the last instruction, which has been made to write the register
 * `reg`, was an addition to it, or to another: fuse it with more. */
static void note_sum(struct translator *tr, uint32_t reg)
{
    uint32_t at_a = tr->last.operands / (PLACES + 1);
    uint32_t at_b = tr->last.operands % (PLACES + 1);

    if (at_a == AT_REG + reg && at_b == PLACES)
        note_increment(tr, reg, tr->last.fusible == FUSE_SUM64);
    if (tr->last.fusible != FUSE_SUM || at_b == PLACES)
        return;
    if (at_b == AT_REG + reg) {
        at_b = at_a;
        at_a = AT_REG + reg;
    }
    if (at_a != AT_REG + reg || at_b == AT_ACC)
        return;
    tr->step.start = tr->last.start;
    tr->step.end = (uint32_t)tr->code.n;
    tr->step.reg = reg;
    tr->step_by = at_b;
}

/* The top entry to the register of a local. */
static void store_reg(struct translator *tr, uint32_t reg, bool is_float)
{
    const struct entry *top = top_entry(tr, 0);
    uint32_t place, slot;

    if (top->place == PLACE_CONST) {
        if (is_float) {
#if INTERP_REGS
            emit_op(tr, I_constf_0 + reg);
#endif
            emit_u64(tr, top->bits);
        } else {
            emit_const_to(tr, top->bits, AT_REG + reg);
        }
        return;
    }
    if (top->place == PLACE_OWN && tr->last.end == tr->code.n &&
        tr->last.height == height_of(tr) - 1 && tr->last.results == PLACES &&
        !tr->failed) {
        tr->code.items[tr->last.start] =
            (code_unit)(tr->code.items[tr->last.start] + AT_REG + reg);
        tr->code.n--;
        if (tr->last.fusible == FUSE_SUM || tr->last.fusible == FUSE_SUM64)
            note_sum(tr, reg);
        forget_last(tr);
        return;
    }
    place = entry_place(tr, 0, PLACES, &slot);
    emit_move(tr, is_float, place, AT_REG + reg);
    if (place == AT_SLOT)
        emit_unit(tr, slot);
    if (place >= AT_REG && !is_float) {
        tr->copy_reg.end = (uint32_t)tr->code.n;
        tr->copy_reg.which = (place - AT_REG) * INTERP_REGS + reg;
    }
}

/* The last instruction has put a value both into the slot of a local and into
 * the accumulator. */
static void note_acc_local(struct translator *tr, uint32_t local)
{
    tr->acc_local.local = local;
    tr->acc_local.end = (uint32_t)tr->code.n;
}

/* The top entry to the slot of a local. */
static void store_slot(struct translator *tr, uint32_t local)
{
    const struct entry *top = top_entry(tr, 0);
    uint32_t to = tr->local_slots[local];

    if (top->place == PLACE_CONST) {
        emit_const(tr, top->bits, to);
    } else if (top->place == PLACE_LOCAL) {
        copy_local(tr, top->local, to);
    } else if (tr->last.end == tr->code.n &&
               tr->last.height == height_of(tr) - 1 && !tr->failed) {
        /* The last instruction writes the local instead. */
        tr->code.items[tr->code.n - 1] = (code_unit)to;
        if (tr->last.results >= PLACES_RARE)
            note_acc_local(tr, local);
        forget_last(tr);
    } else if (take_acc(tr, 0)) {
        emit_move(tr, false, AT_ACC, AT_SLOT);
        emit_unit(tr, to);
        note_acc_local(tr, local);
    } else {
        emit_copy(tr, own_slot(tr, height_of(tr) - 1), to);
    }
}

/* Does the top entry become the value of a local that still has what it began
 * with, zero?  What was executed is what was translated, outside of loops. */
static bool is_first_zero(const struct translator *tr, uint32_t local)
{
    const struct entry *top = &tr->stack.items[tr->stack.n - 1];

    return top->place == PLACE_CONST && top->bits == 0 && tr->open_loops == 0 &&
           local >= tr->f->type->n_params && !tr->written[local];
}

/* settle_local, in front of the last instruction if that gives the top entry,
 * which can then be written where it belongs.  The slots that are written are
 * not in use yet. */
static void settle_before(struct translator *tr, uint32_t local)
{
    uint32_t start = tr->last.start, end = (uint32_t)tr->code.n, n, i;
    code_unit units[12];

    if (tr->local_refs[local] == 0 || tr->last.end != end ||
        tr->last.height != height_of(tr) - 1 || !tr->last.movable ||
        end - start > countof(units) || tr->failed) {
        settle_local(tr, local);
        return;
    }
    memcpy(units, &tr->code.items[start], (end - start) * sizeof(*units));
    tr->code.n = start;
    /* op_start is not of what ends there. */
    tr->copy_end = UINT32_MAX;
    tr->save_reg.end = UINT32_MAX;
    settle_local(tr, local);
    n = (uint32_t)tr->code.n - start;
    tr->last.start = emit_op(tr, units[0]);
    for (i = 1; i < end - start; i++)
        emit_unit(tr, units[i]);
    tr->last.end = end + n;
}

void store_local(struct translator *tr, uint32_t local)
{
    const struct entry *top = top_entry(tr, 0);
    bool is_float;
    uint32_t reg = reg_of(tr, local, &is_float);

    if ((top->place == PLACE_LOCAL && top->local == local) ||
        is_first_zero(tr, local))
        return;
    tr->written[local] = true;
    settle_before(tr, local);
    if (reg == NO_REG)
        store_slot(tr, local);
    else
        store_reg(tr, reg, is_float);
}

#if INTERP_REGS

void emit_regs(struct translator *tr, uint32_t op, uint32_t n,
               const uint32_t *locals)
{
    uint32_t i;

    if (n == 0)
        return;
    emit_op(tr, op + n - 1);
    for (i = 0; i < n; i++)
        emit_unit(tr, tr->local_slots[locals[i]]);
}

void emit_save(struct translator *tr)
{
    const struct region *region = tr->region;

    if (!region)
        return;
    emit_regs(tr, I_save_0, region->ints.n_written, region->ints.locals);
    emit_regs(tr, I_savef_0, region->floats.n_written, region->floats.locals);
}

void emit_load(struct translator *tr)
{
    const struct region *region = tr->region;

    if (!region)
        return;
    emit_regs(tr, I_load_0, region->ints.n, region->ints.locals);
    emit_regs(tr, I_loadf_0, region->floats.n, region->floats.locals);
}

#else

void emit_save(struct translator *tr)
{
    (void)tr;
}

void emit_load(struct translator *tr)
{
    (void)tr;
}

#endif

/* --- Places of entries --- */

/* settle_entry for a v128, whose lower entry this is. */
static void settle_wide(struct translator *tr, uint32_t height)
{
    struct entry *entry = &tr->stack.items[height];

    if (entry->place == PLACE_LOCAL) {
        emit_wide_copy(tr, tr->local_slots[entry->local], own_slot(tr, height));
        tr->local_refs[entry->local]--;
    } else if (entry->place == PLACE_CONST) {
        emit_wide_const(tr, entry->bits, entry[1].bits, own_slot(tr, height));
    }
    entry->place = PLACE_OWN;
}

void settle_entry(struct translator *tr, uint32_t height)
{
    struct entry *entry = &tr->stack.items[height];

    if (entry->place == PLACE_OWN || entry->place == PLACE_HIGH)
        return;
    if (is_wide(tr, height)) {
        settle_wide(tr, height);
        return;
    }
    if (entry->place == PLACE_LOCAL) {
        copy_local(tr, entry->local, own_slot(tr, height));
        tr->local_refs[entry->local]--;
    } else if (entry->place == PLACE_CONST) {
        emit_const(tr, entry->bits, own_slot(tr, height));
    }
    entry->place = PLACE_OWN;
}

void settle(struct translator *tr, uint32_t below, uint32_t n)
{
    uint32_t end = height_of(tr) - below;
    uint32_t height;

    for (height = MAX(end - n, tr->settled); height < end; height++)
        settle_entry(tr, height);
}

void settle_all(struct translator *tr, uint32_t below)
{
    settle(tr, below, height_of(tr) - below);
    tr->settled = MAX(tr->settled, height_of(tr) - below);
}

void settle_local(struct translator *tr, uint32_t local)
{
    uint32_t height = height_of(tr);

    while (tr->local_refs[local] > 0) {
        struct entry *entry = &tr->stack.items[--height];

        if (entry->place == PLACE_LOCAL && entry->local == local)
            settle_entry(tr, height);
    }
}

bool take_acc(struct translator *tr, uint32_t below)
{
    uint32_t height = height_of(tr) - 1 - below;

    if (tr->call_end == tr->code.n && tr->call_height == height &&
        tr->stack.items[height].place == PLACE_OWN)
        return !tr->failed;
    if (!is_last_result(tr, height) || tr->last.results < PLACES_RARE ||
        tr->failed)
        return false;
    /* The form that follows, without the result slot at the end. */
    tr->code.items[tr->last.start]++;
    tr->code.n--;
    tr->acc_from = tr->last;
    tr->acc_from.end = (uint32_t)tr->code.n;
    forget_last(tr);
    return true;
}

uint32_t entry_slot(struct translator *tr, uint32_t below)
{
    uint32_t height = height_of(tr) - 1 - below;
    const struct entry *entry = &tr->stack.items[height];

    if (entry->place == PLACE_LOCAL && tr->regs[entry->local] == NO_REG)
        return tr->local_slots[entry->local];
    settle_entry(tr, height);
    return own_slot(tr, height);
}

uint32_t entry_place(struct translator *tr, uint32_t below, uint32_t places,
                     uint32_t *slot)
{
    const struct entry *entry = top_entry(tr, below);

    if (entry->place == PLACE_LOCAL && places == PLACES &&
        tr->regs[entry->local] != NO_REG)
        return AT_REG + tr->regs[entry->local];
    if (entry->place == PLACE_LOCAL && tr->acc_local.end == tr->code.n &&
        tr->acc_local.local == entry->local && !tr->failed)
        return AT_ACC;
    if (take_acc(tr, below))
        return AT_ACC;
    *slot = entry_slot(tr, below);
    return AT_SLOT;
}
