/* sys_io_test.c: reading, writing, seeking. */
#include "sys_fixture.h"

#include <sys/uio.h>

/* One vector of `len` bytes at 1024; the number of bytes moved. */
static gsize moved(struct fixture *f)
{
    return guest_u32(f, 40);
}

static void regular_files(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    unsigned i;

    fixture_init(&f);
    host_write(&f, "file", "0123456789");
    (void)fixture_install(&f, open(host_path(&f, "file"), O_RDWR));
    /* Scattered over three vectors, one of them empty. */
    guest_put_iov(&f, 0, 1024, 2);
    guest_put_iov(&f, 8, 4096, 0);
    guest_put_iov(&f, 16, 2048, 3);
    assert_int_equal(sys_fd_read(t, 0, 0, 3, 40), WASI_OK);
    assert_int_equal(moved(&f), 5);
    assert_memory_equal(f.memory.base + 1024, "01", 3);
    assert_memory_equal(f.memory.base + 2048, "234", 4);
    assert_int_equal(sys_fd_tell(t, 0, 48), WASI_OK);
    assert_true(guest_u64(&f, 48) == 5);
    assert_int_equal(sys_fd_pread(t, 0, 0, 1, 8, 40), WASI_OK);
    assert_memory_equal(f.memory.base + 1024, "89", 2);
    assert_int_equal(sys_fd_pread(t, 0, 0, 1, INT64_MAX, 40), WASI_INVAL);
    assert_int_equal(sys_fd_pread(t, 0, 0, 1, UINT64_MAX, 40), WASI_INVAL);
    assert_int_equal(sys_fd_pwrite(t, 0, 0, 1, UINT64_MAX, 40), WASI_INVAL);
    assert_int_equal(sys_fd_pread(t, 0, 0, 1, 100, 40), WASI_OK);
    assert_int_equal(moved(&f), 0);
    /* Gathered. */
    (void)guest_put(&f, 1024, "ab");
    (void)guest_put(&f, 2048, "cde");
    assert_int_equal(sys_fd_write(t, 0, 0, 3, 40), WASI_OK);
    assert_int_equal(moved(&f), 5);
    assert_int_equal(sys_fd_pwrite(t, 0, 0, 1, 1, 40), WASI_OK);
    guest_put_iov(&f, 0, 1024, 100);
    assert_int_equal(sys_fd_pread(t, 0, 0, 1, 0, 40), WASI_OK);
    assert_int_equal(moved(&f), 10);
    assert_memory_equal(f.memory.base + 1024, "0ab34abcde", 10);
    /* No vectors, and as many as there may be. */
    assert_int_equal(sys_fd_write(t, 0, 0, 0, 40), WASI_OK);
    assert_int_equal(moved(&f), 0);
    for (i = 0; i < 1024; i++)
        guest_put_iov(&f, 16384 + 8 * i, 1024, 1);
    assert_int_equal(sys_fd_write(t, 0, 16384, 1024, 40), WASI_OK);
    assert_int_equal(moved(&f), 1024);
    assert_int_equal(sys_fd_write(t, 0, 16384, 1025, 40), WASI_INVAL);
    fixture_done(&f);
}

/* Can the host write elsewhere than at the end of a file that appends?  Since
 * Linux 6.9. */
static bool host_can(int hfd)
{
    struct iovec nothing = {NULL, 0};

    return pwritev2(hfd, &nothing, 1, 0, 0x20 /* RWF_NOAPPEND */) == 0 ||
           errno != EOPNOTSUPP;
}

static void appending(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    host_write(&f, "file", "0123456789");
    (void)fixture_install(&f, open(host_path(&f, "file"), O_RDWR | O_APPEND));
    guest_put_iov(&f, 0, 1024, 2);
    (void)guest_put(&f, 1024, "ab");
    assert_int_equal(sys_fd_write(t, 0, 0, 1, 40), WASI_OK);
    /* An offset counts though the file appends, as POSIX says. */
    assert_int_equal(sys_fd_pwrite(t, 0, 0, 1, 3, 40), WASI_OK);
    guest_put_iov(&f, 0, 2048, 100);
    assert_int_equal(sys_fd_pread(t, 0, 0, 1, 0, 40), WASI_OK);
    if (host_can(fdtable_hfd(f.env.fds, 0)))
        assert_memory_equal(f.memory.base + 2048, "012ab56789ab", 13);
    else
        assert_memory_equal(f.memory.base + 2048, "0123456789abab", 15);
    /* Flags that only we keep: it still writes at the end. */
    assert_int_equal(
        sys_fd_fdstat_set_flags(t, 0, WASI_FDFLAGS_APPEND | WASI_FDFLAGS_SYNC),
        WASI_OK);
    guest_put_iov(&f, 0, 1024, 2);
    assert_int_equal(sys_fd_write(t, 0, 0, 1, 40), WASI_OK);
    assert_int_equal(moved(&f), 2);
    fixture_done(&f);
}

static void access_modes(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    host_write(&f, "file", "x");
    (void)fixture_install(&f, open(host_path(&f, "file"), O_RDONLY));
    (void)fixture_install(&f, open(host_path(&f, "file"), O_WRONLY));
    (void)fixture_install(&f, open(f.host, O_RDONLY | O_DIRECTORY));
    guest_put_iov(&f, 0, 1024, 1);
    assert_int_equal(sys_fd_write(t, 0, 0, 1, 40), WASI_BADF);
    assert_int_equal(sys_fd_write(t, 0, 0, 0, 40), WASI_BADF);
    assert_int_equal(sys_fd_pwrite(t, 0, 0, 1, 0, 40), WASI_BADF);
    assert_int_equal(sys_fd_read(t, 1, 0, 1, 40), WASI_BADF);
    assert_int_equal(sys_fd_pread(t, 1, 0, 1, 0, 40), WASI_BADF);
    assert_int_equal(sys_fd_read(t, 2, 0, 1, 40), WASI_ISDIR);
    assert_int_equal(sys_fd_pread(t, 2, 0, 1, 0, 40), WASI_ISDIR);
    assert_int_equal(sys_fd_write(t, 2, 0, 1, 40), WASI_BADF);
    assert_int_equal(sys_fd_seek(t, 2, 0, WASI_WHENCE_SET, 48), WASI_BADF);
    assert_int_equal(sys_fd_allocate(t, 0, 0, 10), WASI_BADF);
    assert_int_equal(sys_fd_allocate(t, 2, 0, 10), WASI_BADF);
    fixture_done(&f);
}

static void seeking(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    host_write(&f, "file", "0123456789");
    (void)fixture_install(&f, open(host_path(&f, "file"), O_RDWR));
    assert_int_equal(sys_fd_seek(t, 0, 4, WASI_WHENCE_SET, 48), WASI_OK);
    assert_true(guest_u64(&f, 48) == 4);
    assert_int_equal(sys_fd_seek(t, 0, -1, WASI_WHENCE_CUR, 48), WASI_OK);
    assert_true(guest_u64(&f, 48) == 3);
    assert_int_equal(sys_fd_seek(t, 0, -1, WASI_WHENCE_END, 48), WASI_OK);
    assert_true(guest_u64(&f, 48) == 9);
    assert_int_equal(sys_fd_seek(t, 0, -10, WASI_WHENCE_CUR, 48), WASI_INVAL);
    assert_int_equal(sys_fd_seek(t, 0, 0, 3, 48), WASI_INVAL);
    assert_true(guest_u64(&f, 48) == 9);
    /* The old numbers: 0 is from here, 1 from the end, 2 from the start. */
    assert_int_equal(sys_fd_seek_unstable(t, 0, -1, 0, 48), WASI_OK);
    assert_true(guest_u64(&f, 48) == 8);
    assert_int_equal(sys_fd_seek_unstable(t, 0, 1, 1, 48), WASI_OK);
    assert_true(guest_u64(&f, 48) == 11);
    assert_int_equal(sys_fd_seek_unstable(t, 0, 2, 2, 48), WASI_OK);
    assert_true(guest_u64(&f, 48) == 2);
    fixture_done(&f);
}

static void sizes(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct stat st;

    fixture_init(&f);
    host_write(&f, "file", "0123456789");
    (void)fixture_install(&f, open(host_path(&f, "file"), O_RDWR));
    assert_int_equal(sys_fd_allocate(t, 0, 5, 100), WASI_OK);
    assert_int_equal(stat(host_path(&f, "file"), &st), 0);
    assert_int_equal(st.st_size, 105);
    assert_int_equal(sys_fd_allocate(t, 0, 0, 10), WASI_OK);
    assert_int_equal(stat(host_path(&f, "file"), &st), 0);
    assert_int_equal(st.st_size, 105);
    assert_int_equal(sys_fd_allocate(t, 0, 0, 0), WASI_INVAL);
    assert_int_equal(sys_fd_allocate(t, 0, UINT64_MAX, 1), WASI_INVAL);
    assert_int_equal(sys_fd_allocate(t, 0, INT64_MAX, 1), WASI_FBIG);
    assert_int_equal(sys_fd_advise(t, 0, 0, 0, WASI_ADVICE_WILLNEED), WASI_OK);
    assert_int_equal(sys_fd_advise(t, 0, 0, 0, 6), WASI_INVAL);
    assert_int_equal(sys_fd_advise(t, 0, UINT64_MAX, 0, 0), WASI_INVAL);
    assert_int_equal(sys_fd_sync(t, 0), WASI_OK);
    assert_int_equal(sys_fd_datasync(t, 0), WASI_OK);
    fixture_done(&f);
}

static void wide_vectors(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    host_write(&f, "file", "0123456789");
    (void)fixture_install(&f, open(host_path(&f, "file"), O_RDWR));
    t->ptr_size = 8;
    guest_store_u64(t, 0, 1024);
    guest_store_u64(t, 8, 3);
    guest_store_u64(t, 16, 2048);
    guest_store_u64(t, 24, 3);
    guest_store_u64(t, 40, UINT64_MAX);
    assert_int_equal(sys_fd_read(t, 0, 0, 2, 40), WASI_OK);
    assert_true(guest_u64(&f, 40) == 6);
    assert_memory_equal(f.memory.base + 2048, "345", 4);
    guest_store_u64(t, 24, UINT64_MAX);
    assert_int_equal(sys_fd_read(t, 0, 0, 2, 40), WASI_MEMVIOLATION);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(regular_files), cmocka_unit_test(appending),
        cmocka_unit_test(access_modes),  cmocka_unit_test(seeking),
        cmocka_unit_test(sizes),         cmocka_unit_test(wide_vectors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
