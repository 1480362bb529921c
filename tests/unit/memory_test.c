/* Unit tests of rt/memory.c: reserving and growing, with both widths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/limits.h"
#include "rt/memory.h"

static struct memory *make(uint64_t min, uint64_t max, bool is_64)
{
    struct memtype type = {.limits = {.min = min,
                                      .max = max,
                                      .has_max = max != UINT64_MAX,
                                      .is_64 = is_64}};
    struct error err = ERROR_INIT;
    struct memory *memory = memory_new(&type, false, &err);

    if (!memory) {
        assert_int_equal(err.kind, ERROR_HOST);
        assert_non_null(strstr(err.text, "pages"));
    }
    return memory;
}

static void test_32(void **state)
{
    struct memory *memory = make(1, UINT64_MAX, false);

    assert_non_null(memory);
    assert_int_equal(memory->size, WASM_PAGE_SIZE);
    assert_int_equal(memory->max_pages, 65536);
    assert_true(memory->reserved > (uint64_t)8 << 30);
    memory->base[WASM_PAGE_SIZE - 1] = 1;
    assert_int_equal(memory_grow(memory, 2), 1);
    assert_int_equal(memory->base[3 * WASM_PAGE_SIZE - 1], 0);
    assert_int_equal(memory_grow(memory, 65534), -1);
    assert_int_equal(memory_grow(memory, UINT64_MAX), -1);
    assert_int_equal(memory->size, 3 * WASM_PAGE_SIZE);
    memory_free(memory);
}

static void test_64(void **state)
{
    struct memory *memory = make(1, UINT64_MAX, true);

    assert_non_null(memory);
    assert_true(memory->reserved <= LIMIT_MEMORY_64);
    assert_int_equal(memory_grow(memory, 1), 1);
    memory->base[2 * WASM_PAGE_SIZE - 1] = 1;
    /* What is not reserved cannot be had, whatever the type says. */
    assert_int_equal(memory_grow(memory, LIMIT_MEMORY_64 / WASM_PAGE_SIZE), -1);
    assert_int_equal(memory_grow(memory, (uint64_t)1 << 48), -1);
    assert_int_equal(memory_grow(memory, UINT64_MAX), -1);
    assert_int_equal(memory_grow(memory, 0), 2);
    memory_free(memory);

    /* No more than the maximum is reserved. */
    memory = make(0, 3, true);
    assert_non_null(memory);
    assert_int_equal(memory->reserved, 3 * WASM_PAGE_SIZE);
    assert_int_equal(memory_grow(memory, 4), -1);
    assert_int_equal(memory_grow(memory, 3), 0);
    memory_free(memory);

    memory = make(0, 0, true);
    assert_non_null(memory);
    assert_int_equal(memory_grow(memory, 1), -1);
    memory_free(memory);
}

/* Sizes that no host has, up to where bytes do not fit 64 bits. */
static void test_too_large(void **state)
{
    assert_null(make((uint64_t)1 << 48, UINT64_MAX, true));
    assert_null(make(((uint64_t)1 << 48) - 1, UINT64_MAX, true));
    assert_null(make((uint64_t)1 << 47, UINT64_MAX, true));
    assert_null(make((uint64_t)1 << 32, UINT64_MAX, true));
}

static void test_covers(void **state)
{
    struct memory *memory = make(1, 1, true);

    assert_non_null(memory);
    assert_true(memory_covers(memory, 0, WASM_PAGE_SIZE));
    assert_true(memory_covers(memory, WASM_PAGE_SIZE, 0));
    assert_false(memory_covers(memory, WASM_PAGE_SIZE, 1));
    assert_false(memory_covers(memory, WASM_PAGE_SIZE + 1, 0));
    assert_false(memory_covers(memory, UINT64_MAX, 2));
    assert_false(memory_covers(memory, 1, UINT64_MAX));
    assert_false(memory_covers(memory, (uint64_t)1 << 32, 4));
    memory_free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_32),
        cmocka_unit_test(test_64),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_covers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
