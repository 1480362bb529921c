/*
 * guest64.c: a program with 64-bit pointers, for cli_test.py: no libc, only
 * imports.  Says what it finds, a line each; the test has the expected text.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

#define IMPORT(module, name)                                                   \
    __attribute__((import_module(module), import_name(#name))) int name
#define WASIX(name) IMPORT("wasix_64v1", name)
#define P1(name)    IMPORT("wasi_snapshot_preview1", name)

struct iovec {
    void *buf;
    u64 len;
};

struct prestat {
    u8 tag;
    u64 name_len;
};

struct spawn_op {
    u8 cmd;
    int fd, src_fd;
    const char *path;
    u64 path_len;
    u32 dirflags;
    u16 oflags;
    u64 rights_base, rights_inheriting;
    u16 fdflags, fdflagsext;
};

struct subscription {
    u64 userdata;
    u64 tag; /* and padding */
    u32 id;
    u64 timeout, precision;
    u16 flags;
};

_Static_assert(sizeof(struct iovec) == 16, "iovec");
_Static_assert(sizeof(struct spawn_op) == 64, "proc_spawn_fd_op");
_Static_assert(sizeof(struct subscription) == 48, "subscription");

P1(args_sizes_get)(u64 *n, u64 *bytes);
P1(args_get)(char **argv, char *buf);
P1(environ_sizes_get)(u64 *n, u64 *bytes);
P1(fd_prestat_get)(int fd, struct prestat *out);
P1(fd_prestat_dir_name)(int fd, char *out, u64 len);
P1(fd_seek)(int fd, u64 offset, int whence, u64 *out);
P1(fd_readdir)(int fd, void *buf, u64 len, u64 cookie, u64 *used);
P1(fd_filestat_get)(int fd, void *out);
P1(path_symlink)(const char *old, u64 old_len, int fd, const char *name,
                 u64 len);
P1(path_readlink)(int fd, const char *name, u64 len, char *buf, u64 room,
                  u64 *used);
P1(random_get)(void *buf, u64 len);
P1(clock_time_get)(int id, u64 precision, u64 *out);
WASIX(fd_write)(int fd, const struct iovec *iovs, u64 n, u64 *written);
WASIX(fd_read)(int fd, const struct iovec *iovs, u64 n, u64 *got);
WASIX(fd_close)(int fd);
WASIX(fd_pipe)(int *rd, int *wr);
WASIX(path_open2)(int fd, int dirflags, const char *path, u64 len, int oflags,
                  u64 rights, u64 inheriting, int fdflags, int ext, int *out);
WASIX(getcwd)(char *buf, u64 *len);
WASIX(poll_oneoff)(const struct subscription *subs, void *events, u64 n,
                   u64 *n_out);
WASIX(proc_id)(int *out);
WASIX(proc_fork)(int copy, int *pid);
WASIX(proc_join)(void *pid, int flags, void *status);
WASIX(proc_spawn3)(const char *name, u64 len, char *const *argv, u64 n_args,
                   char *const *envp, u64 n_envs, const struct spawn_op *ops,
                   u64 n_ops, const void *signals, u64 n_signals, int search,
                   const char *path, u64 path_len, int *pid);
WASIX(proc_raise)(int sig);
WASIX(futex_wake)(int *futex, u8 *woken);
WASIX(stack_checkpoint)(void *snapshot, u64 *val);
__attribute__((import_module("wasix_64v1"), import_name("stack_restore"))) void
stack_restore(void *snapshot, u64 val);
__attribute__((import_module("wasix_64v1"),
               import_name("callback_signal"))) void
callback_signal(const char *name, u64 len);
__attribute__((import_module("wasix_64v1"), import_name("proc_exit2"),
               noreturn)) void
proc_exit2(int code);

static u64 length(const char *text)
{
    u64 n = 0;

    while (text[n])
        n++;
    return n;
}

static void write_to(int fd, const char *text, u64 len)
{
    /* In two parts, so that the second vector counts. */
    const struct iovec iovs[] = {{(void *)text, len / 2},
                                 {(void *)(text + len / 2), len - len / 2}};
    u64 written = 0;

    if (fd_write(fd, iovs, 2, &written) || written != len)
        proc_exit2(99);
}

static void print(const char *text)
{
    write_to(1, text, length(text));
}

static void number(u64 n)
{
    char text[24];
    char *at = text + sizeof(text);

    *--at = '\0';
    do
        *--at = (char)('0' + n % 10);
    while (n /= 10);
    print(at);
}

static void say(const char *what, u64 n)
{
    print(what);
    print(" ");
    number(n);
    print("\n");
}

static int same(const char *a, const char *b, u64 n)
{
    while (n && *a == *b)
        a++, b++, n--;
    return n == 0;
}

static void arguments(void)
{
    u64 n = 0, bytes = 0, i;
    char *argv[8], buf[256];

    say("args_sizes_get", (u64)args_sizes_get(&n, &bytes));
    say("args", n);
    say("args_get", (u64)args_get(argv, buf));
    for (i = 1; i < n; i++) {
        print(argv[i]);
        print("\n");
    }
    say("environ_sizes_get", (u64)environ_sizes_get(&n, &bytes));
    say("environ", n);
}

static void files(void)
{
    struct prestat stat = {9, 0};
    char name[16] = "", text[16] = "", dir[512];
    const struct iovec iov[] = {{text, 4}, {text + 4, 12}};
    struct {
        u64 dev, ino;
        u8 type;
        u64 nlink, size, times[3];
    } filestat;
    u64 at = 0, got = 0;
    int fd = -1;

    say("fd_prestat_get", (u64)fd_prestat_get(3, &stat));
    say("tag", stat.tag);
    say("length", stat.name_len);
    say("fd_prestat_dir_name", (u64)fd_prestat_dir_name(3, name, 16));
    print(name);
    print("\n");
    say("path_open2",
        (u64)path_open2(3, 0, "new", 3, 1, ~0ul, ~0ul, 0, 0, &fd));
    write_to(fd, "some text", 9);
    say("fd_seek", (u64)fd_seek(fd, 2, 0, &at));
    say("at", at);
    say("fd_read", (u64)fd_read(fd, iov, 2, &got));
    say("got", got);
    print(text);
    print("\n");
    say("fd_filestat_get", (u64)fd_filestat_get(fd, &filestat));
    say("size", filestat.size);
    say("fd_close", (u64)fd_close(fd));
    say("path_symlink", (u64)path_symlink("new", 3, 3, "link", 4));
    say("path_readlink",
        (u64)path_readlink(3, "link", 4, text, sizeof(text), &got));
    say("used", got);
    say("fd_readdir", (u64)fd_readdir(3, dir, sizeof(dir), 0, &got));
    say("some", got > 24 * 4);
    got = sizeof(dir);
    say("getcwd", (u64)getcwd(dir, &got));
    say("length", got);
}

static void time(void)
{
    const struct subscription sub = {77, 0, 1, 1000000, 0, 0};
    u64 before = 0, after = 0, n = 0, event[4] = {0};

    say("clock_time_get", (u64)clock_time_get(1, 0, &before));
    say("poll_oneoff", (u64)poll_oneoff(&sub, event, 1, &n));
    say("events", n);
    say("userdata", event[0]);
    (void)clock_time_get(1, 0, &after);
    say("slept", after >= before + 1000000);
}

static void join(void)
{
    struct {
        u8 tag;
        int pid;
    } any = {0, 0};
    struct {
        u8 tag;
        u16 code, signal;
    } status = {9, 9, 9};

    say("proc_join", (u64)proc_join(&any, 0, &status));
    say("tag", status.tag);
    say("code", status.code);
}

static void processes(void)
{
    static int counter = 1;
    char text[8] = "";
    const struct iovec iov = {text, sizeof(text)};
    int rd = -1, wr = -1, pid = -1;
    u64 got = 0;

    say("fd_pipe", (u64)fd_pipe(&rd, &wr));
    if (proc_fork(1, &pid))
        proc_exit2(98);
    if (pid == 0) {
        counter = 2;
        write_to(wr, "child", 5);
        proc_exit2(3);
    }
    say("fd_read", (u64)fd_read(rd, &iov, 1, &got));
    print(text);
    print("\n");
    join();
    say("counter", (u64)counter);
}

static void spawn(char *self)
{
    char *const argv[] = {self, "spawned"};
    char *const envp[] = {"A=1", "B=2"};
    struct spawn_op op = {.cmd = 1, .src_fd = 1, .fd = 9};
    int pid = -1, e;

    e = proc_spawn3(self, length(self), argv, 2, envp, 2, &op, 1, 0, 0, 0, 0, 0,
                    &pid);
    /* The child prints too: not at the same time. */
    join();
    say("proc_spawn3", (u64)e);
}

static void spawned(void)
{
    u64 n = 0, bytes;

    (void)environ_sizes_get(&n, &bytes);
    write_to(9, "spawned\n", 8);
    proc_exit2((int)n);
}

static volatile int caught;

__attribute__((export_name("on_signal"))) void on_signal(int sig)
{
    volatile char room[64];

    room[0] = (char)sig;
    caught = room[0];
}

static void signals(void)
{
    callback_signal("on_signal", 9);
    say("proc_raise", (u64)proc_raise(10));
    say("caught", (u64)caught);
}

static void jump(void)
{
    u64 snapshot[3], val = 9;
    volatile int tries = 0;

    (void)stack_checkpoint(snapshot, &val);
    say("checkpoint", val);
    if (++tries == 1 && val == 0)
        stack_restore(snapshot, (u64)5 << 32);
}

/* Addresses that 32 bits cannot hold: with a memory that has them, and before
 * it is that large. */
static void far(void)
{
    char *const there = (char *)((u64)5 << 30);
    u64 *const before = (u64 *)((u64)1 << 32);
    struct iovec iov = {there, 4};
    u64 out = 0;
    int pid;

    say("far fd_write", (u64)fd_write(1, &iov, 1, &out));
    iov.buf = "text";
    iov.len = (u64)1 << 32 | 4;
    say("long fd_write", (u64)fd_write(1, &iov, 1, &out));
    iov.len = 4;
    say("far vector", (u64)fd_write(1, (struct iovec *)before, 1, &out));
    say("far count", (u64)fd_write(1, &iov, (u64)1 << 32 | 1, &out));
    say("far out", (u64)fd_write(1, &iov, 1, before));
    say("far args", (u64)args_get((char **)before, (char *)&out));
    say("far random", (u64)random_get((char *)-8ul, 16));
    say("far pipe", (u64)fd_pipe((int *)before, &pid));
    say("far fork", (u64)proc_fork(1, (int *)before));
    say("far open",
        (u64)path_open2(3, 0, (char *)before, 3, 0, 0, 0, 0, 0, &pid));
    say("far futex", (u64)futex_wake((int *)before, (u8 *)&out));
    say("grow", __builtin_wasm_memory_grow(0, 6 << 14) > 0);
    for (pid = 0; pid < 4; pid++)
        there[pid] = "far\n"[pid];
    iov.buf = there;
    say("fd_write", (u64)fd_write(1, &iov, 1, &out));
    say("written", out);
    say("random", (u64)random_get(there, 8));
    say("same", (u64)same(there, "far\n", 4));
}

__attribute__((export_name("_start"))) void _start(void)
{
    char *argv[8], buf[256];
    u64 n = 0, bytes = 0;
    int pid = 0;

    if (args_sizes_get(&n, &bytes) || n > 8 || bytes > sizeof(buf) ||
        args_get(argv, buf))
        proc_exit2(97);
    if (n == 2 && same(argv[1], "spawned", 8))
        spawned();
    arguments();
    files();
    time();
    say("proc_id", (u64)proc_id(&pid));
    say("pid", (u64)pid);
    processes();
    spawn(argv[0]);
    signals();
    jump();
    far();
}
