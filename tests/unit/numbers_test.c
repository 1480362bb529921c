/* numbers_test.c: lists of numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/numbers.h"

static void test_lists(void **state)
{
    static const struct {
        const char *text;
        size_t n;
        uint32_t items[3];
    } rows[] = {
        {"", 0, {0}},
        {"7", 1, {7}},
        {"0,4294967295,17", 3, {0, UINT32_MAX, 17}},
        {"4294967296,99999999999999999999999,1",
         3,
         {UINT32_MAX, UINT32_MAX, 1}},
        {"3,3,003", 3, {3, 3, 3}},
    };
    size_t i;

    for (i = 0; i < countof(rows); i++) {
        struct error err = ERROR_INIT;
        struct numbers numbers;

        assert_true(numbers_parse("--list", rows[i].text, &numbers, &err));
        assert_int_equal(numbers.n, rows[i].n);
        assert_memory_equal(numbers.items, rows[i].items,
                            rows[i].n * sizeof(uint32_t));
        free(numbers.items);
    }
}

static void test_others(void **state)
{
    static const char *const texts[] = {",",  "1,",  ",1",  "1,,2", " 1",
                                        "1 ", "1;2", "-1",  "+1",   "0x1",
                                        "a",  "1,a", "1 ,2"};
    size_t i;

    for (i = 0; i < countof(texts); i++) {
        struct error err = ERROR_INIT;
        struct numbers numbers;

        assert_false(numbers_parse("--list", texts[i], &numbers, &err));
        assert_int_equal(err.kind, ERROR_HOST);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
