/* mount_test.c: mount specifications and the mounts of a tree. */
#include "sys_fixture.h"

struct spec_case {
    const char *spec;
    const char *guest; /* NULL: refused */
    const char *name;
    bool read_only;
};

static void check_specs(bool (*fn)(struct mounts *, const char *,
                                   struct error *),
                        const struct spec_case *cases, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        struct mounts mounts = {0};
        struct error err = ERROR_INIT;
        bool ok = fn(&mounts, cases[i].spec, &err);

        if (!cases[i].guest) {
            assert_false(ok);
            assert_int_equal(mounts.n, 0);
            assert_true(strlen(err.text) > 0);
        } else {
            assert_true(ok);
            assert_int_equal(mounts.n, 1);
            assert_string_equal(mounts.items[0].guest, cases[i].guest);
            assert_string_equal(mounts.items[0].name, cases[i].name);
            assert_int_equal(mounts.items[0].read_only, cases[i].read_only);
            assert_true(mounts.items[0].hfd >= 0);
        }
        mounts_done(&mounts);
    }
}

static void dir_specs(void **state)
{
    static const struct spec_case cases[] = {
        {".", "/", ".", false},
        {".:ro", "/", ".", true},
        {"sub", "/sub", "sub", false},
        {"./sub/", "/sub", "./sub/", false},
        {"sub::data", "/data", "data", false},
        {"sub::/data/", "/data", "/data/", false},
        {"sub::/", "/", "/", false},
        {"sub::/a/../b:ro", "/b", "/a/../b", true},
        {"sub::/x::y", "/x::y", "/x::y", false},
        {"a:b", "/a:b", "a:b", false},
        {"a:b::/c:ro", "/c", "/c", true},
        {":ro", NULL, NULL, false},
        {"::/x", NULL, NULL, false},
        {"sub::", NULL, NULL, false},
        {"sub:::ro", NULL, NULL, false},
        {"", NULL, NULL, false},
        {"missing", NULL, NULL, false},
        {"file", NULL, NULL, false},
    };
    struct fixture f;

    fixture_init(&f);
    host_mkdir(&f, "sub");
    host_mkdir(&f, "a:b");
    host_write(&f, "file", "x");
    assert_int_equal(chdir(f.host), 0);
    check_specs(mounts_add_dir, cases, countof(cases));
    assert_int_equal(chdir("/"), 0);
    fixture_done(&f);
}

static void volume_specs(void **state)
{
    static const struct spec_case cases[] = {
        {"sub:/data", "/data", "/data", false},
        {"sub:data:ro", "/data", "data", true},
        {".:/", "/", "/", false},
        {"sub", NULL, NULL, false},
        {"sub:", NULL, NULL, false},
        {":/x", NULL, NULL, false},
        {"sub:/x:rw", NULL, NULL, false},
        {"sub:ro", NULL, NULL, false},
        {"missing:/x", NULL, NULL, false},
    };
    struct fixture f;

    fixture_init(&f);
    host_mkdir(&f, "sub");
    assert_int_equal(chdir(f.host), 0);
    check_specs(mounts_add_volume, cases, countof(cases));
    assert_int_equal(chdir("/"), 0);
    fixture_done(&f);
}

static void tmpfs(void **state)
{
    struct mounts mounts = {0};
    struct error err = ERROR_INIT;
    struct stat st;
    char *host;
    int hfd;

    assert_false(mounts_add_tmpfs(&mounts, "", &err));
    assert_true(mounts_add_tmpfs(&mounts, "tmp", &err));
    assert_string_equal(mounts.items[0].guest, "/tmp");
    assert_true(mounts.items[0].temporary);
    assert_int_equal(fstat(mounts.items[0].hfd, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    hfd = openat(mounts.items[0].hfd, "file", O_CREAT | O_WRONLY, 0666);
    assert_true(hfd >= 0);
    (void)close(hfd);
    host = strdup(mounts.items[0].host);
    assert_int_equal(host[0], '/');
    mounts_clean(&mounts);
    assert_int_equal(lstat(host, &st), -1);
    mounts_done(&mounts);
    free(host);
}

static void lookup(void **state)
{
    struct fixture f;

    fixture_init(&f);
    host_mkdir(&f, "a");
    host_mkdir(&f, "b");
    fixture_mount(&f, "a::/x");
    fixture_mount(&f, "b::/x/y/z");
    fixture_mount(&f, "b::/x");
    assert_ptr_equal(mounts_at(&f.mounts, "/x"), &f.mounts.items[2]);
    assert_null(mounts_at(&f.mounts, "/x/y"));
    assert_null(mounts_at(&f.mounts, "/"));
    assert_ptr_equal(mounts_around(&f.mounts, "/x"), &f.mounts.items[2]);
    assert_ptr_equal(mounts_around(&f.mounts, "/x/y"), &f.mounts.items[2]);
    assert_ptr_equal(mounts_around(&f.mounts, "/x/y/z/q"), &f.mounts.items[1]);
    assert_null(mounts_around(&f.mounts, "/xx"));
    assert_true(mounts_below(&f.mounts, "/"));
    assert_true(mounts_below(&f.mounts, "/x"));
    assert_true(mounts_below(&f.mounts, "/x/y"));
    assert_false(mounts_below(&f.mounts, "/x/y/z"));
    assert_false(mounts_below(&f.mounts, "/x/yy"));
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dir_specs),
        cmocka_unit_test(volume_specs),
        cmocka_unit_test(tmpfs),
        cmocka_unit_test(lookup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
