/*
 * instance.h: an instantiated module (specification, 4.2.6): its functions,
 * tables, memories and globals, own and imported, and the linking of imports.
 */
#ifndef TINE_RT_INSTANCE_H
#define TINE_RT_INSTANCE_H

#include "base/error.h"
#include "rt/memory.h"
#include "rt/table.h"
#include "rt/trap.h"
#include "wasm/module.h"

struct compiled;
struct handlers;
struct instance;
struct tag;
struct thread;

/* The interpreter's code is a sequence of 16-bit units (interp/code.h). */
typedef uint16_t code_unit;

/*
 * What an import is bound to on the host's side; called on the host stack.
 * The arguments are 64-bit slots, two for a v128; the result, if the type has
 * one, is returned.  `data` is what the function object was made with.
 */
typedef uint64_t host_fn(struct thread *t, const uint64_t *args,
                         const void *data);

/* Units of the stub with which a function starts out. */
#define FUNC_STUB_UNITS 4

/*
 * A function instance, what a funcref points to.  Every function has a code
 * pointer; until its first call this is its own stub, which translates the
 * body and stores the real one, or enters compiled code.
 */
struct func {
    const code_unit *code;
    const struct functype *type; /* interned: equal types, equal pointers */
    struct instance *inst;       /* NULL: a host function */
    uint32_t index;              /* in inst's module */
    uint32_t code_units;         /* translated length; 0 before */
    host_fn *host;
    union {
        const void *host_data; /* handed to host */
        const code_unit *body; /* no host function: translated, or NULL */
    };
    const struct handlers *handlers; /* of exceptions (interp/unwind.h) */
    code_unit stub[FUNC_STUB_UNITS];
    /* When its instance has compiled code (native/native.h): what that calls
     * to call this function, which may be interpreted even so, and what it
     * knows its type by. */
    const void *native;
    const void *cell;
};

/*
 * Give f its stub.  rt knows no internal code: the engine above says what the
 * stubs of its functions are, once, before the first instance.
 */
void func_init_stub(struct func *f);
void func_set_stubs(code_unit translate, code_unit host, code_unit compiled);

/* From now on f runs this code (native/native.h). */
void func_set_native(struct func *f, const void *native);

/* Does f run compiled code? */
bool func_is_native(const struct func *f);

struct global {
    struct globaltype type;
    uint64_t *value;     /* number bits, or a reference: points to storage */
    uint64_t storage[2]; /* a v128 takes both */
};

struct instance {
    /* Read by the interpreter at each call and access. */
    uint8_t *mem_base;   /* memory 0, or NULL */
    struct func **funcs; /* imported ones first */
    uint64_t **globals;  /* where each value is */
    struct table **tables;
    struct memory **memories;
    struct global **global_objs;
    struct tag **tags;
    const struct module *module;
    bool *elem_dropped;
    bool *data_dropped;
    struct pool pool; /* everything of this instance, and code */
    struct func *own_funcs;
    struct compiled *compiled; /* its compiled code (native/context.h) */
    struct instance *next;     /* all instances of the process */
};

/* The first of all instances, linked by next: for finding code. */
struct instance *instance_first(void);

/* The memory of any instance in whose reservation `at` lies, or NULL.  Safe in
 * a signal handler that interrupted guest code. */
const struct memory *instance_memory_at(const void *at);

/* What an import may be bound to, and what an export gives. */
struct extern_ref {
    enum extern_kind kind;
    union {
        struct func *func;
        struct table *table;
        struct memory *memory;
        struct global *global;
        struct tag *tag;
    };
};

/*
 * The linker's question: what is `import` bound to?  Fill *ret and return
 * true, or set ERROR_UNLINKABLE and return false.  The type is checked by the
 * caller.
 */
typedef bool link_fn(void *ctx, const struct import *import,
                     struct extern_ref *ret, struct error *err);

/*
 * Instantiate (specification, 4.5.4) up to, but not including, the call of the
 * start function.  The instance borrows the module and everything that link
 * gave it.  A trap while segments are copied is ERROR_TRAP; what was written
 * to imported tables and memories stays, as the specification says, and
 * functions put there need the instance: *ret is then still filled, for the
 * caller to free at the end.  `main`: its memory gets the constant address.
 */
bool instance_new(const struct module *module, link_fn *link, void *ctx,
                  bool main, struct instance **ret,
                  struct error *err) MUST_CHECK;

/* Free the instance with its own memories, tables and globals, and the code
 * of its functions.  NULL is accepted.  Nothing may refer to it any more. */
void instance_free(own struct instance *inst);

/* What an export stands for. */
struct extern_ref instance_export(struct instance *inst,
                                  const struct export *export);

/* The exported function of that name, or NULL. */
struct func *instance_func(struct instance *inst, const char *name);

/* The exported global of that name, or NULL. */
struct global *instance_global(struct instance *inst, const char *name);

/* Have the value of a global that the instance defines at `to` from now on, 16
 * bytes that outlive it.  Other instances that import it are not told. */
void instance_move_global(struct instance *inst, uint32_t global, uint64_t *to);

/* A host function as an object that can be imported or stored in tables; in
 * the given pool. */
struct func *func_new_host(struct pool *pool, const struct functype *type,
                           host_fn *host, const void *data) MUST_CHECK;

/* The dynamic type of an import target. */
struct externtype extern_type(const struct extern_ref *ref);

/* The bulk instructions, shared with instantiation; TRAP_NONE or the trap. */
enum trap instance_memory_init(struct instance *inst, uint32_t memory,
                               uint32_t segment, uint64_t dst, uint64_t src,
                               uint64_t n);
enum trap instance_table_init(struct instance *inst, uint32_t table,
                              uint32_t segment, uint64_t dst, uint64_t src,
                              uint64_t n);

#endif
