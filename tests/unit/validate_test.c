/*
 * validate_test.c: function bodies: for every rule what keeps it and what
 * breaks it, and the limits.
 */
#include "unit/modbuild.h"

#include "base/limits.h"

static struct modbuild mb;

/*
 * A module with one body, whose type is t (below).
 *
 * Types: 0 () -> (); 1 () -> (i32); 2 (i32 i64) -> (); 3 (i32) -> (i32);
 * 4 () -> (i32 i64).  Functions: 0 to 4 imported, of those types; 5 the body.
 * Globals: 0 i32; 1 mutable f64.  Tables: 0 funcref; 1 externref.  One memory.
 * Element segments: 0 funcref, which declares function 1; 1 externref.  Data
 * segments: 0.
 */
static void build(uint8_t type, const uint8_t *body, size_t n)
{
    mb_init(&mb);
    mb_section(&mb, 1,
               BYTES(5, 0x60, 0, 0, 0x60, 0, 1, VT_I32, 0x60, 2, VT_I32, VT_I64,
                     0, 0x60, 1, VT_I32, 1, VT_I32, 0x60, 0, 2, VT_I32,
                     VT_I64));
    mb_section(&mb, 2,
               BYTES(6, 0, 1, '0', 0, 0, 0, 1, '1', 0, 1, 0, 1, '2', 0, 2, 0, 1,
                     '3', 0, 3, 0, 1, '4', 0, 4, 0, 1, 'g', 3, VT_I32, 0));
    mb_section(&mb, 3, BYTES(1, type));
    mb_section(&mb, 4, BYTES(2, VT_FUNCREF, 0, 1, VT_EXTERNREF, 0, 1));
    mb_section(&mb, 5, BYTES(1, 0, 1));
    mb_section(
        &mb, 6,
        BYTES(1, VT_F64, 1, OP_F64_CONST, 0, 0, 0, 0, 0, 0, 0, 0, OP_END));
    mb_section(&mb, 9, BYTES(2, 1, 0, 1, 1, 5, VT_EXTERNREF, 0));
    mb_section(&mb, 12, BYTES(1));
    mb_code(&mb, body, n);
    mb_section(&mb, 11, BYTES(1, 1, 0));
}

#define T_VOID 0
#define T_I32  1
#define T_TWO  2
#define T_SAME 3
#define T_PAIR 4

/* Eight bytes that do nothing.  The loop of the validator treats the last
 * bytes of a body with more care than those in the middle. */
#define PADDING OP_NOP, OP_NOP, OP_NOP, OP_NOP, OP_NOP, OP_NOP, OP_NOP, OP_NOP

/* A body of the type t: without locals, and its `end` is added. */
#define OK(t, ...)                                                             \
    do {                                                                       \
        build(t, BYTES(0, __VA_ARGS__, OP_END));                               \
        mb_expect_ok(&mb);                                                     \
        build(t, BYTES(0, __VA_ARGS__, PADDING, OP_END));                      \
        mb_expect_ok(&mb);                                                     \
    } while (0)

#define BAD(t, text, ...)                                                      \
    do {                                                                       \
        build(t, BYTES(0, __VA_ARGS__, OP_END));                               \
        mb_expect_error(&mb, ERROR_INVALID, text);                             \
        build(t, BYTES(0, __VA_ARGS__, PADDING, OP_END));                      \
        mb_expect_error(&mb, ERROR_INVALID, text);                             \
    } while (0)

#define MALFORMED(text, ...)                                                   \
    do {                                                                       \
        build(T_VOID, BYTES(__VA_ARGS__));                                     \
        mb_expect_error(&mb, ERROR_MALFORMED, text);                           \
    } while (0)

#define UNSUPPORTED(text, ...)                                                 \
    do {                                                                       \
        build(T_VOID, BYTES(0, __VA_ARGS__, OP_END));                          \
        mb_expect_error(&mb, ERROR_UNSUPPORTED, text);                         \
    } while (0)

#define I32  OP_I32_CONST, 0
#define I64  OP_I64_CONST, 0
#define F32  OP_F32_CONST, 0, 0, 0, 0
#define F64  OP_F64_CONST, 0, 0, 0, 0, 0, 0, 0, 0
#define FUNC OP_REF_NULL, VT_FUNCREF
#define EXT  OP_REF_NULL, VT_EXTERNREF

static void test_numbers(void **state)
{
    OK(T_I32, I32, I32, OP_I32_ADD);
    OK(T_I32, F64, F64, OP_F64_LT);
    OK(T_I32, I64, OP_I64_EQZ);
    OK(T_I32, F32, 0xfc, 0);
    BAD(T_I32, "type mismatch: i32.add expects i32, found i64", I32, I64,
        OP_I32_ADD);
    BAD(T_I32, "type mismatch: i32.add expects i32, found f32", F32, I32,
        OP_I32_ADD);
    BAD(T_I32, "type mismatch: i32.add expects i32, found nothing", I32,
        OP_I32_ADD);
    BAD(T_I32, "type mismatch: f64.sqrt expects f64, found nothing",
        OP_F64_SQRT);
    BAD(T_I32, "function 5: type mismatch: end expects i32, found f64", F64,
        OP_F64_SQRT);
    BAD(T_VOID, "type mismatch: 1 values remain on the stack", I32);
    BAD(T_I32, "type mismatch: end expects i32, found nothing", OP_NOP);
}

/* The errors of an instruction are reported where it stands. */
static void test_offset(void **state)
{
    struct error err;
    uint8_t *copy;
    struct module *m;
    size_t at;

    build(T_VOID, BYTES(0, I32, OP_DROP, OP_DROP, OP_END));
    for (at = mb.n; memcmp(mb.bytes + at, BYTES(OP_DROP, OP_DROP)) != 0;)
        at--;
    m = mb_load(mb.bytes, mb.n, &copy, &err);
    assert_null(m);
    assert_int_equal(err.offset, at + 1);
    mb_free(m, copy);
}

static void test_memory(void **state)
{
    OK(T_I32, I32, OP_I32_LOAD, 2, 0);
    OK(T_I32, I32, OP_I32_LOAD, 0, 0xff, 0xff, 0xff, 0xff, 0x0f);
    OK(T_I32, I32, OP_I32_LOAD, 0x82, 0, 0x80, 0x80, 0x80, 0x80, 0);
    OK(T_VOID, I32, F64, OP_F64_STORE, 3, 8);
    BAD(T_I32, "alignment must not be larger than natural", I32, OP_I32_LOAD, 3,
        0);
    BAD(T_I32, "alignment must not be larger than natural", I32, OP_I32_LOAD8_S,
        1, 0);
    BAD(T_I32, "alignment must not be larger than natural", I32, OP_I32_LOAD,
        0x3f, 0);
    BAD(T_I32, "type mismatch: i32.load expects i32, found i64", I64,
        OP_I32_LOAD, 2, 0);
    BAD(T_VOID, "type mismatch: i32.store expects i32, found i64", I32, I64,
        OP_I32_STORE, 2, 0);
    BAD(T_VOID, "type mismatch: i32.store expects i32, found i64", I64, I32,
        OP_I32_STORE, 2, 0);
    MALFORMED("malformed memop flags 0x80", 0, I32, OP_I32_LOAD, 0x80, 1, 0,
              OP_DROP, OP_END);
    OK(T_I32, I32, OP_I32_LOAD, 0x42, 0, 0);
    BAD(T_I32, "unknown memory 1", I32, OP_I32_LOAD, 0x42, 1, 0);
    BAD(T_I32, "alignment must not be larger than natural", I32, OP_I32_LOAD,
        0x43, 0, 0);
    OK(T_I32, I32, OP_I32_LOAD, 2, 0x80, 0x80, 0x80, 0x80, 0x80, 0);
    BAD(T_I32, "offset out of range: 0x100000000", I32, OP_I32_LOAD, 2, 0x80,
        0x80, 0x80, 0x80, 0x10);
    MALFORMED("integer representation too long (reading an offset)", 0, I32,
              OP_I32_LOAD, 2, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
              0x80, 0x80, 0, OP_DROP, OP_END);
    MALFORMED("integer too large (reading an offset)", 0, I32, OP_I32_LOAD, 2,
              0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2, OP_DROP,
              OP_END);
    OK(T_I32, OP_MEMORY_SIZE, 0);
    OK(T_I32, I32, OP_MEMORY_GROW, 0);
    BAD(T_I32, "unknown memory 1", OP_MEMORY_SIZE, 1);
    OK(T_VOID, I32, I32, I32, 0xfc, 8, 0, 0, 0xfc, 9, 0);
    BAD(T_VOID, "unknown data segment 1", I32, I32, I32, 0xfc, 8, 1, 0);
    BAD(T_VOID, "unknown data segment 1", 0xfc, 9, 1);
    OK(T_VOID, I32, I32, I32, 0xfc, 10, 0, 0);
    BAD(T_VOID, "unknown memory 1", I32, I32, I32, 0xfc, 10, 0, 1);
    OK(T_VOID, I32, I32, I32, 0xfc, 11, 0);
    BAD(T_VOID, "type mismatch: memory.fill expects i32", I32, I64, I32, 0xfc,
        11, 0);
}

/* Memories: 0 with 64-bit addresses, 1 with 32-bit ones; tables likewise.  The
 * body is (i64) -> (). */
static void build_64(const uint8_t *body, size_t n)
{
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(2, 0x60, 1, VT_I64, 0, 0x60, 0, 0));
    mb_section(&mb, 3, BYTES(1, 0));
    mb_section(&mb, 4, BYTES(2, VT_FUNCREF, 4, 1, VT_FUNCREF, 0, 1));
    mb_section(&mb, 5, BYTES(2, 4, 1, 0, 1));
    mb_code(&mb, body, n);
}

#define OK_64(...)                                                             \
    do {                                                                       \
        build_64(BYTES(0, __VA_ARGS__, OP_END));                               \
        mb_expect_ok(&mb);                                                     \
    } while (0)

#define BAD_64(text, ...)                                                      \
    do {                                                                       \
        build_64(BYTES(0, __VA_ARGS__, PADDING, OP_END));                      \
        mb_expect_error(&mb, ERROR_INVALID, text);                             \
    } while (0)

static void test_memory_64(void **state)
{
    OK_64(I64, OP_I32_LOAD, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 1, OP_DROP);
    OK_64(I32, OP_I32_LOAD, 0x42, 1, 0, OP_DROP);
    OK_64(I64, I64, 0xfe, 0x1f, 3, 0, OP_DROP);
    BAD_64("i32.load expects i64, found i32", I32, OP_I32_LOAD, 2, 0, OP_DROP);
    BAD_64("i32.load expects i32, found i64", I64, OP_I32_LOAD, 0x42, 1, 0,
           OP_DROP);
    BAD_64("offset out of range", I32, OP_I32_LOAD, 0x42, 1, 0x80, 0x80, 0x80,
           0x80, 0x10, OP_DROP);
    OK_64(I64, OP_MEMORY_GROW, 0, OP_I64_EQZ, OP_MEMORY_GROW, 1, OP_DROP);
    BAD_64("memory.grow expects i64", I32, OP_MEMORY_GROW, 0, OP_DROP);
    /* Copying: the count is of the smaller type. */
    OK_64(I64, I64, I64, 0xfc, 10, 0, 0);
    OK_64(I64, I32, I32, 0xfc, 10, 0, 1);
    OK_64(I32, I64, I32, 0xfc, 10, 1, 0);
    BAD_64("memory.copy expects i32", I64, I32, I64, 0xfc, 10, 0, 1);
    OK_64(I64, I32, I64, 0xfc, 11, 0);
    BAD_64("memory.fill expects i64", I64, I32, I32, 0xfc, 11, 0);
    /* The same of tables. */
    OK_64(I64, 0x25, 0, 0x1a, I32, 0x25, 1, 0x1a);
    BAD_64("table.get expects i64", I32, 0x25, 0, 0x1a);
    OK_64(I64, I32, I32, 0xfc, 14, 0, 1);
    BAD_64("table.copy expects i32", I64, I32, I64, 0xfc, 14, 0, 1);
    OK_64(I64, 0x11, 1, 0, I32, 0x11, 1, 1);
    BAD_64("call_indirect expects i64", I32, 0x11, 1, 0);
}

static void test_atomics(void **state)
{
    OK(T_I32, I32, I32, I64, 0xfe, 1, 2, 0);
    OK(T_I32, I32, I32, 0xfe, 0x1e, 2, 0);
    OK(T_VOID, I32, I64, 0xfe, 0x1b, 0, 0);
    OK(T_I32, I32, I32, I32, 0xfe, 0x48, 2, 0);
    OK(T_VOID, 0xfe, 3, 0);
    BAD(T_I32, "atomic alignment must be natural", I32, 0xfe, 0x10, 1, 0);
    BAD(T_I32, "alignment must not be larger than natural", I32, 0xfe, 0x10, 3,
        0);
    BAD(T_I32, "type mismatch: i32.atomic.rmw.add expects i32", I32, I64, 0xfe,
        0x1e, 2, 0);
    MALFORMED("zero byte expected", 0, 0xfe, 3, 1, OP_END);
}

static void test_no_memory(void **state)
{
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, 3, BYTES(1, 0));
    mb_code(&mb, BYTES(0, I32, OP_I32_LOAD, 2, 0, OP_DROP, OP_END));
    mb_expect_error(&mb, ERROR_INVALID, "unknown memory 0");
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, 3, BYTES(1, 0));
    mb_code(&mb, BYTES(0, OP_MEMORY_SIZE, 0, OP_DROP, OP_END));
    mb_expect_error(&mb, ERROR_INVALID, "unknown memory 0");
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, 3, BYTES(1, 0));
    mb_code(&mb, BYTES(0, 0xfc, 9, 0, OP_END));
    mb_section(&mb, 11, BYTES(1, 1, 0));
    mb_expect_error(&mb, ERROR_MALFORMED, "data count section required");
}

static void test_blocks(void **state)
{
    OK(T_I32, OP_BLOCK, VT_I32, I32, OP_END);
    OK(T_I32, I32, OP_BLOCK, T_SAME, OP_I32_EQZ, OP_END);
    OK(T_I32, I32, OP_IF, VT_I32, I32, OP_ELSE, I32, OP_END);
    OK(T_I32, I32, I32, OP_IF, T_SAME, OP_END);
    OK(T_VOID, I32, OP_IF, VT_EMPTY, OP_END);
    OK(T_VOID, OP_LOOP, VT_EMPTY, OP_BR, 0, OP_END);
    OK(T_PAIR, OP_BLOCK, T_PAIR, I32, I64, OP_END);
    BAD(T_I32, "an if without an else whose results are not its parameters",
        I32, OP_IF, VT_I32, I32, OP_END);
    BAD(T_VOID, "an if without an else whose results are not its parameters",
        I32, I64, I32, OP_IF, T_TWO, OP_DROP, OP_DROP, OP_END);
    BAD(T_I32, "type mismatch: else expects i32, found i64", I32, OP_IF, VT_I32,
        I64, OP_ELSE, I32, OP_END);
    BAD(T_I32, "type mismatch: end expects i32, found nothing", I32, OP_IF,
        VT_I32, I32, OP_ELSE, OP_END);
    BAD(T_VOID, "type mismatch: end expects i32, found nothing", OP_BLOCK,
        VT_I32, OP_END, OP_DROP);
    /* Operands of the blocks around cannot be reached. */
    BAD(T_I32, "type mismatch: drop expects a value, found nothing", I32,
        OP_BLOCK, VT_EMPTY, OP_DROP, OP_END);
    BAD(T_VOID, "type mismatch: block expects i32, found nothing", OP_BLOCK,
        T_SAME, OP_END, OP_DROP);
    BAD(T_VOID, "unknown type 5", OP_BLOCK, 5, OP_END);
    BAD(T_VOID, "type mismatch: if expects i32, found i64", I64, OP_IF,
        VT_EMPTY, OP_END);
    MALFORMED("malformed block type", 0, OP_BLOCK, 0xff, 0x7f, OP_END, OP_END);
    MALFORMED("malformed value type 0x45", 0, OP_BLOCK, 0x45, OP_END, OP_END);
    MALFORMED("found an else without an if", 0, OP_ELSE, OP_END);
    MALFORMED("found an else without an if", 0, I32, OP_IF, VT_EMPTY, OP_ELSE,
              OP_ELSE, OP_END, OP_END);
    BAD(T_VOID, "type mismatch: end expects v128, found nothing", OP_BLOCK,
        VT_V128, OP_END);
}

static void test_branches(void **state)
{
    OK(T_I32, OP_BLOCK, VT_I32, I32, OP_BR, 0, OP_END);
    OK(T_I32, I32, OP_BR, 0);
    OK(T_I32, I32, OP_LOOP, T_SAME, I32, OP_BR_IF, 0, OP_END);
    OK(T_I32, OP_BLOCK, VT_I32, I32, I32, OP_BR_TABLE, 1, 0, 1, OP_END);
    OK(T_I32, I32, OP_RETURN);
    BAD(T_VOID, "unknown label 1", OP_BR, 1);
    BAD(T_VOID, "unknown label 200", OP_BR, 0xc8, 1);
    BAD(T_VOID, "unknown label 2", I32, OP_BR_TABLE, 1, 0, 2);
    BAD(T_VOID, "type mismatch: br_if expects i32, found nothing", OP_BR_IF, 0);
    BAD(T_VOID, "type mismatch: br_if expects i32, found i64", I64, OP_BR_IF,
        0);
    BAD(T_I32, "type mismatch: br expects i32, found i64", I64, OP_BR, 0);
    BAD(T_VOID, "type mismatch: br expects i32, found nothing", OP_BLOCK,
        VT_I32, OP_BLOCK, VT_EMPTY, OP_BR, 1, OP_END, OP_UNREACHABLE, OP_END,
        OP_DROP);
    BAD(T_I32, "type mismatch: return expects i32, found nothing", OP_RETURN);
    BAD(T_I32, "labels of br_table take 0 and 1 values", OP_BLOCK, VT_EMPTY,
        I32, I32, OP_BR_TABLE, 1, 0, 1, OP_END, I32);
    BAD(T_I32, "type mismatch: br_table expects i64, found i32", OP_BLOCK,
        VT_I64, I32, I32, OP_BR_TABLE, 1, 1, 0, OP_END, OP_DROP, I32);
    MALFORMED("unexpected end", 0, I32, OP_BR_TABLE, 0xff, 0xff, 0xff, 0xff,
              0x0f, OP_END);
}

/* Behind an unconditional branch the stack holds whatever is wanted, but what
 * is put there has a type. */
static void test_unreachable(void **state)
{
    OK(T_I32, OP_UNREACHABLE);
    OK(T_I32, OP_UNREACHABLE, OP_I32_ADD);
    OK(T_I32, OP_UNREACHABLE, I32, OP_I32_ADD);
    OK(T_VOID, OP_UNREACHABLE, OP_DROP, OP_DROP);
    OK(T_I32, OP_UNREACHABLE, OP_SELECT);
    OK(T_I32, OP_UNREACHABLE, I32, I32, OP_SELECT);
    OK(T_I32, OP_UNREACHABLE, OP_SELECT, OP_REF_IS_NULL);
    OK(T_I32, I32, OP_BR, 0, OP_BLOCK, VT_I32, OP_UNREACHABLE, OP_END);
    OK(T_I32, OP_UNREACHABLE, OP_BR_IF, 0);
    OK(T_PAIR, OP_UNREACHABLE, I64, I32, OP_BR_IF, 0);
    OK(T_I32, OP_UNREACHABLE, OP_CALL, 2, I32);
    OK(T_SAME, OP_UNREACHABLE, OP_LOCAL_TEE, 0, OP_DROP, I32);
    OK(T_I32, OP_BLOCK, VT_F32, OP_UNREACHABLE, OP_SELECT, I32, OP_BR_TABLE, 1,
       0, 1, OP_END, OP_DROP, I32);
    BAD(T_I32, "type mismatch: i32.add expects i32, found i64", OP_UNREACHABLE,
        I64, OP_I32_ADD);
    BAD(T_VOID, "values remain on the stack", OP_UNREACHABLE, I32);
    BAD(T_VOID, "unknown label 1", OP_UNREACHABLE, OP_BR, 1);
    BAD(T_I32, "type mismatch: br_if expects i32, found i64", OP_UNREACHABLE,
        I64, I32, OP_BR_IF, 0);
    /* br_if leaves what the label takes. */
    BAD(T_I32, "type mismatch: i64.eqz expects i64, found i32", OP_UNREACHABLE,
        OP_BR_IF, 0, OP_I64_EQZ);
    /* The end of the block ends it. */
    BAD(T_I32, "found nothing", OP_BLOCK, VT_EMPTY, OP_UNREACHABLE, OP_END);
    BAD(T_I32, "found nothing", OP_BLOCK, VT_EMPTY, OP_BR, 0, OP_END);
    BAD(T_I32, "found nothing", I32, OP_IF, VT_I32, OP_UNREACHABLE, OP_ELSE,
        OP_END);
}

/* Operands below the innermost block are there, but not to be taken. */
static void test_floor(void **state)
{
#define INSIDE(...)                                                            \
    BAD(T_SAME, "found nothing", F64, I32, I32, I32, OP_BLOCK, VT_EMPTY,       \
        __VA_ARGS__, OP_END, OP_UNREACHABLE)
    INSIDE(OP_I32_EQZ);
    INSIDE(OP_I32_ADD);
    INSIDE(I32, OP_I32_ADD);
    INSIDE(OP_I32_LOAD, 2, 0);
    INSIDE(OP_I32_STORE, 2, 0);
    INSIDE(I32, OP_I32_STORE, 2, 0);
    INSIDE(OP_LOCAL_SET, 0);
    INSIDE(OP_LOCAL_TEE, 0);
    INSIDE(OP_DROP);
    INSIDE(OP_SELECT);
    INSIDE(I32, I32, OP_SELECT);
    INSIDE(OP_BR_IF, 0);
    INSIDE(OP_IF, VT_EMPTY, OP_END);
    INSIDE(OP_CALL, 3);
    INSIDE(OP_BLOCK, T_SAME, OP_END);
    BAD(T_VOID, "found nothing", F64, OP_BLOCK, VT_EMPTY, OP_GLOBAL_SET, 1,
        OP_END, OP_UNREACHABLE);
#undef INSIDE
}

/* Nothing of one body is left for the next. */
static void test_two_bodies(void **state)
{
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, 3, BYTES(2, 0, 0));
    mb_section(&mb, 10,
               BYTES(2, 11, 1, 4, VT_I32, I32, OP_LOCAL_SET, 0, OP_UNREACHABLE,
                     I32, OP_END, 14, 0, I32, OP_LOCAL_SET, 0, PADDING,
                     OP_END));
    mb_expect_error(&mb, ERROR_INVALID,
                    "function 0: type mismatch: 1 values remain");
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, 3, BYTES(2, 0, 0));
    mb_section(&mb, 10,
               BYTES(2, 9, 1, 4, VT_I32, I32, OP_LOCAL_SET, 0, OP_UNREACHABLE,
                     OP_END, 14, 0, I32, OP_LOCAL_SET, 0, PADDING, OP_END));
    mb_expect_error(&mb, ERROR_INVALID, "function 1: unknown local 0");
}

static void test_calls(void **state)
{
    OK(T_VOID, OP_CALL, 0);
    OK(T_VOID, I32, I64, OP_CALL, 2);
    OK(T_PAIR, OP_CALL, 4);
    OK(T_I32, I32, OP_CALL, 3);
    BAD(T_VOID, "type mismatch: call expects i64, found i32", I64, I32, OP_CALL,
        2);
    BAD(T_VOID, "type mismatch: call expects i64, found nothing", OP_CALL, 2);
    BAD(T_VOID, "type mismatch: call expects i64, found i32", I64, I32, I32,
        I32, I32, I64, OP_DROP, OP_DROP, OP_DROP, OP_DROP, OP_CALL, 2);
    BAD(T_VOID, "unknown function 6", OP_CALL, 6);
    OK(T_I32, I32, I32, OP_CALL_INDIRECT, T_SAME, 0);
    BAD(T_I32, "type mismatch: call_indirect expects a table of funcref", I32,
        I32, OP_CALL_INDIRECT, T_SAME, 1);
    BAD(T_I32, "unknown type 9", I32, OP_CALL_INDIRECT, 9, 0);
    BAD(T_I32, "unknown table 2", I32, OP_CALL_INDIRECT, 0, 2);
    BAD(T_I32, "type mismatch: call_indirect expects i32, found i64", I64,
        OP_CALL_INDIRECT, T_I32, 0);
    OK(T_I32, I32, OP_RETURN_CALL, 3);
    OK(T_I32, I32, OP_RETURN_CALL, 3, OP_I64_EQZ);
    OK(T_PAIR, I32, OP_RETURN_CALL_INDIRECT, T_PAIR, 0);
    BAD(T_I32, "type mismatch: return_call of a function with other results",
        OP_RETURN_CALL, 0);
    BAD(T_VOID, "type mismatch: return_call_indirect of a function with other",
        I32, OP_RETURN_CALL_INDIRECT, T_I32, 0);
    BAD(T_I32, "type mismatch: return_call expects i32", OP_RETURN_CALL, 3);
}

static void test_variables(void **state)
{
    OK(T_SAME, OP_LOCAL_GET, 0);
    OK(T_SAME, I32, OP_LOCAL_TEE, 0);
    BAD(T_SAME, "unknown local 1", OP_LOCAL_GET, 1);
    BAD(T_SAME, "unknown local 300", OP_LOCAL_GET, 0xac, 2);
    BAD(T_SAME, "type mismatch: local.set expects i32, found i64", I64,
        OP_LOCAL_SET, 0, I32);
    BAD(T_SAME, "type mismatch: local.tee expects i32, found i64", I64,
        OP_LOCAL_TEE, 0, OP_DROP, I32);
    BAD(T_SAME, "type mismatch: local.tee expects i32, found nothing",
        OP_LOCAL_TEE, 0);
    OK(T_I32, OP_GLOBAL_GET, 0);
    OK(T_VOID, OP_GLOBAL_GET, 1, OP_GLOBAL_SET, 1);
    BAD(T_VOID, "immutable global 0", I32, OP_GLOBAL_SET, 0);
    BAD(T_VOID, "unknown global 2", OP_GLOBAL_GET, 2);
    BAD(T_VOID, "unknown global 2", I32, OP_GLOBAL_SET, 2);
    BAD(T_VOID, "type mismatch: global.set expects f64, found i32", I32,
        OP_GLOBAL_SET, 1);
}

static void test_select(void **state)
{
    OK(T_I32, I32, I32, I32, OP_SELECT);
    OK(T_VOID, EXT, EXT, I32, OP_SELECT_T, 1, VT_EXTERNREF, OP_DROP);
    BAD(T_I32, "type mismatch: select expects numbers, found references", FUNC,
        FUNC, I32, OP_SELECT);
    BAD(T_I32, "type mismatch: select expects i32, found i64", I64, I32, I32,
        OP_SELECT);
    BAD(T_I32, "type mismatch: select expects i32, found f64", I32, I32, F64,
        OP_SELECT);
    BAD(T_I32, "invalid result arity", I32, I32, I32, OP_SELECT_T, 0);
    BAD(T_I32, "invalid result arity", I32, I32, I32, OP_SELECT_T, 2, VT_I32,
        VT_I32);
    BAD(T_I32, "type mismatch: select expects i32, found i64", I32, I64, I32,
        OP_SELECT_T, 1, VT_I32);
}

static void test_references(void **state)
{
    OK(T_I32, FUNC, OP_REF_IS_NULL);
    OK(T_VOID, OP_REF_FUNC, 1, OP_DROP);
    BAD(T_VOID, "undeclared function reference 0", OP_REF_FUNC, 0, OP_DROP);
    BAD(T_VOID, "unknown function 6", OP_REF_FUNC, 6, OP_DROP);
    BAD(T_I32, "type mismatch: ref.is_null expects a reference, found i32", I32,
        OP_REF_IS_NULL);
    UNSUPPORTED("garbage collection is not supported", OP_REF_NULL, 0x6e,
                OP_DROP);
}

static void test_tables(void **state)
{
    OK(T_VOID, I32, I32, OP_TABLE_GET, 0, OP_TABLE_SET, 0);
    BAD(T_VOID, "type mismatch: table.set expects externref, found funcref",
        I32, FUNC, OP_TABLE_SET, 1);
    BAD(T_VOID, "unknown table 2", I32, OP_TABLE_GET, 2, OP_DROP);
    OK(T_I32, 0xfc, 16, 1);
    OK(T_I32, EXT, I32, 0xfc, 15, 1);
    BAD(T_I32, "type mismatch: table.grow expects externref", FUNC, I32, 0xfc,
        15, 1);
    OK(T_VOID, I32, FUNC, I32, 0xfc, 17, 0);
    BAD(T_VOID, "type mismatch: table.fill expects funcref", I32, EXT, I32,
        0xfc, 17, 0);
    OK(T_VOID, I32, I32, I32, 0xfc, 14, 1, 1);
    BAD(T_VOID, "type mismatch: table.copy expects funcref, found externref",
        I32, I32, I32, 0xfc, 14, 0, 1);
    OK(T_VOID, I32, I32, I32, 0xfc, 12, 0, 0, 0xfc, 13, 1);
    BAD(T_VOID,
        "type mismatch: table.init expects externref, found "
        "(ref func)",
        I32, I32, I32, 0xfc, 12, 0, 1);
    BAD(T_VOID, "unknown elem segment 2", 0xfc, 13, 2);
    BAD(T_VOID, "unknown table 2", I32, I32, I32, 0xfc, 12, 0, 2);
}

static void test_opcodes(void **state)
{
    MALFORMED("illegal opcode 0xff", 0, 0xff, OP_END);
    MALFORMED("illegal opcode 0xfc 0xff", 0, 0xfc, 0xff, 1, OP_END);
    MALFORMED("illegal opcode 0xfc 0x10000", 0, 0xfc, 0x80, 0x80, 4, OP_END);
    MALFORMED("unexpected end", 0, 0xfc);
    /* The number behind a prefix may have more bytes than it needs. */
    OK(T_I32, F32, 0xfc, 0x80, 0);
    UNSUPPORTED("function 5: half precision is not supported: opcode 0xfd "
                "0x120",
                0xfd, 0xa0, 2);
    MALFORMED("illegal opcode 0xfd 0x9a", 0, 0xfd, 0x9a, 1, OP_END);
    UNSUPPORTED("garbage collection is not supported: opcode 0xd3", 0xd3);
    OK(T_VOID, I64, I64, I64, I64, 0xfc, 0x13, OP_DROP, OP_DROP);
    OK(T_VOID, I64, I64, 0xfc, 0x16, OP_DROP, OP_DROP);
    BAD(T_VOID, "type mismatch: i64.add128 expects i64, found nothing", I64,
        I64, I64, 0xfc, 0x13, OP_DROP, OP_DROP);
    BAD(T_VOID, "type mismatch: i64.mul_wide_s expects i64, found i32", I64,
        I32, 0xfc, 0x15, OP_DROP, OP_DROP);
    UNSUPPORTED("memory control is not supported: opcode 0xfc 0x12", 0xfc,
                0x12);
}

static void test_end(void **state)
{
    MALFORMED("END opcode expected", 0);
    MALFORMED("END opcode expected", 0, OP_NOP);
    MALFORMED("END opcode expected", 0, OP_BLOCK, VT_EMPTY, OP_END);
    MALFORMED("END opcode expected at the end of the function, 1 bytes follow",
              0, OP_END, OP_NOP);
    MALFORMED("unexpected end", 0, OP_I32_CONST);
    MALFORMED("unexpected end", 0, OP_F64_CONST, 1, 2, 3, 4, 5, 6, 7);
    MALFORMED("unexpected end", 0, I32, OP_BR_TABLE, 3, 0, 0);
}

/* Numbers in all lengths, in the middle of a body and at its end. */
static void test_constants(void **state)
{
    OK(T_VOID, OP_I32_CONST, 0xff, 0xff, 0xff, 0xff, 0x07, OP_DROP,
       OP_I32_CONST, 0x80, 0x80, 0x80, 0x80, 0x78, OP_DROP);
    OK(T_VOID, OP_I64_CONST, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
       0x80, 0x7f, OP_DROP, OP_I64_CONST, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
       0x80, 0, OP_DROP);
    MALFORMED("integer too large", 0, OP_I32_CONST, 0xff, 0xff, 0xff, 0xff,
              0x0f, OP_DROP, OP_NOP, OP_NOP, OP_NOP, OP_END);
    MALFORMED("integer representation too long", 0, OP_I32_CONST, 0x80, 0x80,
              0x80, 0x80, 0x80, 0, OP_DROP, OP_NOP, OP_NOP, OP_END);
    MALFORMED("integer too large", 0, OP_I64_CONST, 0x80, 0x80, 0x80, 0x80,
              0x80, 0x80, 0x80, 0x80, 0x80, 1, OP_DROP, OP_END);
    MALFORMED("integer representation too long", 0, OP_I64_CONST, 0x80, 0x80,
              0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, OP_DROP,
              OP_END);
    MALFORMED("integer too large", 0, I32, OP_CALL, 0x80, 0x80, 0x80, 0x80,
              0x10, OP_END);
}

static void test_locals(void **state)
{
    static struct modbuild body;
    uint32_t i;

    /* 2000 locals in runs of 10, i32 and i64 by turns: some are at hand, some
     * are searched for. */
    body.n = 0;
    mb_u32(&body, 200);
    for (i = 0; i < 200; i++)
        mb_bytes(&body, BYTES(10, i % 2 ? VT_I64 : VT_I32));
    for (i = 0; i < 2000; i++) {
        mb_bytes(&body, BYTES(OP_LOCAL_GET));
        mb_u32(&body, i);
        mb_bytes(&body, BYTES(i / 10 % 2 ? OP_I64_EQZ : OP_I32_EQZ));
        mb_bytes(&body, BYTES(OP_DROP));
    }
    mb_bytes(&body, BYTES(OP_END));
    build(T_VOID, body.bytes, body.n);
    mb_expect_ok(&mb);
    /* One behind the last, and one of the other type. */
    body.n--;
    mb_bytes(&body, BYTES(OP_LOCAL_GET, 0xd0, 0x0f, OP_DROP, OP_END));
    build(T_VOID, body.bytes, body.n);
    mb_expect_error(&mb, ERROR_INVALID, "unknown local 2000");
    body.n -= 5;
    mb_bytes(&body, BYTES(OP_LOCAL_GET, 0xcf, 0x0f, OP_I32_EQZ, OP_END));
    build(T_VOID, body.bytes, body.n);
    mb_expect_error(&mb, ERROR_INVALID, "i32.eqz expects i32, found i64");
}

#define V128 I32, 0xfd, 0x0f /* i8x16.splat */

static void test_vectors(void **state)
{
    OK(T_VOID, V128, OP_DROP);
    OK(T_VOID, V128, V128, I32, OP_SELECT, OP_DROP);
    BAD(T_VOID, "type mismatch", V128, I32, I32, OP_SELECT, OP_DROP);
    BAD(T_VOID, "type mismatch: i8x16.add expects v128, found i32", V128, I32,
        0xfd, 0x6e, OP_DROP);
    /* i8x16.shuffle, i64x2.extract_lane, v128.load8_lane: lanes */
    OK(T_VOID, V128, V128, 0xfd, 13, 0, 31, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       0, 0, OP_DROP);
    BAD(T_VOID, "invalid lane index 32", V128, V128, 0xfd, 13, 0, 32, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, OP_DROP);
    OK(T_VOID, V128, 0xfd, 0x1d, 1, OP_DROP);
    BAD(T_VOID, "invalid lane index 2", V128, 0xfd, 0x1d, 2, OP_DROP);
    OK(T_VOID, I32, V128, 0xfd, 0x54, 0, 0, 15, OP_DROP);
    BAD(T_VOID, "invalid lane index 16", I32, V128, 0xfd, 0x54, 0, 0, 16,
        OP_DROP);
    BAD(T_VOID, "alignment must not be larger", I32, 0xfd, 0, 5, 0, OP_DROP);
    MALFORMED("unexpected end", 0, 0xfd, 0x0c, 1, 2, 3);
}

static void test_local_limits(void **state)
{
    MALFORMED("too many locals", 2, 1, VT_I32, 0xff, 0xff, 0xff, 0xff, 0x0f,
              VT_I32, OP_END);
    build(T_VOID, BYTES(1, 0xd1, 0x86, 3, VT_I32, OP_END));
    mb_expect_error(&mb, ERROR_UNSUPPORTED,
                    "too many locals: the limit is 50000");
    build(T_VOID, BYTES(2, 0xd0, 0x86, 3, VT_I32, 0, VT_I64, OP_END));
    mb_expect_ok(&mb);
    MALFORMED("malformed value type 0x40", 1, 1, 0x40, OP_END);
    MALFORMED("unexpected end", 0xff, 0xff, 0xff, 0xff, 0x0f, 1, VT_I32);
    build(T_VOID, BYTES(1, 1, VT_V128, OP_END));
    mb_expect_ok(&mb);
}

/* Nesting has no limit but the size of a body. */
static void test_deep(void **state)
{
    static struct modbuild body;
    uint32_t i;

    body.n = 0;
    mb_bytes(&body, BYTES(0));
    for (i = 0; i < 15000; i++)
        mb_bytes(&body, BYTES(OP_BLOCK, VT_EMPTY));
    mb_bytes(&body, BYTES(OP_BR, 0x98, 0xf5, 0));
    for (i = 0; i < 15000; i++)
        mb_bytes(&body, BYTES(OP_END));
    mb_bytes(&body, BYTES(OP_END));
    build(T_VOID, body.bytes, body.n);
    mb_expect_ok(&mb);
    body.n--;
    build(T_VOID, body.bytes, body.n);
    mb_expect_error(&mb, ERROR_MALFORMED, "END opcode expected");
}

/* Operands are limited, however they come onto the stack. */
static void test_operands(void **state)
{
    static struct modbuild content;
    const uint32_t n_calls = LIMIT_FRAME_SLOTS / LIMIT_RESULTS;
    uint32_t extra, i;

    for (extra = 0; extra < 3; extra++) {
        mb_init(&mb);
        content.n = 0;
        mb_bytes(&content, BYTES(2, 0x60, 0, 0, 0x60, 0));
        mb_u32(&content, LIMIT_RESULTS);
        for (i = 0; i < LIMIT_RESULTS; i++)
            mb_bytes(&content, BYTES(VT_I32));
        mb_section(&mb, 1, content.bytes, content.n);
        mb_section(&mb, 2, BYTES(1, 0, 0, 0, 1));
        mb_section(&mb, 3, BYTES(1, 0));
        content.n = 0;
        mb_bytes(&content, BYTES(0));
        for (i = 0; i < n_calls; i++)
            mb_bytes(&content, BYTES(OP_CALL, 0));
        if (extra == 1)
            mb_bytes(&content, BYTES(OP_CALL, 0));
        if (extra == 2)
            mb_bytes(&content, BYTES(OP_I32_CONST, 0));
        mb_bytes(&content, BYTES(OP_UNREACHABLE, OP_END));
        mb_code(&mb, content.bytes, content.n);
        if (extra == 0)
            mb_expect_ok(&mb);
        else
            mb_expect_error(&mb, ERROR_UNSUPPORTED,
                            "more than 65000 operands on the stack");
    }
}

/* A function is called by its name, if it has one. */
static void test_names(void **state)
{
    build(T_I32, BYTES(0, OP_END));
    mb_section(
        &mb, 0,
        BYTES(4, 'n', 'a', 'm', 'e', 1, 7, 1, 5, 4, 'm', 0x1b, 'i', 'n'));
    mb_expect_error(&mb, ERROR_INVALID,
                    "function 5 'm\\x1bin': type mismatch: end expects i32");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),      cmocka_unit_test(test_offset),
        cmocka_unit_test(test_memory),       cmocka_unit_test(test_memory_64),
        cmocka_unit_test(test_atomics),      cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_blocks),       cmocka_unit_test(test_branches),
        cmocka_unit_test(test_unreachable),  cmocka_unit_test(test_floor),
        cmocka_unit_test(test_two_bodies),   cmocka_unit_test(test_calls),
        cmocka_unit_test(test_variables),    cmocka_unit_test(test_select),
        cmocka_unit_test(test_references),   cmocka_unit_test(test_tables),
        cmocka_unit_test(test_opcodes),      cmocka_unit_test(test_end),
        cmocka_unit_test(test_constants),    cmocka_unit_test(test_locals),
        cmocka_unit_test(test_local_limits), cmocka_unit_test(test_deep),
        cmocka_unit_test(test_operands),     cmocka_unit_test(test_names),
        cmocka_unit_test(test_vectors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
