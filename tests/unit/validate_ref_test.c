/* validate_ref_test.c: the rules of typed function references. */
#include "unit/modbuild.h"

static struct modbuild mb;

#define VOID VT_EMPTY
#define I32  OP_I32_CONST, 0

/* The type (ref t) and (ref null t). */
#define REF(t)   TYPE_REF, (t)
#define NULL_(t) TYPE_REF_NULL, (t)

/*
 * Types: 0 () -> (); 1 (i32) -> (i32); 2 () -> ((ref 1)).  Functions: 0
 * imported of type 1; 1 the body, of type 0.  Table 0: (ref null 1), table 1:
 * funcref, table 2: (ref 1).  Element segments: 0 (ref func); 1 (ref 1).
 */
static void build(const uint8_t *body, size_t n)
{
    mb_init(&mb);
    mb_section(
        &mb, 1,
        BYTES(3, 0x60, 0, 0, 0x60, 1, VT_I32, 1, VT_I32, 0x60, 0, 1, REF(1)));
    mb_section(&mb, 2, BYTES(1, 1, 'm', 1, 'f', 0, 1));
    mb_section(&mb, 3, BYTES(1, 0));
    mb_section(&mb, 4,
               BYTES(3, NULL_(1), 0, 1, VT_FUNCREF, 0, 1, 0x40, 0, REF(1), 0, 1,
                     OP_REF_FUNC, 0, OP_END));
    mb_section(&mb, 9,
               BYTES(2, 1, 0, 2, 0, 1, 5, REF(1), 1, OP_REF_FUNC, 0, OP_END));
    mb_code(&mb, body, n);
}

/* The first byte: how many runs of locals follow. */
#define OK(...)                                                                \
    do {                                                                       \
        build(BYTES(__VA_ARGS__, OP_END));                                     \
        mb_expect_ok(&mb);                                                     \
    } while (0)

#define BAD(text, ...)                                                         \
    do {                                                                       \
        build(BYTES(__VA_ARGS__, OP_END));                                     \
        mb_expect_error(&mb, ERROR_INVALID, text);                             \
    } while (0)

static void test_call_ref(void **state)
{
    OK(0, I32, OP_REF_FUNC, 0, OP_CALL_REF, 1, OP_DROP);
    OK(0, I32, OP_REF_NULL, 1, OP_CALL_REF, 1, OP_DROP);
    OK(0, OP_UNREACHABLE, OP_CALL_REF, 1, OP_DROP);
    OK(0, OP_REF_NULL, 0, OP_RETURN_CALL_REF, 0);
    BAD("type mismatch: call_ref expects (ref null #", 0, I32, OP_REF_NULL,
        VT_FUNCREF, OP_CALL_REF, 1, OP_DROP);
    BAD("type mismatch: call_ref expects (ref null #", 0, I32, OP_REF_NULL, 0,
        OP_CALL_REF, 1, OP_DROP);
    BAD("type mismatch: call_ref expects i32", 0, OP_REF_FUNC, 0, OP_CALL_REF,
        1, OP_DROP);
    BAD("unknown type 3", 0, OP_REF_FUNC, 0, OP_CALL_REF, 3);
    BAD("return_call_ref of a function with other results", 0, I32, OP_REF_FUNC,
        0, OP_RETURN_CALL_REF, 1);
}

static void test_null(void **state)
{
    OK(0, OP_REF_NULL, 1, OP_REF_AS_NON_NULL, OP_REF_IS_NULL, OP_DROP);
    OK(0, OP_BLOCK, VOID, OP_REF_NULL, 1, OP_BR_ON_NULL, 0, OP_DROP, OP_END);
    OK(0, OP_BLOCK, REF(1), OP_REF_NULL, 1, OP_BR_ON_NON_NULL, 0, OP_REF_FUNC,
       0, OP_END, OP_DROP);
    OK(0, OP_BLOCK, REF(1), OP_UNREACHABLE, OP_REF_AS_NON_NULL, OP_END,
       OP_DROP);
    OK(0, OP_UNREACHABLE, OP_BR_ON_NULL, 0, OP_DROP);
    BAD("type mismatch: ref.as_non_null expects a reference, found i32", 0, I32,
        OP_REF_AS_NON_NULL, OP_DROP);
    BAD("type mismatch: i32.eqz expects i32", 0, OP_UNREACHABLE,
        OP_REF_AS_NON_NULL, OP_I32_EQZ, OP_DROP);
    BAD("type mismatch: br_on_null expects a reference", 0, I32, OP_BR_ON_NULL,
        0, OP_DROP);
    BAD("unknown label 4", 0, OP_REF_NULL, 1, OP_BR_ON_NULL, 4, OP_DROP);
    BAD("br_on_non_null expects a label that takes a reference, found nothing",
        0, OP_REF_NULL, 1, OP_BR_ON_NON_NULL, 0);
    BAD("br_on_non_null expects a label that takes a reference, found i32", 0,
        OP_BLOCK, VT_I32, OP_REF_NULL, 1, OP_BR_ON_NON_NULL, 0, I32, OP_END,
        OP_DROP);
    BAD("type mismatch: br_on_non_null expects (ref null #", 0, OP_BLOCK,
        REF(1), OP_REF_NULL, 0, OP_BR_ON_NON_NULL, 0, OP_UNREACHABLE, OP_END,
        OP_DROP);
    BAD("type mismatch: end expects (ref #", 0, OP_BLOCK, REF(1), OP_REF_NULL,
        1, OP_END, OP_DROP);
}

#define LOCAL 1, 1, REF(1)

static void test_locals(void **state)
{
    OK(LOCAL, OP_REF_FUNC, 0, OP_LOCAL_SET, 0, OP_LOCAL_GET, 0, OP_DROP);
    OK(LOCAL, OP_REF_FUNC, 0, OP_LOCAL_TEE, 0, OP_DROP, OP_BLOCK, VOID,
       OP_LOCAL_GET, 0, OP_DROP, OP_END);
    OK(1, 1, NULL_(1), OP_LOCAL_GET, 0, OP_DROP);
    OK(1, 0, REF(1), OP_NOP);
    BAD("uninitialized local 0", LOCAL, OP_LOCAL_GET, 0, OP_DROP);
    BAD("uninitialized local 0", LOCAL, OP_BLOCK, VOID, OP_REF_FUNC, 0,
        OP_LOCAL_SET, 0, OP_END, OP_LOCAL_GET, 0, OP_DROP);
    BAD("uninitialized local 0", LOCAL, I32, OP_IF, VOID, OP_REF_FUNC, 0,
        OP_LOCAL_SET, 0, OP_ELSE, OP_LOCAL_GET, 0, OP_DROP, OP_END);
    BAD("uninitialized local 0", LOCAL, OP_UNREACHABLE, OP_LOCAL_GET, 0,
        OP_DROP);
    BAD("uninitialized local 0", LOCAL, OP_TRY, VOID, OP_REF_FUNC, 0,
        OP_LOCAL_SET, 0, OP_CATCH_ALL, OP_LOCAL_GET, 0, OP_DROP, OP_END);
    BAD("type mismatch: local.set expects (ref #", LOCAL, OP_REF_NULL, 1,
        OP_LOCAL_SET, 0);
    /* Set twice, in a block and behind it. */
    OK(LOCAL, OP_BLOCK, VOID, OP_REF_FUNC, 0, OP_LOCAL_SET, 0, OP_END,
       OP_REF_FUNC, 0, OP_LOCAL_SET, 0, OP_BLOCK, VOID, OP_REF_FUNC, 0,
       OP_LOCAL_SET, 0, OP_END, OP_LOCAL_GET, 0, OP_DROP);
}

static void test_tables(void **state)
{
    OK(0, I32, OP_REF_FUNC, 0, OP_TABLE_SET, 2);
    OK(0, I32, I32, I32, 0xfc, 14, 0, 2);
    OK(0, I32, I32, I32, 0xfc, 12, 1, 0);
    OK(0, I32, I32, OP_CALL_INDIRECT, 1, 0, OP_DROP);
    BAD("type mismatch: table.set expects (ref #", 0, I32, OP_REF_NULL, 1,
        OP_TABLE_SET, 2);
    BAD("type mismatch: table.copy expects", 0, I32, I32, I32, 0xfc, 14, 2, 0);
    BAD("type mismatch: table.init expects", 0, I32, I32, I32, 0xfc, 12, 0, 0);
    BAD("type mismatch: table.set expects (ref null #", 0, I32, OP_REF_FUNC, 1,
        OP_TABLE_SET, 0);
}

static void test_select(void **state)
{
    OK(0, OP_REF_FUNC, 0, OP_REF_NULL, 1, I32, OP_SELECT_T, 1, NULL_(1),
       OP_DROP);
    BAD("type mismatch: select expects (ref #", 0, OP_REF_FUNC, 0, OP_REF_NULL,
        1, I32, OP_SELECT_T, 1, REF(1), OP_DROP);
    BAD("type mismatch: select expects numbers", 0, OP_REF_FUNC, 0, OP_REF_FUNC,
        0, I32, OP_SELECT, OP_DROP);
}

/* Elements that cannot be null need a value. */
static void test_table_default(void **state)
{
    mb_init(&mb);
    mb_section(&mb, 4, BYTES(1, REF(VT_FUNCREF), 0, 0));
    mb_expect_error(&mb, ERROR_INVALID,
                    "table 0 of (ref func) needs a value for its elements");
    mb_init(&mb);
    mb_section(&mb, 4,
               BYTES(1, 0x40, 0, REF(VT_FUNCREF), 0, 0, OP_REF_NULL, VT_FUNCREF,
                     OP_END));
    mb_expect_error(&mb, ERROR_INVALID,
                    "type mismatch: constant expression gives funcref");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_call_ref), cmocka_unit_test(test_null),
        cmocka_unit_test(test_locals),   cmocka_unit_test(test_tables),
        cmocka_unit_test(test_select),   cmocka_unit_test(test_table_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
