/*
 * modgen_code.c: bodies: locals, blocks, branches.  An expression leaves one
 * value, a statement none; each takes from the body's budget, and when that
 * is used up the rest becomes constants and locals.
 *
 * Everything ends: a function's entry and a loop's head take from a global,
 * and when that is at 0 the function returns.  So a backward branch may stand
 * anywhere.
 */
#include "modgen.h"

enum { MAX_DEPTH = 9 };

static bool is_spent(const struct gen *g)
{
    return g->fn.budget <= 0 || g->fn.depth > MAX_DEPTH;
}

static struct bytes_out *code(struct gen *g)
{
    return &g->code;
}

void gen_i32(struct gen *g, int32_t value)
{
    out_op(code(g), OP_I32_CONST);
    out_s64(code(g), value);
}

void gen_i64(struct gen *g, int64_t value)
{
    out_op(code(g), OP_I64_CONST);
    out_s64(code(g), value);
}

/* --- Locals --- */

/* An open one of exactly that type, or UINT32_MAX. */
uint32_t gen_local(struct gen *g, gtype t)
{
    uint32_t start = gen_below(g, MAX(g->fn.n_open, 1)), i;

    for (i = 0; i < g->fn.n_open; i++) {
        uint32_t local = (start + i) % g->fn.n_open;

        if (g->fn.locals[local] == t)
            return local;
    }
    return UINT32_MAX;
}

static uint32_t global_of(struct gen *g, gtype t, bool to_set)
{
    uint32_t start = gen_below(g, g->n_globals), i;

    for (i = 0; i < g->n_globals; i++) {
        uint32_t global = (start + i) % g->n_globals;

        if (g->globals[global].type == t && global != g->fuel &&
            (!to_set || g->globals[global].is_mutable))
            return global;
    }
    return UINT32_MAX;
}

static void with_index(struct gen *g, uint32_t op, uint32_t index)
{
    out_op(code(g), op);
    out_u64(code(g), index);
}

void gen_consume(struct gen *g, const gtype *types, uint32_t n)
{
    while (n-- > 0) {
        uint32_t local = gen_local(g, types[n]);
        uint32_t global = global_of(g, types[n], true);

        if (local != UINT32_MAX && !gen_one_in(g, 4))
            with_index(g, OP_LOCAL_SET, local);
        else if (global != UINT32_MAX && !gen_one_in(g, 4))
            with_index(g, OP_GLOBAL_SET, global);
        else
            out_op(code(g), OP_DROP);
    }
}

/* --- Labels --- */

void gen_push_label(struct gen *g, const gtype *types, uint32_t n, bool is_loop)
{
    struct label *label = &g->fn.labels[g->fn.n_labels++];
    uint32_t i;

    assert(g->fn.n_labels <= MAX_LABELS && n <= MAX_VALUES);
    label->is_loop = is_loop;
    label->is_catch = false;
    label->n = n;
    for (i = 0; i < n; i++)
        label->types[i] = types[i];
}

void gen_pop_label(struct gen *g)
{
    g->fn.n_labels--;
}

/* The number by which an instruction here names it. */
static uint32_t label_number(const struct gen *g, const struct label *label)
{
    return g->fn.n_labels - 1 - (uint32_t)(label - g->fn.labels);
}

static const struct label *any_label(struct gen *g)
{
    return &g->fn.labels[gen_below(g, g->fn.n_labels)];
}

void gen_block_type(struct gen *g, const struct signature *sig)
{
    if (sig->n_in == 0 && sig->n_out <= 1 && !gen_one_in(g, 12)) {
        if (sig->n_out == 0)
            out_byte(code(g), VT_EMPTY);
        else
            out_type(code(g), sig->out[0]);
        return;
    }
    out_s64(code(g), gen_signature(g, sig));
}

/* --- Fuel --- */

void gen_fuel(struct gen *g, uint32_t cost)
{
    struct bytes_out *out = code(g);
    uint32_t i;

    with_index(g, OP_GLOBAL_GET, g->fuel);
    gen_i32(g, (int32_t)cost);
    out_op(out, OP_I32_LT_S);
    out_op(out, OP_IF);
    out_byte(out, VT_EMPTY);
    for (i = 0; i < g->fn.sig->n_out; i++)
        gen_default(g, out, g->fn.sig->out[i]);
    out_op(out, OP_RETURN);
    out_op(out, OP_END);
    with_index(g, OP_GLOBAL_GET, g->fuel);
    gen_i32(g, (int32_t)cost);
    out_op(out, OP_I32_SUB);
    with_index(g, OP_GLOBAL_SET, g->fuel);
}

/* --- Blocks --- */

static void random_types(struct gen *g, gtype *types, uint32_t *n, uint32_t max)
{
    *n = gen_below(g, max + 1);
    for (max = 0; max < *n; max++)
        types[max] = gen_type(g, true);
}

static void some_stmts(struct gen *g, uint32_t max)
{
    uint32_t n = gen_below(g, max + 1);

    while (n-- > 0 && !is_spent(g))
        gen_stmt(g);
}

void gen_values(struct gen *g, const gtype *types, uint32_t n)
{
    uint32_t i;

    for (i = 0; i < n; i++) {
        gen_expr(g, types[i]);
        if (gen_one_in(g, 12))
            gen_stmt(g);
    }
}

/* What stands in a block of that type, behind its head. */
static void block_body(struct gen *g, const struct signature *sig)
{
    gen_consume(g, sig->in, sig->n_in);
    some_stmts(g, 3);
    gen_values(g, sig->out, sig->n_out);
}

static void loop_again(struct gen *g, const struct signature *sig);

/* A block, a loop or an if with these results on the stack. */
static void block(struct gen *g, const gtype *results, uint32_t n)
{
    static const uint32_t ops[] = {OP_BLOCK, OP_LOOP, OP_IF, OP_IF};
    uint32_t op = ops[gen_below(g, countof(ops))], i;
    struct signature sig = {.n_out = n};

    for (i = 0; i < n; i++)
        sig.out[i] = results[i];
    if (gen_one_in(g, 4))
        random_types(g, sig.in, &sig.n_in, 3);
    gen_values(g, sig.in, sig.n_in);
    if (op == OP_IF)
        gen_expr(g, VT_I32);
    out_op(code(g), op);
    gen_block_type(g, &sig);
    if (op == OP_LOOP) {
        gen_push_label(g, sig.in, sig.n_in, true);
        gen_consume(g, sig.in, sig.n_in);
        gen_fuel(g, 1);
        some_stmts(g, 3);
        loop_again(g, &sig);
        gen_values(g, sig.out, sig.n_out);
    } else {
        gen_push_label(g, sig.out, sig.n_out, false);
        block_body(g, &sig);
    }
    if (op == OP_IF && (n > 0 || sig.n_in > 0 || gen_one_in(g, 2))) {
        out_op(code(g), OP_ELSE);
        block_body(g, &sig);
    }
    out_op(code(g), OP_END);
    gen_pop_label(g);
}

/* Often go back to the head of the loop that one is directly in. */
static void loop_again(struct gen *g, const struct signature *sig)
{
    uint32_t local = gen_local(g, VT_I32);

    if (gen_one_in(g, 4))
        return;
    gen_values(g, sig->in, sig->n_in);
    if (local == UINT32_MAX || gen_one_in(g, 2)) {
        gen_expr(g, VT_I32);
    } else { /* count up to 7 and begin anew */
        with_index(g, OP_LOCAL_GET, local);
        gen_i32(g, 1);
        out_op(code(g), OP_I32_ADD);
        with_index(g, OP_LOCAL_TEE, local);
        gen_mask(g, false, 7);
    }
    with_index(g, OP_BR_IF, 0);
    gen_consume(g, sig->in, sig->n_in);
}

/* --- Branches --- */

static void br_if(struct gen *g)
{
    const struct label *label = any_label(g);
    uint32_t n = label->n;
    gtype types[MAX_VALUES];
    uint32_t i;

    for (i = 0; i < n; i++)
        types[i] = label->types[i];
    gen_values(g, types, n);
    gen_expr(g, VT_I32);
    with_index(g, OP_BR_IF, label_number(g, label));
    gen_consume(g, types, n);
}

static bool same_types(const struct label *a, const struct label *b)
{
    uint32_t i;

    for (i = 0; i < a->n && a->n == b->n; i++)
        if (a->types[i] != b->types[i])
            return false;
    return a->n == b->n;
}

/* br_table to labels of the same types. */
static void br_table(struct gen *g)
{
    const struct label *labels[MAX_LABELS];
    const struct label *first = any_label(g);
    uint32_t n = 0, len, i;

    for (i = 0; i < g->fn.n_labels; i++)
        if (same_types(&g->fn.labels[i], first))
            labels[n++] = &g->fn.labels[i];
    gen_values(g, first->types, first->n);
    gen_expr(g, VT_I32);
    if (!gen_one_in(g, 4))
        gen_mask(g, false, 7);
    len = gen_below(g, 8);
    with_index(g, OP_BR_TABLE, len);
    for (i = 0; i <= len; i++)
        out_u64(code(g), label_number(g, labels[gen_below(g, n)]));
}

/* Behind an unconditional branch the stack has whatever is asked for. */
static void dead_code(struct gen *g)
{
    static const uint32_t ops[] = {
        OP_I32_ADD, OP_SELECT,   OP_F64_MUL,     OP_I64_EQZ,
        OP_I32_EQZ, OP_F32_SQRT, OP_REF_IS_NULL, OP_I64_EXTEND_I32_S};

    if (gen_one_in(g, 3)) {
        out_op(code(g), ops[gen_below(g, countof(ops))]);
        out_op(code(g), OP_DROP);
    }
    if (gen_one_in(g, 4))
        gen_stmt(g);
}

static const struct label *rethrowable(struct gen *g)
{
    uint32_t i;

    for (i = g->fn.n_labels; i-- > 0;)
        if (g->fn.labels[i].is_catch)
            return &g->fn.labels[i];
    return NULL;
}

/* What control does not come back from. */
static void leave(struct gen *g)
{
    const struct label *label = any_label(g);

    switch (gen_below(g, 8)) {
    case 0:
        gen_values(g, g->fn.sig->out, g->fn.sig->n_out);
        out_op(code(g), OP_RETURN);
        break;
    case 1:
    case 2:
        br_table(g);
        break;
    case 3:
        gen_tail_call(g);
        break;
    case 4:
        if (rethrowable(g))
            with_index(g, OP_RETHROW, label_number(g, rethrowable(g)));
        else
            gen_throw(g);
        break;
    case 5:
        if (gen_one_in(g, 10)) {
            out_op(code(g), OP_UNREACHABLE);
            break;
        }
        FALLTHROUGH;
    default:
        gen_values(g, label->types, label->n);
        with_index(g, OP_BR, label_number(g, label));
        break;
    }
    dead_code(g);
}

static void leave_if(struct gen *g)
{
    gen_expr(g, VT_I32);
    out_op(code(g), OP_IF);
    out_byte(code(g), VT_EMPTY);
    gen_push_label(g, NULL, 0, false);
    leave(g);
    if (gen_one_in(g, 3)) {
        out_op(code(g), OP_ELSE);
        some_stmts(g, 2);
    }
    out_op(code(g), OP_END);
    gen_pop_label(g);
}

/* Blocks in each other, and a jump behind one of them. */
static void switch_stmt(struct gen *g)
{
    uint32_t n = 1 + gen_below(g, 3), i;

    for (i = 0; i <= n; i++) {
        out_op(code(g), OP_BLOCK);
        out_byte(code(g), VT_EMPTY);
        gen_push_label(g, NULL, 0, false);
    }
    gen_expr(g, VT_I32);
    if (!gen_one_in(g, 4))
        gen_mask(g, false, 3);
    with_index(g, OP_BR_TABLE, n);
    for (i = 0; i <= n; i++)
        out_u64(code(g), i);
    for (i = 0; i < n; i++) {
        out_op(code(g), OP_END);
        gen_pop_label(g);
        some_stmts(g, 2);
        if (!gen_one_in(g, 3))
            with_index(g, OP_BR, n - 1 - i);
    }
    out_op(code(g), OP_END);
    gen_pop_label(g);
}

/* br_on_null, br_on_non_null. */
static void br_on_stmt(struct gen *g)
{
    gtype t = gen_ref_type(g);
    gtype non_null;
    struct signature sig = {.n_out = 1};

    if (!gen_has(g, FEATURE_REFS) || !REF_IS_TO(t))
        return;
    non_null = REF_NON_NULL(t);
    if (gen_one_in(g, 2)) {
        const struct label *label = any_label(g);

        gen_values(g, label->types, label->n);
        gen_expr(g, REF_NULLABLE(t));
        with_index(g, OP_BR_ON_NULL, label_number(g, label));
        out_op(code(g), OP_DROP);
        gen_consume(g, label->types, label->n);
        return;
    }
    sig.out[0] = non_null;
    out_op(code(g), OP_BLOCK);
    gen_block_type(g, &sig);
    gen_push_label(g, sig.out, 1, false);
    gen_expr(g, REF_NULLABLE(t));
    with_index(g, OP_BR_ON_NON_NULL, 0);
    some_stmts(g, 2);
    gen_default(g, code(g), non_null);
    out_op(code(g), OP_END);
    gen_pop_label(g);
    sig.out[0] = REF_NULLABLE(t);
    gen_consume(g, sig.out, 1);
}

/* --- Statements --- */

static void set_pointer(struct gen *g)
{
    bool is_64 = gen_has(g, FEATURE_MEMORY64) && gen_one_in(g, 2);

    gen_expr(g, is_64 ? VT_I64 : VT_I32);
    gen_mask(g, is_64, 0x3fff);
    with_index(g, OP_LOCAL_SET,
               (is_64 ? g->fn.pointer_64 : g->fn.pointer_32) + gen_below(g, 2));
}

static void set_stmt(struct gen *g)
{
    uint32_t local = gen_below(g, MAX(g->fn.n_open, 1));
    uint32_t global = gen_below(g, g->n_globals);

    if (gen_one_in(g, 8)) {
        set_pointer(g);
    } else if (g->fn.n_open > 0 && !gen_one_in(g, 4)) {
        gen_expr(g, g->fn.locals[local]);
        with_index(g, OP_LOCAL_SET, local);
    } else if (g->globals[global].is_mutable && global != g->fuel) {
        gen_expr(g, g->globals[global].type);
        with_index(g, OP_GLOBAL_SET, global);
    } else {
        gen_expr(g, gen_type(g, true));
        out_op(code(g), OP_DROP);
    }
}

static void block_stmt(struct gen *g)
{
    gtype types[MAX_VALUES];
    uint32_t n = 0;

    if (gen_one_in(g, 3))
        random_types(g, types, &n, 4);
    block(g, types, n);
    gen_consume(g, types, n);
}

void gen_stmt(struct gen *g)
{
    if (is_spent(g)) {
        if (gen_one_in(g, 8))
            out_op(code(g), OP_NOP);
        return;
    }
    g->fn.budget--;
    g->fn.depth++;
    switch (gen_below(g, 24)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
        set_stmt(g);
        break;
    case 5:
    case 6:
    case 7:
    case 8:
        gen_operation(g, VT_EMPTY);
        break;
    case 9:
    case 10:
    case 11:
    case 12:
        block_stmt(g);
        break;
    case 13:
    case 14:
        br_if(g);
        break;
    case 15:
    case 16:
        leave_if(g);
        break;
    case 17:
        switch_stmt(g);
        break;
    case 18:
        br_on_stmt(g);
        break;
    case 19:
        gen_memory_stmt(g);
        break;
    case 20:
        gen_table_stmt(g);
        break;
    default:
        gen_call_stmt(g);
        break;
    }
    g->fn.depth--;
}

/* --- Expressions --- */

/* A local, a global or a constant. */
static void leaf(struct gen *g, gtype t)
{
    uint32_t local = gen_local(g, t), global = global_of(g, t, false);
    bool is_num = t <= VT_I32 && t >= VT_V128;

    if (local != UINT32_MAX && !gen_one_in(g, 3))
        with_index(g, OP_LOCAL_GET, local);
    else if (global != UINT32_MAX && gen_one_in(g, 2))
        with_index(g, OP_GLOBAL_GET, global);
    else if (is_num)
        gen_const(g, t);
    else
        gen_default(g, code(g), t);
}

static void select_expr(struct gen *g, gtype t)
{
    bool is_num = t <= VT_I32 && t >= VT_V128;

    gen_expr(g, t);
    gen_expr(g, t);
    gen_expr(g, VT_I32);
    if (is_num && !gen_one_in(g, 4)) {
        out_op(code(g), OP_SELECT);
        return;
    }
    with_index(g, OP_SELECT_T, 1);
    out_type(code(g), t);
}

/* br_if with a value that stays when the branch is not taken. */
static bool br_if_expr(struct gen *g, gtype t)
{
    const struct label *label = any_label(g);

    if (label->n != 1 || label->types[0] != t)
        return false;
    gen_expr(g, t);
    gen_expr(g, VT_I32);
    with_index(g, OP_BR_IF, label_number(g, label));
    return true;
}

static bool tee_expr(struct gen *g, gtype t)
{
    uint32_t local = gen_local(g, t);

    if (local == UINT32_MAX)
        return false;
    gen_expr(g, t);
    with_index(g, OP_LOCAL_TEE, local);
    return true;
}

/* Two halves, of which one is dropped. */
static bool wide_expr(struct gen *g, gtype t)
{
    static const uint32_t ops[] = {OP_I64_ADD128, OP_I64_SUB128,
                                   OP_I64_MUL_WIDE_S, OP_I64_MUL_WIDE_U};
    uint32_t k = gen_below(g, countof(ops)), i;
    uint32_t local = gen_local(g, VT_I64);

    if (t != VT_I64 || !gen_has(g, FEATURE_WIDE))
        return false;
    for (i = 0; i < (k < 2 ? 4 : 2); i++)
        gen_expr(g, VT_I64);
    out_op(code(g), ops[k]);
    if (local != UINT32_MAX)
        with_index(g, OP_LOCAL_SET, local);
    else
        out_op(code(g), OP_I64_XOR);
    return true;
}

static bool special_expr(struct gen *g, gtype t)
{
    switch (gen_below(g, 16)) {
    case 0:
    case 1:
        block(g, &t, 1);
        return true;
    case 2:
        select_expr(g, t);
        return true;
    case 3:
    case 4:
        return tee_expr(g, t);
    case 5:
        return br_if_expr(g, t);
    case 6:
    case 7:
    case 8:
        return gen_call_expr(g, t);
    case 9:
        return gen_size_expr(g, t);
    case 10:
        return wide_expr(g, t);
    case 11:
    case 12:
        return gen_try_expr(g, t);
    default:
        return false;
    }
}

void gen_expr(struct gen *g, gtype t)
{
    bool is_num = t <= VT_I32 && t >= VT_V128;

    if (is_spent(g)) {
        leaf(g, t);
        return;
    }
    g->fn.budget--;
    g->fn.depth++;
    if (gen_one_in(g, 3)) {
        leaf(g, t);
    } else if (!gen_one_in(g, 3) || !special_expr(g, t)) {
        if (is_num)
            gen_operation(g, t);
        else if (!gen_ref_expr(g, t))
            leaf(g, t);
    }
    g->fn.depth--;
}

/* --- Bodies --- */

static uint32_t add_local(struct gen *g, gtype t)
{
    struct fn *fn = &g->fn;

    assert(fn->n_locals < MAX_LOCALS);
    fn->locals[fn->n_locals] = t;
    return fn->n_locals++;
}

static void choose_locals(struct gen *g)
{
    uint32_t n = gen_below(g, 10), i;

    for (i = 0; i < n; i++) {
        gtype t = gen_one_in(g, 3) ? gen_ref_type(g) : gen_type(g, true);

        add_local(g, REF_IS_TO(t) ? REF_NULLABLE(t) : t);
    }
    add_local(g, VT_I32);
    add_local(g, VT_I64);
    /* Rarely so many that their numbers are long. */
    for (i = 0; n == 3 && i < 300 && gen_one_in(g, 300); i++)
        add_local(g, gen_type(g, false));
    g->fn.n_open = g->fn.n_locals;
    g->fn.scratch_f32 = add_local(g, VT_F32);
    g->fn.scratch_f64 = add_local(g, VT_F64);
    g->fn.pointer_32 = add_local(g, VT_I32);
    add_local(g, VT_I32);
    g->fn.pointer_64 = add_local(g, VT_I64);
    add_local(g, VT_I64);
    if (gen_has(g, FEATURE_SIMD))
        g->fn.scratch_v128 = add_local(g, VT_V128);
}

static void write_locals(struct gen *g, struct bytes_out *out)
{
    uint32_t i;

    out_u64(out, g->fn.n_locals - g->fn.sig->n_in);
    for (i = g->fn.sig->n_in; i < g->fn.n_locals; i++) {
        out_u64(out, 1);
        out_type(out, g->fn.locals[i]);
    }
}

void gen_body(struct gen *g, uint32_t func, int budget)
{
    const struct signature sig = g->types[g->funcs[func]];
    struct fn *fn = &g->fn;
    struct bytes_out locals = {0}, copy;
    uint32_t i;

    fn->sig = &sig;
    fn->n_locals = fn->n_labels = 0;
    fn->budget = budget;
    fn->depth = 0;
    for (i = 0; i < sig.n_in; i++)
        add_local(g, sig.in[i]);
    if (budget > 0)
        choose_locals(g);
    g->code.vec.n = 0;
    gen_push_label(g, sig.out, sig.n_out, false);
    if (budget > 0) {
        gen_fuel(g, FUEL_CALL);
        some_stmts(g, 10);
        gen_values(g, sig.out, sig.n_out);
    } else {
        for (i = 0; i < sig.n_out; i++)
            gen_default(g, &g->code, sig.out[i]);
    }
    out_op(&g->code, OP_END);
    write_locals(g, &locals);
    out_all(&locals, &g->code);
    copy = g->code;
    g->code = locals;
    vec_done(&copy.vec);
}
