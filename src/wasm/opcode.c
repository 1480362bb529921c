/*
 * opcode.c: see opcode.h.  The table is made from abi/opcodes.def by the
 * compiler: signatures are taken apart in constant expressions.
 */
#include "wasm/opcode.h"

/* A signature as a string literal; NULL as an empty one. */
#define TEXT(sig) _Generic((sig), void *: "", default: (sig))

/* The i-th character, NUL behind the end. */
#define AT(text, i) ((text)[(i) < sizeof(text) ? (i) : sizeof(text) - 1])

#define TYPE(c)                                                                \
    ((c) == 'i'   ? VT_I32                                                     \
     : (c) == 'l' ? VT_I64                                                     \
     : (c) == 'f' ? VT_F32                                                     \
     : (c) == 'd' ? VT_F64                                                     \
     : (c) == 'v' ? VT_V128                                                    \
                  : 0)

#define N_IN(sig)                                                              \
    (AT(sig, 0) == ':'   ? 0                                                   \
     : AT(sig, 1) == ':' ? 1                                                   \
     : AT(sig, 2) == ':' ? 2                                                   \
     : AT(sig, 3) == ':' ? 3                                                   \
                         : 0)

#define IN(sig, i) (i < N_IN(sig) ? TYPE(AT(sig, i)) : 0)

/* log2 of the bytes that are accessed: the loads and stores in the order of
 * their numbers, then those of vectors, of lanes, the lanes in registers, the
 * atomics, which repeat every seven. */
#define PLAIN_SIZES  "\2\3\2\3\0\0\1\1\0\0\1\1\2\2\2\3\2\3\0\1\0\1\2"
#define V128_SIZES   "\4\3\3\3\3\3\3\0\1\2\3\4"
#define REG_SIZES    "\0\0\0\1\1\1\2\2\3\3\2\2\3\3"
#define LANE_SIZES   "\0\1\2\3\0\1\2\3\2\3"
#define WAIT_SIZES   "\2\2\3"
#define ATOMIC_SIZES "\2\3\0\1\0\1\2"

#define ALIGN(code)                                                            \
    ((code) >= OP_I32_LOAD && (code) <= OP_I64_STORE32                         \
         ? AT(PLAIN_SIZES, (code) - OP_I32_LOAD)                               \
     : (code) >= OP_V128_LOAD && (code) <= OP_V128_STORE                       \
         ? AT(V128_SIZES, (code) - OP_V128_LOAD)                               \
     : (code) >= OP_I8X16_EXTRACT_LANE_S && (code) <= OP_F64X2_REPLACE_LANE    \
         ? AT(REG_SIZES, (code) - OP_I8X16_EXTRACT_LANE_S)                     \
     : (code) >= OP_V128_LOAD8_LANE && (code) <= OP_V128_LOAD64_ZERO           \
         ? AT(LANE_SIZES, (code) - OP_V128_LOAD8_LANE)                         \
     : (code) >= OP_MEMORY_ATOMIC_NOTIFY && (code) < OP_ATOMIC_FENCE           \
         ? AT(WAIT_SIZES, (code) - OP_MEMORY_ATOMIC_NOTIFY)                    \
     : (code) >= OP_I32_ATOMIC_LOAD                                            \
         ? AT(ATOMIC_SIZES, ((code) - OP_I32_ATOMIC_LOAD) % 7)                 \
         : 0)

#define SLOT(code)                                                             \
    ((code) < 0x100         ? (code)                                           \
     : (code) >> 16 == 0xfc ? OPCODE_FC + ((code) & 0xffff)                    \
     : (code) >> 16 == 0xfd ? OPCODE_FD + ((code) & 0xffff)                    \
                            : OPCODE_FE + ((code) & 0xffff))

const struct opcode_info opcode_table[OPCODE_SLOTS] = {
#define OPCODE(number, name, word, immediate, signature, origin)               \
    [SLOT(number)] = {                                                         \
        .text = word,                                                          \
        .sig = signature,                                                      \
        .code = number,                                                        \
        .imm = immediate,                                                      \
        .proposal = origin,                                                    \
        .in = {IN(TEXT(signature), 0), IN(TEXT(signature), 1),                 \
               IN(TEXT(signature), 2)},                                        \
        .out = TYPE(AT(TEXT(signature), N_IN(TEXT(signature)) + 1)),           \
        .n_in = N_IN(TEXT(signature)),                                         \
        .align = ALIGN(number),                                                \
    },
#include "abi/opcodes.def"
#undef OPCODE
};

/* Numbers that proposals have taken which tine does not have yet. */
static const struct foreign {
    uint32_t first, last;
    const char *proposal;
} foreigns[] = {
    {0xd3, 0xd3, "garbage collection"}, /* ref.eq */
    {0xe0, 0xe6, "stack switching"},
    {0xfb0000, 0xfb001e, "garbage collection"},
    {0xfb0080, 0xfb00b7, "string references"},
    {0xfc0012, 0xfc0012, "memory control"}, /* memory.discard */
    {0xfd0120, 0xfd014f, "half precision"},
    {0xfe0004, 0xfe0004, "shared-everything threads"}, /* pause */
    {0xfe004f, 0xfe0074, "shared-everything threads"},
};

const char *proposal_name(enum proposal proposal)
{
    static const char *const names[] = {
        [PROPOSAL_MVP] = "WebAssembly 1.0",
        [PROPOSAL_SIGN_EXTENSION] = "sign extension",
        [PROPOSAL_SATURATING] = "saturating truncation",
        [PROPOSAL_BULK_MEMORY] = "bulk memory",
        [PROPOSAL_REFERENCE_TYPES] = "reference types",
        [PROPOSAL_TAIL_CALL] = "tail calls",
        [PROPOSAL_THREADS] = "threads",
        [PROPOSAL_WIDE_ARITHMETIC] = "wide arithmetic",
        [PROPOSAL_SIMD] = "SIMD",
        [PROPOSAL_RELAXED_SIMD] = "relaxed SIMD",
        [PROPOSAL_TYPED_REFERENCES] = "typed function references",
        [PROPOSAL_EXCEPTIONS] = "exception handling",
        [PROPOSAL_LEGACY_EXCEPTIONS] = "legacy exception handling",
    };

    return names[proposal];
}

const struct opcode_info *opcode_find(uint32_t code)
{
    uint32_t number = code & 0xffff;
    uint32_t slot;

    if (code < 0x100)
        slot = code;
    else if (code >> 16 == 0xfc && number < OPCODE_N_FC)
        slot = OPCODE_FC + number;
    else if (code >> 16 == 0xfd && number < OPCODE_N_FD)
        slot = OPCODE_FD + number;
    else if (code >> 16 == 0xfe && number < OPCODE_N_FE)
        slot = OPCODE_FE + number;
    else
        return NULL;
    return opcode_table[slot].text ? &opcode_table[slot] : NULL;
}

const char *opcode_foreign(uint32_t code)
{
    size_t i;

    for (i = 0; i < countof(foreigns); i++) {
        if (code >= foreigns[i].first && code <= foreigns[i].last)
            return foreigns[i].proposal;
    }
    return NULL;
}
