/* trace_test.c: what a traced call looks like. */
#include "sys_fixture.h"

#include "sys/trace.h"

static int traced;

static void trace_init(struct fixture *f)
{
    int hfds[2];

    fixture_init(f);
    assert_int_equal(pipe2(hfds, O_NONBLOCK | O_CLOEXEC), 0);
    traced = hfds[0];
    f->process.trace_fd = hfds[1];
    f->env.pid = 7;
    host_mkdir(f, "root");
    host_write(f, "root/file", "0123456789");
    fixture_mount(f, "root::/");
    fixture_preopen(f);
    fdtable_forget_preopen(f->env.fds, 4);
    assert_int_equal(fdtable_close(f->env.fds, 4), WASI_OK);
    assert_int_equal(
        fixture_install(f, open(host_path(f, "root/file"), O_RDWR)), 4);
}

static void trace_done(struct fixture *f)
{
    (void)close(traced);
    (void)close(f->process.trace_fd);
    fixture_done(f);
}

static const struct call_info *row_of(const char *name)
{
    size_t i;

    for (i = 0; i < n_calls; i++)
        if (strcmp(calls[i].name, name) == 0)
            return &calls[i];
    fail();
    return NULL;
}

/* Make the call and compare the line, the time left out. */
static void check(struct fixture *f, const char *name, const uint64_t *args,
                  const char *want)
{
    const struct call_binding binding = {row_of(name), &call_namespaces[3]};
    char line[2048] = "";
    char *time;
    ssize_t n;

    (void)trace_call(&f->process.main, args, &binding);
    n = read(traced, line, sizeof(line) - 1);
    assert_true(n > 0 && line[n - 1] == '\n');
    time = strrchr(line, '<');
    if (time) {
        assert_true(time[2] == '.' && time[9] == '>' && time[10] == '\n');
        strcpy(time - 1, "\n");
    }
    line[strlen(line) - 1] = '\0';
    assert_string_equal(line, want);
}

#define ARGS(...) ((const uint64_t[]){__VA_ARGS__})

static void lines(void **state)
{
    struct fixture f;

    trace_init(&f);
    guest_put_iov(&f, 0x1040, 2048, 100);
    check(&f, "fd_read", ARGS(4, 0x1040, 1, 0x1038),
          "[7] fd_read(4, 0x1040, 1, 0x1038 -> 10) = 0 success");
    check(&f, "fd_read", ARGS(99, 0x1040, 1, 0x1038),
          "[7] fd_read(99, 0x1040, 1, 0x1038) = 8 badf");
    check(&f, "fd_close", ARGS(UINT32_MAX), "[7] fd_close(-1) = 8 badf");
    check(&f, "fd_seek", ARGS(4, (uint64_t)-3, 2, 16),
          "[7] fd_seek(4, -3, END, 0x10 -> 7) = 0 success");
    check(&f, "fd_seek", ARGS(4, 0, 9, 16),
          "[7] fd_seek(4, 0, 9, 0x10) = 28 inval");
    check(&f, "sched_yield", NULL, "[7] sched_yield() = 0 success");
    check(&f, "fd_fdflags_set", ARGS(4, 1),
          "[7] fd_fdflags_set(4, CLOEXEC) = 0 success");
    check(&f, "fd_fdstat_set_flags", ARGS(4, 0x105),
          "[7] fd_fdstat_set_flags(4, APPEND|NONBLOCK|0x100) = 28 inval");
    check(&f, "fd_fdstat_set_flags", ARGS(4, 0),
          "[7] fd_fdstat_set_flags(4, 0) = 0 success");
    check(&f, "fd_dup2", ARGS(4, 10, 1, 16),
          "[7] fd_dup2(4, 10, true, 0x10 -> 10) = 0 success");
    check(&f, "clock_res_get", ARGS(1, 16),
          "[7] clock_res_get(MONOTONIC, 0x10 -> 1) = 0 success");
    check(&f, "sock_open", ARGS(1, 1, 0, 16),
          "[7] sock_open(1, 1, 0, 0x10) = 52 nosys");
    trace_done(&f);
}

static void strings(void **state)
{
    struct fixture f;

    trace_init(&f);
    (void)guest_put(&f, 1024, "file");
    check(&f, "path_open", ARGS(3, 1, 1024, 4, 8, 2, 0, 4, 16),
          "[7] path_open(3, SYMLINK_FOLLOW, \"file\", 4, TRUNC, 0x2, 0x0, "
          "NONBLOCK, 0x10 -> 5) = 0 success");
    (void)guest_put(&f, 1024, "a\"b\\c\nd\033\303\251");
    check(&f, "path_unlink_file", ARGS(3, 1024, 10),
          "[7] path_unlink_file(3, \"a\\\"b\\\\c\\nd\\x1b\\xc3\\xa9\", 10) "
          "= 44 noent");
    memset(f.memory.base + 1024, 'x', 100);
    check(&f, "path_unlink_file", ARGS(3, 1024, 100),
          "[7] path_unlink_file(3, \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
          "xxxxxxxxxxxxxxxxxxxxxxxx\"..., 100) = 44 noent");
    /* Not readable; null with any length. */
    check(&f, "path_unlink_file", ARGS(3, MEMORY_SIZE, 100),
          "[7] path_unlink_file(3, 0x10000, 100) = 78 memviolation");
    check(&f, "path_unlink_file", ARGS(3, 0, UINT32_MAX),
          "[7] path_unlink_file(3, NULL, 4294967295) = 78 memviolation");
    guest_put_iov(&f, 0x1040, 1024, 3);
    guest_put_iov(&f, 0x1048, 1024, 2);
    check(&f, "fd_write", ARGS(4, 0x1040, 2, 0x1038),
          "[7] fd_write(4, [\"xxx\", \"xx\"], 2, 0x1038 -> 5) = 0 success");
    check(&f, "fd_prestat_dir_name", ARGS(3, 1024, 1),
          "[7] fd_prestat_dir_name(3, 0x400 -> \"/\", 1) = 0 success");
    guest_store_u32(&f.process.main, 16, 100);
    check(&f, "getcwd", ARGS(1024, 16),
          "[7] getcwd(0x400 -> \"/\", 0x10 -> 1) = 0 success");
    trace_done(&f);
}

static void structures(void **state)
{
    struct fixture f;
    char want[128];
    struct stat st;

    trace_init(&f);
    check(&f, "fd_fdstat_get", ARGS(3, 64),
          "[7] fd_fdstat_get(3, 0x40 -> {DIRECTORY, 0, 0x7fffbffe9b, "
          "0x7fffffffff}) = 0 success");
    assert_int_equal(stat(host_path(&f, "root/file"), &st), 0);
    (void)snprintf(want, sizeof(want),
                   "[7] fd_filestat_get(4, 0x40 -> {REGULAR_FILE, ino=%llu, "
                   "nlink=1, size=10}) = 0 success",
                   (unsigned long long)st.st_ino);
    check(&f, "fd_filestat_get", ARGS(4, 64), want);
    trace_done(&f);
}

/* One write for a line, however long it would be. */
static void cut_off(void **state)
{
    struct fixture f;
    const struct call_binding binding = {row_of("fd_write"),
                                         &call_namespaces[3]};
    const uint64_t args[] = {4, 0x1040, 100, 0x1038};
    char line[4096];
    ssize_t n;
    uint32_t i;

    trace_init(&f);
    memset(f.memory.base + 2048, 1, 64);
    for (i = 0; i < 100; i++)
        guest_put_iov(&f, 0x1040 + 8 * i, 2048, 64);
    (void)trace_call(&f.process.main, args, &binding);
    n = read(traced, line, sizeof(line));
    assert_true(n > 500 && n <= 1024 && line[n - 1] == '\n');
    assert_null(memchr(line, '\n', (size_t)n - 1));
    trace_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines),
        cmocka_unit_test(strings),
        cmocka_unit_test(structures),
        cmocka_unit_test(cut_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
