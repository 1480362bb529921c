/* validate_eh_test.c: the rules of exception handling, both forms. */
#include "unit/modbuild.h"

static struct modbuild mb;

#define VOID VT_EMPTY
#define EXN  VT_EXNREF
#define I32  OP_I32_CONST, 0
#define I64  OP_I64_CONST, 0

/*
 * Types: 0 () -> (); 1 (i32 i64) -> (); 2 () -> (i32 i64); 3 () -> (i32 i64
 * exnref); 4 () -> (i32 i64 (ref exn)).  Tags: 0 (), 1 (i32 i64).  One
 * function, of type 0.
 */
static void build(const uint8_t *body, size_t n)
{
    mb_init(&mb);
    mb_section(&mb, 1,
               BYTES(5, 0x60, 0, 0, 0x60, 2, VT_I32, VT_I64, 0, 0x60, 0, 2,
                     VT_I32, VT_I64, 0x60, 0, 3, VT_I32, VT_I64, EXN, 0x60, 0,
                     4, VT_I32, VT_I64, TYPE_REF, EXN, VT_I32));
    mb_section(&mb, 3, BYTES(1, 0));
    mb_section(&mb, 13, BYTES(2, 0, 0, 0, 1));
    mb_code(&mb, body, n);
}

#define OK(...)                                                                \
    do {                                                                       \
        build(BYTES(0, __VA_ARGS__, OP_END));                                  \
        mb_expect_ok(&mb);                                                     \
    } while (0)

#define BAD(kind, text, ...)                                                   \
    do {                                                                       \
        build(BYTES(0, __VA_ARGS__, OP_END));                                  \
        mb_expect_error(&mb, ERROR_##kind, text);                              \
    } while (0)

static void test_throw(void **state)
{
    OK(OP_THROW, 0);
    OK(I32, I64, OP_THROW, 1, OP_I32_ADD, OP_DROP);
    OK(OP_REF_NULL, EXN, OP_THROW_REF, OP_I32_ADD, OP_DROP);
    OK(OP_REF_NULL, VT_NULLEXNREF, OP_THROW_REF);
    BAD(INVALID, "unknown tag 2", OP_THROW, 2);
    BAD(INVALID, "type mismatch: throw expects i64, found nothing", OP_THROW,
        1);
    BAD(INVALID, "type mismatch: throw expects i64, found i32", I32, I32,
        OP_THROW, 1);
    BAD(INVALID, "type mismatch: throw_ref expects exnref, found externref",
        OP_REF_NULL, VT_EXTERNREF, OP_THROW_REF);
    BAD(INVALID, "type mismatch: throw_ref expects exnref, found nothing",
        OP_THROW_REF);
}

static void test_try_table(void **state)
{
    OK(OP_TRY_TABLE, VOID, 0, OP_END);
    OK(OP_TRY_TABLE, VOID, 2, CATCH, 0, 0, CATCH_ALL, 0, OP_END);
    OK(OP_BLOCK, 2, OP_TRY_TABLE, VOID, 1, CATCH, 1, 0, OP_END, OP_UNREACHABLE,
       OP_END, OP_DROP, OP_DROP);
    OK(OP_BLOCK, 3, OP_TRY_TABLE, VOID, 1, CATCH_REF, 1, 0, OP_END,
       OP_UNREACHABLE, OP_END, OP_DROP, OP_DROP, OP_DROP);
    OK(OP_BLOCK, EXN, OP_TRY_TABLE, VOID, 2, CATCH_REF, 0, 0, CATCH_ALL_REF, 0,
       OP_END, OP_UNREACHABLE, OP_END, OP_DROP);
    OK(OP_BLOCK, TYPE_REF, EXN, OP_TRY_TABLE, VOID, 1, CATCH_ALL_REF, 0, OP_END,
       OP_UNREACHABLE, OP_END, OP_DROP);
    /* A branch to the try_table itself carries its results. */
    OK(OP_TRY_TABLE, VT_I32, 0, I32, OP_BR, 0, OP_END, OP_DROP);
    BAD(INVALID, "catches other values", OP_TRY_TABLE, VOID, 1, CATCH, 1, 0,
        OP_END);
    BAD(INVALID, "catches other values", OP_BLOCK, 2, OP_TRY_TABLE, VOID, 1,
        CATCH_REF, 1, 0, OP_END, OP_UNREACHABLE, OP_END, OP_DROP, OP_DROP);
    BAD(INVALID, "catches other values", OP_BLOCK, EXN, OP_TRY_TABLE, VOID, 1,
        CATCH_ALL, 0, OP_END, OP_UNREACHABLE, OP_END, OP_DROP);
    BAD(INVALID, "catches other values", OP_BLOCK, VT_FUNCREF, OP_TRY_TABLE,
        VOID, 1, CATCH_ALL_REF, 0, OP_END, OP_UNREACHABLE, OP_END, OP_DROP);
    /* The labels do not count the try_table. */
    BAD(INVALID, "unknown label 1", OP_TRY_TABLE, VOID, 1, CATCH_ALL, 1,
        OP_END);
    BAD(INVALID, "unknown tag 2", OP_TRY_TABLE, VOID, 1, CATCH, 2, 0, OP_END);
    BAD(INVALID, "unknown tag 2", OP_TRY_TABLE, VOID, 1, CATCH_REF, 2, 0,
        OP_END);
    BAD(MALFORMED, "malformed catch clause 0x4", OP_TRY_TABLE, VOID, 1, 4, 0,
        OP_END);
    BAD(MALFORMED, "unexpected end", OP_TRY_TABLE, VOID, 0xff, 0xff, 3, 0);
    BAD(INVALID, "type mismatch: end expects i32", OP_TRY_TABLE, VT_I32, 0,
        OP_END, OP_DROP);
}

static void test_try(void **state)
{
    OK(OP_TRY, VOID, OP_END);
    OK(OP_TRY, VOID, OP_THROW, 0, OP_CATCH, 0, OP_CATCH, 1, OP_DROP, OP_DROP,
       OP_CATCH_ALL, OP_END);
    OK(OP_TRY, VT_I32, I32, OP_CATCH, 1, OP_DROP, OP_CATCH_ALL, I32, OP_END,
       OP_DROP);
    OK(OP_TRY, VOID, OP_CATCH_ALL, OP_RETHROW, 0, OP_I32_ADD, OP_DROP, OP_END);
    OK(OP_TRY, VOID, OP_CATCH, 0, OP_BLOCK, VOID, OP_RETHROW, 1, OP_END,
       OP_END);
    OK(OP_TRY, VOID, OP_TRY, VOID, OP_DELEGATE, 0, OP_CATCH_ALL, OP_END);
    OK(OP_TRY, VT_I32, I32, OP_DELEGATE, 0, OP_DROP);
    BAD(INVALID, "type mismatch: catch expects i32", OP_TRY, VT_I32, OP_CATCH,
        0, I32, OP_END, OP_DROP);
    BAD(INVALID, "2 values remain", OP_TRY, VOID, OP_CATCH, 1, OP_END);
    BAD(INVALID, "unknown tag 9", OP_TRY, VOID, OP_CATCH, 9, OP_END);
    BAD(MALFORMED, "found a catch without a try", OP_BLOCK, VOID, OP_CATCH, 0,
        OP_END);
    BAD(MALFORMED, "found a catch without a try", OP_CATCH, 0);
    BAD(MALFORMED, "found a catch_all without a try", OP_TRY, VOID,
        OP_CATCH_ALL, OP_CATCH_ALL, OP_END);
    BAD(MALFORMED, "found a catch without a try", OP_TRY, VOID, OP_CATCH_ALL,
        OP_CATCH, 0, OP_END);
    BAD(MALFORMED, "found a delegate without a try", OP_TRY, VOID, OP_CATCH_ALL,
        OP_DELEGATE, 0);
    BAD(MALFORMED, "found a delegate without a try", OP_DELEGATE, 0);
    BAD(INVALID, "unknown label 1", OP_TRY, VOID, OP_DELEGATE, 1);
    BAD(INVALID, "unknown label 4294967295", OP_TRY, VOID, OP_DELEGATE, 0xff,
        0xff, 0xff, 0xff, 0x0f);
    BAD(INVALID, "invalid rethrow label 0", OP_TRY, VOID, OP_RETHROW, 0,
        OP_CATCH_ALL, OP_END);
    BAD(INVALID, "invalid rethrow label 1", OP_TRY, VOID, OP_CATCH_ALL,
        OP_RETHROW, 1, OP_END);
    BAD(INVALID, "unknown label 5", OP_RETHROW, 5);
    BAD(MALFORMED, "found an else without an if", OP_TRY, VOID, OP_ELSE,
        OP_END);
}

/* The translator is told which functions control can enter anew. */
static void test_has_try(void **state)
{
    uint8_t *copy;
    struct module *m;

    build(BYTES(0, OP_NOP, OP_THROW, 0, OP_END));
    m = mb_valid(&mb, &copy);
    assert_false(m->bodies[0].has_try);
    mb_free(m, copy);
    build(BYTES(0, OP_TRY_TABLE, VOID, 0, OP_END, OP_END));
    m = mb_valid(&mb, &copy);
    assert_true(m->bodies[0].has_try);
    mb_free(m, copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_throw),
        cmocka_unit_test(test_try_table),
        cmocka_unit_test(test_try),
        cmocka_unit_test(test_has_try),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
