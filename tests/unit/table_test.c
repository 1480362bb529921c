/* Unit tests of rt/table.c: large tables, growing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rt/table.h"

static struct table *make(uint64_t min, uint64_t max, bool is_64)
{
    struct tabletype type = {.limits = {.min = min,
                                        .max = max,
                                        .has_max = max != UINT64_MAX,
                                        .is_64 = is_64},
                             .elem = VT_FUNCREF};
    struct error err = ERROR_INIT;
    struct table *table = table_new(&type, &err);

    assert_true(table || err.kind == ERROR_HOST);
    return table;
}

static void test_grow(void **state)
{
    static int x;
    struct table *table = make(2, 10000, false);
    uint32_t i;

    assert_non_null(table);
    assert_null(table->elems[1]);
    assert_int_equal(table_grow(table, 3, &x), 2);
    assert_int_equal(table_grow(table, 4000, NULL), 5);
    assert_int_equal(table_grow(table, 5995, &x), 4005);
    for (i = 0; i < 10000; i++)
        assert_ptr_equal(table->elems[i],
                         (i >= 2 && i < 5) || i >= 4005 ? &x : NULL);
    assert_int_equal(table_grow(table, 1, NULL), -1);
    assert_int_equal(table_grow(table, UINT64_MAX, NULL), -1);
    assert_int_equal(table_grow(table, 0, NULL), 10000);
    table_free(table);
}

static void test_large(void **state)
{
    struct table *table = make(UINT32_MAX, UINT64_MAX, false);

    assert_non_null(table);
    assert_int_equal(table->size, UINT32_MAX);
    assert_null(table->elems[UINT32_MAX - 1]);
    assert_int_equal(table_grow(table, 1, NULL), -1);
    table_free(table);

    table = make(0, UINT64_MAX, true);
    assert_non_null(table);
    assert_int_equal(table_grow(table, (uint64_t)1 << 32, NULL), -1);
    assert_int_equal(table_grow(table, UINT32_MAX, NULL), 0);
    table_free(table);
    assert_null(make((uint64_t)1 << 32, UINT64_MAX, true));
}

static void test_covers(void **state)
{
    struct table *table = make(10, 10, true);

    assert_non_null(table);
    assert_true(table_covers(table, 0, 10));
    assert_true(table_covers(table, 10, 0));
    assert_false(table_covers(table, 11, 0));
    assert_false(table_covers(table, 1, 10));
    assert_false(table_covers(table, UINT64_MAX, 2));
    assert_false(table_covers(table, 2, UINT64_MAX));
    table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grow),
        cmocka_unit_test(test_large),
        cmocka_unit_test(test_covers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
