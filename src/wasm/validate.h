/*
 * validate.h: what the files of the validator share; nobody else includes it.
 *
 * A body is checked in one pass, as in the specification's appendix (section
 * 7.3): a stack of operand types and a stack of open blocks.  Both are kept
 * from body to body, so that nothing is allocated per instruction.
 */
#ifndef TINE_WASM_VALIDATE_H
#define TINE_WASM_VALIDATE_H

#include "base/limits.h"
#include "base/vec.h"
#include "wasm/opcode.h"
#include "wasm/reader.h"

/* Types of locals that are at hand by index.  Further ones are searched for,
 * so that a million functions which declare 50000 locals each cost no more
 * than their declarations have bytes. */
#define FLAT_LOCALS 1024u
STATIC_ASSERT(FLAT_LOCALS >= LIMIT_PARAMS, "parameters must be at hand");

/* An open block. */
struct frame {
    const struct functype *type;
    uint32_t height;  /* operands below belong to the blocks around */
    uint16_t arity;   /* operands that a branch to it takes */
    uint8_t op;       /* OP_BLOCK, OP_LOOP, OP_IF, OP_ELSE, OP_TRY, OP_CATCH,
                         OP_CATCH_ALL, OP_TRY_TABLE; OP_END: function */
    bool unreachable; /* behind an unconditional branch */
};

/* Locals of one type that stand next to each other. */
struct local_run {
    uint32_t end; /* one behind the index of the last */
    valtype type;
};

/* A local that was set where it had no value yet. */
struct local_init {
    uint32_t local;
    uint32_t depth; /* blocks open at the time */
};

struct validator {
    struct reader r; /* over the body */
    const struct module *module;
    const struct functype *type; /* of the function */
    struct body *body;

    /* The instruction being checked. */
    const uint8_t *at;
    uint32_t op;
    const struct opcode_info *info;
    const struct limits *memory; /* that it accesses: IMM_MEMARG */

    /* Operands: from `floor` to `top` they belong to the innermost block. */
    valtype *stack;
    valtype *floor;
    valtype *top;
    valtype *limit;

    struct frame *frame; /* the innermost block, in frames.items */
    VEC(struct frame) frames;

    uint32_t n_locals; /* with the parameters */
    uint32_t n_flat;
    valtype flat[FLAT_LOCALS];
    VEC(struct local_run) runs; /* the locals behind the flat ones */

    /* Locals that have no value to start with: which of them have got one, in
     * this body, number `body_number`. */
    bool has_unset;
    uint32_t body_number;
    uint32_t *init_body; /* by local: the body in which it has a value */
    VEC(struct local_init) inits;
};

/* Check one body.  Nothing is kept from one to the next but memory. */
bool validate_body(struct validator *v, uint32_t func) MUST_CHECK;

/* Check the instruction v->op at v->at; v->r stands behind the opcode. */
bool validate_op(struct validator *v) MUST_CHECK;

/* The same for exceptions (validate_eh.c) and typed references
 * (validate_ref.c). */
bool validate_eh(struct validator *v) MUST_CHECK;
bool validate_ref(struct validator *v) MUST_CHECK;

/* What those two need of validate_op.c: the operand and the control stack. */
bool validate_push(struct validator *v, valtype type) MUST_CHECK;
bool validate_push_list(struct validator *v, const valtype *types,
                        uint32_t n) MUST_CHECK;
bool validate_pop(struct validator *v, valtype want) MUST_CHECK;
bool validate_pop_any(struct validator *v, const char *want,
                      valtype *ret) MUST_CHECK;
bool validate_pop_list(struct validator *v, const valtype *types,
                       uint32_t n) MUST_CHECK;
bool validate_label(struct validator *v, const valtype **types,
                    uint32_t *n) MUST_CHECK;
bool validate_label_at(struct validator *v, uint32_t label,
                       const valtype **types, uint32_t *n) MUST_CHECK;
bool validate_type_index(struct validator *v,
                         const struct functype **ret) MUST_CHECK;
bool validate_block_type(struct validator *v,
                         const struct functype **ret) MUST_CHECK;
bool validate_block_open(struct validator *v,
                         const struct functype *type) MUST_CHECK;
bool validate_block_finish(struct validator *v) MUST_CHECK;
bool validate_block_end(struct validator *v) MUST_CHECK;
bool validate_call(struct validator *v, const struct functype *type) MUST_CHECK;
bool validate_tail_call(struct validator *v,
                        const struct functype *type) MUST_CHECK;
void validate_set_unreachable(struct validator *v);
bool validate_fail_type(const struct validator *v, const char *want,
                        const char *found);
bool validate_fail_unknown(const struct validator *v, const char *what,
                           uint32_t index);

/* The local has a value from here to the end of the block; has it one?  Only
 * for types that are not defaultable. */
bool validate_local_init(struct validator *v, uint32_t local) MUST_CHECK;
bool validate_local_is_set(const struct validator *v, uint32_t local);

/* Blocks have been closed: what was set in them is not any more. */
void validate_local_unset(struct validator *v);

/* Open the block of the whole function. */
bool validate_function_frame(struct validator *v) MUST_CHECK;

/* Type of a local; false when there is none of that index. */
bool validate_local(const struct validator *v, uint32_t index, valtype *ret);

#endif
