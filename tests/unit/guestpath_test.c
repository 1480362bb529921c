/* guestpath_test.c: guest paths as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proc/guestpath.h"

static void check(const char *base, const char *path, const char *want)
{
    AUTO_FREE char *got = path_normalise(base, path);

    assert_string_equal(got, want);
}

static void normalise(void **state)
{
    check("/", "", "/");
    check("/", "/", "/");
    check("/", ".", "/");
    check("/", "..", "/");
    check("/", "../../..", "/");
    check("/", "a", "/a");
    check("/a/b", "c", "/a/b/c");
    check("/a/b", "../c", "/a/c");
    check("/a/b", "../../../c", "/c");
    check("/a/b", "/c//d/./e/", "/c/d/e");
    check("/a", "...", "/a/...");
    check("/a", "..b/.c/d..", "/a/..b/.c/d..");
    check("/a", "b/../../..//x/", "/x");
    check("/abc", "/", "/");
}

static void below(void **state)
{
    assert_string_equal(path_below("/", "/a/b"), "a/b");
    assert_string_equal(path_below("/a", "/a/b"), "b");
    assert_null(path_below("/", "/"));
    assert_null(path_below("/a", "/a"));
    assert_null(path_below("/a", "/ab"));
    assert_null(path_below("/a/b", "/a"));
}

static void dotdot(void **state)
{
    assert_true(path_has_dotdot(".."));
    assert_true(path_has_dotdot("a/.."));
    assert_true(path_has_dotdot("../a"));
    assert_true(path_has_dotdot("a/../b"));
    assert_true(path_has_dotdot("..a/.."));
    assert_false(path_has_dotdot("..."));
    assert_false(path_has_dotdot("a..b/..c/d.."));
    assert_false(path_has_dotdot("a/./b"));
    assert_false(path_has_dotdot(""));
}

static void slash(void **state)
{
    assert_true(path_ends_in_slash("/"));
    assert_true(path_ends_in_slash("a//"));
    assert_false(path_ends_in_slash("/a"));
    assert_false(path_ends_in_slash(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalise),
        cmocka_unit_test(below),
        cmocka_unit_test(dotdot),
        cmocka_unit_test(slash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
