/*
 * prepare.c: translation of a function body, instruction by instruction: calls,
 * variables, and what else has no row in ops.def and no other prepare_*.c.  See
 * translate.h for how.
 *
 * The body is valid, so that nothing is checked here but the limits of the
 * internal code itself.
 */
#include "interp/prepare.h"

#include "base/limits.h"
#include "interp/translate.h"
#include "rt/codeindex.h"

/* --- Calls --- */

/* Can the value be in integer registers? */
static bool is_int(valtype type)
{
    return type == VT_I32 || type == VT_I64;
}

void push_results(struct translator *tr, const struct functype *type)
{
    drop_entries(tr, type->param_slots);
    if (type->n_results == 1 && is_int(type->results[0])) {
        tr->call_end = (uint32_t)tr->code.n;
        tr->call_height = height_of(tr);
    }
    push_types(tr, type->results, type->n_results);
}

uint32_t call_base(const struct translator *tr, const struct functype *type)
{
    return own_slot(tr, height_of(tr) - type->param_slots);
}

/* Where the object of a function that is not imported is. */
static uint32_t own_offset(const struct translator *tr, uint32_t func)
{
    STATIC_ASSERT((uint64_t)LIMIT_FUNCTIONS * sizeof(struct func) <= UINT32_MAX,
                  "an offset has 32 bits");
    return (func - tr->module->n_imported_funcs) *
           (uint32_t)sizeof(struct func);
}

static void on_call(struct translator *tr, uint32_t func)
{
    const struct functype *type = tr->module->funcs[func].type;
    bool import = func < tr->module->n_imported_funcs;

    settle(tr, 0, type->param_slots);
    if (import) {
        emit_save(tr);
        emit_op(tr, I_call_import);
    } else {
        emit_call(tr);
    }
    emit_u32(tr, import ? func : own_offset(tr, func));
    emit_unit(tr, call_base(tr, type));
    emit_load(tr);
    push_results(tr, type);
}

/* The last units of a tail call. */
void end_tail_call(struct translator *tr, const struct functype *type)
{
    emit_unit(tr, tr->hdr);
    emit_unit(tr, type->param_slots);
    emit_unit(tr, call_base(tr, type));
    tr->dead = true;
}

static void on_return_call(struct translator *tr, uint32_t func)
{
    const struct functype *type = tr->module->funcs[func].type;

    settle(tr, 0, type->param_slots);
    emit_op(tr, I_return_call);
    emit_u32(tr, func);
    end_tail_call(tr, type);
}

static void on_call_indirect(struct translator *tr, const struct instr *in,
                             bool tail)
{
    const struct functype *type = tr->module->types[in->index];
    uint32_t index;

    settle(tr, 1, type->param_slots);
    index = entry_slot(tr, 0);
    if (tail)
        emit_op(tr, I_return_call_indirect);
    else
        emit_call_indirect(tr);
    emit_u32(tr, in->index2);
    emit_u64(tr, (uint64_t)(uintptr_t)type);
    emit_unit(tr, index);
    drop_entries(tr, 1);
    if (tail) {
        end_tail_call(tr, type);
        return;
    }
    emit_unit(tr, call_base(tr, type));
    emit_load(tr);
    push_results(tr, type);
}

/* --- Variables --- */

static bool local_is_wide(const struct translator *tr, uint32_t local)
{
    return tr->local_wide && tr->local_wide[local];
}

static void on_local_get(struct translator *tr, uint32_t local)
{
    if (local_is_wide(tr, local))
        push_wide_local(tr, local);
    else
        push_local(tr, local);
}

static void on_local_set(struct translator *tr, uint32_t local)
{
    if (local_is_wide(tr, local)) {
        store_wide_local(tr, local);
        drop_entries(tr, 2);
        return;
    }
    store_local(tr, local);
    drop_entries(tr, 1);
}

static void on_local_tee(struct translator *tr, uint32_t local)
{
    const struct entry *top = top_entry(tr, 0);
    bool constant = top->place == PLACE_CONST;
    uint64_t bits = top->bits;

    if (local_is_wide(tr, local)) {
        store_wide_local(tr, local);
        drop_entries(tr, 2);
        push_wide_local(tr, local);
        return;
    }
    store_local(tr, local);
    drop_entries(tr, 1);
    if (constant)
        push_const(tr, bits);
    else
        push_local(tr, local);
}

static void on_global_get(struct translator *tr, uint32_t global)
{
    valtype type = tr->module->globals[global].type.type;
    uint32_t start;

    if (type == VT_V128) {
        emit_wide_global_get(tr, global);
        return;
    }
    start = emit_op(tr, I_global_get_S);
    emit_u32(tr, global);
    push_result(tr, start, is_int(type) ? PLACES : 1);
    if (type == VT_I32)
        tr->last.fusible = FUSE_GLOBAL;
}

static void on_global_set(struct translator *tr, uint32_t global)
{
    valtype type = tr->module->globals[global].type.type;
    uint32_t at = AT_SLOT, slot;

    if (type == VT_V128) {
        emit_wide_global_set(tr, global);
        return;
    }
    if (fuse_global_set(tr, global))
        return;
    if (is_int(type))
        at = entry_place(tr, 0, PLACES, &slot);
    else
        slot = entry_slot(tr, 0);
    emit_op(tr, I_global_set_S + at);
    emit_u32(tr, global);
    if (at == AT_SLOT)
        emit_unit(tr, slot);
    drop_entries(tr, 1);
}

/* Where an operand of select is: a slot or an integer register. */
static uint32_t select_place(struct translator *tr, uint32_t below,
                             uint32_t *slot)
{
    const struct entry *entry = top_entry(tr, below);
    uint32_t reg =
        entry->place == PLACE_LOCAL ? tr->regs[entry->local] : NO_REG;

    if (reg != NO_REG && reg < tr->region->ints.n &&
        tr->region->ints.locals[reg] == entry->local)
        return AT_REG + reg;
    *slot = entry_slot(tr, below);
    return AT_SLOT;
}

static void on_select(struct translator *tr)
{
    uint32_t condition = 0, slot_a = 0, slot_b = 0;
    uint32_t start, at_a, at_b;
    bool acc;

    if (top_entry(tr, 1)->place == PLACE_HIGH) {
        emit_wide_select(tr);
        return;
    }
    acc = entry_place(tr, 0, PLACES_RARE, &condition) == AT_ACC;
    at_b = select_place(tr, 1, &slot_b);
    at_a = select_place(tr, 2, &slot_a);
    start = emit_op(tr, (acc ? I_select_A_SS_S : I_select_S_SS_S) +
                            (at_a * PLACES + at_b) * PLACES);
    if (!acc)
        emit_unit(tr, condition);
    if (at_a == AT_SLOT)
        emit_unit(tr, slot_a);
    if (at_b == AT_SLOT)
        emit_unit(tr, slot_b);
    drop_entries(tr, 3);
    /* Floats could not go from the accumulator to a float register. */
    push_result(tr, start, at_a == AT_SLOT && at_b == AT_SLOT ? 1 : PLACES);
}

/* --- Everything with fixed operands --- */

/*
 * Instructions that take `pops` operands from slots, behind up to two indices
 * of the module, and give at most one result.
 */
struct plain {
    uint32_t opcode;
    uint16_t op;
    uint8_t indices;
    uint8_t pops;
    bool pushes;
};

static const struct plain plains[] = {
    {OP_MEMORY_SIZE, I_memory_size, 1, 0, true},
    {OP_MEMORY_GROW, I_memory_grow, 1, 1, true},
    {OP_MEMORY_COPY, I_memory_copy, 2, 3, false},
    {OP_MEMORY_FILL, I_memory_fill, 1, 3, false},
    {OP_MEMORY_INIT, I_memory_init, 2, 3, false},
    {OP_DATA_DROP, I_data_drop, 1, 0, false},
    {OP_TABLE_GET, I_table_get, 1, 1, true},
    {OP_TABLE_SET, I_table_set, 1, 2, false},
    {OP_TABLE_SIZE, I_table_size, 1, 0, true},
    {OP_TABLE_GROW, I_table_grow, 1, 2, true},
    {OP_TABLE_FILL, I_table_fill, 1, 3, false},
    {OP_TABLE_COPY, I_table_copy, 2, 3, false},
    {OP_TABLE_INIT, I_table_init, 2, 3, false},
    {OP_ELEM_DROP, I_elem_drop, 1, 0, false},
    {OP_REF_FUNC, I_ref_func, 1, 0, true},
    {OP_ATOMIC_FENCE, I_atomic_fence, 0, 0, false},
};

static void emit_slots(struct translator *tr, uint32_t n, uint32_t *slots)
{
    uint32_t i;

    for (i = 0; i < n; i++)
        slots[i] = entry_slot(tr, n - 1 - i);
}

static void on_plain(struct translator *tr, const struct plain *plain,
                     const struct instr *in)
{
    uint32_t slots[3];
    uint32_t i, start;

    emit_slots(tr, plain->pops, slots);
    start = emit_op(tr, plain->op);
    if (plain->indices > 0)
        emit_u32(tr, in->index);
    if (plain->indices > 1)
        emit_u32(tr, in->index2);
    for (i = 0; i < plain->pops; i++)
        emit_unit(tr, slots[i]);
    drop_entries(tr, plain->pops);
    if (plain->pushes)
        push_result(tr, start, 1);
}

static bool on_listed(struct translator *tr, const struct instr *in)
{
    size_t i;

    for (i = 0; i < countof(plains); i++)
        if (plains[i].opcode == in->op) {
            on_plain(tr, &plains[i], in);
            return true;
        }
    return false;
}

/* Wide arithmetic: two results, the lower half first. */
static void on_wide(struct translator *tr, uint32_t op, uint32_t pops)
{
    uint32_t slots[4];
    uint32_t i;

    emit_slots(tr, pops, slots);
    emit_op(tr, op);
    for (i = 0; i < pops; i++)
        emit_unit(tr, slots[i]);
    drop_entries(tr, pops);
    /* The other result follows it, so that neither can go elsewhere. */
    emit_unit(tr, own_slot(tr, height_of(tr)));
    push_own(tr);
    push_own(tr);
}

/* The atomic accesses come in groups of seven widths. */
static const struct {
    uint16_t op8, op16, op32, op64;
    uint8_t pops;
    bool pushes;
} atomic_groups[] = {
#define GROUP(name, pops, pushes)                                              \
    {I_atomic_##name##8,                                                       \
     I_atomic_##name##16,                                                      \
     I_atomic_##name##32,                                                      \
     I_atomic_##name##64,                                                      \
     pops,                                                                     \
     pushes}
    GROUP(load, 1, true), GROUP(store, 2, false), GROUP(add, 2, true),
    GROUP(sub, 2, true),  GROUP(and, 2, true),    GROUP(or, 2, true),
    GROUP(xor, 2, true),  GROUP(xchg, 2, true),   GROUP(cmpxchg, 3, true),
#undef GROUP
};

static void emit_atomic(struct translator *tr, const struct instr *in,
                        uint32_t op, uint32_t pops, bool pushes)
{
    uint64_t offset = emit_address(tr, in, pops - 1);
    uint32_t slots[3];
    uint32_t i, start;

    emit_slots(tr, pops, slots);
    start = emit_op(tr, op);
    for (i = 0; i < pops; i++)
        emit_unit(tr, slots[i]);
    emit_u32(tr, (uint32_t)offset);
    drop_entries(tr, pops);
    if (pushes)
        push_result(tr, start, 1);
}

static void on_atomic(struct translator *tr, const struct instr *in)
{
    uint32_t number = in->op - OP_I32_ATOMIC_LOAD;
    uint32_t group = number / 7;
    uint32_t op;

    if (in->op == OP_MEMORY_ATOMIC_NOTIFY) {
        emit_atomic(tr, in, I_atomic_notify, 2, true);
        return;
    }
    if (in->op < OP_I32_ATOMIC_LOAD) {
        op = in->op == OP_MEMORY_ATOMIC_WAIT32 ? I_atomic_wait32
                                               : I_atomic_wait64;
        emit_atomic(tr, in, op, 3, true);
        return;
    }
    switch (number % 7) {
    case 0: /* i32 */
    case 6: /* i64, 32 bits of it */
        op = atomic_groups[group].op32;
        break;
    case 1:
        op = atomic_groups[group].op64;
        break;
    case 2:
    case 4:
        op = atomic_groups[group].op8;
        break;
    default:
        op = atomic_groups[group].op16;
        break;
    }
    emit_atomic(tr, in, op, atomic_groups[group].pops,
                atomic_groups[group].pushes);
}

/* --- The whole body --- */

/* One instruction that control can reach. */
static void on_instr(struct translator *tr, const struct instr *in)
{
    const struct family *family = family_of(in->op);

    if (family->kind != FAMILY_NONE) {
        emit_family(tr, family, in);
        return;
    }
    switch (in->op) {
    case OP_UNREACHABLE:
        emit_op(tr, I_unreachable);
        tr->dead = true;
        break;
    case OP_NOP:
        break;
    case OP_BLOCK:
    case OP_LOOP:
    case OP_IF:
        on_block(tr, in);
        break;
    case OP_ELSE:
        on_else(tr);
        break;
    case OP_END:
        on_end(tr);
        break;
    case OP_BR:
        emit_br(tr, ctl_at(tr, in->index));
        tr->dead = true;
        break;
    case OP_BR_IF:
        on_br_if(tr, ctl_at(tr, in->index));
        break;
    case OP_BR_TABLE:
        on_br_table(tr, in);
        break;
    case OP_RETURN:
        emit_return(tr);
        tr->dead = true;
        break;
    case OP_CALL:
        on_call(tr, in->index);
        break;
    case OP_RETURN_CALL:
        on_return_call(tr, in->index);
        break;
    case OP_CALL_INDIRECT:
    case OP_RETURN_CALL_INDIRECT:
        on_call_indirect(tr, in, in->op == OP_RETURN_CALL_INDIRECT);
        break;
    case OP_DROP:
        drop_entries(tr, top_is_wide(tr) ? 2 : 1);
        break;
    case OP_SELECT:
    case OP_SELECT_T:
        on_select(tr);
        break;
    case OP_LOCAL_GET:
        on_local_get(tr, in->index);
        break;
    case OP_LOCAL_SET:
        on_local_set(tr, in->index);
        break;
    case OP_LOCAL_TEE:
        on_local_tee(tr, in->index);
        break;
    case OP_GLOBAL_GET:
        on_global_get(tr, in->index);
        break;
    case OP_GLOBAL_SET:
        on_global_set(tr, in->index);
        break;
    case OP_I32_CONST:
    case OP_I64_CONST:
    case OP_F32_CONST:
    case OP_F64_CONST:
        push_const(tr, in->bits);
        break;
    case OP_REF_NULL:
        push_const(tr, 0);
        break;
    case OP_I32_EQZ:
        emit_eqz(tr, OP_I32_EQ);
        break;
    case OP_I64_EQZ:
    case OP_REF_IS_NULL:
        emit_eqz(tr, OP_I64_EQ);
        break;
    case OP_I64_ADD128:
        on_wide(tr, I_i64_add128, 4);
        break;
    case OP_I64_SUB128:
        on_wide(tr, I_i64_sub128, 4);
        break;
    case OP_I64_MUL_WIDE_S:
        on_wide(tr, I_i64_mul_wide_s, 2);
        break;
    case OP_I64_MUL_WIDE_U:
        on_wide(tr, I_i64_mul_wide_u, 2);
        break;
    default:
        if (in->op >> 16 == 0xfd)
            emit_simd(tr, in);
        else if (!emit_eh(tr, in) && !on_listed(tr, in))
            on_atomic(tr, in);
        break;
    }
}

/* In code that cannot be reached only the nesting of blocks counts. */
static void on_dead_instr(struct translator *tr, const struct instr *in)
{
    switch (in->op) {
    case OP_LOOP:
        (void)next_region(tr);
        FALLTHROUGH;
    case OP_BLOCK:
    case OP_IF:
    case OP_TRY:
    case OP_TRY_TABLE:
        tr->dead_depth++;
        break;
    case OP_CATCH:
    case OP_CATCH_ALL:
    case OP_DELEGATE:
        if (tr->dead_depth == 0)
            (void)emit_eh(tr, in);
        else if (in->op == OP_DELEGATE)
            tr->dead_depth--;
        break;
    case OP_ELSE:
        if (tr->dead_depth == 0)
            on_else(tr);
        break;
    case OP_END:
        if (tr->dead_depth > 0)
            tr->dead_depth--;
        else
            on_end(tr);
        break;
    default:
        break;
    }
}

/* Units that the last two instructions may still move by, and more. */
#define TRACE_SLACK 16

/*
 * Which instruction is behind a unit of the code: the one that emitted it, or
 * the last one that fused with what it emitted.  True when that is settled for
 * the unit that is asked for.
 */
static bool trace(struct translator *tr, uint32_t before,
                  const struct instr *in)
{
    size_t more = tr->code.n - MIN(tr->code.n, tr->origins.n), i;

    if (!vec_reserve(&tr->origins, more)) {
        tr->failed = true;
        return true;
    }
    for (i = tr->origins.n; i < tr->code.n; i++)
        tr->origins.items[i] = 0;
    tr->origins.n = tr->code.n;
    for (i = MIN(before, tr->fused); i < tr->code.n; i++)
        tr->origins.items[i] = in->offset;
    tr->fused = UINT32_MAX;
    return tr->op_start > tr->trace_unit + TRACE_SLACK;
}

static void translate_body(struct translator *tr)
{
    struct instr in;

    tr->fused = UINT32_MAX;
    while (!tr->failed && iter_next(&tr->it, &in)) {
        /* The last unit may give way to this instruction (take_acc). */
        uint32_t before =
            (uint32_t)tr->code.n - (tr->last.end == tr->code.n ? 1 : 0);

        if (tr->dead)
            on_dead_instr(tr, &in);
        else
            on_instr(tr, &in);
        if (tr->tracing && trace(tr, before, &in))
            return;
        if (tr->query && tr->query->found)
            return;
    }
}

/* Say where each local is; `slots` are those of all but the parameters. */
static bool place_locals(struct translator *tr, const struct body *body,
                         uint32_t slots)
{
    uint32_t n_params = tr->f->type->n_params;
    uint32_t i;

    if (tr->f->type->param_slots + slots > tr->n_locals)
        return place_wide_locals(tr, body);
    for (i = 0; i < tr->n_locals; i++)
        tr->local_slots[i] = i < n_params ? i : tr->hdr + 1 + (i - n_params);
    return true;
}

/* Lay out the frame and emit `enter`; the frame's size comes last. */
static bool begin(struct translator *tr)
{
    const struct functype *type = tr->f->type;
    const struct body *body =
        &tr->module->bodies[tr->f->index - tr->module->n_imported_funcs];
    uint32_t n = type->n_params;
    uint32_t slots = 0;
    uint32_t run;
    valtype local;

    iter_body(&tr->it, tr->module, body);
    while (iter_locals(&tr->it, &run, &local)) {
        n += run;
        slots += run * valtype_slots(local);
    }
    tr->in_try = NO_TRY;
    tr->n_locals = n;
    tr->hdr = MAX(type->param_slots, type->result_slots);
    tr->base = tr->hdr + 1 + slots;
    if (tr->base > LIMIT_FRAME_SLOTS)
        return false;
    tr->local_slots = calloc((size_t)n + 1, sizeof(*tr->local_slots));
    tr->local_refs = calloc((size_t)n + 1, sizeof(*tr->local_refs));
    tr->written = calloc((size_t)n + 1, sizeof(*tr->written));
    tr->regs = malloc((size_t)n + 1);
    if (!tr->local_slots || !tr->local_refs || !tr->written || !tr->regs ||
        !place_locals(tr, body, slots) ||
        !regs_choose(&tr->regions, tr->module, type, body, n))
        return false;
    memset(tr->regs, NO_REG, (size_t)n + 1);
    emit_op(tr, I_enter);
    emit_unit(tr, tr->hdr);
    emit_unit(tr, 0);
    emit_unit(tr, slots);
    forget_all(tr);
    push_ctl(tr, OP_END, type);
    return !tr->failed;
}

static bool translate(struct translator *tr)
{
    if (!begin(tr))
        return false;
    translate_body(tr);
    if (tr->failed)
        return false;
    tr->code.items[2] = (code_unit)(tr->base + tr->max_height);
    return true;
}

static void translator_done(struct translator *tr)
{
    vec_done(&tr->code);
    vec_done(&tr->starts);
    vec_done(&tr->stack);
    vec_done(&tr->ctl);
    vec_done(&tr->fixups);
    vec_done(&tr->tries);
    vec_done(&tr->clauses);
    free(tr->local_slots);
    free(tr->local_refs);
    free(tr->local_wide);
    free(tr->written);
    free(tr->regs);
    vec_done(&tr->regions);
    vec_done(&tr->exits);
    vec_done(&tr->origins);
}

bool prepare_func(struct func *f)
{
    struct translator tr = {.f = f, .module = f->inst->module};
    bool ok = translate(&tr);

    if (ok) {
        size_t bytes = tr.code.n * sizeof(code_unit);
        code_unit *code = pool_alloc(&f->inst->pool, bytes);

        f->handlers = handlers_new(&tr, &f->inst->pool);
        ok = code && !tr.failed && codeindex_add(f);
        if (ok) {
            join_code(&tr);
            memcpy(code, tr.code.items, bytes);
            f->code_units = (uint32_t)tr.code.n;
            f->body = code;
            if (!func_is_native(f))
                f->code = code;
        }
    }
    translator_done(&tr);
    return ok;
}

bool prepare_find_loop(struct func *f, struct loop_query *query)
{
    struct translator tr = {.f = f, .module = f->inst->module, .query = query};
    bool ok = translate(&tr) && query->found;

    translator_done(&tr);
    return ok;
}

uint32_t prepare_offset(const struct func *f, uint32_t unit)
{
    struct translator tr = {.f = (struct func *)f,
                            .module = f->inst->module,
                            .tracing = true,
                            .trace_unit = unit};
    uint32_t offset = 0;

    (void)translate(&tr);
    if (unit < tr.origins.n)
        offset = tr.origins.items[unit];
    translator_done(&tr);
    return offset;
}
