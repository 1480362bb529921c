/*
 * modgen.h: random valid modules, for comparing engines with each other.
 *
 * modgen.c decides what a module has and writes its sections; modgen_code.c
 * makes the bodies of functions out of statements and expressions; what is
 * neither control flow nor a plain operation is modgen_stmt.c; modgen_op.c has
 * the operations, which are the rows of abi/opcodes.def, and sees that
 * their results are the same on every engine; modgen_digest.c adds functions
 * that show a module's state in their results; modgen_access.c makes bodies of
 * another kind.
 */
#ifndef TINE_TESTS_MODGEN_H
#define TINE_TESTS_MODGEN_H

#include "base/vec.h"
#include "wasm/opcode.h"

/* What modules may use; `modgen --features`. */
enum feature {
    FEATURE_SIMD = 1 << 0,
    FEATURE_RELAXED = 1 << 1,
    FEATURE_TAIL = 1 << 2,
    FEATURE_MEMORIES = 1 << 3, /* several */
    FEATURE_MEMORY64 = 1 << 4, /* and tables */
    FEATURE_REFS = 1 << 5,     /* typed function references */
    FEATURE_EXN = 1 << 6,      /* exceptions, the final encoding */
    FEATURE_LEGACY = 1 << 7,   /* the encoding before */
    FEATURE_THREADS = 1 << 8,
    FEATURE_WIDE = 1 << 9,
    FEATURE_CONST = 1 << 10, /* extended constant expressions */
    FEATURE_HOST = 1 << 11,  /* functions of the host */
    FEATURE_LINK = 1 << 12,  /* cases of two modules */
    FEATURE_DIGEST = 1 << 13 /* functions that also return the state */
};

enum {
    MAX_VALUES = 8, /* of a signature */
    MAX_TYPES = 600,
    MAX_FUNCS = 80,
    MAX_ITEMS = 8, /* memories, tables, tags, segments, of each */
    MAX_GLOBALS = 32,
    MAX_LOCALS = 600,
    MAX_LABELS = 64,
    TABLE_MIN = 16, /* a power of two */
    ITEM_SIZE = 32, /* elements or bytes of a segment, at most */
    FUEL = 400,
    FUEL_CALL = 10, /* a call takes so much, an iteration 1 */
};

/*
 * A value type: the byte, or a reference to functions of a type.
 */
typedef uint32_t gtype;
#define REF_TO(index, null) (0x100u | (null ? 0x200u : 0u) | (index) << 10)
#define REF_IS_TO(t)        (((t) & 0x100u) != 0)
#define REF_INDEX(t)        ((t) >> 10)
#define REF_IS_NULLABLE(t)  (((t) & 0x200u) != 0)
#define REF_NULLABLE(t)     ((t) | 0x200u)
#define REF_NON_NULL(t)     ((t) & ~0x200u)

struct bytes_out {
    VEC(uint8_t) vec;
};

struct signature {
    uint32_t n_in, n_out;
    gtype in[MAX_VALUES], out[MAX_VALUES];
};

struct gmemory {
    uint32_t min, max;
    bool is_64, shared;
};

struct gtable {
    gtype elem;
    uint32_t max;
    bool is_64;
    uint32_t filled; /* elements that are not null from the start ... */
    uint32_t init[TABLE_MIN]; /* ... and which functions they are */
};

struct gglobal {
    gtype type;
    bool is_mutable;
};

struct gelem {
    gtype type;
    uint32_t n;
    uint32_t funcs[ITEM_SIZE];
    bool active;
    uint32_t table;
};

struct gdata {
    uint32_t n;
    bool active;
    uint32_t memory, offset;
};

struct label {
    uint32_t n;
    gtype types[MAX_VALUES];
    bool is_loop;
    bool is_catch; /* of the legacy encoding: rethrow may name it */
};

/* The body being made. */
struct fn {
    const struct signature *sig;
    uint32_t n_locals, n_open; /* all; those that any code may set */
    gtype locals[MAX_LOCALS];
    uint32_t scratch_f32, scratch_f64, scratch_v128;
    uint32_t pointer_32, pointer_64; /* two each, always in bounds */
    uint32_t n_labels;
    struct label labels[MAX_LABELS];
    int budget;
    int depth;
};

struct gen {
    uint64_t rng;
    uint32_t features;
    struct bytes_out code;
    struct fn fn;

    uint32_t n_types;
    struct signature types[MAX_TYPES];
    uint32_t n_funcs, n_imported_funcs, n_host_funcs;
    uint32_t funcs[MAX_FUNCS]; /* types */
    uint32_t n_memories, n_imported_memories;
    struct gmemory memories[MAX_ITEMS];
    uint32_t n_tables, n_imported_tables;
    struct gtable tables[MAX_ITEMS];
    uint32_t n_globals, n_imported_globals;
    struct gglobal globals[MAX_GLOBALS];
    uint32_t n_tags, n_imported_tags;
    uint32_t tags[MAX_ITEMS];
    uint32_t n_datas;
    struct gdata datas[MAX_ITEMS];
    uint32_t n_elems;
    struct gelem elems[MAX_ITEMS];
    uint32_t fuel;          /* the global */
    uint32_t n_plain_funcs; /* the rest are modgen_digest.c's */
    uint32_t wrapped[MAX_FUNCS];
};

/* Random numbers. */
uint32_t gen_below(struct gen *g, uint32_t n);
bool gen_one_in(struct gen *g, uint32_t n);
uint64_t gen_bits(struct gen *g);
void gen_seed(struct gen *g, uint64_t a, uint64_t b);

static inline bool gen_has(const struct gen *g, uint32_t features)
{
    return (g->features & features) == features;
}

/* Bytes of the module; they end the program when memory is short. */
void out_byte(struct bytes_out *out, uint32_t byte);
void out_u64(struct bytes_out *out, uint64_t value);
void out_s64(struct bytes_out *out, int64_t value);
void out_raw(struct bytes_out *out, const void *bytes, size_t n);
void out_all(struct bytes_out *out, const struct bytes_out *other);
void out_type(struct bytes_out *out, gtype t);
void out_heap_type(struct bytes_out *out, gtype t);
void out_op(struct bytes_out *out, uint32_t code);

/* The index of the type with that signature, made if it is new. */
uint32_t gen_signature(struct gen *g, const struct signature *sig);
/* A value type that the features allow; `any` or only numbers. */
gtype gen_type(struct gen *g, bool any);
/* A type for a table, a global, a local: with a default. */
gtype gen_ref_type(struct gen *g);
/* Any function of that type; there must be one for each REF_TO. */
uint32_t gen_func_of(struct gen *g, uint32_t type);
/* Can a value of type `have` stand where `want` is asked for? */
bool gen_matches(const struct gen *g, gtype have, gtype want);

/* Write the simplest code that has a value of type t. */
void gen_default(struct gen *g, struct bytes_out *out, gtype t);

/* modgen_code.c: a function's body with its locals, by its index; a budget of
 * 0 makes the simplest of its type. */
void gen_body(struct gen *g, uint32_t func, int budget);
void gen_expr(struct gen *g, gtype t);
void gen_stmt(struct gen *g);
/* Several values, with statements between them. */
void gen_values(struct gen *g, const gtype *types, uint32_t n);
/* Put n values of these types, the last on top, somewhere or nowhere. */
void gen_consume(struct gen *g, const gtype *types, uint32_t n);
void gen_push_label(struct gen *g, const gtype *types, uint32_t n,
                    bool is_loop);
void gen_pop_label(struct gen *g);
void gen_block_type(struct gen *g, const struct signature *sig);
/* local.get of a type, UINT32_MAX if there is none. */
uint32_t gen_local(struct gen *g, gtype t);
void gen_i32(struct gen *g, int32_t value);
void gen_i64(struct gen *g, int64_t value);
/* Use up fuel; when there is none, return. */
void gen_fuel(struct gen *g, uint32_t cost);

/* modgen_stmt.c: calls, tables, bulk operations, exceptions.  An expression
 * returns false if it has none of that type. */
bool gen_call_expr(struct gen *g, gtype t);
void gen_call_stmt(struct gen *g);
void gen_tail_call(struct gen *g);
bool gen_ref_expr(struct gen *g, gtype t);
void gen_table_stmt(struct gen *g);
void gen_memory_stmt(struct gen *g);
bool gen_size_expr(struct gen *g, gtype t);
bool gen_try_expr(struct gen *g, gtype t);
void gen_throw(struct gen *g);

/* modgen_digest.c: add the functions; write the body of one. */
void gen_add_wrappers(struct gen *g);
void gen_wrapper(struct gen *g, uint32_t func);

/* modgen_access.c: the type of all functions, if that is their kind; the body
 * of one. */
void gen_access_signature(struct signature *sig);
void gen_access_body(struct gen *g, int budget);

/* modgen_op.c: choose from what the module's features allow. */
void gen_op_init(struct gen *g);
/* An operation with a result of type t; or one without, VT_EMPTY. */
void gen_operation(struct gen *g, gtype t);
void gen_const(struct gen *g, gtype t);
/* An address that is most often inside, for accesses of 1 << align bytes. */
void gen_address(struct gen *g, uint32_t memory, uint32_t align);
/* The value on the stack, with bits cut off. */
void gen_mask(struct gen *g, bool is_64, uint64_t mask);

#endif
