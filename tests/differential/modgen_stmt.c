/*
 * modgen_stmt.c: calls of every kind, references, tables, bulk operations,
 * exceptions in both encodings.
 */
#include "modgen.h"

static void with_index(struct gen *g, uint32_t op, uint32_t index)
{
    out_op(&g->code, op);
    out_u64(&g->code, index);
}

/* --- Calls --- */

/* A table whose elements are functions of this type from the start, and the
 * index of one. */
static bool find_element(struct gen *g, uint32_t type, uint32_t *ret_table,
                         uint32_t *ret_index)
{
    uint32_t first = gen_below(g, g->n_tables), i, k;

    for (i = 0; i < g->n_tables; i++) {
        const struct gtable *table = &g->tables[(first + i) % g->n_tables];
        uint32_t start = gen_below(g, TABLE_MIN);

        for (k = 0; k < TABLE_MIN; k++) {
            uint32_t at = (start + k) % TABLE_MIN;

            if (at < table->filled && g->funcs[table->init[at]] == type) {
                *ret_table = (first + i) % g->n_tables;
                *ret_index = at;
                return true;
            }
        }
    }
    return false;
}

static void table_index(struct gen *g, uint32_t table, uint32_t index)
{
    if (g->tables[table].is_64)
        gen_i64(g, index);
    else
        gen_i32(g, (int32_t)index);
}

/* An index that is most often inside. */
static void any_index(struct gen *g, uint32_t table)
{
    bool is_64 = g->tables[table].is_64;

    gen_expr(g, is_64 ? VT_I64 : VT_I32);
    if (!gen_one_in(g, 40))
        gen_mask(g, is_64, TABLE_MIN - 1);
}

/* The arguments and the call of a function of f's type, in one of the ways
 * there are. */
static void call(struct gen *g, uint32_t f, bool tail)
{
    uint32_t type = g->funcs[f], table, index;
    const struct signature sig = g->types[type];

    gen_values(g, sig.in, sig.n_in);
    switch (gen_below(g, 5)) {
    case 0:
        if (!gen_has(g, FEATURE_REFS))
            break;
        gen_expr(g, REF_TO(type, gen_one_in(g, 8)));
        with_index(g, tail ? OP_RETURN_CALL_REF : OP_CALL_REF, type);
        return;
    case 1:
    case 2:
        if (!find_element(g, type, &table, &index))
            break;
        if (gen_one_in(g, 30))
            any_index(g, table);
        else
            table_index(g, table, index);
        with_index(g, tail ? OP_RETURN_CALL_INDIRECT : OP_CALL_INDIRECT, type);
        out_u64(&g->code, table);
        return;
    default:
        break;
    }
    with_index(g, tail ? OP_RETURN_CALL : OP_CALL, f);
}

bool gen_call_expr(struct gen *g, gtype t)
{
    uint32_t first = gen_below(g, g->n_funcs), i;

    for (i = 0; i < g->n_funcs; i++) {
        uint32_t f = (first + i) % g->n_funcs;
        const struct signature sig = g->types[g->funcs[f]];

        if (sig.n_out == 0 || sig.out[0] != t)
            continue;
        call(g, f, false);
        gen_consume(g, sig.out + 1, sig.n_out - 1);
        return true;
    }
    return false;
}

void gen_call_stmt(struct gen *g)
{
    uint32_t f = gen_below(g, g->n_funcs);
    const struct signature sig = g->types[g->funcs[f]];

    call(g, f, false);
    gen_consume(g, sig.out, sig.n_out);
}

/* Of a function with the results of this one, at least of itself. */
void gen_tail_call(struct gen *g)
{
    uint32_t first = gen_below(g, g->n_funcs), i, k;

    for (i = 0; i < g->n_funcs && gen_has(g, FEATURE_TAIL); i++) {
        uint32_t f = (first + i) % g->n_funcs;
        const struct signature *sig = &g->types[g->funcs[f]];

        for (k = 0; k < sig->n_out && sig->n_out == g->fn.sig->n_out; k++)
            if (sig->out[k] != g->fn.sig->out[k])
                break;
        if (sig->n_out == g->fn.sig->n_out && k == sig->n_out) {
            call(g, f, true);
            return;
        }
    }
    gen_values(g, g->fn.sig->out, g->fn.sig->n_out);
    out_op(&g->code, OP_RETURN);
}

/* --- References --- */

static uint32_t table_of(struct gen *g, gtype elem)
{
    uint32_t first = gen_below(g, g->n_tables), i;

    for (i = 0; i < g->n_tables; i++)
        if (g->tables[(first + i) % g->n_tables].elem == elem)
            return (first + i) % g->n_tables;
    return UINT32_MAX;
}

static void ref_func(struct gen *g, uint32_t f)
{
    with_index(g, OP_REF_FUNC, f);
}

bool gen_ref_expr(struct gen *g, gtype t)
{
    uint32_t table = table_of(g, t);

    if (REF_IS_TO(t) && gen_one_in(g, 3)) {
        if (REF_IS_NULLABLE(t))
            return false;
        gen_expr(g, REF_NULLABLE(t));
        /* Null would be a trap. */
        if (!gen_one_in(g, 10)) {
            out_op(&g->code, OP_DROP);
            ref_func(g, gen_func_of(g, REF_INDEX(t)));
        } else {
            out_op(&g->code, OP_REF_AS_NON_NULL);
        }
        return true;
    }
    if (REF_IS_TO(t) && gen_one_in(g, 2)) {
        ref_func(g, gen_func_of(g, REF_INDEX(t)));
        return true;
    }
    if (table != UINT32_MAX && gen_one_in(g, 2)) {
        any_index(g, table);
        with_index(g, OP_TABLE_GET, table);
        return true;
    }
    if (t == VT_FUNCREF && gen_one_in(g, 2)) {
        ref_func(g, gen_below(g, g->n_funcs));
        return true;
    }
    return false;
}

/* --- Tables --- */

/* An element for this place: as it was from the start, most often, so that
 * later calls find functions of their types. */
static void element(struct gen *g, uint32_t table, uint32_t index)
{
    const struct gtable *t = &g->tables[table];

    if (index < t->filled && !gen_one_in(g, 8))
        ref_func(g, t->init[index]);
    else
        gen_expr(g, t->elem);
}

static void small(struct gen *g, bool is_64)
{
    gen_expr(g, is_64 ? VT_I64 : VT_I32);
    gen_mask(g, is_64, 3);
}

static void table_init(struct gen *g)
{
    uint32_t segment = gen_below(g, MAX(g->n_elems, 1)), table;

    if (g->n_elems == 0)
        return;
    table = table_of(g, g->elems[segment].type);
    if (table == UINT32_MAX)
        return;
    any_index(g, table);
    small(g, false);
    small(g, false);
    with_index(g, OP_TABLE_INIT, segment);
    out_u64(&g->code, table);
}

static void table_copy(struct gen *g)
{
    uint32_t src = gen_below(g, g->n_tables);
    uint32_t dst = table_of(g, g->tables[src].elem);
    bool both = g->tables[src].is_64 && g->tables[dst].is_64;

    any_index(g, dst);
    any_index(g, src);
    small(g, both);
    with_index(g, OP_TABLE_COPY, dst);
    out_u64(&g->code, src);
}

void gen_table_stmt(struct gen *g)
{
    uint32_t table = gen_below(g, g->n_tables);
    uint32_t index = gen_below(g, TABLE_MIN);

    switch (gen_below(g, 8)) {
    case 0:
        table_init(g);
        break;
    case 1:
        table_copy(g);
        break;
    case 2:
        any_index(g, table);
        gen_expr(g, g->tables[table].elem);
        small(g, g->tables[table].is_64);
        with_index(g, OP_TABLE_FILL, table);
        break;
    case 3:
        if (g->n_elems > 0 && gen_one_in(g, 6))
            with_index(g, OP_ELEM_DROP, gen_below(g, g->n_elems));
        break;
    case 4:
        any_index(g, table);
        gen_expr(g, g->tables[table].elem);
        with_index(g, OP_TABLE_SET, table);
        break;
    default:
        table_index(g, table, index);
        element(g, table, index);
        with_index(g, OP_TABLE_SET, table);
        break;
    }
}

/* --- Memories, in bulk --- */

static void length(struct gen *g, bool is_64, uint32_t mask)
{
    gen_expr(g, is_64 ? VT_I64 : VT_I32);
    if (!gen_one_in(g, 50))
        gen_mask(g, is_64, mask);
}

static void memory_init(struct gen *g, uint32_t memory)
{
    uint32_t segment = gen_below(g, MAX(g->n_datas, 1));

    if (g->n_datas == 0)
        return;
    gen_address(g, memory, 0);
    length(g, false, 3);
    length(g, false, 7);
    with_index(g, OP_MEMORY_INIT, segment);
    out_u64(&g->code, memory);
}

void gen_memory_stmt(struct gen *g)
{
    uint32_t memory = gen_below(g, g->n_memories);
    uint32_t from = gen_below(g, g->n_memories);
    bool is_64 = g->memories[memory].is_64;

    switch (gen_below(g, 6)) {
    case 0:
        memory_init(g, memory);
        break;
    case 1:
        if (g->n_datas > 0 && gen_one_in(g, 6))
            with_index(g, OP_DATA_DROP, gen_below(g, g->n_datas));
        break;
    case 2:
    case 3:
        gen_address(g, memory, 0);
        gen_address(g, from, 0);
        length(g, is_64 && g->memories[from].is_64, 0x1ff);
        with_index(g, OP_MEMORY_COPY, memory);
        out_u64(&g->code, from);
        break;
    case 4:
        if (gen_has(g, FEATURE_THREADS)) {
            out_op(&g->code, OP_ATOMIC_FENCE);
            out_byte(&g->code, 0);
        }
        break;
    default:
        gen_address(g, memory, 0);
        gen_expr(g, VT_I32);
        length(g, is_64, 0x1ff);
        with_index(g, OP_MEMORY_FILL, memory);
        break;
    }
}

/* Sizes and what growing returns; references as numbers. */
bool gen_size_expr(struct gen *g, gtype t)
{
    uint32_t memory = gen_below(g, g->n_memories);
    uint32_t table = gen_below(g, g->n_tables);

    switch (gen_below(g, 5)) {
    case 0:
        if ((g->memories[memory].is_64 ? VT_I64 : VT_I32) != (int)t)
            return false;
        with_index(g, OP_MEMORY_SIZE, memory);
        return true;
    case 1:
        if ((g->memories[memory].is_64 ? VT_I64 : VT_I32) != (int)t)
            return false;
        length(g, g->memories[memory].is_64, 1);
        with_index(g, OP_MEMORY_GROW, memory);
        return true;
    case 2:
        if ((g->tables[table].is_64 ? VT_I64 : VT_I32) != (int)t)
            return false;
        with_index(g, OP_TABLE_SIZE, table);
        return true;
    case 3:
        if ((g->tables[table].is_64 ? VT_I64 : VT_I32) != (int)t)
            return false;
        gen_expr(g, g->tables[table].elem);
        length(g, g->tables[table].is_64, 1);
        with_index(g, OP_TABLE_GROW, table);
        return true;
    default:
        if (t != VT_I32)
            return false;
        gen_expr(g, gen_ref_type(g));
        out_op(&g->code, OP_REF_IS_NULL);
        return true;
    }
}

/* --- Exceptions --- */

void gen_throw(struct gen *g)
{
    uint32_t tag = gen_below(g, MAX(g->n_tags, 1));

    if (g->n_tags == 0) {
        gen_values(g, g->fn.sig->out, g->fn.sig->n_out);
        out_op(&g->code, OP_RETURN);
        return;
    }
    if (gen_has(g, FEATURE_EXN) && gen_one_in(g, 6)) {
        gen_expr(g, VT_EXNREF);
        out_op(&g->code, OP_THROW_REF);
        return;
    }
    gen_values(g, g->types[g->tags[tag]].in, g->types[g->tags[tag]].n_in);
    with_index(g, OP_THROW, tag);
}

/* A clause for which there is a label with the values it brings. */
static void extra_clause(struct gen *g, uint32_t *n, struct bytes_out *clauses)
{
    uint32_t i;

    for (i = g->fn.n_labels; i-- > 0;) {
        const struct label *label = &g->fn.labels[i];
        bool ref = label->n == 1 && label->types[0] == VT_EXNREF;

        if ((label->n == 0 || ref) && gen_one_in(g, 3)) {
            out_byte(clauses, ref ? CATCH_ALL_REF : CATCH_ALL);
            out_u64(clauses, g->fn.n_labels - 1 - i);
            ++*n;
            return;
        }
    }
}

/* Behind something that is likely to throw. */
static void throwing(struct gen *g)
{
    uint32_t n = gen_below(g, 3);

    while (n-- > 0)
        gen_stmt(g);
    if (gen_one_in(g, 3)) {
        gen_expr(g, VT_I32);
        out_op(&g->code, OP_IF);
        out_byte(&g->code, VT_EMPTY);
        gen_push_label(g, NULL, 0, false);
        gen_throw(g);
        out_op(&g->code, OP_END);
        gen_pop_label(g);
    }
}

/* Two blocks around a try_table: out of the outer one with the value, behind
 * the inner one with what was caught. */
static void try_table(struct gen *g, gtype t)
{
    uint32_t tag = gen_below(g, g->n_tags), kind = gen_below(g, 4), n = 1;
    struct signature inner = {0}, outer = {.n_out = 1, .out = {t}};
    struct bytes_out clauses = {0};
    uint32_t i;

    if (kind == CATCH || kind == CATCH_REF)
        for (i = 0; i < g->types[g->tags[tag]].n_in; i++)
            inner.out[inner.n_out++] = g->types[g->tags[tag]].in[i];
    if (kind == CATCH_REF || kind == CATCH_ALL_REF)
        inner.out[inner.n_out++] = VT_EXNREF;
    out_op(&g->code, OP_BLOCK);
    gen_block_type(g, &outer);
    gen_push_label(g, outer.out, 1, false);
    out_op(&g->code, OP_BLOCK);
    gen_block_type(g, &inner);
    gen_push_label(g, inner.out, inner.n_out, false);
    out_byte(&clauses, kind);
    if (kind == CATCH || kind == CATCH_REF)
        out_u64(&clauses, tag);
    out_u64(&clauses, 0);
    extra_clause(g, &n, &clauses);
    out_op(&g->code, OP_TRY_TABLE);
    gen_block_type(g, &outer);
    out_u64(&g->code, n);
    out_all(&g->code, &clauses);
    vec_done(&clauses.vec);
    gen_push_label(g, outer.out, 1, false);
    throwing(g);
    gen_expr(g, t);
    out_op(&g->code, OP_END);
    gen_pop_label(g);
    with_index(g, OP_BR, 1);
    out_op(&g->code, OP_END);
    gen_pop_label(g);
    gen_consume(g, inner.out, inner.n_out);
    gen_expr(g, t);
    out_op(&g->code, OP_END);
    gen_pop_label(g);
}

/* try, with catches or a delegate. */
static void legacy_try(struct gen *g, gtype t)
{
    struct signature sig = {.n_out = 1, .out = {t}};
    uint32_t n = gen_below(g, 3), i;

    out_op(&g->code, OP_TRY);
    gen_block_type(g, &sig);
    gen_push_label(g, sig.out, 1, false);
    throwing(g);
    gen_expr(g, t);
    if (gen_one_in(g, 5)) {
        gen_pop_label(g);
        with_index(g, OP_DELEGATE, gen_below(g, g->fn.n_labels));
        return;
    }
    g->fn.labels[g->fn.n_labels - 1].is_catch = true;
    for (i = 0; i < n; i++) {
        uint32_t tag = gen_below(g, g->n_tags);
        const struct signature thrown = g->types[g->tags[tag]];

        with_index(g, OP_CATCH, tag);
        gen_consume(g, thrown.in, thrown.n_in);
        throwing(g);
        gen_expr(g, t);
    }
    if (gen_one_in(g, 2)) {
        out_op(&g->code, OP_CATCH_ALL);
        throwing(g);
        gen_expr(g, t);
    }
    out_op(&g->code, OP_END);
    gen_pop_label(g);
}

bool gen_try_expr(struct gen *g, gtype t)
{
    if (g->n_tags == 0)
        return false;
    if (gen_has(g, FEATURE_EXN))
        try_table(g, t);
    else if (gen_has(g, FEATURE_LEGACY))
        legacy_try(g, t);
    else
        return false;
    return true;
}
