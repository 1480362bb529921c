/*
 * type.c: see type.h.
 *
 * Interned function types hang in a trie over their hash: two bits a level,
 * every node a type.  Nodes are only ever added, each with one compare and
 * swap, so that there is no lock that a fork could find held.  The hash is
 * keyed: a module cannot choose types that make one long branch.
 */
#include "wasm/type.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/bytes.h"

struct node {
    struct functype type;
    struct node *_Atomic child[4];
    valtype values[]; /* parameters, then results */
};

static struct node *_Atomic root;
static _Atomic uint32_t next_id;

/* A Mersenne prime: hashes are polynomials modulo it, in a secret point. */
#define HASH_PRIME (((uint64_t)1 << 61) - 1)

struct functype_key {
    uint32_t n_params, n_results;
    const valtype *params, *results;
};

const char *valtype_name(valtype t)
{
    switch (t) {
    case VT_I32:
        return "i32";
    case VT_I64:
        return "i64";
    case VT_F32:
        return "f32";
    case VT_F64:
        return "f64";
    case VT_V128:
        return "v128";
    case VT_FUNCREF:
        return "funcref";
    case VT_EXTERNREF:
        return "externref";
    default:
        return "unknown";
    }
}

const char *valtype_foreign(uint8_t byte)
{
    switch (byte) {
    case 0x74: /* noexn */
    case 0x69: /* exn */
        return "exception handling";
    case 0x75: /* nocont */
    case 0x68: /* cont */
        return "stack switching";
    case 0x65: /* shared */
        return "shared-everything threads";
    case 0x64: /* ref */
    case 0x63: /* ref null */
        return "typed function references";
    case 0x73: /* nofunc */
    case 0x72: /* noextern */
    case 0x71: /* none */
    case 0x6e: /* any */
    case 0x6d: /* eq */
    case 0x6c: /* i31 */
    case 0x6b: /* struct */
    case 0x6a: /* array */
        return "garbage collection";
    default:
        return NULL;
    }
}

/* a * b modulo HASH_PRIME; both below 2^61. */
static uint64_t mul_mod(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    uint64_t sum = (uint64_t)(product & HASH_PRIME) + (uint64_t)(product >> 61);

    return sum >= HASH_PRIME ? sum - HASH_PRIME : sum;
}

static uint64_t key_hash(const struct functype_key *key)
{
    /* 16 bytes that the kernel drew for this process (getauxval(3)). */
    const char *random = (const char *)getauxval(AT_RANDOM);
    uint64_t point = load_le64(random) % (HASH_PRIME - 2) + 2;
    uint64_t mixer = load_le64(random + 8) | 1;
    uint64_t hash = key->n_params;
    uint32_t i;

    hash = mul_mod(hash, point) + key->n_results;
    for (i = 0; i < key->n_params; i++)
        hash = mul_mod(hash % HASH_PRIME, point) + key->params[i];
    for (i = 0; i < key->n_results; i++)
        hash = mul_mod(hash % HASH_PRIME, point) + key->results[i];
    return hash * mixer;
}

static bool types_equal(const valtype *a, const valtype *b, uint32_t n)
{
    return n == 0 || memcmp(a, b, n * sizeof(*a)) == 0;
}

static bool key_is(const struct functype_key *key, uint32_t hash,
                   const struct functype *type)
{
    return type->hash == hash && type->n_params == key->n_params &&
           type->n_results == key->n_results &&
           types_equal(type->params, key->params, key->n_params) &&
           types_equal(type->results, key->results, key->n_results);
}

static uint32_t count_slots(const valtype *types, uint32_t n)
{
    uint32_t slots = 0, i;

    for (i = 0; i < n; i++)
        slots += valtype_slots(types[i]);
    return slots;
}

static struct node *node_new(const struct functype_key *key, uint32_t hash)
{
    size_t n_params = key->n_params, n_results = key->n_results;
    struct node *node;
    size_t bytes;

    if (ckd_add(&bytes, n_params, n_results) ||
        ckd_mul(&bytes, bytes, sizeof(valtype)) ||
        ckd_add(&bytes, bytes, sizeof(*node)))
        return NULL;
    node = calloc(1, bytes);
    if (!node)
        return NULL;
    if (n_params)
        memcpy(node->values, key->params, n_params * sizeof(valtype));
    if (n_results)
        memcpy(node->values + n_params, key->results,
               n_results * sizeof(valtype));
    node->type = (struct functype){
        .n_params = key->n_params,
        .n_results = key->n_results,
        .params = node->values,
        .results = node->values + n_params,
        .hash = hash,
        .id = atomic_fetch_add(&next_id, 1),
        .param_slots = count_slots(key->params, key->n_params),
        .result_slots = count_slots(key->results, key->n_results),
    };
    return node;
}

const struct functype *functype_intern(uint32_t n_params, const valtype *params,
                                       uint32_t n_results,
                                       const valtype *results)
{
    struct functype_key key = {n_params, n_results, params, results};
    uint64_t hash = key_hash(&key);
    uint64_t way = hash;
    uint32_t short_hash = (uint32_t)(hash >> 32);
    struct node *_Atomic *slot = &root;
    struct node *fresh = NULL;

    /* The hash runs out after 32 levels; then `way` is 0, and a chain. */
    for (;; way <<= 2) {
        struct node *node = atomic_load_explicit(slot, memory_order_acquire);

        if (!node) {
            if (!fresh)
                fresh = node_new(&key, short_hash);
            if (!fresh)
                return NULL;
            if (atomic_compare_exchange_strong(slot, &node, fresh))
                return &fresh->type;
        }
        if (key_is(&key, short_hash, &node->type)) {
            free(fresh);
            return &node->type;
        }
        slot = &node->child[way >> 62];
    }
}

const struct functype *functype_block(valtype t)
{
    static const valtype values[] = {VT_I32,     VT_I64,       VT_F32, VT_F64,
                                     VT_FUNCREF, VT_EXTERNREF, VT_V128};
    static const struct functype blocks[] = {
        {.n_results = 1, .results = &values[0], .result_slots = 1},
        {.n_results = 1, .results = &values[1], .result_slots = 1},
        {.n_results = 1, .results = &values[2], .result_slots = 1},
        {.n_results = 1, .results = &values[3], .result_slots = 1},
        {.n_results = 1, .results = &values[4], .result_slots = 1},
        {.n_results = 1, .results = &values[5], .result_slots = 1},
        {.n_results = 1, .results = &values[6], .result_slots = 2},
    };
    static const struct functype empty;
    size_t i;

    if (t == VT_EMPTY)
        return &empty;
    for (i = 0; i < countof(values); i++) {
        if (t == values[i])
            return &blocks[i];
    }
    return NULL;
}

/* printf behind what is in buf already; *at counts what would have fitted. */
PRINTF_LIKE(4, 5)
static void append(char *buf, size_t size, size_t *at, const char *fmt, ...)
{
    va_list ap;
    int n;

    if (*at + 1 >= size)
        return;
    va_start(ap, fmt);
    n = vsnprintf(buf + *at, size - *at, fmt, ap);
    va_end(ap);
    if (n > 0)
        *at = MIN(*at + (size_t)n, size - 1);
}

static void append_types(char *buf, size_t size, size_t *at,
                         const valtype *types, uint32_t n)
{
    uint32_t i;

    append(buf, size, at, "(");
    for (i = 0; i < n; i++)
        append(buf, size, at, i ? ", %s" : "%s", valtype_name(types[i]));
    append(buf, size, at, ")");
}

static void append_functype(char *buf, size_t size, size_t *at,
                            const struct functype *type)
{
    append_types(buf, size, at, type->params, type->n_params);
    append(buf, size, at, " -> ");
    append_types(buf, size, at, type->results, type->n_results);
}

static void append_limits(char *buf, size_t size, size_t *at,
                          const struct limits *limits)
{
    append(buf, size, at, "%" PRIu64 "..", limits->min);
    if (limits->has_max)
        append(buf, size, at, "%" PRIu64, limits->max);
    if (limits->is_64)
        append(buf, size, at, " i64");
}

void functype_print(const struct functype *type, char *buf, size_t size)
{
    size_t at = 0;

    if (size)
        buf[0] = '\0';
    append_functype(buf, size, &at, type);
}

const char *extern_kind_name(enum extern_kind kind)
{
    switch (kind) {
    case EXTERN_FUNC:
        return "function";
    case EXTERN_TABLE:
        return "table";
    case EXTERN_MEMORY:
        return "memory";
    case EXTERN_GLOBAL:
        return "global";
    case EXTERN_TAG:
        return "tag";
    }
    return "unknown";
}

static bool limits_match(const struct limits *have, const struct limits *want)
{
    if (have->is_64 != want->is_64 || have->min < want->min)
        return false;
    return !want->has_max || (have->has_max && have->max <= want->max);
}

bool externtype_match(const struct externtype *have,
                      const struct externtype *want)
{
    if (have->kind != want->kind)
        return false;
    switch (have->kind) {
    case EXTERN_FUNC:
    case EXTERN_TAG:
        return have->func == want->func;
    case EXTERN_TABLE:
        return have->table.elem == want->table.elem &&
               limits_match(&have->table.limits, &want->table.limits);
    case EXTERN_MEMORY:
        return have->memory.shared == want->memory.shared &&
               limits_match(&have->memory.limits, &want->memory.limits);
    case EXTERN_GLOBAL:
        return have->global.mutable == want->global.mutable &&
               have->global.type == want->global.type;
    }
    return false;
}

void externtype_print(const struct externtype *type, char *buf, size_t size)
{
    size_t at = 0;

    if (size)
        buf[0] = '\0';
    append(buf, size, &at, "%s ", extern_kind_name(type->kind));
    switch (type->kind) {
    case EXTERN_FUNC:
    case EXTERN_TAG:
        append_functype(buf, size, &at, type->func);
        break;
    case EXTERN_TABLE:
        append_limits(buf, size, &at, &type->table.limits);
        append(buf, size, &at, " %s", valtype_name(type->table.elem));
        break;
    case EXTERN_MEMORY:
        append_limits(buf, size, &at, &type->memory.limits);
        append(buf, size, &at, type->memory.shared ? " shared" : "");
        break;
    case EXTERN_GLOBAL:
        append(buf, size, &at, "%s%s", type->global.mutable ? "mutable " : "",
               valtype_name(type->global.type));
        break;
    }
}
