/*
 * opcode.h: the instructions, from abi/opcodes.def.
 *
 * An opcode is one number: the byte for the plain ones, and prefix << 16 |
 * number for those behind 0xfb, 0xfc, 0xfd and 0xfe.
 */
#ifndef TINE_WASM_OPCODE_H
#define TINE_WASM_OPCODE_H

#include "base/base.h"
#include "wasm/type.h"

/* What stands behind the opcode in the binary format. */
enum imm_kind {
    IMM_NONE,
    IMM_BLOCK,         /* block type */
    IMM_LABEL,         /* label index */
    IMM_LABELS,        /* br_table: vector of labels and the default */
    IMM_FUNC,          /* function index */
    IMM_CALL_INDIRECT, /* type index, table index */
    IMM_LOCAL,
    IMM_GLOBAL,
    IMM_TABLE,
    IMM_TABLE2,     /* destination and source table (table.copy) */
    IMM_ELEM_TABLE, /* element segment, table (table.init) */
    IMM_ELEM,
    IMM_MEMARG,      /* alignment, [memory,] offset */
    IMM_MEMORY,      /* memory index */
    IMM_MEMORY2,     /* destination and source memory (memory.copy) */
    IMM_DATA_MEMORY, /* data segment, memory (memory.init) */
    IMM_MEMARG_LANE, /* the same, and the lane */
    IMM_DATA,
    IMM_I32,
    IMM_I64,
    IMM_F32,
    IMM_F64,
    IMM_V128,     /* 16 bytes */
    IMM_SHUFFLE,  /* 16 lanes of 32, a byte each */
    IMM_LANE,     /* a byte */
    IMM_REF_TYPE, /* heap type (ref.null) */
    IMM_SELECT,   /* vector of value types */
    IMM_ZERO,     /* one byte 0x00 (atomic.fence) */
    IMM_TYPE,     /* type index (call_ref) */
    IMM_TAG,
    IMM_TRY_TABLE, /* block type, vector of clauses (enum catch_kind) */
};

/* Which proposal an instruction came with, for messages. */
enum proposal {
    PROPOSAL_MVP,
    PROPOSAL_SIGN_EXTENSION,
    PROPOSAL_SATURATING,
    PROPOSAL_BULK_MEMORY,
    PROPOSAL_REFERENCE_TYPES,
    PROPOSAL_TAIL_CALL,
    PROPOSAL_THREADS,
    PROPOSAL_WIDE_ARITHMETIC,
    PROPOSAL_SIMD,
    PROPOSAL_RELAXED_SIMD,
    PROPOSAL_TYPED_REFERENCES,
    PROPOSAL_EXCEPTIONS,
    PROPOSAL_LEGACY_EXCEPTIONS,
};

/* The flags of IMM_MEMARG: the low bits are the alignment. */
#define MEMARG_MEMORY 0x40u /* a memory index follows */
#define MEMARG_MAX    0x7fu

/* The clauses of try_table, by their byte. */
enum catch_kind { CATCH, CATCH_REF, CATCH_ALL, CATCH_ALL_REF };

const char *proposal_name(enum proposal proposal);

enum opcode {
#define OPCODE(code, name, text, imm, sig, proposal) OP_##name = (code),
#include "abi/opcodes.def"
#undef OPCODE
};

struct opcode_info {
    const char *text; /* "i32.add" */
    const char *sig;  /* see opcodes.def; NULL: validated by hand */
    uint32_t code;
    enum imm_kind imm : 8;
    enum proposal proposal : 8;
    /* From the signature, as value types; 0 behind the last. */
    uint8_t in[3];
    uint8_t out;
    uint8_t n_in;
    /* log2 of the natural alignment (IMM_MEMARG), of a lane's bytes. */
    uint8_t align;
};

/* The rows stand at slots: the byte itself for the plain ones, then those
 * behind 0xfc, 0xfd and 0xfe.  A slot without an instruction has no text. */
enum {
    OPCODE_N_FC = 0x17,
    OPCODE_N_FD = 0x114,
    OPCODE_N_FE = 0x4f,
    OPCODE_FC = 0x100,
    OPCODE_FD = OPCODE_FC + OPCODE_N_FC,
    OPCODE_FE = OPCODE_FD + OPCODE_N_FD,
    OPCODE_SLOTS = OPCODE_FE + OPCODE_N_FE,
};

extern const struct opcode_info opcode_table[OPCODE_SLOTS];

/* The instruction's row, or NULL if there is none of that number. */
const struct opcode_info *opcode_find(uint32_t code);

/* Is this byte the first of an opcode of two parts? */
static inline bool opcode_is_prefix(uint8_t byte)
{
    return byte >= 0xfb && byte <= 0xfe;
}

/* The proposal that a number we do not have belongs to ("exception handling",
 * "garbage collection", ...), or NULL if nobody uses it. */
const char *opcode_foreign(uint32_t code);

#endif
