/*
 * modgen_access.c: functions of little but accesses of memory, of which several
 * may trap in a call: which one does, and where, is what is compared.
 *
 * Each has a few addresses that its arguments choose: somewhere inside, or so
 * close to the memory's end that an access, or a loop of them, crosses it.
 */
#include "modgen.h"

enum {
    ARG_CONDITION,
    ARG_OTHER,
    LOCAL_HASH,
    LOCAL_SUM,
    LOCAL_ADDRESS,
    N_ADDRESSES = 4,
    LOCAL_INDEX = LOCAL_ADDRESS + N_ADDRESSES,
    N_LOOPS = 3, /* one in the other */
    LOCAL_END = LOCAL_INDEX + N_LOOPS,
    LOCAL_WIDE = LOCAL_END + N_LOOPS, /* the only i64 */
    N_I32 = LOCAL_WIDE - LOCAL_HASH
};

static const struct width {
    uint32_t align, load, store;
    bool wide;
} widths[] = {
    {0, OP_I32_LOAD8_U, OP_I32_STORE8, false},
    {1, OP_I32_LOAD16_S, OP_I32_STORE16, false},
    {2, OP_I32_LOAD, OP_I32_STORE, false},
    {3, OP_I64_LOAD, OP_I64_STORE, true},
};

struct body {
    struct gen *g;
    uint32_t n_addresses, n_loops;
    int budget;
};

static void op(struct body *b, uint32_t code)
{
    out_op(&b->g->code, code);
}

static void with(struct body *b, uint32_t code, uint32_t index)
{
    op(b, code);
    out_u64(&b->g->code, index);
}

static void get(struct body *b, uint32_t local)
{
    with(b, OP_LOCAL_GET, local);
}

static void number(struct body *b, uint32_t value)
{
    gen_i32(b->g, (int32_t)value);
}

/* --- Accesses --- */

/* One of the addresses, most often plus the innermost loop's index. */
static void address(struct body *b)
{
    get(b, LOCAL_ADDRESS + gen_below(b->g, b->n_addresses));
    if (b->n_loops == 0 || gen_one_in(b->g, 5))
        return;
    get(b, LOCAL_INDEX + b->n_loops - 1);
    op(b, OP_I32_ADD);
}

static void access_op(struct body *b, uint32_t code, const struct width *w)
{
    static const uint32_t offsets[] = {0, 0, 0, 1, 4, 8, 16};

    op(b, code);
    out_u64(&b->g->code, gen_one_in(b->g, 2) ? w->align : 0);
    out_u64(&b->g->code, offsets[gen_below(b->g, countof(offsets))]);
}

static void load(struct body *b, const struct width *w)
{
    address(b);
    access_op(b, w->load, w);
}

/* sum = sum op load */
static void add_load(struct body *b, const struct width *w)
{
    static const uint32_t ops[][2] = {{OP_I32_ADD, OP_I64_ADD},
                                      {OP_I32_SUB, OP_I64_SUB},
                                      {OP_I32_XOR, OP_I64_XOR}};
    uint32_t local = w->wide ? LOCAL_WIDE : LOCAL_SUM;

    get(b, local);
    load(b, w);
    op(b, ops[gen_below(b->g, countof(ops))][w->wide]);
    with(b, OP_LOCAL_SET, local);
}

/* A value is stored, or what was loaded, or the sum of two loads. */
static void store(struct body *b, const struct width *w)
{
    uint32_t n = gen_below(b->g, 4), i;

    address(b);
    if (n == 0)
        get(b, w->wide ? LOCAL_WIDE : LOCAL_SUM);
    for (i = 0; i < MIN(n, 2); i++) {
        load(b, w);
        if (i > 0)
            op(b, w->wide ? OP_I64_ADD : OP_I32_ADD);
    }
    access_op(b, w->store, w);
}

static void some_access(struct body *b, const struct width *w)
{
    b->budget--;
    if (gen_one_in(b->g, 2)) {
        store(b, w);
    } else if (gen_one_in(b->g, 8)) {
        load(b, w);
        op(b, OP_DROP);
    } else {
        add_load(b, w);
    }
}

/* --- Statements --- */

static void some_stmts(struct body *b, uint32_t most);

static void condition(struct body *b)
{
    switch (gen_below(b->g, 3)) {
    case 0:
        get(b, ARG_CONDITION);
        break;
    case 1:
        get(b, LOCAL_SUM);
        number(b, 1);
        op(b, OP_I32_AND);
        break;
    default:
        get(b, ARG_OTHER);
        op(b, OP_I32_EQZ);
        break;
    }
}

/* Both ways are often the same, but for where they are. */
static void branch(struct body *b)
{
    uint64_t state;
    int budget;
    bool same = gen_one_in(b->g, 2);

    condition(b);
    with(b, OP_IF, VT_EMPTY);
    state = b->g->rng;
    budget = b->budget;
    some_stmts(b, 3);
    op(b, OP_ELSE);
    if (same) {
        b->g->rng = state;
        b->budget = budget;
    }
    some_stmts(b, 3);
    op(b, OP_END);
}

/* for (index = 0; index < end; index += step), or from the end down; the body
 * runs at least once. */
static void loop(struct body *b, const struct width *vector)
{
    uint32_t index = LOCAL_INDEX + b->n_loops, end = LOCAL_END + b->n_loops;
    uint32_t step = 1u << (vector ? vector->align : gen_below(b->g, 4));
    bool down = gen_one_in(b->g, 5);
    uint32_t n;

    if (gen_one_in(b->g, 2)) {
        number(b, step * (1 + gen_below(b->g, vector ? 200 : 40)));
    } else {
        get(b, LOCAL_HASH);
        number(b, vector ? 255 : 31);
        op(b, OP_I32_AND);
        number(b, step);
        op(b, OP_I32_MUL);
    }
    with(b, OP_LOCAL_TEE, end);
    if (!down) {
        op(b, OP_DROP);
        number(b, 0);
    }
    with(b, OP_LOCAL_SET, index);
    with(b, OP_LOOP, VT_EMPTY);
    if (down) {
        get(b, index);
        number(b, step);
        op(b, OP_I32_SUB);
        with(b, OP_LOCAL_SET, index);
    }
    b->n_loops++;
    if (vector) {
        for (n = 1 + gen_below(b->g, 3); n > 0; n--)
            some_access(b, vector);
    } else {
        some_stmts(b, 4);
    }
    b->n_loops--;
    get(b, index);
    if (down) {
        number(b, 0);
        op(b, OP_I32_GT_S);
    } else {
        number(b, step);
        op(b, OP_I32_ADD);
        with(b, OP_LOCAL_TEE, index);
        get(b, end);
        op(b, gen_one_in(b->g, 2) ? OP_I32_LT_U : OP_I32_LT_S);
    }
    with(b, OP_BR_IF, 0);
    op(b, OP_END);
}

/* Traps of another kind. */
static void divide(struct body *b)
{
    get(b, LOCAL_SUM);
    get(b, ARG_CONDITION);
    number(b, 3);
    op(b, OP_I32_AND);
    op(b, OP_I32_DIV_U);
    with(b, OP_LOCAL_SET, LOCAL_SUM);
}

static void stmt(struct body *b)
{
    const struct width *w = &widths[gen_below(b->g, countof(widths))];
    uint32_t kind = gen_below(b->g, 20);

    b->budget--;
    if (kind < 11 || b->n_loops == N_LOOPS || b->budget <= 0)
        some_access(b, w);
    else if (kind < 13)
        branch(b);
    else if (kind < 16)
        loop(b, NULL);
    else if (kind < 19)
        loop(b, w);
    else
        divide(b);
}

static void some_stmts(struct body *b, uint32_t most)
{
    uint32_t n;

    for (n = 1 + gen_below(b->g, most); n > 0; n--)
        stmt(b);
}

/* --- Functions --- */

/* Bits of the hash say which addresses are near the end, and how near. */
static void choose_addresses(struct body *b)
{
    static const uint32_t near[] = {0, 3, 15, 63, 255};
    uint32_t size = b->g->memories[0].min << 16, i;

    get(b, ARG_CONDITION);
    get(b, ARG_OTHER);
    number(b, 0x85ebca6b);
    op(b, OP_I32_MUL);
    op(b, OP_I32_XOR);
    number(b, 0x9e3779b1);
    op(b, OP_I32_MUL);
    with(b, OP_LOCAL_TEE, LOCAL_HASH);
    number(b, 15);
    op(b, OP_I32_SHR_U);
    get(b, LOCAL_HASH);
    op(b, OP_I32_XOR);
    with(b, OP_LOCAL_SET, LOCAL_HASH);
    for (i = 0; i < b->n_addresses; i++) {
        number(b, size);
        get(b, LOCAL_HASH);
        number(b, gen_below(b->g, 24));
        op(b, OP_I32_SHR_U);
        number(b, near[gen_below(b->g, countof(near))]);
        op(b, OP_I32_AND);
        op(b, OP_I32_SUB);
        number(b, (1 + gen_below(b->g, 8)) * 4096 + gen_below(b->g, 5));
        get(b, LOCAL_HASH);
        number(b, i + 1);
        op(b, OP_I32_SHR_U);
        number(b, 1);
        op(b, OP_I32_AND);
        op(b, OP_SELECT);
        with(b, OP_LOCAL_SET, LOCAL_ADDRESS + i);
    }
}

void gen_access_signature(struct signature *sig)
{
    *sig = (struct signature){.n_in = 2, .n_out = 1};
    sig->in[0] = sig->in[1] = sig->out[0] = VT_I32;
}

void gen_access_body(struct gen *g, int budget)
{
    struct body b = {.g = g, .n_addresses = 2 + gen_below(g, N_ADDRESSES - 1)};

    g->code.vec.n = 0;
    out_u64(&g->code, 2);
    out_u64(&g->code, N_I32);
    out_type(&g->code, VT_I32);
    out_u64(&g->code, 1);
    out_type(&g->code, VT_I64);
    choose_addresses(&b);
    b.budget = budget;
    if (budget > 0)
        some_stmts(&b, 5);
    get(&b, LOCAL_SUM);
    get(&b, LOCAL_WIDE);
    op(&b, OP_I32_WRAP_I64);
    op(&b, OP_I32_XOR);
    op(&b, OP_END);
}
