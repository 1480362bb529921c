/* error_test.c: recording failures. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void test_set(void **state)
{
    struct error err = ERROR_INIT;

    assert_int_equal(err.kind, ERROR_NONE);
    assert_false(error_set(&err, ERROR_INVALID, 17, "%s %d", "local", 3));
    assert_int_equal(err.kind, ERROR_INVALID);
    assert_int_equal(err.offset, 17);
    assert_string_equal(err.text, "local 3");
}

static void test_errno(void **state)
{
    struct error err = ERROR_INIT;

    assert_false(error_set_errno(&err, ERROR_HOST, ENOENT, "open %s", "x"));
    assert_int_equal(err.kind, ERROR_HOST);
    assert_true(err.offset == ERROR_NO_OFFSET);
    assert_string_equal(err.text, "open x: No such file or directory");
}

static void test_prefix(void **state)
{
    struct error err = ERROR_INIT;

    (void)error_set(&err, ERROR_MALFORMED, 5, "integer too large");
    assert_false(error_prefix(&err, "function %d: ", 7));
    assert_false(error_prefix(&err, "code section: "));
    assert_string_equal(err.text,
                        "code section: function 7: integer too large");
    assert_int_equal(err.kind, ERROR_MALFORMED);
    assert_int_equal(err.offset, 5);
}

/* Long texts are cut off, and always end. */
static void test_long(void **state)
{
    struct error err = ERROR_INIT;
    char text[2 * ERROR_TEXT_SIZE];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    (void)error_set(&err, ERROR_HOST, 0, "%s", text);
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
    (void)error_prefix(&err, "%s", "front: ");
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
    assert_memory_equal(err.text, "front: xxx", 10);
    (void)error_prefix(&err, "%s", text);
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
    (void)error_set_errno(&err, ERROR_HOST, EIO, "%s", text);
    assert_int_equal(strlen(err.text), ERROR_TEXT_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_errno),
        cmocka_unit_test(test_prefix),
        cmocka_unit_test(test_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
