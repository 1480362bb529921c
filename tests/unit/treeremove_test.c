/* treeremove_test.c: removing directories with everything in them. */
#include "sys_fixture.h"

static void follows_nothing(void **state)
{
    struct fixture f;

    fixture_init(&f);
    host_mkdir(&f, "keep");
    host_write(&f, "keep/file", "x");
    host_mkdir(&f, "tree");
    host_mkdir(&f, "tree/a");
    host_mkdir(&f, "tree/a/b");
    host_mkdir(&f, "tree/empty");
    host_write(&f, "tree/a/b/file", "x");
    host_write(&f, "tree/.tine-0", "in the way");
    host_mkdir(&f, "tree/.tine-1");
    host_write(&f, "tree/.tine-1/file", "in the way");
    host_symlink(&f, "../../keep", "tree/a/link");
    host_symlink(&f, "../keep/file", "tree/link");
    host_symlink(&f, "..", "tree/up");
    assert_true(tree_remove(host_path(&f, "tree")));
    assert_false(host_exists(&f, "tree"));
    assert_true(host_exists(&f, "keep/file"));
    /* Nor does it start at a link. */
    host_symlink(&f, "keep", "link");
    assert_false(tree_remove(host_path(&f, "link")));
    assert_true(host_exists(&f, "keep/file"));
    assert_false(tree_remove(host_path(&f, "missing")));
    fixture_done(&f);
}

/* Deeper than PATH_MAX, than the descriptors and than any recursion. */
static void deep(void **state)
{
    struct fixture f;
    int dir, next, i;

    fixture_init(&f);
    host_mkdir(&f, "deep");
    dir = open(host_path(&f, "deep"), O_PATH | O_DIRECTORY);
    for (i = 0; i < 5000; i++) {
        assert_int_equal(mkdirat(dir, "directory", 0777), 0);
        next = openat(dir, "directory", O_PATH | O_DIRECTORY);
        assert_true(next >= 0);
        (void)close(dir);
        dir = next;
    }
    (void)close(dir);
    assert_true(tree_remove(host_path(&f, "deep")));
    assert_false(host_exists(&f, "deep"));
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_nothing),
        cmocka_unit_test(deep),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
