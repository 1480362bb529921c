/*
 * native.h: what compiled code and the runtime agree on.  The compiler
 * (aot/) makes code that relies on this; the rest of native/ runs it.
 *
 * Registers.  On x86-64, %gs points to the struct native of the instance whose
 * code runs, on AArch64 x28; it is the only state that compiled code has from
 * the outside, and does not change it.  On AArch64 code does not use x18 at
 * all: code that was interrupted is gone back to with it.  All other registers
 * are as in C, except for a call through a reference: the struct func * is
 * passed besides, as LLVM's `nest` (%r10, x15), for those who need it.
 *
 * Functions.  A function of type (params) -> (results) is a C function of the
 * parameters: i32, i64, float, double, a vector of 128 bits, a pointer for
 * references.  The first result is returned; further ones stand in
 * native->results, at the place that they have among the slots of all results
 * (a v128 takes two), and are read at once.  In modules with tail calls the
 * convention is LLVM's tailcc instead of C's; only thunks of the same image
 * call such functions.
 *
 * Calls.  A struct func has what to call through a reference in `native`, if
 * its `cell` is that of the type in the caller's struct native: always of one
 * that the instance defines.  It is the function's code, or a foreign thunk;
 * which one changes while code runs, and both do.
 *
 * Thunks.  An image has for each type an `entry`, through which the runtime
 * calls functions of that type, and a `foreign`, which stands for a function
 * that is not compiled code of this instance: it puts its arguments into slots
 * and calls the helper of that name with the function it was called for (the
 * `nest`).
 *
 * Stack.  No red zone: a signal may put a frame below the stack pointer at any
 * instruction.  Unwind tables are exact at every instruction, and the line
 * table has offsets in the module instead of line numbers: at each call and at
 * each instruction that can trap; accesses of memory have rows of their own
 * (lines.h).
 *
 * Faults.  An access outside a memory, and of a stack's guard, faults.
 */
#ifndef TINE_NATIVE_NATIVE_H
#define TINE_NATIVE_NATIVE_H

#include "base/limits.h"
#include "rt/instance.h"
#include "wasm/module.h"

/* Changes with everything in this file, layout.c and helpers.def, with what
 * the code generator does, and with the offsets below. */
#define NATIVE_VERSION 5u

enum helper {
#define HELPER(name, result, params) HELPER_##name,
#include "abi/helpers.def"
#undef HELPER
    HELPER_COUNT,
};

/* What code has a register for; per instance (and so per thread). */
struct native {
    struct native *self;
    struct instance *inst;
    struct thread *thread;
    struct func *own_funcs;            /* of inst */
    const void *helpers[HELPER_COUNT]; /* the stubs */
    /* Results behind the first, while they are handed over. */
    uint64_t results[2 * LIMIT_RESULTS];
    /* Here begins what differs from module to module: struct native_layout. */
};

/*
 * Where the rest of a context is, as bytes from its start; the same for the
 * compiler and the runtime, since it follows from the module alone.
 */
struct native_layout {
    uint32_t globals;  /* 16 bytes each: the value; of an imported one, the
                          address of its value */
    uint32_t memories; /* struct memory *, each */
    uint32_t tables;   /* struct table *, each */
    uint32_t tags;     /* struct tag *, each */
    uint32_t imports;  /* struct func *, each imported function */
    uint32_t cells;    /* one for each type: its own address */
    uint32_t size;
};

/* False if it would be larger than 1 GiB (which no real module's is). */
bool native_layout_init(struct native_layout *layout,
                        const struct module *module) MUST_CHECK;

/* For each type of the module, the smallest index of an equal one; it is known
 * by that one's cell and thunks.  On the heap; NULL: no memory. */
uint32_t *native_types(const struct module *module) MUST_CHECK;

/* Offsets that compiled code knows, checked where they are defined. */
enum {
    NATIVE_FUNC_NATIVE = 64, /* struct func: code of the native convention */
    NATIVE_FUNC_CELL = 72,   /* the cell of its type, in its instance */
    NATIVE_FUNC_SIZE = 80,
    NATIVE_MEMORY_BASE = 0,
    NATIVE_MEMORY_SIZE = 8,
    NATIVE_TABLE_ELEMS = 0,
    NATIVE_TABLE_SIZE = 8, /* 32 bits */
    NATIVE_EXN_TAG = 0,
    NATIVE_EXN_SLOTS = 24,
};

/*
 * --- The image: an ELF shared object, whose entry point is this ---
 *
 * Some images have code for a part of the functions, so as to be made sooner.
 * The others are called by way of their struct func, and are interpreted until
 * an image with all of them is there, which an instance can go over to while
 * code of the first runs.  With the module's code needed, they have nothing of
 * the module itself.
 */

#define IMAGE_MAGIC "tineaot"

enum {
    IMAGE_TAILCC = 1, /* the convention is tailcc */
    IMAGE_PART = 2,   /* some functions are not there */
};

/*
 * A loop at which a function can be entered that is being interpreted: on-stack
 * replacement.  The code is a native_entry that goes on at the beginning of the
 * loop, with the locals and the operand stack in `slots`, one behind the other
 * (a v128 takes two), and has the results there when the function returns.
 */
struct image_loop {
    uint32_t offset; /* of the instruction in the module's file */
    uint32_t func;   /* its number among those that the module defines */
    int32_t code_at; /* from here */
};

#define IMAGE_LOOPS "tine_loops" /* their section */

/*
 * All `_at` are bytes from the start of the struct.  The object needs no
 * relocation and no other object.
 */
struct image {
    char magic[8];
    uint32_t version; /* NATIVE_VERSION */
    uint32_t flags;
    /* Where the code takes memory 0 to be (ARENA_MEMORY), or 0: where
     * native->memories says. */
    uint64_t memory_base;
    uint8_t hash[32];    /* of the module's bytes: BLAKE2b-256 */
    uint32_t n_funcs;    /* that the module defines */
    uint32_t n_types;    /* of the module */
    int32_t funcs_at;    /* int32_t each: where the code is, or 0 */
    int32_t entries_at;  /* int32_t for each type: the thunk, or 0 */
    int32_t foreigns_at; /* the same */
    int32_t loops_at;    /* struct image_loop each, in any order ... */
    int32_t loops_end;   /* ... and behind the last */
    /* The module without code and without the data that memory_at has; an
     * IMAGE_PART has no bytes of it. */
    int32_t module_at;
    uint32_t module_size;
    /* The initial contents of memory 0 from an address on, both multiples of
     * 4096; size 0: there are none, and the module has its data. */
    int32_t memory_at;
    uint32_t memory_size;
    uint32_t memory_addr;
    uint32_t code_offset; /* of the code section in the module's own file */
    uint64_t code_size;   /* bytes of the module's own file */
};

/* An entry thunk: call `code`, the native code of f; `slots` as in
 * interp_call. */
typedef void native_entry(const void *code, uint64_t *slots, struct func *f);

#endif
