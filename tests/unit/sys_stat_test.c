/* sys_stat_test.c: file attributes. */
#include "sys_fixture.h"

#include "abi/layout.h"

static enum wasi_errno stat_path(struct fixture *f, const char *path,
                                 uint32_t flags, struct abi_filestat *ret)
{
    gsize len = guest_put(f, 1024, path);
    enum wasi_errno e =
        sys_path_filestat_get(fixture_thread(f), 3, flags, 1024, len, 4096);

    if (!e)
        assert_int_equal(guest_read(fixture_thread(f), ret, 4096, sizeof(*ret)),
                         WASI_OK);
    return e;
}

static void tree_init(struct fixture *f)
{
    fixture_init(f);
    host_mkdir(f, "root");
    host_mkdir(f, "root/dir");
    host_write(f, "root/file", "0123456789");
    host_symlink(f, "file", "root/link");
    host_symlink(f, "dir", "root/dirlink");
    host_mkdir(f, "ro");
    host_write(f, "ro/file", "x");
    fixture_mount(f, "root::/");
    fixture_mount(f, "ro::/way/ro:ro");
    fixture_preopen(f);
}

static void all_fields(void **state)
{
    const uint32_t follow = WASI_LOOKUP_SYMLINK_FOLLOW;
    struct fixture f;
    struct abi_filestat got;
    struct stat st;

    tree_init(&f);
    assert_int_equal(stat_path(&f, "file", 0, &got), WASI_OK);
    assert_int_equal(lstat(host_path(&f, "root/file"), &st), 0);
    assert_true(got.dev == st.st_dev && got.ino == st.st_ino);
    assert_int_equal(got.filetype, WASI_FILETYPE_REGULAR_FILE);
    assert_int_equal(got.nlink, 1);
    assert_int_equal(got.size, 10);
    assert_true(got.mtim == (uint64_t)st.st_mtim.tv_sec * 1000000000u +
                                (uint64_t)st.st_mtim.tv_nsec);
    assert_int_equal(stat_path(&f, "link", 0, &got), WASI_OK);
    assert_int_equal(got.filetype, WASI_FILETYPE_SYMBOLIC_LINK);
    assert_int_equal(got.size, 4);
    assert_int_equal(stat_path(&f, "link", follow, &got), WASI_OK);
    assert_int_equal(got.filetype, WASI_FILETYPE_REGULAR_FILE);
    assert_int_equal(stat_path(&f, "link/", 0, &got), WASI_NOTDIR);
    assert_int_equal(stat_path(&f, "dirlink", 0, &got), WASI_OK);
    assert_int_equal(got.filetype, WASI_FILETYPE_SYMBOLIC_LINK);
    assert_int_equal(stat_path(&f, "dirlink/", 0, &got), WASI_OK);
    assert_int_equal(got.filetype, WASI_FILETYPE_DIRECTORY);
    assert_int_equal(stat_path(&f, "file/", 0, &got), WASI_NOTDIR);
    assert_int_equal(stat_path(&f, "missing", follow, &got), WASI_NOENT);
    assert_int_equal(stat_path(&f, "", 0, &got), WASI_NOENT);
    assert_int_equal(stat_path(&f, "file", 2, &got), WASI_INVAL);
    /* What no mount provides. */
    assert_int_equal(stat_path(&f, "/way", 0, &got), WASI_OK);
    assert_int_equal(got.filetype, WASI_FILETYPE_DIRECTORY);
    assert_int_equal(stat_path(&f, "/dev/null", 0, &got), WASI_OK);
    assert_int_equal(got.filetype, WASI_FILETYPE_CHARACTER_DEVICE);
    assert_int_equal(stat_path(&f, "/dev", 0, &got), WASI_OK);
    assert_int_equal(stat_path(&f, "/dev/null/", 0, &got), WASI_NOTDIR);
    assert_int_equal(stat_path(&f, "/dev/missing", 0, &got), WASI_NOENT);
    fixture_done(&f);
}

static void of_descriptors(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct abi_filestat got;
    struct abi_filestat_unstable old;
    int32_t fd;

    tree_init(&f);
    fd = fixture_install(&f, open(host_path(&f, "root/file"), O_RDONLY));
    assert_int_equal(sys_fd_filestat_get(t, fd, 4096), WASI_OK);
    assert_int_equal(guest_read(t, &got, 4096, sizeof(got)), WASI_OK);
    assert_int_equal(got.size, 10);
    memset(f.memory.base + 4096, 0xff, 64);
    assert_int_equal(sys_fd_filestat_get_unstable(t, fd, 4096), WASI_OK);
    assert_int_equal(guest_read(t, &old, 4096, sizeof(old)), WASI_OK);
    assert_true(old.ino == got.ino && old.nlink == 1 && old.size == 10 &&
                old.mtim == got.mtim);
    assert_true(guest_u64(&f, 4096 + sizeof(old)) == UINT64_MAX);
    assert_int_equal(sys_path_filestat_get_unstable(
                         t, 3, 0, 1024, guest_put(&f, 1024, "file"), 4096),
                     WASI_OK);
    assert_int_equal(guest_u32(&f, 4096 + 20), 1);
    fixture_done(&f);
}

static void changing_sizes(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct stat st;
    int32_t fd;

    tree_init(&f);
    fd = fixture_install(&f, open(host_path(&f, "root/file"), O_RDWR));
    assert_int_equal(sys_fd_filestat_set_size(t, fd, 4), WASI_OK);
    assert_int_equal(stat(host_path(&f, "root/file"), &st), 0);
    assert_int_equal(st.st_size, 4);
    assert_int_equal(sys_fd_filestat_set_size(t, fd, UINT64_MAX), WASI_INVAL);
    fd = fixture_install(&f, open(host_path(&f, "root/file"), O_RDONLY));
    assert_int_equal(sys_fd_filestat_set_size(t, fd, 0), WASI_INVAL);
    assert_int_equal(stat(host_path(&f, "root/file"), &st), 0);
    assert_int_equal(st.st_size, 4);
    fixture_done(&f);
}

static enum wasi_errno touch(struct fixture *f, const char *path,
                             uint32_t lookup, uint64_t ns, uint16_t flags)
{
    return sys_path_filestat_set_times(fixture_thread(f), 3, lookup, 1024,
                                       guest_put(f, 1024, path), ns, ns, flags);
}

static void changing_times(void **state)
{
    const uint32_t follow = WASI_LOOKUP_SYMLINK_FOLLOW;
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct abi_filestat got;
    struct stat before, after;
    struct file *file;
    int32_t fd;

    tree_init(&f);
    assert_int_equal(touch(&f, "file", 0, 123456789012, WASI_FSTFLAGS_MTIM),
                     WASI_OK);
    assert_int_equal(stat_path(&f, "file", 0, &got), WASI_OK);
    assert_true(got.mtim == 123456789012 && got.atim != 123456789012);
    /* The link, or what it points to. */
    assert_int_equal(touch(&f, "link", 0, 5, WASI_FSTFLAGS_ATIM), WASI_OK);
    assert_int_equal(stat_path(&f, "link", 0, &got), WASI_OK);
    assert_true(got.atim == 5);
    assert_int_equal(touch(&f, "link", follow, 6, WASI_FSTFLAGS_MTIM), WASI_OK);
    assert_int_equal(stat_path(&f, "file", 0, &got), WASI_OK);
    assert_true(got.mtim == 6);
    assert_int_equal(touch(&f, "file", 0, 6, 1 << 7), WASI_INVAL);
    assert_int_equal(touch(&f, "/way/ro/file", 0, 6, WASI_FSTFLAGS_MTIM),
                     WASI_ROFS);
    assert_int_equal(touch(&f, "/way", 0, 6, WASI_FSTFLAGS_MTIM), WASI_ROFS);
    assert_int_equal(touch(&f, "/dev/null", 0, 6, WASI_FSTFLAGS_MTIM),
                     WASI_ROFS);
    /* Not through a descriptor either. */
    assert_int_equal(stat(host_path(&f, "ro/file"), &before), 0);
    assert_int_equal(
        path_open_file(&f.process, NULL, "/way/ro/file", O_RDONLY, 0, &file),
        WASI_OK);
    fd = 10;
    assert_int_equal(fdtable_reserve(f.env.fds, 10, 1, (uint32_t *)&fd),
                     WASI_OK);
    fdtable_install(f.env.fds, 10, file, RIGHTS_ALL, 0, false);
    assert_int_equal(sys_fd_filestat_set_times(t, 10, 7, 7, WASI_FSTFLAGS_MTIM),
                     WASI_ROFS);
    assert_int_equal(stat(host_path(&f, "ro/file"), &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    fd = fixture_install(&f, open(host_path(&f, "root/file"), O_RDONLY));
    assert_int_equal(sys_fd_filestat_set_times(
                         t, fd, 7, 8, WASI_FSTFLAGS_ATIM | WASI_FSTFLAGS_MTIM),
                     WASI_OK);
    assert_int_equal(stat_path(&f, "file", 0, &got), WASI_OK);
    assert_true(got.atim == 7 && got.mtim == 8);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_fields),
        cmocka_unit_test(of_descriptors),
        cmocka_unit_test(changing_sizes),
        cmocka_unit_test(changing_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
