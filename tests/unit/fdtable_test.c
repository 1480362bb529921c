/* fdtable_test.c: descriptors. */
#include "sys_fixture.h"

#include "base/limits.h"

static struct file *some_file(void)
{
    struct file *file = file_adopt(open("/dev/null", O_RDWR | O_CLOEXEC));

    assert_non_null(file);
    return file;
}

static uint32_t add(struct fdtable *table, uint32_t min)
{
    uint32_t fd;

    assert_int_equal(fdtable_reserve(table, min, 1, &fd), WASI_OK);
    fdtable_install(table, fd, some_file(), RIGHTS_ALL, RIGHTS_ALL, false);
    return fd;
}

static void lowest_free(void **state)
{
    struct fdtable *table = fdtable_new();
    uint32_t fds[3];
    int32_t i;

    for (i = 0; i < 40; i++)
        assert_int_equal(add(table, 0), i);
    assert_int_equal(fdtable_close(table, 7), WASI_OK);
    assert_int_equal(fdtable_close(table, 3), WASI_OK);
    assert_int_equal(fdtable_close(table, 3), WASI_BADF);
    assert_int_equal(add(table, 0), 3);
    assert_int_equal(add(table, 0), 7);
    assert_int_equal(add(table, 0), 40);
    assert_int_equal(add(table, 100), 100);
    assert_int_equal(add(table, 100), 101);
    assert_int_equal(add(table, 0), 41);
    assert_int_equal(fdtable_close(table, 1), WASI_OK);
    assert_int_equal(fdtable_reserve(table, 0, 3, fds), WASI_OK);
    assert_int_equal(fds[0], 1);
    assert_int_equal(fds[1], 42);
    assert_int_equal(fds[2], 43);
    /* A reserved number is neither open nor free. */
    assert_null(fdtable_entry(table, 42));
    assert_int_equal(fdtable_close(table, 42), WASI_BADF);
    assert_int_equal(add(table, 0), 44);
    assert_int_equal(fdtable_dup2(table, 0, 42), WASI_BUSY);
    fdtable_unreserve(table, 3, fds);
    assert_int_equal(add(table, 0), 1);
    assert_int_equal(add(table, 0), 42);
    fdtable_free(table);
}

static void limit(void **state)
{
    struct fdtable *table = fdtable_new();
    uint32_t fds[2];

    assert_int_equal(fdtable_reserve(table, LIMIT_FDS, 1, fds), WASI_MFILE);
    assert_int_equal(fdtable_reserve(table, LIMIT_FDS - 1, 2, fds), WASI_MFILE);
    assert_int_equal(fdtable_reserve(table, LIMIT_FDS - 1, 1, fds), WASI_OK);
    assert_int_equal(fds[0], LIMIT_FDS - 1);
    assert_int_equal(fdtable_reserve(table, LIMIT_FDS - 1, 1, fds), WASI_MFILE);
    fdtable_free(table);
}

static void bad_numbers(void **state)
{
    static const int32_t bad[] = {-1, 1, 2, 1000, INT32_MAX, INT32_MIN};
    struct fdtable *table = fdtable_new();
    struct file *file;
    size_t i;

    (void)add(table, 0);
    for (i = 0; i < countof(bad); i++) {
        assert_null(fdtable_entry(table, bad[i]));
        assert_int_equal(fdtable_get(table, bad[i], 0, &file), WASI_BADF);
        assert_int_equal(fdtable_close(table, bad[i]), WASI_BADF);
        assert_int_equal(fdtable_dup2(table, bad[i], 0), WASI_BADF);
        assert_int_equal(fdtable_hfd(table, bad[i]), -1);
    }
    assert_int_equal(fdtable_dup2(table, 0, -1), WASI_BADF);
    assert_int_equal(fdtable_dup2(table, 0, LIMIT_FDS), WASI_MFILE);
    assert_int_equal(fdtable_dup2(table, 0, INT32_MAX), WASI_MFILE);
    fdtable_free(table);
}

static void rights(void **state)
{
    struct fdtable *table = fdtable_new();
    struct file *file = NULL;

    (void)add(table, 0);
    table->entries[0].rights =
        RIGHTS_ALL & ~(uint64_t)(WASI_RIGHTS_FD_WRITE | WASI_RIGHTS_FD_SYNC);
    assert_int_equal(fdtable_get(table, 0, WASI_RIGHTS_FD_READ, &file),
                     WASI_OK);
    assert_int_equal(file->refs, 2);
    file_unref(file);
    assert_int_equal(fdtable_get(table, 0, WASI_RIGHTS_FD_WRITE, &file),
                     WASI_BADF);
    assert_int_equal(fdtable_get(table, 0, WASI_RIGHTS_FD_SYNC, &file),
                     WASI_NOTCAPABLE);
    assert_int_equal(table->entries[0].file->refs, 1);
    fdtable_free(table);
}

static void dup2_shares(void **state)
{
    struct fdtable *table = fdtable_new();

    (void)add(table, 0);
    (void)add(table, 0);
    table->entries[0].cloexec = true;
    table->entries[0].preopen = strdup("/");
    assert_int_equal(fdtable_dup2(table, 0, 1), WASI_OK);
    assert_ptr_equal(table->entries[0].file, table->entries[1].file);
    assert_int_equal(table->entries[0].file->refs, 2);
    assert_false(table->entries[1].cloexec);
    assert_null(table->entries[1].preopen);
    /* Beyond the end of the table. */
    assert_int_equal(fdtable_dup2(table, 1, 500), WASI_OK);
    assert_int_equal(table->entries[0].file->refs, 3);
    /* Nothing changes for a number and itself. */
    assert_int_equal(fdtable_dup2(table, 0, 0), WASI_OK);
    assert_true(table->entries[0].cloexec);
    assert_int_equal(table->entries[0].file->refs, 3);
    /* A preopened directory stays, whatever is said. */
    assert_int_equal(fdtable_close(table, 0), WASI_OK);
    assert_non_null(fdtable_entry(table, 0));
    fdtable_close_exec(table);
    assert_non_null(fdtable_entry(table, 0));
    fdtable_free(table);
}

static void replacing(void **state)
{
    struct fdtable *table = fdtable_new();
    struct file *file = some_file();
    int hfd;

    (void)add(table, 0);
    hfd = fdtable_hfd(table, 0);
    assert_int_equal(fdtable_replace(table, 0, file_ref(file), 1, 2, true),
                     WASI_OK);
    assert_int_equal(fcntl(hfd, F_GETFD), -1);
    assert_int_equal(table->entries[0].rights, 1);
    assert_int_equal(table->entries[0].inheriting, 2);
    assert_true(table->entries[0].cloexec);
    /* The file is taken, also when that fails. */
    assert_int_equal(fdtable_replace(table, -1, file_ref(file), 1, 2, true),
                     WASI_BADF);
    assert_int_equal(file->refs, 2);
    file_unref(file);
    fdtable_free(table);
}

/* A file over a preopened directory: paths find that, all else the file. */
static void covering(void **state)
{
    struct fdtable *table = fdtable_new();
    struct fdtable *copy;
    struct file *dir, *found;
    uint64_t inheriting;

    (void)add(table, 0);
    (void)add(table, 0);
    (void)add(table, 0);
    dir = table->entries[0].file;
    table->entries[0].preopen = strdup("/");
    table->entries[0].rights = WASI_RIGHTS_PATH_OPEN;
    table->entries[0].inheriting = 7;
    assert_int_equal(fdtable_dup2(table, 0, 2), WASI_OK); /* saved */
    assert_int_equal(fdtable_dup2(table, 1, 0), WASI_OK);
    assert_int_equal(fdtable_dup2(table, 1, 0), WASI_OK);
    assert_int_equal(fdtable_hfd(table, 0), fdtable_hfd(table, 1));
    assert_string_equal(table->entries[0].preopen, "/");
    assert_int_equal(
        fdtable_get_base(table, 0, WASI_RIGHTS_PATH_OPEN, &found, &inheriting),
        WASI_OK);
    assert_ptr_equal(found, dir);
    assert_int_equal(inheriting, 7);
    file_unref(found);
    assert_int_equal(
        fdtable_get_base(table, 0, WASI_RIGHTS_FD_READ, &found, &inheriting),
        WASI_BADF);

    /* The same in a copy, where it is closed and then seen again. */
    copy = fdtable_copy(table);
    assert_non_null(copy);
    assert_int_equal(fdtable_hfd(copy, 0), fdtable_hfd(copy, 1));
    copy->entries[0].cloexec = true;
    fdtable_close_exec(copy);
    assert_ptr_equal(copy->entries[0].file, dir);
    assert_int_equal(copy->entries[0].rights, WASI_RIGHTS_PATH_OPEN);
    assert_int_equal(copy->entries[0].inheriting, 7);
    assert_false(copy->entries[0].cloexec);
    fdtable_free(copy);

    /* Put back, it is the preopened directory that nothing closes. */
    assert_int_equal(fdtable_dup2(table, 2, 0), WASI_OK);
    assert_null(table->entries[0].covered);
    assert_int_equal(fdtable_close(table, 0), WASI_OK);
    assert_ptr_equal(table->entries[0].file, dir);

    /* What is forgotten while it is covered is gone. */
    assert_int_equal(fdtable_dup2(table, 1, 0), WASI_OK);
    fdtable_forget_preopen(table, 0);
    assert_int_equal(fdtable_close(table, 0), WASI_OK);
    assert_null(fdtable_entry(table, 0));
    assert_int_equal(dir->refs, 1);
    fdtable_free(table);
}

static void copies(void **state)
{
    struct fdtable *table = fdtable_new();
    struct fdtable *copy;
    uint32_t fd;

    (void)add(table, 0);
    (void)add(table, 5);
    table->entries[5].cloexec = true;
    table->entries[0].preopen = strdup("name");
    assert_int_equal(fdtable_reserve(table, 0, 1, &fd), WASI_OK);
    copy = fdtable_copy(table);
    assert_non_null(copy);
    assert_ptr_equal(copy->entries[5].file, table->entries[5].file);
    assert_true(copy->entries[5].cloexec);
    assert_string_equal(copy->entries[0].preopen, "name");
    assert_ptr_not_equal(copy->entries[0].preopen, table->entries[0].preopen);
    assert_int_equal(add(copy, 0), 1);
    fdtable_close_exec(copy);
    assert_null(fdtable_entry(copy, 5));
    assert_non_null(fdtable_entry(table, 5));
    assert_int_equal(table->entries[5].file->refs, 1);
    fdtable_free(table);
    assert_int_equal(copy->entries[0].file->refs, 1);
    fdtable_free(copy);
    fdtable_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lowest_free), cmocka_unit_test(limit),
        cmocka_unit_test(bad_numbers), cmocka_unit_test(rights),
        cmocka_unit_test(replacing),   cmocka_unit_test(dup2_shares),
        cmocka_unit_test(copies),      cmocka_unit_test(covering),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
