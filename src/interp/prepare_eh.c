/*
 * prepare_eh.c: translation of exception handling, in both its forms, and of
 * the instructions on typed references.
 *
 * A try block emits nothing where it begins: it becomes a region (unwind.h),
 * whose clauses say where the handlers are.  When one is entered, the locals
 * are in their slots and so is the operand stack below the block, since it is
 * settled where the block begins; what is caught has been put on top.
 *
 * In the catch of a try there is one entry more below what is caught: the
 * exception itself, for rethrow.
 */
#include "interp/translate.h"

#include <string.h>

/* --- Regions --- */

static uint32_t open_try(struct translator *tr)
{
    struct try_region region = {
        .start = (uint32_t)tr->code.n,
        .end = UINT32_MAX,
        .parent = tr->in_try,
        .next = tr->in_try,
        .clause = NO_CLAUSE,
    };

    if (!vec_push(&tr->tries, region)) {
        tr->failed = true;
        return NO_TRY;
    }
    tr->in_try = (uint32_t)tr->tries.n - 1;
    return tr->in_try;
}

static void close_try(struct translator *tr)
{
    struct try_region *region;

    if (tr->failed)
        return;
    region = &tr->tries.items[tr->in_try];
    region->end = (uint32_t)tr->code.n;
    tr->in_try = region->parent;
}

/* A handler begins here, with the stack cut off at the block's height. */
static void add_clause(struct translator *tr, struct ctl *ctl, uint32_t tag,
                       enum clause_kind kind)
{
    struct clause clause = {
        .tag = tag,
        .kind = kind,
        .slot = own_slot(tr, ctl->height),
        .target = (uint32_t)tr->code.n,
        .next = NO_CLAUSE,
    };
    uint32_t number = (uint32_t)tr->clauses.n;

    forget_all(tr);
    if (tr->failed || !vec_push(&tr->clauses, clause)) {
        tr->failed = true;
        return;
    }
    if (ctl->last_clause == NO_CLAUSE)
        tr->tries.items[ctl->own_try].clause = number;
    else
        tr->clauses.items[ctl->last_clause].next = number;
    ctl->last_clause = number;
}

/* Push the values of a tag. */
static void push_tag(struct translator *tr, uint32_t tag)
{
    const struct functype *type;

    if (tag == ANY_TAG)
        return;
    type = tr->module->tags[tag];
    push_types(tr, type->params, type->n_params);
}

static void on_try(struct translator *tr, const struct instr *in)
{
    struct ctl *ctl;

    settle_all(tr, 0);
    forget_all(tr);
    push_ctl(tr, in->op, in->block);
    if (tr->failed)
        return;
    ctl = ctl_at(tr, 0);
    ctl->last_clause = NO_CLAUSE;
    if (in->op == OP_TRY_TABLE) {
        ctl->n_catches = in->catches.n;
        ctl->catches = in->catches.bytes;
    }
    ctl->own_try = open_try(tr);
}

/* --- The final form --- */

/* A clause: what it catches goes to a label, as a branch does. */
static void emit_clause(struct translator *tr, struct ctl *ctl,
                        const struct catch *catch)
{
    static const uint8_t kinds[] = {
        [CATCH] = CLAUSE_VALUES,
        [CATCH_REF] = CLAUSE_VALUES_REF,
        [CATCH_ALL] = CLAUSE_NOTHING,
        [CATCH_ALL_REF] = CLAUSE_REF,
    };
    bool any = catch->kind == CATCH_ALL || catch->kind == CATCH_ALL_REF;
    bool ref = catch->kind == CATCH_REF || catch->kind == CATCH_ALL_REF;
    uint32_t tag = any ? ANY_TAG : catch->tag;

    reset_stack(tr, ctl->height, NULL, 0);
    add_clause(tr, ctl, tag, kinds[catch->kind]);
    push_tag(tr, tag);
    if (ref)
        push_own(tr);
    emit_br(tr, ctl_at(tr, 1 + catch->label));
}

/* Leave the part of a block that the next instruction does not belong to. */
static void emit_skip(struct translator *tr, struct ctl *ctl)
{
    uint32_t n = ctl->type->result_slots, start;

    if (tr->dead)
        return;
    settle(tr, 0, n);
    emit_copy_n(tr, own_slot(tr, height_of(tr) - n), own_slot(tr, ctl->height),
                n);
    start = emit_op(tr, I_br_F);
    emit_forward(tr, start, &ctl->fixups);
}

static void end_try_table(struct translator *tr, struct ctl *ctl)
{
    const uint8_t *p = ctl->catches;
    uint32_t i;

    if (ctl->n_catches == 0) {
        close_try(tr);
        return;
    }
    emit_skip(tr, ctl);
    close_try(tr);
    for (i = 0; i < ctl->n_catches && !tr->failed; i++) {
        struct catch clause = iter_catch(&p);

        emit_clause(tr, ctl, &clause);
    }
    tr->dead = true;
}

void emit_try_end(struct translator *tr)
{
    struct ctl *ctl = ctl_at(tr, 0);

    switch (ctl->kind) {
    case OP_TRY_TABLE:
        end_try_table(tr, ctl);
        break;
    case OP_TRY:
        close_try(tr);
        break;
    default:
        /* The results go down to where the exception was. */
        if (!tr->dead) {
            uint32_t n = ctl->type->result_slots;

            settle(tr, 0, n);
            emit_copy_n(tr, own_slot(tr, height_of(tr) - n),
                        own_slot(tr, ctl->height), n);
        }
        break;
    }
}

/* --- The older form --- */

static void on_catch(struct translator *tr, const struct instr *in)
{
    struct ctl *ctl = ctl_at(tr, 0);
    uint32_t tag = in->op == OP_CATCH ? in->index : ANY_TAG;

    emit_skip(tr, ctl);
    if (ctl->kind == OP_TRY)
        close_try(tr);
    ctl->kind = (uint8_t)in->op;
    reset_stack(tr, ctl->height, NULL, 0);
    add_clause(tr, ctl, tag, CLAUSE_REF_VALUES);
    push_own(tr);
    push_tag(tr, tag);
    tr->dead = false;
}

/* The end of a try: its exceptions go on where those of another block do. */
static void on_delegate(struct translator *tr, const struct instr *in)
{
    struct ctl *ctl = ctl_at(tr, 0);
    const struct ctl *to = ctl_at(tr, 1 + in->index);
    bool active = to->kind == OP_TRY || to->kind == OP_TRY_TABLE;

    if (!tr->failed)
        tr->tries.items[ctl->own_try].next =
            active ? to->own_try : to->outer_try;
    on_end(tr);
}

static void on_rethrow(struct translator *tr, uint32_t label)
{
    uint32_t slot = own_slot(tr, ctl_at(tr, label)->height);

    emit_op(tr, I_throw_ref);
    emit_unit(tr, slot);
    tr->dead = true;
}

/* --- Throwing --- */

static void on_throw(struct translator *tr, uint32_t tag)
{
    uint32_t n = tr->module->tags[tag]->param_slots;

    settle(tr, 0, n);
    emit_op(tr, I_throw);
    emit_u32(tr, tag);
    emit_unit(tr, own_slot(tr, height_of(tr) - n));
    tr->dead = true;
}

static void on_throw_ref(struct translator *tr)
{
    uint32_t slot = entry_slot(tr, 0);

    emit_op(tr, I_throw_ref);
    emit_unit(tr, slot);
    tr->dead = true;
}

/* --- Typed references --- */

static void on_call_ref(struct translator *tr, const struct instr *in)
{
    const struct functype *type = tr->module->types[in->index];
    bool tail = in->op == OP_RETURN_CALL_REF;
    uint32_t slot;

    settle(tr, 1, type->param_slots);
    slot = entry_slot(tr, 0);
    if (!tail)
        emit_save(tr);
    emit_op(tr, tail ? I_return_call_ref : I_call_ref);
    emit_unit(tr, slot);
    drop_entries(tr, 1);
    if (tail) {
        end_tail_call(tr, type);
        return;
    }
    emit_unit(tr, call_base(tr, type));
    emit_load(tr);
    push_results(tr, type);
}

static void on_as_non_null(struct translator *tr)
{
    uint32_t slot = entry_slot(tr, 0);

    emit_op(tr, I_ref_check);
    emit_unit(tr, slot);
}

/* Without the top entry, which comes back. */
static void emit_br_below(struct translator *tr, struct ctl *ctl)
{
    struct entry top = *top_entry(tr, 0);

    drop_entries(tr, 1);
    emit_br(tr, ctl);
    if (top.place == PLACE_LOCAL)
        push_local(tr, top.local);
    else
        push_own(tr);
}

static void on_br_on_null(struct translator *tr, struct ctl *ctl)
{
    uint32_t start, slot, skip = NO_FIXUP;

    settle(tr, 1, label_arity(ctl));
    slot = entry_slot(tr, 0);
    if (needs_moves(tr, ctl, height_of(tr) - 1)) {
        start = emit_op(tr, I_br_not_null_F);
        emit_unit(tr, slot);
        emit_forward(tr, start, &skip);
        emit_br_below(tr, ctl);
        bind_branches(tr, &skip);
        return;
    }
    start = emit_op(tr, is_backward(tr, ctl) ? I_br_null_L : I_br_null_F);
    emit_unit(tr, slot);
    emit_target(tr, start, ctl);
}

static void on_br_on_non_null(struct translator *tr, struct ctl *ctl)
{
    uint32_t start, slot, skip = NO_FIXUP;

    settle(tr, 0, label_arity(ctl));
    slot = entry_slot(tr, 0);
    if (needs_moves(tr, ctl, height_of(tr))) {
        start = emit_op(tr, I_br_null_F);
        emit_unit(tr, slot);
        emit_forward(tr, start, &skip);
        emit_br(tr, ctl);
        bind_branches(tr, &skip);
    } else {
        start = emit_op(tr, is_backward(tr, ctl) ? I_br_not_null_L
                                                 : I_br_not_null_F);
        emit_unit(tr, slot);
        emit_target(tr, start, ctl);
    }
    drop_entries(tr, 1);
}

bool emit_eh(struct translator *tr, const struct instr *in)
{
    switch (in->op) {
    case OP_TRY:
    case OP_TRY_TABLE:
        on_try(tr, in);
        return true;
    case OP_CATCH:
    case OP_CATCH_ALL:
        on_catch(tr, in);
        return true;
    case OP_DELEGATE:
        on_delegate(tr, in);
        return true;
    case OP_RETHROW:
        on_rethrow(tr, in->index);
        return true;
    case OP_THROW:
        on_throw(tr, in->index);
        return true;
    case OP_THROW_REF:
        on_throw_ref(tr);
        return true;
    case OP_CALL_REF:
    case OP_RETURN_CALL_REF:
        on_call_ref(tr, in);
        return true;
    case OP_REF_AS_NON_NULL:
        on_as_non_null(tr);
        return true;
    case OP_BR_ON_NULL:
        on_br_on_null(tr, ctl_at(tr, in->index));
        return true;
    case OP_BR_ON_NON_NULL:
        on_br_on_non_null(tr, ctl_at(tr, in->index));
        return true;
    default:
        return false;
    }
}

const struct handlers *handlers_new(struct translator *tr, struct pool *pool)
{
    size_t n_tries = tr->tries.n, n_clauses = tr->clauses.n;
    struct handlers *handlers;
    struct try_region *tries;
    struct clause *clauses;

    if (n_clauses == 0)
        return NULL;
    handlers = pool_alloc(pool, sizeof(*handlers));
    tries = pool_array(pool, n_tries, sizeof(*tries));
    clauses = pool_array(pool, n_clauses, sizeof(*clauses));
    if (!handlers || !tries || !clauses) {
        tr->failed = true;
        return NULL;
    }
    memcpy(tries, tr->tries.items, n_tries * sizeof(*tries));
    memcpy(clauses, tr->clauses.items, n_clauses * sizeof(*clauses));
    *handlers = (struct handlers){(uint32_t)n_tries, tries, clauses};
    return handlers;
}
