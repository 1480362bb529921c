/* bytes_test.c: little-endian access at any alignment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"

static const uint8_t pattern[] = {0xff, 1, 2, 3, 4, 5, 6, 7, 0x88, 0xff};

static void test_load(void **state)
{
    assert_int_equal(load_le16(pattern + 1), 0x0201);
    assert_int_equal(load_le32(pattern + 1), 0x04030201);
    assert_int_equal(load_le64(pattern + 1), 0x8807060504030201);
}

static void test_store(void **state)
{
    uint8_t bytes[10];

    memset(bytes, 0xff, sizeof(bytes));
    store_le64(bytes + 1, 0x8807060504030201);
    assert_memory_equal(bytes, pattern, sizeof(bytes));
    store_le32(bytes + 1, 0xaabbccdd);
    store_le16(bytes + 5, 0x1122);
    assert_memory_equal(bytes, "\xff\xdd\xcc\xbb\xaa\x22\x11\x07\x88\xff", 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_load),
        cmocka_unit_test(test_store),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
