/* preopen_test.c: the first descriptors of a program. */
#include "sys_fixture.h"

static const char *preopen_name(struct fixture *f, int32_t fd)
{
    const struct fd_entry *entry = fdtable_entry(f->env.fds, fd);

    return entry ? entry->preopen : NULL;
}

static void none(void **state)
{
    struct fixture f;

    fixture_init(&f);
    fixture_preopen(&f);
    assert_non_null(fdtable_entry(f.env.fds, 1));
    assert_null(preopen_name(&f, 1));
    assert_null(fdtable_entry(f.env.fds, 3));
    fixture_done(&f);
}

static void in_order(void **state)
{
    struct fixture f;

    fixture_init(&f);
    host_mkdir(&f, "a");
    host_mkdir(&f, "b");
    fixture_mount(&f, "a::rel");
    fixture_mount(&f, "b::/x/y");
    fixture_mount(&f, "a::/");
    fixture_mount(&f, "b::/rel/");
    fixture_preopen(&f);
    assert_string_equal(preopen_name(&f, 3), "/");
    assert_true(fdtable_entry(f.env.fds, 3)->file->hfd >= 0);
    assert_string_equal(preopen_name(&f, 4), "/x/y");
    /* The later of two mounts at one place. */
    assert_string_equal(preopen_name(&f, 5), "/rel/");
    assert_ptr_equal(fdtable_entry(f.env.fds, 5)->file->mount,
                     &f.mounts.items[3]);
    assert_string_equal(fdtable_entry(f.env.fds, 4)->file->path, "/x/y");
    /* And the working directory. */
    assert_string_equal(preopen_name(&f, 6), ".");
    assert_string_equal(fdtable_entry(f.env.fds, 6)->file->path, "/");
    assert_null(fdtable_entry(f.env.fds, 7));
    fixture_done(&f);
}

static void virtual_root(void **state)
{
    struct fixture f;

    fixture_init(&f);
    host_mkdir(&f, "a");
    fixture_mount(&f, "a::name");
    fixture_preopen(&f);
    assert_string_equal(preopen_name(&f, 3), "/");
    assert_int_equal(fdtable_hfd(f.env.fds, 3), -1);
    assert_string_equal(preopen_name(&f, 4), "name");
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(none),
        cmocka_unit_test(in_order),
        cmocka_unit_test(virtual_root),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
