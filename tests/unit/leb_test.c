/* leb_test.c: LEB128 integers of every width that the format has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/leb.h"

#define MAX_BYTES 12

struct row {
    unsigned bits;
    const char *bytes;
    size_t n;
    enum leb_result result;
    int64_t value;
};

#define ROW(bits, bytes, result, value)                                        \
    {bits, bytes, sizeof(bytes) - 1, result, (int64_t)(value)}

static const struct row unsigned_rows[] = {
    ROW(32, "\x00", LEB_OK, 0),
    ROW(32, "\x7f", LEB_OK, 127),
    ROW(32, "\x80\x01", LEB_OK, 128),
    ROW(32, "\xe5\x8e\x26", LEB_OK, 624485),
    ROW(32, "\x80\x80\x80\x80\x00", LEB_OK, 0),
    ROW(32, "\xff\xff\xff\xff\x0f", LEB_OK, UINT32_MAX),
    ROW(32, "\xff\xff\xff\xff\x1f", LEB_TOO_LARGE, 0),
    ROW(32, "\x80\x80\x80\x80\x70", LEB_TOO_LARGE, 0),
    ROW(32, "\x80\x80\x80\x80\x40", LEB_TOO_LARGE, 0),
    ROW(32, "\x80\x80\x80\x80\x80\x00", LEB_TOO_LONG, 0),
    ROW(32, "\xff\xff\xff\xff\xff\x00", LEB_TOO_LONG, 0),
    ROW(32, "", LEB_END, 0),
    ROW(32, "\x80", LEB_END, 0),
    ROW(32, "\xff\xff\xff\xff", LEB_END, 0),
    ROW(64, "\xff\xff\xff\xff\x1f", LEB_OK, 0x1ffffffff),
    ROW(64, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", LEB_OK, UINT64_MAX),
    ROW(64, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", LEB_TOO_LARGE, 0),
    ROW(64, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", LEB_TOO_LONG, 0),
};

static const struct row signed_rows[] = {
    ROW(32, "\x00", LEB_OK, 0),
    ROW(32, "\x3f", LEB_OK, 63),
    ROW(32, "\x40", LEB_OK, -64),
    ROW(32, "\x7f", LEB_OK, -1),
    ROW(32, "\xc0\xbb\x78", LEB_OK, -123456),
    ROW(32, "\xff\xff\xff\xff\x07", LEB_OK, INT32_MAX),
    ROW(32, "\x80\x80\x80\x80\x78", LEB_OK, INT32_MIN),
    ROW(32, "\xff\xff\xff\xff\x7f", LEB_OK, -1),
    ROW(32, "\xff\xff\xff\xff\x0f", LEB_TOO_LARGE, 0),
    ROW(32, "\x80\x80\x80\x80\x70", LEB_TOO_LARGE, 0),
    ROW(32, "\xff\xff\xff\xff\x4f", LEB_TOO_LARGE, 0),
    ROW(32, "\xff\xff\xff\xff\xff\x7f", LEB_TOO_LONG, 0),
    ROW(32, "\x80\x80\x80\x80\x80\x00", LEB_TOO_LONG, 0),
    ROW(32, "\xff\xff", LEB_END, 0),
    ROW(33, "\xff\xff\xff\xff\x0f", LEB_OK, 0xffffffff),
    ROW(33, "\x80\x80\x80\x80\x70", LEB_OK, -0x100000000),
    ROW(33, "\xff\xff\xff\xff\x1f", LEB_TOO_LARGE, 0),
    ROW(33, "\x40", LEB_OK, -64),
    ROW(64, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00", LEB_OK, INT64_MAX),
    ROW(64, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7f", LEB_OK, INT64_MIN),
    ROW(64, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", LEB_TOO_LARGE, 0),
    ROW(64, "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x7e", LEB_TOO_LARGE, 0),
    ROW(64, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", LEB_TOO_LONG, 0),
};

/* A row's bytes, with one that is not its own behind them. */
static void check_row(const struct row *row, bool is_signed)
{
    uint8_t bytes[MAX_BYTES + 1];
    const uint8_t *p = bytes, *end = bytes + row->n;
    enum leb_result result;
    uint64_t u = 0;
    int64_t s = 0;

    memcpy(bytes, row->bytes, row->n);
    bytes[row->n] = 0;
    if (is_signed)
        result = leb_read_s(&p, end, row->bits, &s);
    else
        result = leb_read_u(&p, end, row->bits, &u);
    assert_int_equal(result, row->result);
    assert_ptr_equal(p, result == LEB_OK ? end : bytes);
    assert_int_equal(is_signed ? s : (int64_t)u, row->value);
}

static void test_unsigned(void **state)
{
    size_t i;

    for (i = 0; i < countof(unsigned_rows); i++)
        check_row(&unsigned_rows[i], false);
}

static void test_signed(void **state)
{
    size_t i;

    for (i = 0; i < countof(signed_rows); i++)
        check_row(&signed_rows[i], true);
}

/* leb_read_u32 has a short cut; it must agree with the general reader. */
static void test_u32(void **state)
{
    size_t i;

    for (i = 0; i < countof(unsigned_rows); i++) {
        const struct row *row = &unsigned_rows[i];
        const uint8_t *start = (const uint8_t *)row->bytes, *p = start;
        uint32_t value = 0;

        if (row->bits != 32)
            continue;
        assert_int_equal(leb_read_u32(&p, start + row->n, &value), row->result);
        assert_ptr_equal(p, row->result == LEB_OK ? start + row->n : start);
        assert_int_equal(value, (uint32_t)row->value);
    }
}

/* The unchecked readers, over everything that the checked ones accept. */
static void test_get(void **state)
{
    const uint8_t *p;
    size_t i;

    for (i = 0; i < countof(unsigned_rows); i++) {
        const struct row *row = &unsigned_rows[i];

        if (row->result != LEB_OK)
            continue;
        p = (const uint8_t *)row->bytes;
        assert_int_equal(leb_get_u64(&p), (uint64_t)row->value);
        assert_ptr_equal(p, row->bytes + row->n);
        p = (const uint8_t *)row->bytes;
        if (row->bits == 32)
            assert_int_equal(leb_get_u32(&p), (uint32_t)row->value);
    }
    for (i = 0; i < countof(signed_rows); i++) {
        const struct row *row = &signed_rows[i];

        if (row->result != LEB_OK)
            continue;
        p = (const uint8_t *)row->bytes;
        assert_int_equal(leb_get_s64(&p), row->value);
        assert_ptr_equal(p, row->bytes + row->n);
        p = (const uint8_t *)row->bytes;
        if (row->bits == 32)
            assert_int_equal(leb_get_s32(&p), (int32_t)row->value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unsigned),
        cmocka_unit_test(test_signed),
        cmocka_unit_test(test_u32),
        cmocka_unit_test(test_get),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
