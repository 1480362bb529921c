/*
 * aot.h: the compiler, `tine-compile`: a valid module in, an ELF shared object
 * out (native/native.h says what that promises the runtime).
 *
 *     plan      what is the same for the whole module: layout, symbols, options
 *     unit      one LLVM module, compiled to one object file by one process: a
 *               part of the functions, or the glue (glue.c)
 *     fn        the function that is being translated
 *
 * func.c follows a body instruction by instruction, with the operand stack of
 * the specification holding LLVM values; emit_*.c translate the families of
 * instructions as interp/op_*.h do.  Locals are allocas, which LLVM's SROA
 * turns into values; results of blocks are phis.
 */
#ifndef TINE_AOT_AOT_H
#define TINE_AOT_AOT_H

#include <llvm-c/Core.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/TargetMachine.h>

#include "base/error.h"
#include "base/vec.h"
#include "native/native.h"
#include "rt/trap.h"
#include "wasm/iter.h"

struct target;

struct aot_options {
    const char *dir; /* an empty folder; nothing else is written to */
    const struct target *target;
    const char *triple;
    const char *cpu;      /* LLVM's name */
    const char *features; /* LLVM's, of that CPU, and the target's */
    const char *linker;   /* ld.lld's path */
    int level;            /* 0 to 3 */
    unsigned jobs;        /* processes at one time */
    /* Have code for these functions only, indices of the module's in any order;
     * those that are none of its own do not count.  NULL: for all. */
    const uint32_t *functions;
    size_t n_functions;
    /* Loops at which functions that are compiled can be entered, too, by the
     * offsets of their instructions in the module, in any order. */
    const uint32_t *loops;
    size_t n_loops;
    bool all_loops;     /* at all of them */
    bool constant_base; /* memory 0 is at ARENA_MEMORY */
    bool keep_ir;       /* write the parts' LLVM code too */
    bool progress;      /* tell on stderr how far it is */
};

struct loop;
struct cell;

/* A loop at which a function is to be entered. */
struct entered_loop {
    uint32_t func;
    uint32_t offset; /* of the instruction */
};

struct plan {
    const struct module *module;
    const struct aot_options *options;
    struct native_layout layout;
    uint32_t *types;        /* native_types() */
    uint32_t *import_types; /* of each imported function, canonical */
    char **symbols;         /* of every function */
    bool *absent;           /* functions that have no code here; NULL: none */
    bool *called;           /* ... those of them that code here calls */
    VEC(struct entered_loop) loops; /* in order of their functions */
    bool tailcc;                    /* there are tail calls */
    bool throws;                    /* there may be exceptions */
    uint64_t memory_base;           /* constant base of memory 0, or 0 */
    uint32_t stack_pointer;         /* the global, or UINT32_MAX */
};

/* Metadata of accesses: which of them cannot be the same place. */
enum alias { ALIAS_MEMORY, ALIAS_GLOBAL, ALIAS_TABLE, ALIAS_STATE, ALIAS_N };

struct unit {
    const struct plan *plan;
    LLVMContextRef ctx;
    LLVMModuleRef llvm;
    LLVMBuilderRef b;
    LLVMTargetMachineRef machine;
    bool failed; /* out of memory: stop */

    LLVMTypeRef none, i1, i8, i16, i32, i64, f32, f64, ptr;
    LLVMTypeRef v128; /* <2 x i64> */

    LLVMTypeRef *signatures; /* by type; made when asked for, as all below */
    LLVMTypeRef *nest_signatures; /* with the `nest` in front */
    LLVMValueRef *funcs;          /* defined ones, by index */
    LLVMValueRef *foreigns;       /* by type */
    LLVMValueRef *tags;           /* by tag: what landing pads name */
    LLVMValueRef helpers[HELPER_COUNT];
    LLVMValueRef traps[64]; /* by enum trap */
    LLVMValueRef personality;
    LLVMValueRef state;      /* the struct native, if it is in a register ... */
    LLVMValueRef state_func; /* ... in this function */

    unsigned md_tbaa, md_invariant, md_scope;
    LLVMValueRef aliases[ALIAS_N];
    LLVMValueRef empty; /* metadata !{} */
    LLVMDIBuilderRef di;
    LLVMMetadataRef di_file, di_type;
};

#define NO_LOOP UINT32_MAX

/* A branch target: a block being translated. */
struct ctl {
    uint32_t kind; /* OP_BLOCK ...; OP_END: the body */
    const struct functype *type;
    uint32_t height;          /* of the stack below the parameters */
    uint32_t loop;            /* the innermost around it, by number */
    LLVMBasicBlockRef target; /* where branches to the label go */
    LLVMBasicBlockRef end;    /* what follows the block */
    LLVMBasicBlockRef other;  /* OP_IF: else */
    LLVMValueRef *phis;       /* of target: what branches carry */
    LLVMValueRef *ends;       /* of end; the same but for loops */
    LLVMValueRef *params;     /* OP_IF: for else */
    bool reached;             /* there is a branch to the end */
    /* Exceptions (emit_eh.c). */
    struct try_region *region; /* OP_TRY, OP_TRY_TABLE, OP_CATCH... */
    LLVMValueRef exception;    /* OP_CATCH, OP_CATCH_ALL: the caught one */
};

struct fn {
    struct unit *u;
    const struct module *module;
    uint32_t index;
    const struct functype *type;
    LLVMValueRef llvm;
    LLVMMetadataRef scope; /* for debug locations */
    LLVMBasicBlockRef entry;
    struct iter it;
    struct pool pool; /* arrays of struct ctl */
    VEC(LLVMValueRef) stack;
    VEC(struct ctl) ctl;
    LLVMValueRef *locals; /* allocas */
    valtype *local_types;
    uint32_t n_locals;
    bool dead;                  /* what follows cannot be reached */
    uint32_t dead_depth;        /* blocks opened since */
    struct try_region *regions; /* whose landing pads are empty (emit_eh.c) */
    struct loop *loops;         /* waits.c; NULL: not looked at */
    uint32_t n_loops;           /* begun so far */
    LLVMValueRef got;           /* what the last local.get pushed ... */
    uint32_t got_local;         /* ... of which local */
    uint32_t offset;            /* of the instruction, in the file */
    bool waits; /* the address that emit_address gave last is one that a
                   loop may wait at */
    /* What is translated is the function as it goes on from a loop (entered.c):
     */
    const struct entered_loop *entered; /* NULL: from its beginning */
    bool can_enter;                     /* the loop was found */
    uint64_t stack_slot;                /* of the operand stack's first */
    VEC(struct cell) cells;
    LLVMValueRef got_cell; /* of `got`, or NULL */
};

/* --- compile.c --- */

/* Compile the module, whose bytes have this hash, to a file of this name in
 * options->dir.  ERROR_UNSUPPORTED: it would not do another time either. */
#define AOT_OUTPUT "image"
bool aot_compile(const struct module *module, const uint8_t hash[32],
                 const struct aot_options *options,
                 struct error *err) MUST_CHECK;

/* --- scan.c --- */

/* Look at all of the module's code: what it needs of all of its code, and
 * which functions are compiled; false: no memory. */
bool scan_code(struct plan *plan) MUST_CHECK;

/* Has the object code for a function that the module defines? */
bool scan_is_present(const struct plan *plan, uint32_t func);

/* Those of plan->loops that are in a function; how many. */
size_t scan_loops(const struct plan *plan, uint32_t func,
                  const struct entered_loop **ret);

/* --- symbols.c --- */

/* A symbol for each function, unique, from its name; NULL: no memory. */
char **symbols_new(const struct module *module) MUST_CHECK;
void symbols_free(const struct module *module, own char **symbols);

/* --- skeleton.c --- */

/* The module without what its image has elsewhere, and its initial memory. */
struct skeleton {
    uint8_t *module; /* heap */
    size_t module_size;
    uint8_t *memory; /* heap, or NULL */
    size_t memory_size;
    uint32_t memory_addr;
};

bool skeleton_make(const struct module *module, struct skeleton *ret,
                   struct error *err) MUST_CHECK;
void skeleton_done(struct skeleton *skeleton);

/* --- Walking through LLVM's code; the instruction may be erased --- */

#define EACH_FUNCTION(u, func)                                                 \
    for (LLVMValueRef func = LLVMGetFirstFunction((u)->llvm); func;            \
         func = LLVMGetNextFunction(func))                                     \
        if (LLVMGetFirstBasicBlock(func))

#define EACH_BLOCK(func, block)                                                \
    for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(func); block;        \
         block = LLVMGetNextBasicBlock(block))

#define EACH_INSTRUCTION_OF(block, i)                                          \
    for (LLVMValueRef i = LLVMGetFirstInstruction(block), next;                \
         i && (next = LLVMGetNextInstruction(i), true); i = next)

#define EACH_INSTRUCTION(func, i)                                              \
    EACH_BLOCK(func, block)                                                    \
    EACH_INSTRUCTION_OF(block, i)

/* --- unit.c --- */

bool unit_init(struct unit *u, const struct plan *plan, const char *name,
               struct error *err) MUST_CHECK;
void unit_done(struct unit *u);

LLVMTypeRef unit_type(struct unit *u, valtype type);

/* The LLVM type of functions of module->types[type], or the same with a `nest`
 * in front, as it is called through references. */
LLVMTypeRef unit_signature(struct unit *u, uint32_t type);
LLVMTypeRef unit_nest_signature(struct unit *u, uint32_t type);
unsigned unit_convention(const struct unit *u);
/* Mark the first argument of a call or parameter of a function as the nest. */
void unit_nest_call(struct unit *u, LLVMValueRef call);
void unit_nest_param(struct unit *u, LLVMValueRef func);

/* A function that the module defines, or, if it is absent, the stub that calls
 * it; the foreign thunk of a type. */
#define UNIT_STUB "tine.call.%u"
LLVMValueRef unit_func(struct unit *u, uint32_t func);
LLVMValueRef unit_foreign(struct unit *u, uint32_t type);

/* The attributes that all code of guests has. */
void unit_guest_attributes(struct unit *u, LLVMValueRef func);
void unit_attribute(struct unit *u, LLVMValueRef func, const char *name,
                    uint64_t value);
void unit_call_attribute(struct unit *u, LLVMValueRef call, const char *name,
                         uint64_t value);

LLVMValueRef unit_helper(struct unit *u, enum helper helper);
LLVMTypeRef unit_helper_type(struct unit *u, enum helper helper);
LLVMValueRef unit_trap(struct unit *u, enum trap trap);

/* Declare or find an intrinsic, overloaded for these types. */
LLVMValueRef unit_intrinsic(struct unit *u, const char *name,
                            LLVMTypeRef *types, size_t n);

/* Which one is called, or 0. */
unsigned unit_called_intrinsic(LLVMValueRef i);

LLVMValueRef const_i32(struct unit *u, uint32_t value);
LLVMValueRef const_i64(struct unit *u, uint64_t value);

/* The place `offset` in struct native and behind it. */
LLVMValueRef unit_state(struct unit *u, uint32_t offset);

/* A load or store that is no access of guest memory. */
LLVMValueRef unit_load(struct unit *u, LLVMTypeRef type, LLVMValueRef ptr,
                       enum alias alias);
void unit_store(struct unit *u, LLVMValueRef value, LLVMValueRef ptr,
                enum alias alias);
/* A load of what never changes while the instance lives. */
LLVMValueRef unit_load_const(struct unit *u, LLVMTypeRef type,
                             LLVMValueRef ptr);
void unit_alias(struct unit *u, LLVMValueRef access, enum alias alias);
bool unit_is(const struct unit *u, LLVMValueRef access, enum alias alias);

/* The number of a memory's bytes now; where it is. */
LLVMValueRef unit_memory_size(struct unit *u, uint32_t memory);
LLVMValueRef unit_memory_base(struct unit *u, uint32_t memory);

/* ptr + a constant number of bytes. */
LLVMValueRef unit_offset(struct unit *u, LLVMValueRef ptr, uint64_t bytes);

/* A value as the 64 bits of a slot, and back; a v128 is two slots.  (ptr is
 * the place of the slots.) */
void unit_store_slots(struct unit *u, LLVMValueRef value, LLVMValueRef ptr,
                      uint64_t slot, enum alias alias);
LLVMValueRef unit_load_slots(struct unit *u, valtype type, LLVMValueRef ptr,
                             uint64_t slot, enum alias alias);

/* --- passes.c --- */

/* Optimise the unit and write its object file. */
bool passes_run(struct unit *u, const char *object,
                struct error *err) MUST_CHECK;

/* --- glue.c --- */

/* What an image has besides its functions: the struct image, thunks, stubs.
 * The skeleton is read from files when the object is made. */
bool glue_make(struct unit *u, const uint8_t hash[32],
               const struct skeleton *skeleton, const char *module_file,
               const char *memory_file, struct error *err) MUST_CHECK;

/* --- func.c --- */

/* Translate one function that the module defines; the same as it goes on from
 * a loop, if it can be entered there. */
bool func_compile(struct unit *u, uint32_t index, struct error *err) MUST_CHECK;
bool func_compile_loop(struct unit *u, const struct entered_loop *loop,
                       struct error *err) MUST_CHECK;

void push(struct fn *fn, LLVMValueRef value);
LLVMValueRef pop(struct fn *fn);
LLVMValueRef top(struct fn *fn, uint32_t below);

/* The label, counted from inside. */
struct ctl *ctl_at(struct fn *fn, uint32_t label);
void push_ctl(struct fn *fn, uint32_t kind, const struct functype *type,
              LLVMBasicBlockRef target, LLVMBasicBlockRef end);
/* Values that branches to a label carry. */
uint32_t label_arity(const struct ctl *ctl);
const valtype *label_types(const struct ctl *ctl);
/* Add the values on top to what arrives at the label from the current block;
 * the caller emits the branch. */
void add_incoming(struct fn *fn, struct ctl *ctl);
/* Go to the label with the values on top. */
void emit_br(struct fn *fn, struct ctl *ctl);
/* Cut the stack off at a height. */
void cut_stack(struct fn *fn, uint32_t height);
/* Phis for values of these types in a block. */
LLVMValueRef *make_phis(struct fn *fn, LLVMBasicBlockRef block,
                        const valtype *types, uint32_t n);

/* A new block in front of `before`, or at the end of the function. */
LLVMBasicBlockRef new_block(struct fn *fn, const char *name);
/* Go on in this block. */
void begin_block(struct fn *fn, LLVMBasicBlockRef block);
/* Nothing behind this can be reached. */
void set_dead(struct fn *fn);
/* The innermost block ends. */
void end_block(struct fn *fn);

/* What follows is the current instruction's, with its place noted: for what
 * can trap or calls; the next instruction begins without. */
void note_place(struct fn *fn);

/* Trap (with the place) if the i1 holds; always. */
void trap_if(struct fn *fn, LLVMValueRef condition, enum trap trap);
void trap_always(struct fn *fn, enum trap trap);

/* Call a helper; its result, or NULL.  Notes the place. */
LLVMValueRef call_helper(struct fn *fn, enum helper helper, LLVMValueRef *args,
                         unsigned n);

/* A call that may throw: to where exceptions of the place go.  Notes the
 * place. */
LLVMValueRef call_throwing(struct fn *fn, LLVMTypeRef type, LLVMValueRef callee,
                           LLVMValueRef *args, unsigned n, unsigned convention);

/* --- entered.c: of functions that are entered at a loop --- */

/* The function, without code; list it in the image. */
LLVMValueRef entered_func(struct unit *u, const struct entered_loop *loop);
void entered_list(struct unit *u, const struct entered_loop *loop);

/* What stands for a value on the operand stack, and such a value. */
LLVMValueRef entered_put(struct fn *fn, LLVMValueRef value);
LLVMValueRef entered_get(struct fn *fn, LLVMValueRef entry);

/* The locals have what they had in the interpreter. */
void entered_fill_locals(struct fn *fn);

/* This loop begins, with its parameters on the stack: if it is the one, the
 * function is entered here. */
void entered_at_loop(struct fn *fn, const struct ctl *loop);

/* Return the values on top. */
void entered_return(struct fn *fn);

/* --- waits.c --- */

/* Look at the loops of the body; false: no memory. */
bool waits_find(struct fn *fn, const struct body *body) MUST_CHECK;

/* Might a loop wait for the value at this index of a memory to change? */
bool waits_for(const struct fn *fn, LLVMValueRef index);

/* --- emit_*.c: true if the instruction is one of theirs --- */

bool emit_call(struct fn *fn, const struct instr *in);
bool emit_var(struct fn *fn, const struct instr *in);
bool emit_ref(struct fn *fn, const struct instr *in); /* and tables */
bool emit_mem(struct fn *fn, const struct instr *in);
bool emit_num(struct fn *fn, const struct instr *in);
bool emit_conv(struct fn *fn, const struct instr *in);
bool emit_simd(struct fn *fn, const struct instr *in);
bool emit_atomic(struct fn *fn, const struct instr *in);
bool emit_eh(struct fn *fn, const struct instr *in);

/* emit_eh.c: the block is an OP_TRY, OP_TRY_TABLE, OP_CATCH or OP_CATCH_ALL
 * and ends, which leaves the builder anywhere; where calls unwind to here,
 * NULL: out of the function. */
void eh_end(struct fn *fn);
LLVMBasicBlockRef eh_pad(struct fn *fn);

/* --- emit_mem.c --- */

/* The host address of an access of `bytes` with the index on top of the stack,
 * which is popped: traps, there or when it is used, if it is outside.
 * Notes the place. */
LLVMValueRef emit_address(struct fn *fn, const struct instr *in,
                          uint32_t bytes);
/* The same index plus offset as a 64-bit number; traps if it does not fit. */
LLVMValueRef emit_effective(struct fn *fn, const struct instr *in,
                            LLVMValueRef index);
/* Load and store at such an address, as a value of the type.  A load is
 * volatile if emit_address has found that it should be (waits.c). */
LLVMValueRef emit_load(struct fn *fn, LLVMTypeRef type, LLVMValueRef address);
void emit_store(struct fn *fn, LLVMValueRef value, LLVMValueRef address);

#endif
