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

uint32_t emit_op(struct translator *tr, uint32_t op)
{
    uint32_t start = (uint32_t)tr->code.n;

    emit_unit(tr, op);
    return start;
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

void push_result(struct translator *tr, uint32_t start, bool acc)
{
    emit_unit(tr, own_slot(tr, height_of(tr)));
    if (acc) {
        tr->last.start = start;
        tr->last.end = (uint32_t)tr->code.n;
        tr->last.height = height_of(tr);
        tr->last.compare = NULL;
    }
    push_own(tr);
}

void forget_last(struct translator *tr)
{
    tr->last.end = UINT32_MAX;
}

/* Is the entry at this height the result of the instruction emitted last? */
static bool is_last_result(const struct translator *tr, uint32_t height)
{
    return tr->last.end == tr->code.n && tr->last.height == height &&
           tr->stack.items[height].place == PLACE_OWN;
}

void emit_copy(struct translator *tr, uint32_t from, uint32_t to)
{
    if (from == to)
        return;
    emit_op(tr, I_copy);
    emit_unit(tr, from);
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

void emit_const(struct translator *tr, uint64_t bits, uint32_t to)
{
    if (bits == (uint32_t)bits || (int64_t)bits == (int32_t)bits) {
        emit_op(tr, bits == (uint32_t)bits ? I_const_u32 : I_const32);
        emit_u32(tr, (uint32_t)bits);
    } else {
        emit_op(tr, I_const64);
        emit_u64(tr, bits);
    }
    emit_unit(tr, to);
}

void settle_entry(struct translator *tr, uint32_t height)
{
    struct entry *entry = &tr->stack.items[height];

    if (entry->place == PLACE_LOCAL) {
        emit_copy(tr, tr->local_slots[entry->local], own_slot(tr, height));
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

    if (!is_last_result(tr, height) || tr->failed)
        return false;
    /* The form that follows, without the result slot at the end. */
    tr->code.items[tr->last.start]++;
    tr->code.n--;
    forget_last(tr);
    return true;
}

uint32_t entry_slot(struct translator *tr, uint32_t below)
{
    uint32_t height = height_of(tr) - 1 - below;
    const struct entry *entry = &tr->stack.items[height];

    if (entry->place == PLACE_LOCAL)
        return tr->local_slots[entry->local];
    if (entry->place == PLACE_CONST)
        settle_entry(tr, height);
    return own_slot(tr, height);
}
