/* utf8_test.c: what is UTF-8, and how doubtful text is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

/* Encode a code point, valid or not, in n bytes. */
static void encode(uint32_t c, size_t n, uint8_t *to)
{
    static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0, 0xf8};
    size_t i;

    if (n == 1) {
        to[0] = (uint8_t)c;
        return;
    }
    for (i = n - 1; i > 0; i--) {
        to[i] = 0x80 | (c & 0x3f);
        c >>= 6;
    }
    to[0] = leads[n] | (uint8_t)c;
}

static bool is_valid_point(uint32_t c, size_t n)
{
    static const uint32_t firsts[] = {0, 0, 0x80, 0x800, 0x10000, UINT32_MAX};

    return c >= firsts[n] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

/* Every number that fits in 1 to 4 bytes: right, overlong, surrogate, too
 * large; and right but cut off. */
static void test_all_points(void **state)
{
    static const uint32_t ends[] = {0, 0x80, 0x800, 0x10000, 0x200000};
    uint8_t bytes[4];
    size_t n, cut;
    uint32_t c;

    for (n = 1; n <= 4; n++) {
        for (c = 0; c < ends[n]; c++) {
            encode(c, n, bytes);
            assert_int_equal(utf8_valid(bytes, n), is_valid_point(c, n));
            for (cut = 1; cut < n; cut++)
                assert_false(utf8_valid(bytes, cut));
        }
    }
}

static void test_bad_bytes(void **state)
{
    char text[20] = "0123456789abcdefghi";
    unsigned byte;
    size_t at;

    /* A byte that cannot stand alone, anywhere in a text. */
    for (byte = 0x80; byte <= 0xff; byte++) {
        for (at = 0; at < sizeof(text); at++) {
            char old = text[at];

            text[at] = (char)byte;
            assert_false(utf8_valid(text, sizeof(text)));
            text[at] = old;
        }
    }
    assert_true(utf8_valid(text, sizeof(text)));
    assert_true(utf8_valid(text, 0));
    assert_false(utf8_valid("\xc3\x28", 2));
    assert_false(utf8_valid("\xe2\x82\x28", 3));
    assert_false(utf8_valid("\xf0\x9f\x98\xc0", 4));
    assert_false(utf8_valid("\xf8\x88\x80\x80\x80", 5));
    assert_true(utf8_valid("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80", 11));
}

static void check_print(size_t size, const char *in, size_t len,
                        const char *want, size_t used)
{
    char buf[64];

    memset(buf, '#', sizeof(buf));
    assert_int_equal(utf8_print(buf, size, in, len), used);
    assert_string_equal(buf, want);
    assert_true(buf[size] == '#');
}

static void test_print(void **state)
{
    check_print(32, "plain text~", 11, "plain text~", 11);
    check_print(32, "\x1b[2J", 4, "\\x1b[2J", 4);
    check_print(32, "a\0b\n\x7f", 5, "a\\x00b\\x0a\\x7f", 5);
    check_print(32, "\xc2\x9b\xc2\xa0", 4, "\\xc2\\x9b\xc2\xa0", 4);
    check_print(32, "\xff\xc3\xbc\xc3", 4, "\\xff\xc3\xbc\\xc3", 4);
    check_print(1, "a", 1, "", 0);
    check_print(4, "abcdef", 6, "abc", 3);
    /* Neither half a character nor half an escape. */
    check_print(4, "ab\xc3\xbc", 4, "ab", 2);
    check_print(5, "ab\xc3\xbc", 4, "ab\xc3\xbc", 4);
    check_print(6, "ab\x1b", 3, "ab", 2);
    check_print(7, "ab\x1b", 3, "ab\\x1b", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_points),
        cmocka_unit_test(test_bad_bytes),
        cmocka_unit_test(test_print),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
