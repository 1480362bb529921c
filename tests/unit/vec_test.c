/* vec_test.c: the array that grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/vec.h"

static void test_push(void **state)
{
    VEC(uint32_t) list = {0};
    uint32_t i;

    for (i = 0; i < 10000; i++)
        assert_true(vec_push(&list, i * 3));
    assert_int_equal(list.n, 10000);
    assert_true(list.room >= list.n && list.room < 2 * list.n);
    for (i = 0; i < 10000; i++)
        assert_int_equal(list.items[i], i * 3);
    vec_done(&list);
    assert_null(list.items);
    assert_int_equal(list.n, 0);
}

static void test_reserve(void **state)
{
    VEC(uint64_t) list = {0};
    uint64_t *items;

    assert_true(vec_reserve(&list, 100));
    items = list.items;
    assert_true(list.room >= 100);
    assert_true(vec_reserve(&list, 100));
    assert_ptr_equal(list.items, items);
    /* What cannot be leaves everything as it was. */
    assert_false(vec_reserve(&list, SIZE_MAX));
    assert_false(vec_reserve(&list, SIZE_MAX / 8 + 1));
    assert_ptr_equal(list.items, items);
    vec_done(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_push),
        cmocka_unit_test(test_reserve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
