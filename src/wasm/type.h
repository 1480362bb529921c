/*
 * type.h: WebAssembly's types (specification, section 2.3).
 *
 * A value type is a number: the byte of the binary format for the types that
 * have one byte.  A reference to a defined type carries the type in the bits
 * above (later: typed function references).
 *
 * Function types are interned: one object per structure in the whole process,
 * so that equal types are equal pointers, also between modules.
 */
#ifndef TINE_WASM_TYPE_H
#define TINE_WASM_TYPE_H

#include "base/base.h"

typedef uint32_t valtype;

enum {
    VT_I32 = 0x7f,
    VT_I64 = 0x7e,
    VT_F32 = 0x7d,
    VT_F64 = 0x7c,
    VT_V128 = 0x7b,
    VT_FUNCREF = 0x70,
    VT_EXTERNREF = 0x6f,
    /* Only as a block type: no result. */
    VT_EMPTY = 0x40,
    /* Only inside validation: any type, behind an unconditional branch. */
    VT_BOTTOM = 0x01,
};

/* A number or a vector. */
static inline bool valtype_is_num(valtype t)
{
    return t >= VT_V128 && t <= VT_I32;
}

static inline bool valtype_is_ref(valtype t)
{
    return t == VT_FUNCREF || t == VT_EXTERNREF;
}

/* Slots of 64 bits that a value takes; of two the lower half comes first. */
static inline uint32_t valtype_slots(valtype t)
{
    return t == VT_V128 ? 2 : 1;
}

/* "i32", "funcref", ...; "unknown" for VT_BOTTOM. */
const char *valtype_name(valtype t);

/* The proposal that a byte which stands for a type belongs to, or NULL if the
 * byte means nothing or a type that we have. */
const char *valtype_foreign(uint8_t byte);

struct functype {
    uint32_t n_params;
    uint32_t n_results;
    const valtype *params;
    const valtype *results;
    uint32_t hash; /* of the structure; differs from process to process */
    uint32_t id;   /* counts up from 0 */
    uint32_t param_slots;
    uint32_t result_slots;
};

/* The one functype of this structure, made if it is new.  The arrays are
 * copied.  NULL when the host has no memory.  Never freed: programs have few
 * types, and they are alike from one program to the next.  Any thread may
 * call it at any time; it takes no lock. */
const struct functype *functype_intern(uint32_t n_params, const valtype *params,
                                       uint32_t n_results,
                                       const valtype *results) MUST_CHECK;

/* The type of a block without parameters that has the one result t, or none
 * for VT_EMPTY.  These are not interned: compare what is in them. */
const struct functype *functype_block(valtype t);

/* Write "(i32, i64) -> (f64)" to buf, cut off at size; always ends in NUL. */
void functype_print(const struct functype *type, char *buf, size_t size);

struct limits {
    uint64_t min;
    uint64_t max; /* UINT64_MAX when there is none */
    bool has_max;
    bool is_64; /* addresses are i64 (memory64, table64) */
};

/* The type of addresses, or of a table's indices. */
static inline valtype limits_addr(const struct limits *limits)
{
    return limits->is_64 ? VT_I64 : VT_I32;
}

struct memtype {
    struct limits limits; /* in pages */
    bool shared;
};

struct tabletype {
    struct limits limits; /* in elements */
    valtype elem;
};

struct globaltype {
    valtype type;
    bool mutable;
};

enum extern_kind {
    EXTERN_FUNC,
    EXTERN_TABLE,
    EXTERN_MEMORY,
    EXTERN_GLOBAL,
    EXTERN_TAG,
};

/* "function", "table", "memory", "global", "tag". */
const char *extern_kind_name(enum extern_kind kind);

struct externtype {
    enum extern_kind kind;
    union {
        const struct functype *func; /* also a tag's */
        struct tabletype table;
        struct memtype memory;
        struct globaltype global;
    };
};

/* May something of type `have` be imported as `want`?  Specification, 3.4
 * (matching): the current size stands for the minimum. */
bool externtype_match(const struct externtype *have,
                      const struct externtype *want);

/* Write "memory 1..3 shared" and the like to buf, cut off at size. */
void externtype_print(const struct externtype *type, char *buf, size_t size);

#endif
