/*
 * type.h: WebAssembly's types (specification, section 2.3).
 *
 * A value type is a number: the byte of the binary format for the types that
 * have one byte, which is the heap type for references.  A reference that
 * cannot be null has VT_NON_NULL beside it; a reference to a function type has
 * the byte of func, and which type it is in the bits above (valtype_to).
 *
 * Function types are interned: one object per structure in the whole process,
 * so that equal types are equal pointers, and references to them equal
 * numbers, also between modules.
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
    VT_EXNREF = 0x69,
    VT_NULLFUNCREF = 0x73, /* the references without values, but null */
    VT_NULLEXTERNREF = 0x72,
    VT_NULLEXNREF = 0x74,
    VT_NON_NULL = 0x100, /* a flag */
    /* Only as a block type: no result. */
    VT_EMPTY = 0x40,
    /* Only inside validation: any type, behind an unconditional branch. */
    VT_BOTTOM = 0x01,
    /* There too: a reference of any type. */
    VT_REF_BOTTOM = 0x02 | VT_NON_NULL,
};

/* Bytes of the binary format: a reference, whose heap type follows. */
#define TYPE_REF      0x64
#define TYPE_REF_NULL 0x63

/* Types that references can name, so that the number fits (valtype_to). */
#define VALTYPE_IDS ((1u << 22) - 1)

/* A number or a vector. */
static inline bool valtype_is_num(valtype t)
{
    return t >= VT_V128 && t <= VT_I32;
}

static inline bool valtype_is_ref(valtype t)
{
    uint8_t heap = (uint8_t)t;

    return (heap >= VT_EXNREF && heap <= VT_NULLEXNREF) || t == VT_REF_BOTTOM;
}

/* Slots of 64 bits that a value takes; of two the lower half comes first. */
static inline uint32_t valtype_slots(valtype t)
{
    return t == VT_V128 ? 2 : 1;
}

/* Have variables of the type a value to start with? */
static inline bool valtype_is_defaultable(valtype t)
{
    return !(t & VT_NON_NULL);
}

/* The same reference type, with and without null. */
static inline valtype valtype_nullable(valtype t)
{
    return t & ~(valtype)VT_NON_NULL;
}

static inline valtype valtype_non_null(valtype t)
{
    return t | VT_NON_NULL;
}

/* Can its values be exceptions? */
static inline bool valtype_is_exn(valtype t)
{
    return (uint8_t)t == VT_EXNREF;
}

/* May a value of type `have` stand where `want` is asked for?  Specification,
 * 3.3 (matching). */
bool valtype_match(valtype have, valtype want);

/* "i32", "funcref", "(ref func)", "(ref null #7)" for the function type of id
 * 7 ...; "unknown" for VT_BOTTOM.  One that is not constant text is good until
 * this thread has asked for four more. */
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
    /* A member of a group of its own; only the same object is equal. */
    bool in_group;
};

/* The one functype of this structure, made if it is new.  The arrays are
 * copied.  NULL when the host has no memory.  Never freed: programs have few
 * types, and they are alike from one program to the next.  Any thread may
 * call it at any time; it takes no lock. */
const struct functype *functype_intern(uint32_t n_params, const valtype *params,
                                       uint32_t n_results,
                                       const valtype *results) MUST_CHECK;

/* A type of a recursion group: where its values begin in the list of all. */
struct group_member {
    bool final;
    uint32_t n_params;
    uint32_t n_results;
    const valtype *values; /* parameters, then results */
};

/* A reference to the member `i` of the group that is being read; it stands
 * only in a struct group_member. */
valtype valtype_to_member(uint32_t i, bool nullable);

/*
 * The types of a recursion group (specification, 3.3: rolling): ret[i] becomes
 * that of member i.  Groups are interned like types; a group of one final type
 * that does not refer to itself is that type.  False when the host has no
 * memory.
 */
bool functype_intern_group(const struct group_member *members, uint32_t n,
                           const struct functype **ret) MUST_CHECK;

/* A reference to functions of a type; to functions of any type when the process
 * has had more than VALTYPE_IDS types. */
valtype valtype_to(const struct functype *type, bool nullable);

/* The type of a block without parameters that has the one result t, or none
 * for VT_EMPTY; NULL when the host has no memory, which cannot be when it was
 * asked before.  These are not interned: compare what is in them. */
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
