/* sys_fd_test.c: calls about descriptors themselves. */
#include "sys_fixture.h"

#include "abi/layout.h"
#include "base/limits.h"

static struct abi_fdstat fdstat(struct fixture *f, int32_t fd)
{
    struct abi_fdstat stat;

    assert_int_equal(sys_fd_fdstat_get(fixture_thread(f), fd, 4096), WASI_OK);
    assert_int_equal(guest_read(fixture_thread(f), &stat, 4096, sizeof(stat)),
                     WASI_OK);
    return stat;
}

static void duplicating(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    assert_int_equal(fixture_install(&f, open("/dev/null", O_RDONLY)), 0);
    f.env.fds->entries[0].cloexec = true;
    assert_int_equal(sys_fd_dup(t, 0, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    assert_ptr_equal(f.env.fds->entries[0].file, f.env.fds->entries[1].file);
    assert_false(f.env.fds->entries[1].cloexec);
    assert_int_equal(sys_fd_dup2(t, 0, 10, true, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 10);
    assert_true(f.env.fds->entries[10].cloexec);
    assert_int_equal(sys_fd_dup2(t, 0, 10, false, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 11);
    assert_int_equal(sys_fd_dup2(t, 0, -1, false, 16), WASI_INVAL);
    assert_int_equal(sys_fd_dup2(t, 0, LIMIT_FDS, false, 16), WASI_INVAL);
    assert_int_equal(sys_fd_dup2(t, 0, LIMIT_FDS - 1, false, 16), WASI_OK);
    assert_int_equal(sys_fd_dup2(t, 0, LIMIT_FDS - 1, false, 16), WASI_MFILE);
    /* fd_renumber copies. */
    assert_int_equal(sys_fd_renumber(t, 0, 5), WASI_OK);
    assert_non_null(fdtable_entry(f.env.fds, 0));
    assert_ptr_equal(f.env.fds->entries[5].file, f.env.fds->entries[0].file);
    assert_int_equal(sys_fd_renumber(t, 9, 5), WASI_BADF);
    assert_non_null(fdtable_entry(f.env.fds, 5));
    assert_int_equal(sys_fd_close(t, 5), WASI_OK);
    assert_int_equal(sys_fd_close(t, 5), WASI_BADF);
    fixture_done(&f);
}

static void cloexec_flag(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    (void)fixture_install(&f, open("/dev/null", O_RDONLY));
    assert_int_equal(sys_fd_fdflags_set(t, 0, WASI_FDFLAGSEXT_CLOEXEC),
                     WASI_OK);
    assert_int_equal(sys_fd_fdflags_get(t, 0, 16), WASI_OK);
    assert_int_equal(guest_load_u16(t, 16), 1);
    assert_int_equal(sys_fd_fdflags_set(t, 0, 2), WASI_INVAL);
    assert_int_equal(sys_fd_fdflags_set(t, 0, 0), WASI_OK);
    assert_int_equal(sys_fd_fdflags_get(t, 0, 16), WASI_OK);
    assert_int_equal(guest_load_u16(t, 16), 0);
    fixture_done(&f);
}

static void status_flags(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    int hfd;

    fixture_init(&f);
    host_write(&f, "file", "x");
    hfd = open(host_path(&f, "file"), O_RDWR);
    (void)fixture_install(&f, hfd);
    assert_int_equal(fdstat(&f, 0).fs_flags, 0);
    assert_int_equal(fdstat(&f, 0).fs_filetype, WASI_FILETYPE_REGULAR_FILE);
    assert_int_equal(sys_fd_fdstat_set_flags(
                         t, 0, WASI_FDFLAGS_APPEND | WASI_FDFLAGS_NONBLOCK),
                     WASI_OK);
    assert_true(fcntl(hfd, F_GETFL) & O_APPEND);
    assert_true(fcntl(hfd, F_GETFL) & O_NONBLOCK);
    assert_int_equal(fdstat(&f, 0).fs_flags,
                     WASI_FDFLAGS_APPEND | WASI_FDFLAGS_NONBLOCK);
    /* What Linux does not change is kept here. */
    assert_int_equal(sys_fd_fdstat_set_flags(t, 0, WASI_FDFLAGS_DSYNC),
                     WASI_OK);
    assert_int_equal(fdstat(&f, 0).fs_flags, WASI_FDFLAGS_DSYNC);
    assert_false(fcntl(hfd, F_GETFL) & (O_APPEND | O_NONBLOCK));
    assert_int_equal(sys_fd_fdstat_set_flags(t, 0, 1 << 5), WASI_INVAL);
    assert_int_equal(fdstat(&f, 0).fs_flags, WASI_FDFLAGS_DSYNC);
    (void)fixture_install(&f, open(host_path(&f, "file"), O_RDWR | O_SYNC));
    assert_int_equal(fdstat(&f, 1).fs_flags, WASI_FDFLAGS_SYNC);
    fixture_done(&f);
}

static void shrinking_rights(void **state)
{
    const uint64_t some = WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_TELL;
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    host_write(&f, "file", "x");
    (void)fixture_install(&f, open(host_path(&f, "file"), O_RDONLY));
    assert_int_equal(
        sys_fd_fdstat_set_rights(t, 0, some | WASI_RIGHTS_FD_WRITE, 0),
        WASI_NOTCAPABLE);
    assert_int_equal(sys_fd_fdstat_set_rights(t, 0, some, UINT64_MAX),
                     WASI_NOTCAPABLE);
    assert_int_equal(sys_fd_fdstat_set_rights(t, 0, some, 0), WASI_OK);
    assert_true(fdstat(&f, 0).fs_rights_base == some);
    assert_int_equal(sys_fd_fdstat_set_rights(t, 0, RIGHTS_ALL, 0),
                     WASI_NOTCAPABLE);
    assert_int_equal(sys_fd_tell(t, 0, 16), WASI_OK);
    assert_int_equal(sys_fd_seek(t, 0, 0, WASI_WHENCE_SET, 16),
                     WASI_NOTCAPABLE);
    assert_int_equal(sys_fd_sync(t, 0), WASI_NOTCAPABLE);
    fixture_done(&f);
}

static void pipes(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct abi_fdstat stat;

    fixture_init(&f);
    assert_int_equal(sys_fd_pipe(t, 16, 20), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 0);
    assert_int_equal(guest_u32(&f, 20), 1);
    stat = fdstat(&f, 0);
    assert_int_equal(stat.fs_filetype, WASI_FILETYPE_UNKNOWN);
    assert_true(stat.fs_rights_base & WASI_RIGHTS_FD_READ);
    assert_false(stat.fs_rights_base & WASI_RIGHTS_FD_WRITE);
    stat = fdstat(&f, 1);
    assert_false(stat.fs_rights_base & WASI_RIGHTS_FD_READ);
    assert_true(stat.fs_rights_base & WASI_RIGHTS_FD_WRITE);
    guest_put_iov(&f, 32, 64, 5);
    (void)guest_put(&f, 64, "hello");
    assert_int_equal(sys_fd_write(t, 1, 32, 1, 40), WASI_OK);
    assert_int_equal(guest_u32(&f, 40), 5);
    guest_put_iov(&f, 32, 128, 100);
    assert_int_equal(sys_fd_read(t, 0, 32, 1, 40), WASI_OK);
    assert_int_equal(guest_u32(&f, 40), 5);
    assert_memory_equal(f.memory.base + 128, "hello", 5);
    /* Wrong ends. */
    assert_int_equal(sys_fd_write(t, 0, 32, 1, 40), WASI_BADF);
    assert_int_equal(sys_fd_read(t, 1, 32, 1, 40), WASI_BADF);
    /* Nothing to seek in. */
    assert_int_equal(sys_fd_seek(t, 0, 0, WASI_WHENCE_CUR, 40), WASI_SPIPE);
    assert_int_equal(sys_fd_tell(t, 1, 40), WASI_SPIPE);
    assert_int_equal(sys_fd_pread(t, 0, 32, 1, 0, 40), WASI_SPIPE);
    assert_int_equal(sys_fd_pwrite(t, 1, 32, 1, 0, 40), WASI_SPIPE);
    /* End of file when all writers are gone. */
    assert_int_equal(sys_fd_close(t, 1), WASI_OK);
    assert_int_equal(sys_fd_read(t, 0, 32, 1, 40), WASI_OK);
    assert_int_equal(guest_u32(&f, 40), 0);
    fixture_done(&f);
}

static enum wasi_errno event_read(struct fixture *f, int32_t fd, uint32_t len,
                                  uint64_t *ret)
{
    enum wasi_errno e;

    guest_put_iov(f, 32, 64, len);
    e = sys_fd_read(fixture_thread(f), fd, 32, 1, 40);
    *ret = guest_u64(f, 64);
    return e;
}

static void events(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    uint64_t value;

    fixture_init(&f);
    assert_int_equal(sys_fd_event(t, 5, WASI_EVENTFDFLAGS_NONBLOCK, 16),
                     WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 0);
    assert_int_equal(event_read(&f, 0, 7, &value), WASI_INVAL);
    assert_int_equal(event_read(&f, 0, 0, &value), WASI_INVAL);
    assert_int_equal(event_read(&f, 0, 8, &value), WASI_OK);
    assert_true(value == 5);
    assert_int_equal(event_read(&f, 0, 8, &value), WASI_AGAIN);
    guest_store_u64(t, 64, 3);
    assert_int_equal(sys_fd_write(t, 0, 32, 1, 40), WASI_OK);
    assert_int_equal(event_read(&f, 0, 8, &value), WASI_OK);
    assert_true(value == 3);
    /* Counts beyond 32 bits, and the greatest. */
    assert_int_equal(sys_fd_event(t, UINT64_MAX - 1, 0, 16), WASI_OK);
    assert_int_equal(event_read(&f, 1, 8, &value), WASI_OK);
    assert_true(value == UINT64_MAX - 1);
    assert_int_equal(sys_fd_event(t, UINT64_MAX, 0, 16), WASI_INVAL);
    assert_int_equal(sys_fd_event(t, 0, 2, 16), WASI_INVAL);
    assert_null(fdtable_entry(f.env.fds, 2));
    assert_int_equal(sys_fd_event(t, 2, WASI_EVENTFDFLAGS_SEMAPHORE, 16),
                     WASI_OK);
    assert_int_equal(event_read(&f, 2, 8, &value), WASI_OK);
    assert_true(value == 1);
    assert_int_equal(event_read(&f, 2, 8, &value), WASI_OK);
    assert_true(value == 1);
    assert_int_equal(fdstat(&f, 2).fs_filetype, WASI_FILETYPE_UNKNOWN);
    fixture_done(&f);
}

static void preopens(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    host_mkdir(&f, "a");
    fixture_mount(&f, "a::name");
    fixture_preopen(&f);
    assert_int_equal(sys_fd_prestat_get(t, 0, 16), WASI_BADF);
    assert_int_equal(sys_fd_prestat_get(t, 6, 16), WASI_BADF);
    guest_store_u64(t, 16, UINT64_MAX);
    assert_int_equal(sys_fd_prestat_get(t, 4, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), WASI_PREOPENTYPE_DIR);
    assert_int_equal(guest_u32(&f, 20), 4);
    assert_int_equal(sys_fd_prestat_dir_name(t, 4, 32, 3), WASI_NAMETOOLONG);
    assert_int_equal(sys_fd_prestat_dir_name(t, 4, 32, 4), WASI_OK);
    assert_memory_equal(f.memory.base + 32, "name", 5);
    assert_int_equal(sys_fd_prestat_dir_name(t, 0, 32, 4), WASI_BADF);
    /* In 64-bit programs the length is further back. */
    t->ptr_size = 8;
    assert_int_equal(sys_fd_prestat_get(t, 3, 64), WASI_OK);
    assert_true(guest_u64(&f, 64) == WASI_PREOPENTYPE_DIR);
    assert_true(guest_u64(&f, 72) == 1);
    t->ptr_size = 4;
    /* They stay open, and in their place. */
    assert_int_equal(sys_fd_close(t, 4), WASI_OK);
    assert_int_equal(sys_fd_prestat_get(t, 4, 16), WASI_OK);
    assert_int_equal(sys_fd_renumber(t, 0, 4), WASI_OK);
    assert_int_equal(sys_fd_prestat_get(t, 4, 16), WASI_OK);
    assert_int_equal(fdstat(&f, 3).fs_filetype, WASI_FILETYPE_DIRECTORY);
    assert_int_equal(fdstat(&f, 3).fs_flags, 0);
    fixture_done(&f);
}

/* A program of preview 1 gets what that says. */
static void renumbering(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct file *root;

    fixture_init(&f);
    host_mkdir(&f, "a");
    fixture_mount(&f, "a::name");
    fixture_preopen(&f);
    fixture_preview1(&f);
    assert_int_equal(fixture_install(&f, open("/dev/null", O_RDONLY)), 6);
    /* The target must be open, and the source is closed. */
    assert_int_equal(sys_fd_renumber(t, 6, 7), WASI_BADF);
    assert_int_equal(sys_fd_renumber(t, 7, 6), WASI_BADF);
    assert_int_equal(sys_fd_renumber(t, 6, 6), WASI_OK);
    assert_int_equal(sys_fd_renumber(t, 6, 4), WASI_OK);
    assert_null(fdtable_entry(f.env.fds, 6));
    assert_int_equal(sys_fd_prestat_get(t, 4, 16), WASI_BADF);
    /* A preopened directory keeps its name. */
    root = fdtable_entry(f.env.fds, 3)->file;
    assert_int_equal(sys_fd_renumber(t, 3, 4), WASI_OK);
    assert_ptr_equal(fdtable_entry(f.env.fds, 4)->file, root);
    assert_int_equal(sys_fd_prestat_get(t, 4, 16), WASI_OK);
    assert_null(fdtable_entry(f.env.fds, 3));
    assert_int_equal(sys_fd_close(t, 4), WASI_OK);
    assert_null(fdtable_entry(f.env.fds, 4));
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(duplicating),      cmocka_unit_test(cloexec_flag),
        cmocka_unit_test(status_flags),     cmocka_unit_test(pipes),
        cmocka_unit_test(shrinking_rights), cmocka_unit_test(events),
        cmocka_unit_test(preopens),         cmocka_unit_test(renumbering),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
