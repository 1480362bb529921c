/*
 * modgen.c: write random valid modules.
 *
 *     modgen [OPTIONS] DIR FIRST COUNT
 *
 * A case is made from each of COUNT seeds from FIRST on: DIR/SEED.0.wasm and
 * sometimes DIR/SEED.1.wasm, which imports what the other exports.  The same
 * seed and options give the same bytes.  Prints how many modules and functions
 * that were.
 *
 *     --features LIST    of the names below, with commas; all if not given
 *     --bodies KIND      any: of everything; access: of accesses of one memory,
 *                        with no features
 *     --stub M:F         function F of module M gets the simplest body; its
 *                        number is that of the index space
 *     --size M:F=N       a body of N nodes, as far as it was the same
 */
#include "modgen.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t bit;
} feature_names[] = {
    {"simd", FEATURE_SIMD},         {"relaxed", FEATURE_RELAXED},
    {"tail", FEATURE_TAIL},         {"memories", FEATURE_MEMORIES},
    {"memory64", FEATURE_MEMORY64}, {"refs", FEATURE_REFS},
    {"exn", FEATURE_EXN},           {"legacy", FEATURE_LEGACY},
    {"threads", FEATURE_THREADS},   {"wide", FEATURE_WIDE},
    {"const", FEATURE_CONST},       {"host", FEATURE_HOST},
    {"link", FEATURE_LINK},         {"digest", FEATURE_DIGEST},
};

/* What --stub and --size ask for. */
struct size {
    uint32_t module, func;
    int budget;
};

static struct options {
    uint32_t features;
    bool accesses;
    const char *dir;
    VEC(struct size) sizes;
} options;

static struct gen gens[2];              /* the modules of a case */
static uint32_t n_modules, n_functions; /* written so far */

static NORETURN void die(const char *what)
{
    perror(what);
    exit(2);
}

/* --- Random numbers: splitmix64 --- */

uint64_t gen_bits(struct gen *g)
{
    uint64_t z = g->rng += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

void gen_seed(struct gen *g, uint64_t a, uint64_t b)
{
    g->rng = a * 0xd6e8feb86659fd93 ^ b * 0xa5a3564e27f8861f;
    (void)gen_bits(g);
}

uint32_t gen_below(struct gen *g, uint32_t n)
{
    return (uint32_t)((gen_bits(g) >> 32) * n >> 32);
}

bool gen_one_in(struct gen *g, uint32_t n)
{
    return gen_below(g, n) == 0;
}

/* --- Bytes --- */

void out_byte(struct bytes_out *out, uint32_t byte)
{
    if (!vec_push(&out->vec, (uint8_t)byte))
        die("modgen");
}

void out_raw(struct bytes_out *out, const void *bytes, size_t n)
{
    if (!vec_reserve(&out->vec, n))
        die("modgen");
    if (n > 0)
        memcpy(out->vec.items + out->vec.n, bytes, n);
    out->vec.n += n;
}

void out_all(struct bytes_out *out, const struct bytes_out *other)
{
    out_raw(out, other->vec.items, other->vec.n);
}

void out_u64(struct bytes_out *out, uint64_t value)
{
    do {
        out_byte(out, (value & 0x7f) | (value > 0x7f ? 0x80 : 0));
        value >>= 7;
    } while (value);
}

void out_s64(struct bytes_out *out, int64_t value)
{
    for (;;) {
        uint32_t byte = value & 0x7f;

        value >>= 7;
        if (value == (byte & 0x40 ? -1 : 0)) {
            out_byte(out, byte);
            return;
        }
        out_byte(out, byte | 0x80);
    }
}

void out_op(struct bytes_out *out, uint32_t code)
{
    if (code > 0xff) {
        out_byte(out, code >> 16);
        out_u64(out, code & 0xffff);
    } else {
        out_byte(out, code);
    }
}

void out_type(struct bytes_out *out, gtype t)
{
    if (!REF_IS_TO(t)) {
        out_byte(out, t);
        return;
    }
    out_byte(out, REF_IS_NULLABLE(t) ? TYPE_REF_NULL : TYPE_REF);
    out_s64(out, REF_INDEX(t));
}

void out_heap_type(struct bytes_out *out, gtype t)
{
    if (REF_IS_TO(t))
        out_s64(out, REF_INDEX(t));
    else
        out_byte(out, t);
}

/* --- Types --- */

static bool same_values(const gtype *a, const gtype *b, uint32_t n)
{
    return n == 0 || memcmp(a, b, n * sizeof(*a)) == 0;
}

uint32_t gen_signature(struct gen *g, const struct signature *sig)
{
    uint32_t i;

    for (i = 0; i < g->n_types; i++)
        if (g->types[i].n_in == sig->n_in && g->types[i].n_out == sig->n_out &&
            same_values(g->types[i].in, sig->in, sig->n_in) &&
            same_values(g->types[i].out, sig->out, sig->n_out))
            return i;
    assert(g->n_types < MAX_TYPES);
    g->types[g->n_types] = *sig;
    return g->n_types++;
}

gtype gen_ref_type(struct gen *g)
{
    switch (gen_below(g, 5)) {
    case 0:
        return VT_EXTERNREF;
    case 1:
        return VT_FUNCREF;
    case 2:
        return gen_has(g, FEATURE_EXN) ? VT_EXNREF : VT_FUNCREF;
    default:
        /* A module that imports this has the function too, unless it is the
         * host's. */
        if (!gen_has(g, FEATURE_REFS) || g->n_funcs == g->n_host_funcs)
            return VT_FUNCREF;
        return REF_TO(g->funcs[g->n_host_funcs +
                               gen_below(g, g->n_funcs - g->n_host_funcs)],
                      true);
    }
}

gtype gen_type(struct gen *g, bool any)
{
    static const gtype numbers[] = {VT_I32, VT_I32, VT_I32, VT_I64,
                                    VT_I64, VT_F32, VT_F64};
    gtype t;

    if (any && gen_has(g, FEATURE_SIMD) && gen_one_in(g, 5))
        return VT_V128;
    if (any && gen_one_in(g, 8)) {
        t = gen_ref_type(g);
        return REF_IS_TO(t) && gen_one_in(g, 4) ? REF_NON_NULL(t) : t;
    }
    return numbers[gen_below(g, countof(numbers))];
}

uint32_t gen_func_of(struct gen *g, uint32_t type)
{
    uint32_t start = gen_below(g, g->n_funcs), i;

    for (i = 0; g->funcs[(start + i) % g->n_funcs] != type; i++)
        assert(i < g->n_funcs);
    return (start + i) % g->n_funcs;
}

void gen_default(struct gen *g, struct bytes_out *out, gtype t)
{
    static const uint64_t zero[2];

    switch (t) {
    case VT_I32:
    case VT_I64:
        out_op(out, t == VT_I32 ? OP_I32_CONST : OP_I64_CONST);
        out_byte(out, 0);
        break;
    case VT_F32:
    case VT_F64:
        out_op(out, t == VT_F32 ? OP_F32_CONST : OP_F64_CONST);
        out_raw(out, zero, t == VT_F32 ? 4 : 8);
        break;
    case VT_V128:
        out_op(out, OP_V128_CONST);
        out_raw(out, zero, 16);
        break;
    default:
        if (REF_IS_TO(t) && !REF_IS_NULLABLE(t)) {
            out_op(out, OP_REF_FUNC);
            out_u64(out, gen_func_of(g, REF_INDEX(t)));
        } else {
            out_op(out, OP_REF_NULL);
            out_heap_type(out, t);
        }
        break;
    }
}

/* --- What a module has --- */

static void add_func(struct gen *g, bool any)
{
    struct signature sig = {0};
    uint32_t i;

    if (options.accesses) {
        gen_access_signature(&sig);
        g->funcs[g->n_funcs++] = gen_signature(g, &sig);
        return;
    }
    sig.n_in = gen_one_in(g, 20) ? 6 : gen_below(g, 4);
    sig.n_out = gen_one_in(g, 6) ? 1 + gen_below(g, 5) : gen_below(g, 5) > 0;
    for (i = 0; i < sig.n_in; i++)
        sig.in[i] = gen_type(g, any);
    for (i = 0; i < sig.n_out; i++)
        sig.out[i] = gen_type(g, any);
    assert(g->n_funcs < MAX_FUNCS);
    i = gen_signature(g, &sig);
    g->funcs[g->n_funcs++] = i;
}

static void add_host_func(struct gen *g)
{
    add_func(g, false);
    /* The host returns one value. */
    if (g->types[g->funcs[g->n_funcs - 1]].n_out > 1)
        g->n_funcs--;
}

static void add_memory(struct gen *g)
{
    struct gmemory *memory = &g->memories[g->n_memories++];

    memory->min = 1 + gen_below(g, 2);
    memory->max = memory->min + gen_below(g, 3);
    memory->is_64 = gen_has(g, FEATURE_MEMORY64) && gen_one_in(g, 2);
    memory->shared = gen_has(g, FEATURE_THREADS) && gen_one_in(g, 5);
}

/* An active segment that fills a table. */
static void fill_table(struct gen *g, uint32_t index)
{
    struct gtable *table = &g->tables[index];
    struct gelem *elem = &g->elems[g->n_elems++];

    *elem = (struct gelem){
        .type = table->elem, .active = true, .table = index, .n = 0};
    table->filled = gen_below(g, TABLE_MIN + 1);
    while (elem->n < table->filled) {
        uint32_t f = table->elem == VT_FUNCREF
                         ? gen_below(g, g->n_funcs)
                         : gen_func_of(g, REF_INDEX(table->elem));

        table->init[elem->n] = elem->funcs[elem->n] = f;
        elem->n++;
    }
}

static void add_table(struct gen *g)
{
    struct gtable *table = &g->tables[g->n_tables++];

    memset(table, 0, sizeof(*table));
    table->elem = g->n_tables == 1 ? VT_FUNCREF : gen_ref_type(g);
    table->max = TABLE_MIN + gen_below(g, 5);
    table->is_64 = gen_has(g, FEATURE_MEMORY64) && gen_one_in(g, 3);
    if (table->elem == VT_FUNCREF || REF_IS_TO(table->elem))
        fill_table(g, g->n_tables - 1);
}

static void add_passive(struct gen *g)
{
    const struct gtable *table = &g->tables[gen_below(g, g->n_tables)];
    struct gelem *elem = &g->elems[g->n_elems];

    if (g->n_elems == MAX_ITEMS || (uint8_t)table->elem == VT_EXTERNREF ||
        table->elem == VT_EXNREF)
        return;
    *elem = (struct gelem){.type = table->elem, .n = gen_below(g, 8)};
    for (uint32_t i = 0; i < elem->n; i++)
        elem->funcs[i] = elem->type == VT_FUNCREF
                             ? gen_below(g, g->n_funcs)
                             : gen_func_of(g, REF_INDEX(elem->type));
    g->n_elems++;
}

static void add_data(struct gen *g)
{
    struct gdata *data = &g->datas[g->n_datas++];

    data->n = gen_below(g, ITEM_SIZE);
    data->active = gen_one_in(g, 2);
    data->memory = gen_below(g, g->n_memories);
    data->offset = gen_below(g, gen_one_in(g, 4) ? 65500 : 4000);
    /* Rarely out of bounds. */
    if (gen_one_in(g, 300))
        data->offset = g->memories[data->memory].min * 65536 - 1;
}

static void add_tag(struct gen *g)
{
    struct signature sig = {.n_in = gen_below(g, 4)};
    uint32_t i;

    for (i = 0; i < sig.n_in; i++)
        sig.in[i] = gen_type(g, true);
    i = gen_signature(g, &sig);
    g->tags[g->n_tags++] = i;
}

static void add_global(struct gen *g)
{
    struct gglobal *global = &g->globals[g->n_globals];

    global->type = gen_type(g, true);
    global->is_mutable = !gen_one_in(g, 4);
    g->n_globals++;
}

/* Which of the features a case uses. */
static uint32_t choose_features(struct gen *g)
{
    uint32_t features = options.features;
    uint32_t both = FEATURE_EXN | FEATURE_LEGACY;
    size_t i;

    if (options.accesses)
        return 0;
    for (i = 0; i < countof(feature_names); i++)
        if (gen_one_in(g, 4) && feature_names[i].bit != FEATURE_DIGEST)
            features &= ~feature_names[i].bit;
    /* The two encodings are not mixed. */
    if ((features & both) == both)
        features &= ~(gen_one_in(g, 2) ? FEATURE_EXN : FEATURE_LEGACY);
    if (gen_one_in(g, 2))
        features &= ~FEATURE_LINK;
    return features;
}

/* Everything of `from` is imported. */
static void import_all(struct gen *g, const struct gen *from)
{
    uint32_t n_host = g->n_funcs, i;

    for (i = from->n_host_funcs; i < from->n_plain_funcs; i++)
        g->funcs[g->n_funcs++] = from->funcs[i];
    g->n_imported_memories = g->n_memories = from->n_memories;
    memcpy(g->memories, from->memories, sizeof(g->memories));
    g->n_imported_tables = g->n_tables = from->n_tables;
    memcpy(g->tables, from->tables, sizeof(g->tables));
    /* As functions are numbered here; host functions are not known here. */
    for (i = 0; i < g->n_tables; i++) {
        struct gtable *table = &g->tables[i];
        uint32_t k;

        for (k = 0; k < table->filled; k++)
            if (table->init[k] < from->n_host_funcs)
                break;
            else
                table->init[k] += n_host - from->n_host_funcs;
        table->filled = k;
    }
    g->n_imported_globals = g->n_globals = from->n_globals;
    memcpy(g->globals, from->globals, sizeof(g->globals));
    g->n_imported_tags = g->n_tags = from->n_tags;
    memcpy(g->tags, from->tags, sizeof(g->tags));
    g->fuel = from->fuel;
}

/* Room for one more of what a module has few of? */
static uint32_t some(struct gen *g, uint32_t at_least, uint32_t at_most,
                     uint32_t have)
{
    uint32_t n = at_least + gen_below(g, at_most - at_least + 1);

    return MIN(n, MAX_ITEMS - have);
}

static void choose_all(struct gen *g, const struct gen *from)
{
    bool is_first = from == NULL;
    uint32_t n;

    if (gen_has(g, FEATURE_HOST))
        for (n = gen_below(g, 4); n > 0; n--)
            add_host_func(g);
    g->n_host_funcs = g->n_funcs;
    if (from)
        import_all(g, from);
    g->n_imported_funcs = g->n_funcs;
    for (n = options.accesses ? 30 : 3 + gen_below(g, 8); n > 0; n--)
        add_func(g, !gen_one_in(g, 3));
    n = gen_has(g, FEATURE_MEMORIES) ? 2 : is_first;
    for (n = some(g, is_first, n, g->n_memories); n > 0; n--)
        add_memory(g);
    for (n = some(g, is_first, 3, MAX(g->n_tables, g->n_elems)); n > 0; n--)
        add_table(g);
    for (n = gen_below(g, 3); n > 0; n--)
        add_passive(g);
    for (n = gen_below(g, 4); n > 0; n--)
        add_data(g);
    n = gen_has(g, FEATURE_EXN) || gen_has(g, FEATURE_LEGACY) ? 3 : 0;
    for (n = some(g, 0, n, g->n_tags); n > 0; n--)
        add_tag(g);
    if (is_first) {
        g->fuel = g->n_globals++;
        g->globals[g->fuel] = (struct gglobal){VT_I32, true};
    }
    for (n = gen_below(g, 8); n > 0; n--)
        add_global(g);
}

/* --- Sections --- */

static void section(struct bytes_out *out, uint32_t id,
                    struct bytes_out *content)
{
    if (content->vec.n > 0) {
        out_byte(out, id);
        out_u64(out, content->vec.n);
        out_all(out, content);
    }
    vec_done(&content->vec);
}

static void out_name(struct bytes_out *out, const char *prefix, uint32_t n)
{
    char name[16];
    int len = snprintf(name, sizeof(name), "%s%u", prefix, n);

    out_u64(out, (uint32_t)len);
    out_raw(out, name, (uint32_t)len);
}

static void out_limits(struct bytes_out *out, uint32_t flags, uint32_t min,
                       uint32_t max)
{
    out_byte(out, 1 | flags);
    out_u64(out, min);
    out_u64(out, max);
}

static void out_memory(struct bytes_out *out, const struct gmemory *memory)
{
    out_limits(out, (memory->shared ? 2u : 0) | (memory->is_64 ? 4u : 0),
               memory->min, memory->max);
}

static void out_table(struct bytes_out *out, const struct gtable *table)
{
    out_type(out, table->elem);
    out_limits(out, table->is_64 ? 4 : 0, TABLE_MIN, table->max);
}

static void out_global(struct bytes_out *out, const struct gglobal *global)
{
    out_type(out, global->type);
    out_byte(out, global->is_mutable);
}

static void write_types(const struct gen *g, struct bytes_out *out)
{
    struct bytes_out content = {0};
    uint32_t i, k;

    out_u64(&content, g->n_types);
    for (i = 0; i < g->n_types; i++) {
        out_byte(&content, 0x60);
        out_u64(&content, g->types[i].n_in);
        for (k = 0; k < g->types[i].n_in; k++)
            out_type(&content, g->types[i].in[k]);
        out_u64(&content, g->types[i].n_out);
        for (k = 0; k < g->types[i].n_out; k++)
            out_type(&content, g->types[i].out[k]);
    }
    section(out, 1, &content);
}

static void out_import(struct bytes_out *out, const char *module,
                       const char *prefix, uint32_t n, uint32_t kind)
{
    out_name(out, module, 0);
    out_name(out, prefix, n);
    out_byte(out, kind);
}

static void write_imports(const struct gen *g, const struct gen *from,
                          struct bytes_out *out)
{
    struct bytes_out content = {0};
    uint32_t i;

    out_u64(&content, g->n_imported_funcs + g->n_imported_tables +
                          g->n_imported_memories + g->n_imported_globals +
                          g->n_imported_tags);
    for (i = 0; i < g->n_imported_funcs; i++) {
        if (i < g->n_host_funcs)
            out_import(&content, "env", "h", i, EXTERN_FUNC);
        else
            out_import(&content, "m", "f",
                       i - g->n_host_funcs + from->n_host_funcs, EXTERN_FUNC);
        out_u64(&content, g->funcs[i]);
    }
    for (i = 0; i < g->n_imported_tables; i++) {
        out_import(&content, "m", "t", i, EXTERN_TABLE);
        out_table(&content, &g->tables[i]);
    }
    for (i = 0; i < g->n_imported_memories; i++) {
        out_import(&content, "m", "m", i, EXTERN_MEMORY);
        out_memory(&content, &g->memories[i]);
    }
    for (i = 0; i < g->n_imported_globals; i++) {
        out_import(&content, "m", "g", i, EXTERN_GLOBAL);
        out_global(&content, &g->globals[i]);
    }
    for (i = 0; i < g->n_imported_tags; i++) {
        out_import(&content, "m", "e", i, EXTERN_TAG);
        out_byte(&content, 0);
        out_u64(&content, g->tags[i]);
    }
    section(out, 2, &content);
}

static void global_init(struct gen *g, struct bytes_out *out, uint32_t i)
{
    gtype t = g->globals[i].type;
    uint32_t k;

    g->code.vec.n = 0;
    if (i == g->fuel) {
        gen_i32(g, FUEL);
    } else if (t == VT_I32 && gen_has(g, FEATURE_CONST) && gen_one_in(g, 2)) {
        gen_const(g, t);
        gen_const(g, t);
        out_op(&g->code, OP_I32_MUL);
        for (k = 0; k < g->n_imported_globals; k++)
            if (g->globals[k].type == t && !g->globals[k].is_mutable) {
                out_op(&g->code, OP_GLOBAL_GET);
                out_u64(&g->code, k);
                out_op(&g->code, OP_I32_SUB);
            }
    } else if (t >= VT_V128 && t <= VT_I32) {
        gen_const(g, t);
    } else {
        gen_default(g, &g->code, t);
    }
    out_op(&g->code, OP_END);
    out_all(out, &g->code);
}

/* Functions, tables, memories, tags, globals of its own. */
static void write_own(struct gen *g, struct bytes_out *out)
{
    struct bytes_out content = {0};
    uint32_t i;

    out_u64(&content, g->n_funcs - g->n_imported_funcs);
    for (i = g->n_imported_funcs; i < g->n_funcs; i++)
        out_u64(&content, g->funcs[i]);
    section(out, 3, &content);
    out_u64(&content, g->n_tables - g->n_imported_tables);
    for (i = g->n_imported_tables; i < g->n_tables; i++)
        out_table(&content, &g->tables[i]);
    section(out, 4, &content);
    out_u64(&content, g->n_memories - g->n_imported_memories);
    for (i = g->n_imported_memories; i < g->n_memories; i++)
        out_memory(&content, &g->memories[i]);
    section(out, 5, &content);
    if (g->n_tags > g->n_imported_tags)
        out_u64(&content, g->n_tags - g->n_imported_tags);
    for (i = g->n_imported_tags; i < g->n_tags; i++) {
        out_byte(&content, 0);
        out_u64(&content, g->tags[i]);
    }
    section(out, 13, &content);
    out_u64(&content, g->n_globals - g->n_imported_globals);
    for (i = g->n_imported_globals; i < g->n_globals; i++) {
        out_global(&content, &g->globals[i]);
        global_init(g, &content, i);
    }
    section(out, 6, &content);
}

static void out_exports(struct bytes_out *out, const char *prefix,
                        uint32_t from, uint32_t to, uint32_t kind)
{
    for (; from < to; from++) {
        out_name(out, prefix, from);
        out_byte(out, kind);
        out_u64(out, from);
    }
}

static void write_exports(const struct gen *g, struct bytes_out *out)
{
    struct bytes_out content = {0};
    uint32_t fuel = g->fuel >= g->n_imported_globals;

    out_u64(&content, g->n_funcs - g->n_imported_funcs + g->n_tables -
                          g->n_imported_tables + g->n_memories -
                          g->n_imported_memories + g->n_globals -
                          g->n_imported_globals + g->n_tags -
                          g->n_imported_tags + fuel);
    out_exports(&content, "f", g->n_imported_funcs, g->n_plain_funcs,
                EXTERN_FUNC);
    out_exports(&content, "x", g->n_plain_funcs, g->n_funcs, EXTERN_FUNC);
    out_exports(&content, "t", g->n_imported_tables, g->n_tables, EXTERN_TABLE);
    out_exports(&content, "m", g->n_imported_memories, g->n_memories,
                EXTERN_MEMORY);
    out_exports(&content, "g", g->n_imported_globals, g->n_globals,
                EXTERN_GLOBAL);
    out_exports(&content, "e", g->n_imported_tags, g->n_tags, EXTERN_TAG);
    if (fuel) {
        out_u64(&content, 4);
        out_raw(&content, "fuel", 4);
        out_byte(&content, EXTERN_GLOBAL);
        out_u64(&content, g->fuel);
    }
    section(out, 7, &content);
}

static void write_start(struct gen *g, struct bytes_out *out)
{
    struct bytes_out content = {0};
    uint32_t i;

    for (i = g->n_imported_funcs; i < g->n_funcs; i++) {
        const struct signature *sig = &g->types[g->funcs[i]];

        if (sig->n_in == 0 && sig->n_out == 0 && gen_one_in(g, 3)) {
            out_u64(&content, i);
            break;
        }
    }
    section(out, 8, &content);
}

static void write_elem(const struct gen *g, const struct gelem *elem,
                       struct bytes_out *out)
{
    bool exprs = elem->type != VT_FUNCREF;
    uint32_t i;

    out_byte(out, (elem->active ? 2 : 1) | (exprs ? 4 : 0));
    if (elem->active) {
        bool is_64 = g->tables[elem->table].is_64;

        out_u64(out, elem->table);
        out_op(out, is_64 ? OP_I64_CONST : OP_I32_CONST);
        out_byte(out, 0);
        out_op(out, OP_END);
    }
    if (exprs)
        out_type(out, elem->type);
    else
        out_byte(out, 0);
    out_u64(out, elem->n);
    for (i = 0; i < elem->n; i++) {
        if (exprs)
            out_op(out, OP_REF_FUNC);
        out_u64(out, elem->funcs[i]);
        if (exprs)
            out_op(out, OP_END);
    }
}

/* The last one declares that every function may be referred to. */
static void write_elems(const struct gen *g, struct bytes_out *out)
{
    struct bytes_out content = {0};
    uint32_t i;

    out_u64(&content, g->n_elems + 1);
    for (i = 0; i < g->n_elems; i++)
        write_elem(g, &g->elems[i], &content);
    out_byte(&content, 3);
    out_byte(&content, 0);
    out_u64(&content, g->n_funcs);
    for (i = 0; i < g->n_funcs; i++)
        out_u64(&content, i);
    section(out, 9, &content);
}

static void write_datas(struct gen *g, struct bytes_out *out)
{
    struct bytes_out content = {0};
    uint32_t i, k;

    out_u64(&content, g->n_datas);
    for (i = 0; i < g->n_datas; i++) {
        const struct gdata *data = &g->datas[i];

        out_byte(&content, data->active ? 2 : 1);
        if (data->active) {
            out_u64(&content, data->memory);
            out_op(&content, g->memories[data->memory].is_64 ? OP_I64_CONST
                                                             : OP_I32_CONST);
            out_s64(&content, data->offset);
            out_op(&content, OP_END);
        }
        out_u64(&content, data->n);
        for (k = 0; k < data->n; k++)
            out_byte(&content, gen_below(g, 256));
    }
    section(out, 11, &content);
}

/* --- A module --- */

static int budget_of(struct gen *g, uint32_t module, uint32_t func)
{
    int budget = 10 + (int)gen_below(g, gen_one_in(g, 4) ? 300 : 80);
    size_t i;

    for (i = 0; i < options.sizes.n; i++)
        if (options.sizes.items[i].module == module &&
            options.sizes.items[i].func == func)
            budget = options.sizes.items[i].budget;
    return budget;
}

static void write_module(struct gen *g, const struct gen *from, uint64_t seed,
                         struct bytes_out *out)
{
    uint32_t module = from != NULL, i;
    struct bytes_out code = {0}, rest = {0}, count = {0};

    g->n_plain_funcs = g->n_funcs;
    gen_op_init(g);
    if (gen_has(g, FEATURE_DIGEST))
        gen_add_wrappers(g);
    n_modules++;
    n_functions += g->n_funcs - g->n_imported_funcs;
    out_u64(&code, g->n_funcs - g->n_imported_funcs);
    for (i = g->n_imported_funcs; i < g->n_funcs; i++) {
        gen_seed(g, seed * 2 + module, i);
        if (options.accesses)
            gen_access_body(g, budget_of(g, module, i));
        else if (i < g->n_plain_funcs)
            gen_body(g, i, budget_of(g, module, i));
        else
            gen_wrapper(g, i);
        out_u64(&code, g->code.vec.n);
        out_all(&code, &g->code);
    }
    gen_seed(g, seed * 2 + module, MAX_FUNCS);
    write_imports(g, from, &rest);
    write_own(g, &rest);
    write_exports(g, &rest);
    write_start(g, &rest);
    write_elems(g, &rest);
    out_u64(&count, g->n_datas);
    section(&rest, 12, &count);
    section(&rest, 10, &code);
    write_datas(g, &rest);
    out_raw(out, "\0asm\1\0\0", 8);
    write_types(g, out);
    out_all(out, &rest);
    vec_done(&rest.vec);
}

static void write_file(uint64_t seed, uint32_t module,
                       const struct bytes_out *out)
{
    char path[4096];
    FILE *file;

    (void)snprintf(path, sizeof(path), "%s/%llu.%u.wasm", options.dir,
                   (unsigned long long)seed, module);
    file = fopen(path, "wb");
    if (!file || fwrite(out->vec.items, 1, out->vec.n, file) != out->vec.n ||
        fclose(file))
        die(path);
}

static void make_case(uint64_t seed)
{
    uint32_t i, n = 1;

    for (i = 0; i < n; i++) {
        struct gen *g = &gens[i];
        struct gen *from = i > 0 ? &gens[0] : NULL;
        struct bytes_out code = g->code, out = {0};

        memset(g, 0, sizeof(*g));
        g->code = code;
        gen_seed(g, seed, i);
        g->features = from ? from->features : choose_features(g);
        n = gen_has(g, FEATURE_LINK) ? 2 : 1;
        if (from) {
            g->n_types = from->n_types;
            memcpy(g->types, from->types, sizeof(g->types));
        }
        choose_all(g, from);
        write_module(g, from, seed, &out);
        write_file(seed, i, &out);
        vec_done(&out.vec);
    }
}

/* --- Options --- */

static uint32_t parse_features(const char *list)
{
    uint32_t features = 0;
    size_t i, len;

    for (; *list; list += len + (list[len] == ',')) {
        len = strcspn(list, ",");
        for (i = 0; i < countof(feature_names); i++)
            if (strlen(feature_names[i].name) == len &&
                strncmp(feature_names[i].name, list, len) == 0)
                break;
        if (i == countof(feature_names)) {
            fprintf(stderr, "modgen: unknown feature: %s\n", list);
            exit(2);
        }
        features |= feature_names[i].bit;
    }
    return features;
}

static void parse_size(const char *text, const char *format)
{
    struct size size = {0};
    int n = sscanf(text, format, &size.module, &size.func, &size.budget);

    if (n < 2 || !vec_push(&options.sizes, size)) {
        fprintf(stderr, "modgen: not a size: %s\n", text);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    uint64_t first, count;

    options.features = UINT32_MAX & ~(uint32_t)FEATURE_DIGEST;
    for (argv++; argc > 2 && argv[0][0] == '-'; argc -= 2, argv += 2) {
        if (strcmp(argv[0], "--features") == 0)
            options.features = parse_features(argv[1]);
        else if (strcmp(argv[0], "--bodies") == 0 &&
                 (strcmp(argv[1], "any") == 0 ||
                  strcmp(argv[1], "access") == 0))
            options.accesses = strcmp(argv[1], "access") == 0;
        else if (strcmp(argv[0], "--stub") == 0)
            parse_size(argv[1], "%u:%u");
        else if (strcmp(argv[0], "--size") == 0)
            parse_size(argv[1], "%u:%u=%d");
        else
            break;
    }
    if (argc != 4) {
        fputs("usage: modgen [OPTIONS] DIR FIRST COUNT\n", stderr);
        return 2;
    }
    options.dir = argv[0];
    first = strtoull(argv[1], NULL, 0);
    for (count = strtoull(argv[2], NULL, 0); count > 0; count--)
        make_case(first++);
    printf("%u %u\n", n_modules, n_functions);
    return 0;
}
