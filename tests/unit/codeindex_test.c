/* codeindex_test.c: finding the function of a place in its code. */
#include "rt/codeindex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define N 1000u

static code_unit code[4 * N];
static struct func funcs[N];
static struct instance insts[2];

/* Function i has units 4 i to 4 i + 2. */
static void add(uint32_t i)
{
    funcs[i].body = &code[4 * i];
    funcs[i].code_units = 3;
    funcs[i].inst = &insts[i % 2];
    assert_true(codeindex_add(&funcs[i]));
}

static void test_find(void **state)
{
    uint32_t i, k;

    assert_null(codeindex_find(code));
    /* Every seventh, in an order that is none; asked now and then. */
    for (i = 0; i < N; i++) {
        k = i * 7 % N;
        add(k);
        if (i % 50 == 0)
            assert_ptr_equal(codeindex_find(&code[4 * k + 2]), &funcs[k]);
    }
    for (i = 0; i < N; i++) {
        assert_ptr_equal(codeindex_find(&code[4 * i]), &funcs[i]);
        assert_ptr_equal(codeindex_find(&code[4 * i + 2]), &funcs[i]);
        assert_null(codeindex_find(&code[4 * i + 3]));
    }
}

static void test_drop(void **state)
{
    uint32_t i;

    codeindex_drop(&insts[0]);
    for (i = 0; i < N; i++)
        assert_ptr_equal(codeindex_find(&code[4 * i]),
                         i % 2 ? &funcs[i] : NULL);
    add(10);
    codeindex_drop(&insts[1]);
    assert_ptr_equal(codeindex_find(&code[40]), &funcs[10]);
    assert_null(codeindex_find(&code[44]));
    codeindex_drop(&insts[0]);
    assert_null(codeindex_find(&code[40]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_drop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
