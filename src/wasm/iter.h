/*
 * iter.h: walk the instructions of a function body or of a constant
 * expression, for every pass behind validation.
 *
 *     iter_body(&it, module, body);
 *     while (iter_locals(&it, &n, &type)) ...;    may be left out
 *     while (iter_next(&it, &in)) ...;
 *
 * Bounds are not checked here: bodies are validated first, and constant
 * expressions have been walked by constexpr_scan.
 */
#ifndef TINE_WASM_ITER_H
#define TINE_WASM_ITER_H

#include "base/leb.h"
#include "wasm/module.h"
#include "wasm/opcode.h"

/* A clause of try_table. */
struct catch
{
    uint8_t kind;   /* enum catch_kind */
    uint32_t tag;   /* CATCH, CATCH_REF */
    uint32_t label; /* counted from outside the try_table */
};

/* One instruction.  Which fields are set depends on info->imm. */
struct instr {
    uint32_t op;     /* enum opcode */
    uint32_t offset; /* of its first byte, in the file */
    const struct opcode_info *info;
    /* The label, function, type, local, global, table, segment, memory or tag;
     * for IMM_TABLE2 and IMM_MEMORY2 the destination. */
    uint32_t index;
    /* The second of two: IMM_CALL_INDIRECT and IMM_ELEM_TABLE: the table;
     * IMM_TABLE2 and IMM_MEMORY2: the source; IMM_DATA_MEMORY: the memory. */
    uint32_t index2;
    uint32_t lane; /* IMM_LANE, IMM_MEMARG_LANE */
    union {
        /* IMM_MEMARG, IMM_MEMARG_LANE; the memory is `index`. */
        struct {
            uint64_t offset;
            uint32_t align; /* log2 */
        } mem;
        /* IMM_LABELS: n of them, the default behind them. */
        struct {
            const uint8_t *bytes; /* leb_get_u32 reads the next one */
            uint32_t n;
        } labels;
        /* IMM_BLOCK; not interned for the short forms.  IMM_TRY_TABLE: also
         * n clauses. */
        struct {
            const struct functype *block;
            struct {
                const uint8_t *bytes; /* iter_catch reads the next one */
                uint32_t n;
            } catches;
        };
        /* Constants: the bits, 32-bit ones zero-extended. */
        uint64_t bits;
        /* IMM_V128, IMM_SHUFFLE: 16 bytes, the lower half first. */
        uint64_t v128[2];
        /* IMM_REF_TYPE, and IMM_SELECT, which has exactly one. */
        valtype type;
    };
};

struct iter {
    const struct module *module;
    const uint8_t *p;
    const uint8_t *end;
    uint32_t local_runs; /* declarations of locals not yet read */
};

/* Stand at the locals of a validated body. */
void iter_body(struct iter *it, const struct module *module,
               const struct body *body);

/* Stand at the first instruction of a constant expression. */
void iter_constexpr(struct iter *it, const struct module *module,
                    struct constexpr_ref ref);

/* The next declaration, `n` locals of one type (parameters are not among
 * them); false when there are no more. */
bool iter_locals(struct iter *it, uint32_t *n, valtype *type);

/* The next instruction; false behind the final `end`. */
bool iter_next(struct iter *it, struct instr *in);

/* The clause at *p, which moves behind it. */
struct catch iter_catch(const uint8_t **p);

/* Offset in the file of what is read next. */
static inline uint32_t iter_offset(const struct iter *it)
{
    return (uint32_t)(it->p - it->module->bytes);
}

#endif
