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
    struct functype *_Atomic members; /* of the group that this node means */
    valtype values[];                 /* parameters, then results */
};

static struct node *_Atomic root;
static _Atomic uint32_t next_id;

/* A Mersenne prime: hashes are polynomials modulo it, in a secret point. */
#define HASH_PRIME (((uint64_t)1 << 61) - 1)

/* A reference to a type has its id + 1 from this bit on; one to a member of
 * the group that is being made has its number there, and the highest bit. */
#define ID_ONE 0x200u
#define MEMBER 0x80000000u
STATIC_ASSERT((VALTYPE_IDS + 1ull) * ID_ONE <= MEMBER, "ids must fit");

/* In the list of values that means a group: in front of each member. */
#define MEMBER_BEGIN 0x03u
#define MEMBER_FINAL 0x04u

struct functype_key {
    uint32_t n_params, n_results;
    const valtype *params, *results;
};

/* "(ref null #7)": in one of a few buffers, since a message names two. */
static const char *name_of_id(valtype t)
{
    static THREAD_LOCAL char names[4][24];
    static THREAD_LOCAL unsigned next;
    char *name = names[next++ % countof(names)];

    (void)snprintf(name, sizeof(names[0]), "(ref %s#%u)",
                   valtype_is_defaultable(t) ? "null " : "", t / ID_ONE - 1);
    return name;
}

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
    case VT_EXNREF:
        return "exnref";
    case VT_NULLFUNCREF:
        return "nullfuncref";
    case VT_NULLEXTERNREF:
        return "nullexternref";
    case VT_NULLEXNREF:
        return "nullexnref";
    case VT_FUNCREF | VT_NON_NULL:
        return "(ref func)";
    case VT_EXTERNREF | VT_NON_NULL:
        return "(ref extern)";
    case VT_EXNREF | VT_NON_NULL:
        return "(ref exn)";
    case VT_NULLFUNCREF | VT_NON_NULL:
        return "(ref nofunc)";
    case VT_NULLEXTERNREF | VT_NON_NULL:
        return "(ref noextern)";
    case VT_NULLEXNREF | VT_NON_NULL:
        return "(ref noexn)";
    default:
        return t >= ID_ONE ? name_of_id(t) : "unknown";
    }
}

valtype valtype_to(const struct functype *type, bool nullable)
{
    uint32_t id = type->id < VALTYPE_IDS ? (type->id + 1) * ID_ONE : 0;

    return id | VT_FUNCREF | (nullable ? 0 : VT_NON_NULL);
}

valtype valtype_to_member(uint32_t i, bool nullable)
{
    assert(i < VALTYPE_IDS);
    return MEMBER | i * ID_ONE | VT_FUNCREF | (nullable ? 0 : VT_NON_NULL);
}

/* The heap type at the bottom of the hierarchy that t belongs to. */
static uint8_t heap_bottom(valtype t)
{
    switch ((uint8_t)t) {
    case VT_FUNCREF:
    case VT_NULLFUNCREF:
        return VT_NULLFUNCREF;
    case VT_EXTERNREF:
    case VT_NULLEXTERNREF:
        return VT_NULLEXTERNREF;
    default:
        return VT_NULLEXNREF;
    }
}

bool valtype_match(valtype have, valtype want)
{
    valtype have_heap = valtype_nullable(have);
    valtype want_heap = valtype_nullable(want);

    if (have == want || have == VT_BOTTOM)
        return true;
    if (!valtype_is_ref(have) || !valtype_is_ref(want))
        return false;
    if (have == VT_REF_BOTTOM)
        return true;
    if (valtype_is_defaultable(have) && !valtype_is_defaultable(want))
        return false;
    return have_heap == want_heap ||
           (want_heap == VT_FUNCREF && (uint8_t)have == VT_FUNCREF) ||
           (heap_bottom(have) == heap_bottom(want) &&
            (uint8_t)have == heap_bottom(want));
}

const char *valtype_foreign(uint8_t byte)
{
    switch (byte) {
    case 0x75: /* nocont */
    case 0x68: /* cont */
        return "stack switching";
    case 0x65: /* shared */
        return "shared-everything threads";
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

static struct node *node_intern(const struct functype_key *key)
{
    uint64_t hash = key_hash(key);
    uint64_t way = hash;
    uint32_t short_hash = (uint32_t)(hash >> 32);
    struct node *_Atomic *slot = &root;
    struct node *fresh = NULL;

    /* The hash runs out after 32 levels; then `way` is 0, and a chain. */
    for (;; way <<= 2) {
        struct node *node = atomic_load_explicit(slot, memory_order_acquire);

        if (!node) {
            if (!fresh)
                fresh = node_new(key, short_hash);
            if (!fresh)
                return NULL;
            if (atomic_compare_exchange_strong(slot, &node, fresh))
                return fresh;
        }
        if (key_is(key, short_hash, &node->type)) {
            free(fresh);
            return node;
        }
        slot = &node->child[way >> 62];
    }
}

const struct functype *functype_intern(uint32_t n_params, const valtype *params,
                                       uint32_t n_results,
                                       const valtype *results)
{
    struct functype_key key = {n_params, n_results, params, results};
    struct node *node = node_intern(&key);

    return node ? &node->type : NULL;
}

static bool refers_to_group(const struct group_member *member)
{
    uint32_t n = member->n_params + member->n_results, i;

    for (i = 0; i < n; i++) {
        if (member->values[i] & MEMBER)
            return true;
    }
    return false;
}

static size_t count_values(const struct group_member *members, uint32_t n)
{
    size_t n_values = 0;
    uint32_t i;

    for (i = 0; i < n; i++)
        n_values += (size_t)members[i].n_params + members[i].n_results;
    return n_values;
}

/* The node that means the group: a list of all its values, with a head of
 * three numbers for each member, as the parameters of no function type. */
static struct node *group_node(const struct group_member *members, uint32_t n)
{
    size_t n_list = count_values(members, n) + 3 * (size_t)n;
    struct functype_key key = {.n_params = (uint32_t)n_list};
    struct node *node;
    valtype *list, *at;
    uint32_t i;

    if (n_list > UINT32_MAX)
        return NULL;
    list = malloc(n_list * sizeof(*list));
    if (!list)
        return NULL;
    for (i = 0, at = list; i < n; i++) {
        uint32_t n_values = members[i].n_params + members[i].n_results;

        *at++ = members[i].final ? MEMBER_FINAL : MEMBER_BEGIN;
        *at++ = members[i].n_params;
        *at++ = members[i].n_results;
        if (n_values)
            memcpy(at, members[i].values, n_values * sizeof(*at));
        at += n_values;
    }
    key.params = list;
    node = node_intern(&key);
    free(list);
    return node;
}

/* The objects for the members, behind each other and followed by their
 * values, in which the group's own types are now known. */
static struct functype *group_new(const struct group_member *members,
                                  uint32_t n)
{
    size_t bytes = n * sizeof(struct functype) +
                   count_values(members, n) * sizeof(valtype);
    struct functype *types = calloc(1, bytes);
    uint32_t first = atomic_fetch_add(&next_id, n);
    valtype *at = (valtype *)(types + n);
    uint32_t i, k;

    /* Their references to each other need numbers. */
    if (!types || first > VALTYPE_IDS || n > VALTYPE_IDS - first) {
        free(types);
        return NULL;
    }
    for (i = 0; i < n; i++) {
        uint32_t n_values = members[i].n_params + members[i].n_results;

        types[i] = (struct functype){
            .n_params = members[i].n_params,
            .n_results = members[i].n_results,
            .params = at,
            .results = at + members[i].n_params,
            .id = first + i,
            .param_slots = count_slots(members[i].values, members[i].n_params),
            .result_slots = count_slots(members[i].values + members[i].n_params,
                                        members[i].n_results),
            .in_group = true,
        };
        for (k = 0; k < n_values; k++, at++) {
            *at = members[i].values[k];
            if (*at & MEMBER)
                *at = (*at & ~MEMBER) + (first + 1) * ID_ONE;
        }
    }
    return types;
}

bool functype_intern_group(const struct group_member *members, uint32_t n,
                           const struct functype **ret)
{
    struct functype *types, *fresh;
    struct node *node;
    uint32_t i;

    if (n == 1 && members->final && !refers_to_group(members)) {
        *ret = functype_intern(
            members->n_params, members->values, members->n_results,
            members->n_results ? members->values + members->n_params : NULL);
        return *ret != NULL;
    }
    if (n == 0)
        return true;
    node = group_node(members, n);
    if (!node)
        return false;
    types = atomic_load_explicit(&node->members, memory_order_acquire);
    if (!types) {
        fresh = group_new(members, n);
        if (!fresh)
            return false;
        if (atomic_compare_exchange_strong(&node->members, &types, fresh))
            types = fresh;
        else
            free(fresh);
    }
    for (i = 0; i < n; i++)
        ret[i] = &types[i];
    return true;
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
    return valtype_is_ref(t) ? functype_intern(0, NULL, 1, &t) : NULL;
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
               (have->global.type == want->global.type ||
                (!want->global.mutable &&
                 valtype_match(have->global.type, want->global.type)));
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
