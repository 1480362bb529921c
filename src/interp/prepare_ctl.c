/*
 * prepare_ctl.c: translation of control flow: branches, returns, blocks, and
 * the loops whose locals are in registers (regs.h).
 *
 * A branch forward waits in a list, threaded through the fixups, for its label
 * to be bound.  One that leaves a loop with registers goes by way of code at
 * its end, which writes them to the slots of their locals.
 */
#include "interp/translate.h"

struct ctl *ctl_at(struct translator *tr, uint32_t label)
{
    return &tr->ctl.items[tr->ctl.n - 1 - label];
}

static bool is_body(const struct translator *tr, const struct ctl *ctl)
{
    return ctl == tr->ctl.items;
}

uint32_t label_arity(const struct ctl *ctl)
{
    return ctl->kind == OP_LOOP ? ctl->type->param_slots
                                : ctl->type->result_slots;
}

/* --- Branch offsets --- */

static void patch_offset(struct translator *tr, uint32_t start, uint32_t at,
                         uint32_t target)
{
    uint32_t offset = target - start;

    if (tr->failed)
        return;
    tr->code.items[at] = (code_unit)offset;
    tr->code.items[at + 1] = (code_unit)(offset >> 16);
}

void emit_forward(struct translator *tr, uint32_t start, uint32_t *list)
{
    struct fixup fixup = {start, (uint32_t)tr->code.n, *list};

    emit_u32(tr, 0);
    if (!vec_push(&tr->fixups, fixup)) {
        tr->failed = true;
        return;
    }
    *list = (uint32_t)tr->fixups.n - 1;
}

void bind_branches(struct translator *tr, uint32_t *list)
{
    while (*list != NO_FIXUP) {
        const struct fixup *fixup = &tr->fixups.items[*list];

        patch_offset(tr, fixup->start, fixup->at, (uint32_t)tr->code.n);
        *list = fixup->next;
    }
    forget_all(tr);
}

/* Does a branch to the label leave the region (regs.h)? */
static bool is_outside(const struct translator *tr, const struct ctl *ctl)
{
    return tr->region && ctl < &tr->ctl.items[tr->region_ctl];
}

bool is_backward(const struct translator *tr, const struct ctl *ctl)
{
    return ctl->kind == OP_LOOP && !is_outside(tr, ctl);
}

/* Emit the offset of a branch to the label; out of the region by way of code
 * at its end. */
void emit_target(struct translator *tr, uint32_t start, struct ctl *ctl)
{
    if (is_outside(tr, ctl)) {
        if (ctl->exit == NO_FIXUP &&
            !vec_push(&tr->exits, (uint32_t)(ctl - tr->ctl.items)))
            tr->failed = true;
        emit_forward(tr, start, &ctl->exit);
    } else if (ctl->kind == OP_LOOP) {
        emit_u32(tr, ctl->start - start);
    } else {
        emit_forward(tr, start, &ctl->fixups);
    }
}

/* --- Branches --- */

static bool is_float(valtype type)
{
    return type == VT_F32 || type == VT_F64;
}

/* Frequent places of the return address have forms of their own. */
#define HDR_FORMS 5

static uint32_t hdr_form(const struct translator *tr)
{
    return tr->hdr + 1 < HDR_FORMS ? tr->hdr + 1 : 0;
}

static void emit_hdr(struct translator *tr)
{
    if (hdr_form(tr) == 0)
        emit_unit(tr, tr->hdr);
}

static void emit_return_one(struct translator *tr, valtype type)
{
    const struct entry *entry = top_entry(tr, 0);
    uint64_t bits = entry->bits;
    bool floats = is_float(type);
    uint32_t base = floats ? I_returnf_S_any : I_return_S_any;
    uint32_t at, slot;

    if (fuse_return(tr, HDR_FORMS, hdr_form(tr))) {
        emit_hdr(tr);
        return;
    }
    if (entry->place == PLACE_CONST && (floats || bits == (uint32_t)bits))
        at = PLACES;
    else
        at = entry_place(tr, 0, PLACES, &slot);
    emit_op(tr, base + at * HDR_FORMS + hdr_form(tr));
    if (at == AT_SLOT)
        emit_unit(tr, slot);
    else if (at == PLACES && floats)
        emit_u64(tr, bits);
    else if (at == PLACES)
        emit_u32(tr, (uint32_t)bits);
    emit_hdr(tr);
}

void emit_return_n(struct translator *tr)
{
    emit_op(tr, I_return_n_any + hdr_form(tr));
    emit_hdr(tr);
}

void emit_return(struct translator *tr)
{
    const struct functype *type = tr->f->type;
    uint32_t n = type->result_slots;

    if (n == 1) {
        emit_return_one(tr, type->results[0]);
        return;
    }
    if (type->n_results == 1) {
        emit_return_wide(tr);
        return;
    }
    settle(tr, 0, n);
    emit_copy_n(tr, own_slot(tr, height_of(tr) - n), 0, n);
    emit_return_n(tr);
}

void emit_br(struct translator *tr, struct ctl *ctl)
{
    uint32_t n = label_arity(ctl);
    uint32_t start;

    if (is_body(tr, ctl)) {
        emit_return(tr);
        return;
    }
    settle(tr, 0, n);
    emit_copy_n(tr, own_slot(tr, height_of(tr) - n), own_slot(tr, ctl->height),
                n);
    start = is_backward(tr, ctl) ? emit_jump_back(tr) : emit_op(tr, I_br_F);
    emit_target(tr, start, ctl);
}

bool needs_moves(struct translator *tr, const struct ctl *ctl, uint32_t height)
{
    uint32_t n = label_arity(ctl);

    return is_body(tr, ctl) || (n > 0 && height - n != ctl->height);
}

void on_br_if(struct translator *tr, struct ctl *ctl)
{
    uint32_t start, skip = NO_FIXUP;

    settle(tr, 1, label_arity(ctl));
    if (needs_moves(tr, ctl, height_of(tr) - 1)) {
        start = emit_condition(tr, true, false);
        emit_forward(tr, start, &skip);
        emit_br(tr, ctl);
        bind_branches(tr, &skip);
        return;
    }
    start = emit_condition(tr, false, is_backward(tr, ctl));
    emit_target(tr, start, ctl);
}

/* Emit the offset for one label of a br_table; labels that need moves lead to
 * stubs behind the table, noted here and emitted by on_br_table. */
static void emit_table_target(struct translator *tr, uint32_t start,
                              struct ctl *ctl)
{
    if (needs_moves(tr, ctl, height_of(tr))) {
        if (ctl->stub_of != start) {
            ctl->stub_of = start;
            ctl->stub = NO_FIXUP;
        }
        emit_forward(tr, start, &ctl->stub);
    } else {
        emit_target(tr, start, ctl);
    }
}

void on_br_table(struct translator *tr, const struct instr *in)
{
    const uint8_t *p = in->labels.bytes;
    uint32_t start, i, index, at;

    /* What the labels take is settled once, before the table. */
    settle_all(tr, 1);
    at = entry_place(tr, 0, PLACES, &index);
    drop_entries(tr, 1);
    start = emit_op(tr, I_br_table_S + at);
    if (at == AT_SLOT)
        emit_unit(tr, index);
    emit_u32(tr, in->labels.n);
    for (i = 0; i <= in->labels.n && !tr->failed; i++)
        emit_table_target(tr, start, ctl_at(tr, leb_get_u32(&p)));
    p = in->labels.bytes;
    for (i = 0; i <= in->labels.n && !tr->failed; i++) {
        struct ctl *ctl = ctl_at(tr, leb_get_u32(&p));

        if (ctl->stub_of == start && ctl->stub != NO_FIXUP) {
            bind_branches(tr, &ctl->stub);
            emit_br(tr, ctl);
        }
    }
    tr->dead = true;
}

/* --- Blocks --- */

void push_ctl(struct translator *tr, uint32_t kind, const struct functype *type)
{
    struct ctl ctl = {
        .kind = (uint8_t)kind,
        .type = type,
        .fixups = NO_FIXUP,
        .if_not = NO_FIXUP,
        .exit = NO_FIXUP,
        .stub = NO_FIXUP,
        .stub_of = UINT32_MAX,
        .outer_try = tr->in_try,
        .own_try = tr->in_try,
    };

    ctl.height = height_of(tr) - (kind == OP_END ? 0 : type->param_slots);
    ctl.start = (uint32_t)tr->code.n;
    if (!vec_push(&tr->ctl, ctl))
        tr->failed = true;
}

/* --- Regions --- */

static void set_regs(struct translator *tr, const struct reg_class *class,
                     bool on)
{
    uint32_t i;

    for (i = 0; i < class->n; i++)
        tr->regs[class->locals[i]] = on ? (uint8_t)i : NO_REG;
}

const struct region *next_region(struct translator *tr)
{
    uint32_t loop = tr->n_loops++;

    if (tr->next_region == tr->regions.n ||
        tr->regions.items[tr->next_region].loop != loop)
        return NULL;
    return &tr->regions.items[tr->next_region++];
}

static void enter_region(struct translator *tr, const struct region *region)
{
    tr->region = region;
    tr->region_ctl = (uint32_t)tr->ctl.n;
    set_regs(tr, &region->ints, true);
    set_regs(tr, &region->floats, true);
    emit_load(tr);
}

/* The end of the region's loop, and the code by way of which branches leave
 * it. */
static void leave_region(struct translator *tr)
{
    const struct region *region = tr->region;
    uint32_t skip = NO_FIXUP;
    size_t i;

    if (!tr->dead) {
        emit_save(tr);
        if (tr->exits.n > 0)
            emit_forward(tr, emit_op(tr, I_br_F), &skip);
    }
    for (i = 0; i < tr->exits.n && !tr->failed; i++) {
        struct ctl *ctl = &tr->ctl.items[tr->exits.items[i]];
        uint32_t start;

        bind_branches(tr, &ctl->exit);
        tr->region = region;
        emit_save(tr);
        tr->region = NULL;
        start = emit_op(tr, ctl->kind == OP_LOOP ? I_br_L : I_br_F);
        emit_target(tr, start, ctl);
    }
    bind_branches(tr, &skip);
    tr->exits.n = 0;
    tr->region = NULL;
    set_regs(tr, &region->ints, false);
    set_regs(tr, &region->floats, false);
}

void on_block(struct translator *tr, const struct instr *in)
{
    const struct region *region = in->op == OP_LOOP ? next_region(tr) : NULL;
    uint32_t if_not = NO_FIXUP;

    if (in->op == OP_IF) {
        uint32_t start;

        settle_all(tr, 1);
        start = emit_condition(tr, true, false);
        emit_forward(tr, start, &if_not);
    } else {
        settle_all(tr, 0);
    }
    if (region)
        enter_region(tr, region);
    push_ctl(tr, in->op, in->block);
    if (tr->failed)
        return;
    ctl_at(tr, 0)->if_not = if_not;
    if (in->op == OP_LOOP) {
        tr->open_loops++;
        forget_all(tr);
        note_loop(tr, in->offset);
    }
}

void reset_stack(struct translator *tr, uint32_t height, const valtype *types,
                 uint32_t n)
{
    drop_entries(tr, height_of(tr) - height);
    push_types(tr, types, n);
}

void on_else(struct translator *tr)
{
    struct ctl *ctl = ctl_at(tr, 0);

    if (!tr->dead) {
        uint32_t start;

        settle(tr, 0, ctl->type->result_slots);
        start = emit_op(tr, I_br_F);
        emit_forward(tr, start, &ctl->fixups);
    }
    bind_branches(tr, &ctl->if_not);
    ctl->kind = OP_ELSE;
    reset_stack(tr, ctl->height, ctl->type->params, ctl->type->n_params);
    tr->dead = false;
}

void on_end(struct translator *tr)
{
    struct ctl *ctl = ctl_at(tr, 0);
    bool reached =
        !tr->dead || ctl->fixups != NO_FIXUP || ctl->if_not != NO_FIXUP;

    if (is_body(tr, ctl)) {
        if (!tr->dead)
            emit_return(tr);
        tr->ctl.n--;
        return;
    }
    if (ctl->kind == OP_LOOP)
        tr->open_loops--;
    if (ctl->kind == OP_TRY || ctl->kind == OP_TRY_TABLE ||
        ctl->kind == OP_CATCH || ctl->kind == OP_CATCH_ALL) {
        emit_try_end(tr);
        reached = !tr->dead || ctl->fixups != NO_FIXUP;
    }
    if (!tr->dead)
        settle(tr, 0, ctl->type->result_slots);
    if (tr->region && tr->region_ctl == tr->ctl.n - 1)
        leave_region(tr);
    if (ctl->fixups != NO_FIXUP || ctl->if_not != NO_FIXUP) {
        bind_branches(tr, &ctl->if_not);
        bind_branches(tr, &ctl->fixups);
    }
    reset_stack(tr, ctl->height, ctl->type->results, ctl->type->n_results);
    tr->ctl.n--;
    tr->dead = !reached;
}
