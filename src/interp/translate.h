/*
 * translate.h: the state of one translation, shared by prepare.c (the whole
 * body, calls, everything irregular), emit.c (operands and their places),
 * prepare_ctl.c (control flow), prepare_op.c (what has rows in ops.def),
 * prepare_fuse.c (what does the work of two), prepare_mem.c (addresses),
 * prepare_simd.c (vectors) and prepare_eh.c (exceptions, typed references).
 *
 * The operand stack of the specification is followed entry by entry.  An entry
 * need not be in its slot: a local that was read and a constant stay where
 * they are until something needs them elsewhere, so that most moves disappear.
 * Every entry has an own slot, given by its height, and is put there where
 * control flow joins.
 *
 * Heights, and the numbers of values that labels and functions take, count
 * slots: a v128 is two entries, of which the lower says where both halves are.
 *
 * The last instruction emitted is remembered: if the next one consumes its
 * result, that goes through the accumulator instead of a slot; local.set makes
 * it write the local; a conditional branch fuses with it if it compares.
 */
#ifndef TINE_INTERP_TRANSLATE_H
#define TINE_INTERP_TRANSLATE_H

#include "base/vec.h"
#include "interp/code.h"
#include "interp/prepare.h"
#include "interp/regs.h"
#include "interp/unwind.h"
#include "wasm/iter.h"

enum place {
    PLACE_OWN,   /* in its own slot */
    PLACE_LOCAL, /* in local `local` */
    PLACE_CONST, /* `bits`, nowhere yet */
    PLACE_HIGH,  /* upper half of the v128 below; `bits` if that is constant */
};

struct entry {
    uint8_t place;
    uint32_t local;
    uint64_t bits;
};

/* A branch that waits for the place of its label; a list by index. */
struct fixup {
    uint32_t start; /* of the instruction */
    uint32_t at;    /* where its offset stands */
    uint32_t next;
};

#define NO_FIXUP UINT32_MAX

struct ctl {
    uint8_t kind; /* OP_BLOCK, OP_LOOP, OP_IF, OP_ELSE, OP_TRY_TABLE, OP_TRY,
                     OP_CATCH, OP_CATCH_ALL; OP_END: the body */
    const struct functype *type;
    uint32_t height; /* of the stack below the parameters */
    uint32_t start;  /* OP_LOOP: the code to go back to */
    uint32_t fixups; /* branches to the end */
    uint32_t if_not; /* OP_IF: the branch to else */
    uint32_t exit;   /* branches to here out of the region */
    uint32_t stub;   /* br_table: code that leads here, and for which table */
    uint32_t stub_of;
    uint32_t outer_try;   /* the try region around the block */
    uint32_t own_try;     /* OP_TRY_TABLE and OP_TRY: the one it makes ... */
    uint32_t last_clause; /* ... and the last of its clauses */
    uint32_t n_catches;   /* OP_TRY_TABLE: the clauses */
    const uint8_t *catches;
};

/* Instructions that the one which takes their result fuses with. */
enum fusible {
    FUSE_NOTHING,
    FUSE_COMPARE, /* with a branch */
    FUSE_TEST,    /* i32.and: with a branch */
    FUSE_SUM,     /* i32.add: with a load or store, as its address */
    FUSE_SUM64,   /* i64.add */
    FUSE_SHIFT,   /* i32.shl by a constant: with i32.add */
    FUSE_SCALED,  /* those two: with a load */
    FUSE_LOAD,    /* i32.load: with another one, a branch, a return, and as
                     fused.def says */
    FUSE_LOAD8,   /* i32.load8: with a branch */
    /* As fused.def says: by a constant; from the sum of an operand and a
     * constant; f64.load. */
    FUSE_ROTATE,
    FUSE_SHR,
    FUSE_MUL,
    FUSE_LOAD_SUM,
    FUSE_LOADF,
    FUSE_LOADF_SUM,
    FUSE_DIFF,   /* i32.sub: with a return */
    FUSE_GLOBAL, /* global.get of an i32: with i32.add */
};

/* What is known of the instruction emitted last. */
struct last {
    uint32_t start;   /* its first unit */
    uint32_t end;     /* one behind; stale unless this is the end of the code */
    uint32_t height;  /* of the entry that its result is */
    uint32_t results; /* places its result can be in: 1, the slot only */
    enum fusible fusible;
    const struct family *family; /* FUSE_COMPARE */
    uint32_t operands; /* which of the combinations of operand places */
    bool movable;      /* cannot trap: others may be put in front of it */
};

/* An addition of a constant to a register that stands at the end of the code.
 */
struct increment {
    uint32_t start;
    uint32_t end;
    uint32_t reg;
    bool wide; /* i64 */
};

/* The last instruction, if it is of a kind that fuses with a jump or with one
 * of its own kind; `which` are the registers, as a pair (EACH_RR). */
struct pair_end {
    uint32_t end;
    uint32_t which;
};

struct translator {
    struct func *f;
    const struct module *module;
    struct iter it;

    VEC(code_unit) code;
    VEC(struct entry) stack;
    VEC(struct ctl) ctl;
    VEC(struct fixup) fixups;
    VEC(struct try_region) tries;
    VEC(struct clause) clauses;
    uint32_t in_try; /* the innermost that is open, or NO_TRY */
    uint32_t *local_slots;
    uint32_t *local_refs; /* entries that are PLACE_LOCAL of it */
    bool *local_wide;     /* which are v128; NULL: none */
    bool *written;        /* locals set so far */
    uint32_t open_loops;
    struct regions regions;
    const struct region *region; /* the code is in, or NULL */
    uint32_t region_ctl;         /* its loop, in ctl */
    uint8_t *regs;               /* a local's register there, or NO_REG */
    size_t next_region;
    uint32_t n_loops;    /* begun so far */
    VEC(uint32_t) exits; /* blocks around the region that are branched to */
    uint32_t n_locals;
    uint32_t hdr;
    uint32_t base; /* slot of height 0 */
    uint32_t max_height;
    uint32_t settled; /* entries below are known to be in own slots */
    struct last last;
    struct last prev;     /* the one before, if nothing is between the two */
    struct last acc_from; /* what put the accumulator's value there */
    struct {
        uint32_t end;   /* of the last instruction, if it set ... */
        uint32_t local; /* ... the slot of this local, and the accumulator */
    } acc_local;
    struct increment increment;
    struct increment step;    /* the same with an operand, which is at ... */
    uint32_t step_by;         /* ... this place */
    struct pair_end inc_two;  /* ends with that instruction */
    struct pair_end copy_reg; /* a register to another */
    struct pair_end save_reg; /* a register to a slot */
    uint32_t call_end;    /* of a call whose result is in the accumulator too */
    uint32_t call_height; /* of that result */
    uint32_t copy_end;    /* of the last instruction, if it copies a slot */
    uint32_t copies_end;  /* of the last instruction, if it copies two */
    uint32_t store_end;   /* of the last instruction, if it is an i32.store of
                             a slot, whose address is in a slot or ... */
    bool store_acc;       /* ... the accumulator */
    uint32_t op_start;    /* of the last instruction */
    VEC(uint32_t) starts; /* of all, for join_code */
    uint32_t fused;       /* the first unit of the last one that became the
                             same as another, or that is its own there */
    bool dead;            /* the next instruction cannot be reached */
    uint32_t dead_depth;  /* blocks opened since */
    bool failed;          /* out of memory, or too large */

    /* For prepare_offset: which instruction is behind each unit, by its offset
     * in the module. */
    bool tracing;
    uint32_t trace_unit;
    VEC(uint32_t) origins;
    struct loop_query *query; /* for prepare_find_loop, or NULL */
};

/* A row of ops.def, by WebAssembly opcode. */
enum family_kind {
    FAMILY_NONE,
    FAMILY_BIN,
    FAMILY_COMPARE,
    FAMILY_UN,
    FAMILY_LOAD,
    FAMILY_STORE,
    FAMILY_STOREF,
};

struct family {
    uint8_t kind;
    uint8_t operand; /* VT_I32 ... VT_F64, as a byte */
    uint8_t places;  /* of its operands */
    uint8_t results; /* places of its result */
    uint16_t base;   /* the first internal number */
    uint16_t br;     /* FAMILY_COMPARE: branch if so */
    uint16_t br_not; /*                 branch if not */
    uint16_t inc;    /*                 increment, branch if so */
    uint16_t inc_not;
    uint16_t sum;    /* loads and stores: the address is a sum, or 0 */
    uint16_t scaled; /* loads: the address is one with a shift, or 0 */
    uint8_t fusible;
    uint32_t swapped; /* the opcode with the operands the other way round */
};

/* The row, kind FAMILY_NONE if the opcode has none. */
const struct family *family_of(uint32_t opcode);

/* --- emit.c --- */

void emit_unit(struct translator *tr, uint32_t unit);
void emit_u32(struct translator *tr, uint32_t value);
void emit_u64(struct translator *tr, uint64_t value);

/* Begin an instruction; its start. */
uint32_t emit_op(struct translator *tr, uint32_t op);

/* Forget where instructions begin that have become part of the last one, or
 * that begin at `end` or behind it. */
void forget_starts(struct translator *tr, uint32_t end);

/* Remove a unit of what was emitted last; what is behind it moves. */
void remove_unit(struct translator *tr, uint32_t at);

/* The slot of the entry at a height when it is in its own place. */
uint32_t own_slot(const struct translator *tr, uint32_t height);

/* The height of the stack. */
uint32_t height_of(const struct translator *tr);

struct entry *top_entry(struct translator *tr, uint32_t below);

/* Push an entry that is (or will be) in its own slot, a local, a constant. */
void push_own(struct translator *tr);
void push_local(struct translator *tr, uint32_t local);
void push_const(struct translator *tr, uint64_t bits);

/* Is the value on top a v128?  The one whose lower entry is at a height? */
bool top_is_wide(const struct translator *tr);
bool is_wide(const struct translator *tr, uint32_t height);

/* The same for a v128: two entries. */
void push_wide_own(struct translator *tr);
void push_wide_local(struct translator *tr, uint32_t local);
void push_wide_const(struct translator *tr, uint64_t low, uint64_t high);

/* Push values of these types that are in their own slots. */
void push_types(struct translator *tr, const valtype *types, uint32_t n);

/* Remove the top n entries. */
void drop_entries(struct translator *tr, uint32_t n);

/* Emit the result slot of an instruction begun at `start` and push the result.
 * The `results` - 1 numbers behind its own are the same with other places for
 * the result. */
void push_result(struct translator *tr, uint32_t start, uint32_t results);

/* Emit the result slot of an instruction begun at `start`, whose result is the
 * entry at a height. */
void emit_result(struct translator *tr, uint32_t start, uint32_t height,
                 uint32_t results);

/* The same for a result that is a v128: no accumulator, but local.set can make
 * the instruction write the local. */
void push_wide_result(struct translator *tr, uint32_t start);

/* Put into their own slots: the n entries `below` the top; all below that;
 * one. */
void settle(struct translator *tr, uint32_t below, uint32_t n);
void settle_all(struct translator *tr, uint32_t below);
void settle_entry(struct translator *tr, uint32_t height);

/* Before local `local` changes: entries that stand for it get its value. */
void settle_local(struct translator *tr, uint32_t local);

/*
 * Where the entry `below` the top can be read: in the accumulator, if the
 * instruction emitted last produced it there or can be made to (which this
 * does); else in a slot, which is returned by entry_slot after constants have
 * been put into their own.  Of a v128, the lower entry's slot is the first of
 * two.
 */
bool take_acc(struct translator *tr, uint32_t below);
uint32_t entry_slot(struct translator *tr, uint32_t below);

/* The place, of `places`, where the entry `below` the top can be read; for
 * AT_SLOT, the slot. */
uint32_t entry_place(struct translator *tr, uint32_t below, uint32_t places,
                     uint32_t *slot);

/* The last instruction has given its result away. */
void forget_last(struct translator *tr);

/* Control may arrive here from elsewhere: nothing fuses across. */
void forget_all(struct translator *tr);

/* Is the entry `below` the top the result of the last instruction, one that
 * fuses so? */
bool can_fuse(const struct translator *tr, uint32_t below, enum fusible how);

/* The top entry becomes the value of a local; it stays on the stack. */
void store_local(struct translator *tr, uint32_t local);

/* Registers that the region writes to the slots of their locals; all of them
 * from there. */
void emit_save(struct translator *tr);
void emit_load(struct translator *tr);

/* One of the instructions on registers 0 to n - 1, of which op is the first,
 * with the slots of their locals; none if n is 0. */
void emit_regs(struct translator *tr, uint32_t op, uint32_t n,
               const uint32_t *locals);

/* Copy slot to slot, or put a constant into a slot. */
void emit_copy(struct translator *tr, uint32_t from, uint32_t to);
void emit_const(struct translator *tr, uint64_t bits, uint32_t to);
void emit_wide_copy(struct translator *tr, uint32_t from, uint32_t to);
void emit_wide_const(struct translator *tr, uint64_t low, uint64_t high,
                     uint32_t to);

/* Copy n slots that follow each other, from the lowest on. */
void emit_copy_n(struct translator *tr, uint32_t from, uint32_t to, uint32_t n);

/* --- prepare_mem.c --- */

/* Do accesses to this memory need no check but its guard? */
bool mem_is_guarded(const struct module *module, uint32_t memory);

/*
 * For an instruction with IMM_MEMARG whose address is the entry `below` the
 * top: make that an address which the instruction can use, where it is not one
 * as it stands.  Returns the offset that the instruction is still to add, which
 * fits 32 bits.
 */
uint64_t emit_address(struct translator *tr, const struct instr *in,
                      uint32_t below);

/* --- prepare_simd.c --- */

/* Translate an instruction behind the prefix 0xfd. */
void emit_simd(struct translator *tr, const struct instr *in);

/* Where each local is, of a function in which some are v128. */
bool place_wide_locals(struct translator *tr,
                       const struct body *body) MUST_CHECK;

/* Return with a v128 on top, the only result. */
void emit_return_wide(struct translator *tr);

/* The v128 on top becomes the value of a local; it stays on the stack. */
void store_wide_local(struct translator *tr, uint32_t local);

void emit_wide_global_get(struct translator *tr, uint32_t global);
void emit_wide_global_set(struct translator *tr, uint32_t global);
void emit_wide_select(struct translator *tr);

/* --- prepare_ctl.c --- */

/* The block of a label. */
struct ctl *ctl_at(struct translator *tr, uint32_t label);

/* Slots of what a branch to the label carries. */
uint32_t label_arity(const struct ctl *ctl);

/* Does a branch to the label go back? */
bool is_backward(const struct translator *tr, const struct ctl *ctl);

/* Emit the offset of the branch that begins at `start`: one of the list, to be
 * filled in by bind; or to a label. */
void emit_forward(struct translator *tr, uint32_t start, uint32_t *list);
void emit_target(struct translator *tr, uint32_t start, struct ctl *ctl);

/* All branches of the list lead here. */
void bind_branches(struct translator *tr, uint32_t *list);

/* Go to the label with the values on top, which are left as they are. */
void emit_br(struct translator *tr, struct ctl *ctl);

/* Return with the values on top. */
void emit_return(struct translator *tr);

/* Return; the results are where they belong. */
void emit_return_n(struct translator *tr);

/* Does a branch to the label need code of its own before it jumps? */
bool needs_moves(struct translator *tr, const struct ctl *ctl, uint32_t height);

/* Open a block. */
void push_ctl(struct translator *tr, uint32_t kind,
              const struct functype *type);

/* Translate br_if; br_table; block, loop and if; else. */
void on_br_if(struct translator *tr, struct ctl *ctl);
void on_br_table(struct translator *tr, const struct instr *in);
void on_block(struct translator *tr, const struct instr *in);
void on_else(struct translator *tr);

/* A loop begins, perhaps in code that cannot be reached: its region, if it is
 * one, else NULL. */
const struct region *next_region(struct translator *tr);

/* The end of the innermost block. */
void on_end(struct translator *tr);

/* Cut the stack off at a height and push n values in their own slots. */
void reset_stack(struct translator *tr, uint32_t height, const valtype *types,
                 uint32_t n);

/* --- prepare.c --- */

/* Behind the operands of a call: push the results; where the callee's frame
 * begins; the last units of a tail call. */
void push_results(struct translator *tr, const struct functype *type);
uint32_t call_base(const struct translator *tr, const struct functype *type);
void end_tail_call(struct translator *tr, const struct functype *type);

/* --- prepare_join.c --- */

/* Make joined instructions of the code, which is complete (joined.def). */
void join_code(struct translator *tr);

/* --- prepare_loop.c --- */

/* A loop has begun: is it the one that is looked for? */
void note_loop(struct translator *tr, uint32_t offset);

/* --- prepare_eh.c --- */

/* Translate an instruction of exception handling or of typed references; false
 * if it is none. */
bool emit_eh(struct translator *tr, const struct instr *in);

/* The part of a try that is being translated ends here. */
void emit_try_end(struct translator *tr);

/* What was found of handlers, in the pool; NULL when there is none, or out of
 * memory (tr->failed). */
const struct handlers *handlers_new(struct translator *tr, struct pool *pool);

/* --- prepare_op.c --- */

/* Translate an instruction that has a row. */
void emit_family(struct translator *tr, const struct family *family,
                 const struct instr *in);

/* Translate eqz: a comparison with zero. */
void emit_eqz(struct translator *tr, uint32_t equal_opcode);

/* Pop a condition and emit the branch taken if it holds (or, with `not`, if it
 * does not), up to but without the offset; its first unit. */
uint32_t emit_condition(struct translator *tr, bool not, bool backward);

/* The last instruction becomes another one, which has the same operands and,
 * for now, no result; its start. */
uint32_t fuse_last(struct translator *tr, uint32_t op);

/* The last instruction, whose result is one of the top two entries, becomes one
 * that does their operation too; the other entry is at a place, for AT_SLOT a
 * slot, or, at PLACES, a constant. */
void fuse_binary(struct translator *tr, uint32_t op, uint32_t at, uint32_t slot,
                 uint64_t bits);

/* --- prepare_fuse.c --- */

/* Translate the operation on the top two entries as a pair with the last
 * instruction (fused.def); false if they are none. */
bool fuse_pair(struct translator *tr, uint32_t opcode);

/* The end of a loop whose last instruction compares the register that the one
 * before adds an operand to: as fuse_branch in prepare_op.c. */
bool fuse_step(struct translator *tr, bool not, uint32_t *start);

/* The same if the condition, in a place, is what the last instruction adds a
 * constant to as the second of two. */
bool fuse_count_two(struct translator *tr, uint32_t at, bool not,
                    uint32_t *start);

/* A jump back, as one instruction with the last; up to but without the offset;
 * its first unit. */
uint32_t emit_jump_back(struct translator *tr);

/* Translate i32.store, of what the last instruction loads, as one instruction
 * with that; false if it is nothing of the kind. */
bool fuse_load_store(struct translator *tr, uint64_t offset);

/* Translate i32.add of a constant to the global that the last instruction has
 * read, and a global.set of the sum that the last instruction makes, each as
 * one with that; false if it is nothing of the kind. */
bool fuse_global_get(struct translator *tr);
bool fuse_global_set(struct translator *tr, uint32_t global);

/* Begin a call of a function that is not imported, with the last instruction if
 * possible, saving registers: up to but without its operands. */
void emit_call(struct translator *tr);

/* The same for one through a table. */
void emit_call_indirect(struct translator *tr);

/* Return the i32 that the last instruction gives, as one instruction with that,
 * up to but without the place of the return address, of which there are n
 * forms; false if it cannot. */
bool fuse_return(struct translator *tr, uint32_t n, uint32_t form);

#endif
