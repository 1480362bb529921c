/*
 * hostile_contents.c: calls whose arguments are well placed and hold nonsense:
 * forged snapshots, impossible descriptor actions, lists without an end.  What
 * is refused changes nothing.
 *
 *     prog            the names of the topics
 *     prog TOPIC      try that
 */
#include "hostile.h"

#include <limits.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct state before;

/* --- proc_join --- */

struct join_case {
    uint8_t tag;
    int pid;
    uint32_t flags;
    int want;
};

static void topic_join(void)
{
    const struct join_case cases[] = {
        {2, 0, 0, E_INVAL},
        {255, 0, 0, E_INVAL},
        {1, 0, 4, E_INVAL},
        {1, -1, 0, E_CHILD},
        {1, INT_MIN, 0, E_CHILD},
        {1, INT_MAX, 0, E_CHILD},
        {1, 0x1fffffff, 0, E_CHILD},
        {1, getpid(), 0, E_CHILD},
        {1, 77777, __WASIX_JOIN_NON_BLOCKING, E_CHILD},
        {1, 1, __WASIX_JOIN_WAKE_STOPPED, E_CHILD},
    };
    struct __wasix_option_pid pid;
    struct __wasix_join_status status;
    size_t i;

    for (i = 0; i < COUNT(cases); i++) {
        note("proc_join: tag %u, pid %d, flags %#x", cases[i].tag, cases[i].pid,
             cases[i].flags);
        pid.tag = cases[i].tag;
        pid.pid = cases[i].pid;
        get_state(&before);
        expect_errno(__wasix_proc_join(&pid, cases[i].flags, &status),
                     cases[i].want);
        check_state(&before);
    }
}

/* --- Signals --- */

static void topic_signal(void)
{
    static const int pids[] = {0, -1, 1};
    static const char *const names[] = {
        "no_such_export", "memory", "_start", "", "\xff\xfe", "a\0b",
    };
    static char long_name[8192];
    size_t i;
    int pid;

    for (i = 0; i < COUNT(pids); i++) {
        note("proc_signal: pid %d", pids[i]);
        get_state(&before);
        expect_errno(__wasix_proc_signal(pids[i], 64), E_INVAL);
        expect_errno(__wasix_proc_signal(pids[i], 255), E_INVAL);
        check_state(&before);
    }
    note("proc_signal: a child that was waited for");
    pid = fork();
    if (pid == 0)
        _exit(0);
    expect_exit(status_of(pid), 0);
    expect_errno(__wasix_proc_signal(pid, SIGUSR2), E_SRCH);
    expect_errno(__wasix_proc_signal(-pid, SIGUSR2), E_SRCH);

    note("callback_signal: a name that cannot be read changes nothing");
    get_state(&before);
    __wasix_callback_signal((const char *)at_address(memory_end() - 4), 5);
    __wasix_callback_signal(names[4], 2);
    __wasix_callback_signal(names[5], 3);
    memset(long_name, 'x', sizeof(long_name));
    __wasix_callback_signal(long_name, sizeof(long_name));
    check_state(&before);
    for (i = 0; i < 4; i++) {
        int was = caught;

        note("callback_signal: %s is no handler, and blocks", names[i]);
        get_state(&before);
        __wasix_callback_signal(names[i], strlen(names[i]));
        expect_errno(__wasix_proc_signal(getpid(), SIGUSR2), E_OK);
        MUST(caught == was);
        __wasix_callback_signal("__wasm_signal", 13);
        MUST(caught == was + 1);
        before.caught++;
        check_state(&before);
    }
}

/* --- Futexes --- */

static void topic_futex(void)
{
    struct {
        uint8_t tag;
        uint64_t ns;
    } timeout = {1, 1000000};
    uint32_t at;
    uint8_t woken;

#define FUTEX(name)                                                            \
    __attribute__((import_module("wasix_32v1"), import_name(#name)))
    extern int futex_wait(uint32_t at, uint32_t expected, const void *timeout,
                          uint8_t *woken) FUTEX(futex_wait);
    extern int futex_wake(uint32_t at, uint8_t *woken) FUTEX(futex_wake);
    extern int futex_wake_all(uint32_t at, uint8_t *woken)
        FUTEX(futex_wake_all);
#undef FUTEX

    memset(arena, 0, 64);
    for (at = address(arena); at < address(arena) + 9; at++) {
        note("futex at %#x", at);
        timeout.tag = 1;
        timeout.ns = 1000000;
        expect_errno(futex_wait(at, 0, &timeout, &woken), E_OK);
        MUST(woken == 0);
        timeout.ns = UINT64_MAX;
        expect_errno(futex_wait(at, 1, &timeout, &woken), E_OK);
        MUST(woken == 1);
        timeout.tag = 255;
        timeout.ns = 0;
        expect_errno(futex_wait(at, 0, &timeout, &woken), E_OK);
        MUST(woken == 0);
        expect_errno(futex_wake(at, &woken), E_OK);
        MUST(woken == 0);
        expect_errno(futex_wake_all(at, &woken), E_OK);
        MUST(woken == 0);
    }
    note("futex on its own result");
    expect_errno(futex_wake(address(arena), arena), E_OK);
    expect_errno(futex_wait(address(arena), 1, arena + 16, arena), E_OK);
}

/* --- stack_checkpoint and stack_restore --- */

static volatile uint64_t value;

static int checkpoint(struct __wasix_stack_snapshot *snapshot)
{
    return __wasix_stack_checkpoint(snapshot, (uint64_t *)&value);
}

/* What checkpoint_and_return says the first time, and when it returns again. */
static void check_returns(int have, int first)
{
    MUST(have == first + (value != 0));
}

/* In a child of fork: what is forged ends the process. */
static void restore_forged(const char *what,
                           const struct __wasix_stack_snapshot *snapshot)
{
    int pid;

    note("stack_restore: %s", what);
    get_state(&before);
    pid = fork();
    MUST(pid >= 0);
    if (pid == 0) {
        __wasix_stack_restore(snapshot, 1);
        _exit(99);
    }
    expect_exit(status_of(pid), E_UNKNOWN);
    check_state(&before);
}

static struct __wasix_stack_snapshot good;
static volatile int returns;

__attribute__((noinline)) static int checkpoint_and_return(void)
{
    expect_errno(checkpoint(&good), E_OK);
    return ++returns;
}

__attribute__((noinline)) static uint64_t checkpoints_below(int depth)
{
    static struct __wasix_stack_snapshot many[600];
    uint64_t other;

    if (depth == 0)
        return 0;
    expect_errno(__wasix_stack_checkpoint(&many[depth], &other), E_OK);
    return checkpoints_below(depth - 1) + (uint64_t)depth;
}

static void topic_restore(void)
{
    static struct __wasix_stack_snapshot theirs;
    struct __wasix_stack_snapshot forged;
    int fds[2], pid, i;

    memset(&forged, 0, sizeof(forged));
    restore_forged("nothing was kept", &forged);
    memset(&forged, 0xff, sizeof(forged));
    restore_forged("nothing was kept, all ones", &forged);

    /* The frame is gone, and is there again. */
    note("stack_restore: into a function that has returned");
    value = 0;
    check_returns(checkpoint_and_return(), 1);
    if (value == 0)
        __wasix_stack_restore(&good, 5);
    MUST(value == 5 && returns == 2);

    for (i = 0; i < 64; i++) {
        forged = good;
        forged.hash[0] ^= UINT64_C(1) << i;
        restore_forged("one bit of its number", &forged);
        forged = good;
        forged.hash[1] ^= UINT64_C(1) << i;
        restore_forged("one bit of what follows", &forged);
    }

    note("stack_restore: where the value goes is not the guest's to say");
    value = 0;
    expect_errno(checkpoint(&good), E_OK);
    if (value == 0) {
        forged = good;
        forged.user = memory_end();
        __wasix_stack_restore(&forged, 6);
    }
    MUST(value == 6);

    /* A child's: what it kept after the fork is not here. */
    MUST(pipe(fds) == 0);
    pid = fork();
    MUST(pid >= 0);
    if (pid == 0) {
        expect_errno(checkpoint(&theirs), E_OK);
        MUST(write(fds[1], &theirs, sizeof(theirs)) == sizeof(theirs));
        _exit(0);
    }
    expect_exit(status_of(pid), 0);
    MUST(read(fds[0], &forged, sizeof(forged)) == sizeof(forged));
    MUST(close(fds[0]) == 0 && close(fds[1]) == 0);
    restore_forged("another process's", &forged);

    note("stack_restore: after many, and deep ones");
    MUST(checkpoints_below(599) == 599 * 600 / 2);
    value = 0;
    check_returns(checkpoint_and_return(), 3);
    MUST(checkpoints_below(599) == 599 * 600 / 2);
    if (value == 0)
        __wasix_stack_restore(&good, 7);
    MUST(value == 7);
}

/* --- Lists of strings, and names --- */

/* The four ways in which a program is named and given lists. */
static int text_exec(const char *name, size_t name_len, const char *args,
                     size_t args_len, const char *envs, size_t envs_len)
{
    extern int exec3(const char *name, size_t name_len, const char *args,
                     size_t args_len, const char *envs, size_t envs_len,
                     int search, const char *path, size_t path_len)
        __attribute__((import_module("wasix_32v1"), import_name("proc_exec3")));

    return exec3(name, name_len, args, args_len, envs, envs_len, 0, NULL, 0);
}

static int text_spawn(const char *name, size_t name_len, const char *args,
                      size_t args_len, const char *envs, size_t envs_len)
{
    extern int spawn2(const char *name, size_t name_len, const char *args,
                      size_t args_len, const char *envs, size_t envs_len,
                      const void *ops, size_t n_ops, const void *dispositions,
                      size_t n_dispositions, int search, const char *path,
                      size_t path_len, int *ret_pid)
        __attribute__((import_module("wasix_32v1"),
                       import_name("proc_spawn2")));
    int pid = -1;
    int e = spawn2(name, name_len, args, args_len, envs, envs_len, NULL, 0,
                   NULL, 0, 0, NULL, 0, &pid);

    MUST(e == 0 || pid == -1);
    return e;
}

static int list_exec(const char *name, size_t name_len, char *const *args,
                     size_t n_args, char *const *envs, size_t n_envs)
{
    return __wasix_proc_exec4(name, name_len, args, n_args, envs, n_envs, 0,
                              NULL, 0);
}

static int list_spawn(const char *name, size_t name_len, char *const *args,
                      size_t n_args, char *const *envs, size_t n_envs)
{
    int pid = -1;
    int e = __wasix_proc_spawn3(name, name_len, args, n_args, envs, n_envs,
                                NULL, 0, NULL, 0, 0, NULL, 0, &pid);

    MUST(e == 0 || pid == -1);
    return e;
}

#define MIB (1u << 20)

static char big[3 * MIB];
static char *pointers[600000];

static void refused(const char *what, int e, int want)
{
    note("%s", what);
    expect_errno(e, want);
    check_state(&before);
}

static void topic_names(void)
{
    static const struct {
        const char *text;
        uint32_t len;
        int want;
    } names[] = {
        {"", 0, E_NOENT},
        {"/data/chi\0ld", 12, E_INVAL},
        {"/data/\xc0\x80", 8, E_INVAL},
        {"/data/missing", 13, E_NOENT},
        {"/data", 5, E_ACCES},
        {"/data/fifo", 10, E_ACCES},
        {"/data/file/child", 16, E_NOTDIR},
        {"/data/file", 10, E_NOEXEC},
        {"/data/script", 12, E_NOENT},
        {"/data/loop", 10, 32 /* loop */},
        {big, 4097, E_NAMETOOLONG},
        {big, sizeof(big), E_NAMETOOLONG},
    };
    static char *const args[] = {(char *)"child"};
    size_t i;

    memset(big, 'x', sizeof(big));
    get_state(&before);
    for (i = 0; i < COUNT(names); i++) {
        const char *text = names[i].text;
        uint32_t len = names[i].len;
        int want = names[i].want;

        note("%u bytes: %.20s", len, text);
        refused("exec3", text_exec(text, len, "child", 5, NULL, 0), want);
        refused("spawn2", text_spawn(text, len, "child", 5, NULL, 0), want);
        refused("exec4", list_exec(text, len, args, 1, NULL, 0), want);
        refused("spawn3", list_spawn(text, len, args, 1, NULL, 0), want);
    }
}

/* Lists as one text. */
static void topic_texts(void)
{
    static const struct {
        const char *text;
        uint32_t len;
        int as_args, as_envs;
    } texts[] = {
        {big, sizeof(big), E_2BIG, E_2BIG}, {"a\nb\0c\n", 6, E_INVAL, E_INVAL},
        {"\xff", 1, E_OK, E_INVAL},         {"NAME", 4, E_OK, E_INVAL},
        {"A=1\nNAME\n", 9, E_OK, E_INVAL},
    };
    size_t i;

    memset(big, 'x', sizeof(big));
    get_state(&before);
    for (i = 0; i < COUNT(texts); i++) {
        const char *text = texts[i].text;
        uint32_t len = texts[i].len;

        note("%u bytes: %.20s", len, text);
        if (texts[i].as_args) {
            refused("exec3's arguments",
                    text_exec(CHILD, 11, text, len, NULL, 0), texts[i].as_args);
            refused("spawn2's arguments",
                    text_spawn(CHILD, 11, text, len, NULL, 0),
                    texts[i].as_args);
        }
        refused("exec3's environment", text_exec(CHILD, 11, "a", 1, text, len),
                texts[i].as_envs);
        refused("spawn2's environment",
                text_spawn(CHILD, 11, "a", 1, text, len), texts[i].as_envs);
    }
}

/* Lists of pointers. */
static void refused_list(const char *what, size_t n, int want)
{
    note("%s", what);
    refused("exec4's arguments", list_exec(CHILD, 11, pointers, n, NULL, 0),
            want);
    refused("spawn3's arguments", list_spawn(CHILD, 11, pointers, n, NULL, 0),
            want);
    refused("exec4's environment", list_exec(CHILD, 11, NULL, 0, pointers, n),
            want);
    refused("spawn3's environment", list_spawn(CHILD, 11, NULL, 0, pointers, n),
            want);
}

static void topic_lists(void)
{
    size_t i;

    memset(big, 'x', sizeof(big));
    big[sizeof(big) - 1] = '\0';
    memset(arena + PAGE - 8, 'x', 8);
    get_state(&before);
    pointers[0] = (char *)"child";
    pointers[1] = (char *)at_address(UINT32_MAX);
    refused_list("the last byte there could be", 2, E_MEMVIOLATION);
    pointers[1] = (char *)at_address(memory_end());
    refused_list("behind memory", 2, E_MEMVIOLATION);
    pointers[1] = (char *)at_address(memory_end() - 8);
    refused_list("a string without an end", 2, E_MEMVIOLATION);
    pointers[1] = big;
    refused_list("a long string", 2, E_2BIG);
    for (i = 0; i < COUNT(pointers); i++)
        pointers[i] = big + sizeof(big) - 4;
    refused_list("many strings", COUNT(pointers), E_2BIG);
    pointers[COUNT(pointers) - 1] = (char *)at_address(UINT32_MAX);
    refused_list("more than there may be", 2 * MIB + 1, E_2BIG);
}

/* --- Spawning --- */

#define MADE "/data/made"

static const struct __wasix_fd_op make = {
    .cmd = __WASIX_FD_OP_OPEN,
    .fd = 40,
    .path = MADE,
    .path_len = sizeof(MADE) - 1,
    .oflags = 1, /* create */
    .rights_base = UINT64_MAX,
};

static char *const child_args[] = {(char *)"child"};

static int spawn_ops(const struct __wasix_fd_op *ops, size_t n)
{
    int pid = -1;
    int e = __wasix_proc_spawn3(CHILD, 11, child_args, 1, NULL, 0, ops, n, NULL,
                                0, 0, NULL, 0, &pid);

    MUST(e == 0 || pid == -1);
    if (e == 0)
        expect_exit(status_of(pid), CHILD_EXIT);
    return e;
}

/* An action that can be seen to be wrong before anything is done: behind one
 * that would make a file. */
static void bad_op(const char *what, const struct __wasix_fd_op *op, int want)
{
    const struct __wasix_fd_op ops[2] = {make, *op};

    note("spawn: %s", what);
    get_state(&before);
    expect_errno(spawn_ops(op, 1), want);
    check_state(&before);
    expect_errno(spawn_ops(ops, 2), want);
    check_state(&before);
}

#define BAD_OP(what, want, ...)                                                \
    do {                                                                       \
        struct __wasix_fd_op op_ = {__VA_ARGS__};                              \
                                                                               \
        bad_op((what), &op_, (want));                                          \
    } while (0)

/* An action that fails when its turn has come. */
#define FAILING_OP(what, want, ...)                                            \
    do {                                                                       \
        struct __wasix_fd_op op_ = {__VA_ARGS__};                              \
                                                                               \
        refused((what), spawn_ops(&op_, 1), (want));                           \
    } while (0)

static void bad_op_paths(uint8_t cmd)
{
    uint32_t end = memory_end();

    BAD_OP("a path at the end", E_MEMVIOLATION, .cmd = cmd, .fd = 41,
           .path = (char *)at_address(end), .path_len = 1);
    BAD_OP("a path over the end", E_MEMVIOLATION, .cmd = cmd, .fd = 41,
           .path = (char *)at_address(end - 3), .path_len = 4);
    BAD_OP("a path that wraps", E_MEMVIOLATION, .cmd = cmd, .fd = 41,
           .path = (char *)at_address(UINT32_MAX), .path_len = UINT32_MAX);
    BAD_OP("a path of any length", E_MEMVIOLATION, .cmd = cmd, .fd = 41,
           .path = MADE, .path_len = UINT32_MAX);
    BAD_OP("a long path", E_NAMETOOLONG, .cmd = cmd, .fd = 41, .path = big,
           .path_len = 5000);
    BAD_OP("a path with a NUL", E_INVAL, .cmd = cmd, .fd = 41, .path = "/\0a",
           .path_len = 3);
    BAD_OP("a path of no text", E_INVAL, .cmd = cmd, .fd = 41, .path = "/\xff",
           .path_len = 2);
}

static void topic_actions(void)
{
    static const int fds[] = {-1, INT_MIN};
    static const int far[] = {65536, INT_MAX};
    size_t i;

    memset(big, 'x', sizeof(big));
    BAD_OP("no such action", E_INVAL, .cmd = 5);
    BAD_OP("no such action", E_INVAL, .cmd = 255);
    bad_op_paths(__WASIX_FD_OP_OPEN);
    bad_op_paths(__WASIX_FD_OP_CHDIR);
    for (i = 0; i < COUNT(fds); i++) {
        BAD_OP("open as a negative one", E_BADF, .cmd = __WASIX_FD_OP_OPEN,
               .fd = fds[i], .path = MADE, .path_len = 10, .oflags = 1);
        BAD_OP("dup2 to a negative one", E_BADF, .cmd = __WASIX_FD_OP_DUP2,
               .fd = fds[i], .src_fd = 1);
    }
    for (i = 0; i < COUNT(far); i++) {
        BAD_OP("open as one too far", E_MFILE, .cmd = __WASIX_FD_OP_OPEN,
               .fd = far[i], .path = MADE, .path_len = 10, .oflags = 1);
        BAD_OP("dup2 to one too far", E_MFILE, .cmd = __WASIX_FD_OP_DUP2,
               .fd = far[i], .src_fd = 1);
    }
    BAD_OP("reserved oflags", E_INVAL, .cmd = __WASIX_FD_OP_OPEN, .fd = 41,
           .path = MADE, .path_len = 10, .oflags = 0x8001);
    BAD_OP("reserved fdflags", E_INVAL, .cmd = __WASIX_FD_OP_OPEN, .fd = 41,
           .path = MADE, .path_len = 10, .oflags = 1, .fdflags = 0x8000);
    BAD_OP("reserved fdflagsext", E_INVAL, .cmd = __WASIX_FD_OP_OPEN, .fd = 41,
           .path = MADE, .path_len = 10, .oflags = 1, .fdflagsext = 2);
    BAD_OP("reserved dirflags", E_INVAL, .cmd = __WASIX_FD_OP_OPEN, .fd = 41,
           .path = MADE, .path_len = 10, .oflags = 1, .dirflags = 0x80000000);

    get_state(&before);
    FAILING_OP("dup2 of a negative one", E_BADF, .cmd = __WASIX_FD_OP_DUP2,
               .fd = 41, .src_fd = -1);
    FAILING_OP("dup2 of one not open", E_BADF, .cmd = __WASIX_FD_OP_DUP2,
               .fd = 41, .src_fd = 60);
    FAILING_OP("dup2 of one not open to itself", E_BADF,
               .cmd = __WASIX_FD_OP_DUP2, .fd = 60, .src_fd = 60);
    FAILING_OP("fchdir to a negative one", E_BADF, .cmd = __WASIX_FD_OP_FCHDIR,
               .fd = -1);
    FAILING_OP("fchdir to one too far", E_BADF, .cmd = __WASIX_FD_OP_FCHDIR,
               .fd = INT_MAX);
    FAILING_OP("fchdir to a file", E_NOTDIR, .cmd = __WASIX_FD_OP_FCHDIR,
               .fd = 30);
    FAILING_OP("chdir to nowhere", E_NOENT, .cmd = __WASIX_FD_OP_CHDIR,
               .path = "/nowhere", .path_len = 8);
    FAILING_OP("close what is not open", E_OK, .cmd = __WASIX_FD_OP_CLOSE,
               .fd = -1);
    FAILING_OP("close what is far", E_OK, .cmd = __WASIX_FD_OP_CLOSE,
               .fd = INT_MAX);
}

static void topic_dispositions(void)
{
    static const struct {
        uint8_t list[4];
        size_t n;
    } cases[] = {
        {{0, 0}, 1},           {{32, 0}, 1},  {{64, 1}, 1},
        {{255, 255}, 1},       {{10, 2}, 1},  {{10, 255}, 1},
        {{10, 1, 12, 255}, 2}, {{10, 1}, 32}, {{10, 1}, 1000},
    };
    size_t i;
    int pid = -1;

    for (i = 0; i < COUNT(cases); i++) {
        memset(arena, SIGUSR1, 2048);
        memcpy(arena, cases[i].list, sizeof(cases[i].list));
        note("dispositions: %u %u, %u of them", arena[0], arena[1],
             (unsigned)cases[i].n);
        get_state(&before);
        expect_errno(__wasix_proc_spawn3(
                         CHILD, 11, child_args, 1, NULL, 0, &make, 1,
                         (const struct __wasix_disposition *)(void *)arena,
                         cases[i].n, 0, NULL, 0, &pid),
                     E_INVAL);
        MUST(pid == -1);
        check_state(&before);
    }
}

/* What its parent catches, a child does not. */
static void topic_caught(void)
{
    static char *const args[] = {(char *)"sleeper"};
    int pid, status;

    note("a child without handlers of a parent with one");
    MUST(__wasix_proc_spawn3("/data/sleeper", 13, args, 1, NULL, 0, NULL, 0,
                             NULL, 0, 0, NULL, 0, &pid) == 0);
    MUST(kill(pid, SIGUSR2) == 0);
    status = status_of(pid);
    MUST(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR2);
}

/* Refused ones leave nothing behind that could run out. */
static void topic_many(void)
{
    const struct __wasix_fd_op op = {.cmd = __WASIX_FD_OP_DUP2, .src_fd = 60};
    const struct __wasix_fd_op fine = {.cmd = __WASIX_FD_OP_CLOSE, .fd = 60};
    int i;

    note("20000 spawns that are refused");
    get_state(&before);
    for (i = 0; i < 20000; i++)
        expect_errno(spawn_ops(&op, 1), E_BADF);
    check_state(&before);
    expect_errno(spawn_ops(&fine, 1), E_OK);
}

/* --- In a child that lives in its parent's process --- */

/* What a refused call must not change for the child either. */
static void refusals_in_child(void)
{
    const struct __wasix_fd_op op = {.cmd = 99};
    static struct state mine;

    get_state(&mine);
    expect_errno(text_exec("/data/missing", 13, "a", 1, NULL, 0), E_NOENT);
    check_state(&mine);
    expect_errno(list_exec(CHILD, UINT32_MAX, NULL, 0, NULL, 0),
                 E_MEMVIOLATION);
    check_state(&mine);
    expect_errno(spawn_ops(&op, 1), E_INVAL);
    check_state(&mine);
}

static void topic_vfork(void)
{
    extern void exec2(const char *name, size_t name_len, const char *args,
                      size_t args_len, const char *envs, size_t envs_len)
        __attribute__((import_module("wasix_32v1"), import_name("proc_exec2")));
    struct __wasix_stack_snapshot forged;
    int pid, status;

    get_state(&before);
    note("in a vfork child");
    pid = vfork();
    if (pid == 0) {
        refusals_in_child();
        _exit(5);
    }
    expect_exit(status_of(pid), 5);
    check_state(&before);

    note("in a vfork child: proc_exec2 of what is missing");
    pid = vfork();
    if (pid == 0) {
        exec2("/data/missing", 13, "a", 1, NULL, 0);
        fail("it came back");
    }
    expect_exit(status_of(pid), E_NOENT);
    check_state(&before);

    note("in a vfork child: proc_exec2 with a name out of range");
    pid = vfork();
    if (pid == 0) {
        exec2((char *)at_address(UINT32_MAX), 13, "a", 1, NULL, 0);
        fail("it came back");
    }
    expect_exit(status_of(pid), E_MEMVIOLATION);
    check_state(&before);

    note("in a vfork child: stack_restore of a forged snapshot");
    pid = vfork();
    if (pid == 0) {
        memset(&forged, 0xa5, sizeof(forged));
        __wasix_stack_restore(&forged, 1);
        fail("it came back");
    }
    expect_exit(status_of(pid), E_UNKNOWN);
    check_state(&before);

    note("in a vfork child: a trap");
    pid = vfork();
    if (pid == 0)
        __builtin_trap();
    MUST(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
    MUST(WTERMSIG(status) == SIGILL);
    check_state(&before);
}

static void topic_fork_env(void)
{
    extern int fork_env(int *ret_pid) __attribute__((
        import_module("wasix_32v1"), import_name("proc_fork_env")));
    int pid, inner;

    get_state(&before);
    note("in a child of proc_fork_env");
    expect_errno(fork_env(&pid), E_OK);
    MUST(getpid() != before.pid);
    expect_errno(fork_env(&inner), E_NOTSUP);
    refusals_in_child();
    __wasix_proc_exit2(6);
    MUST(getpid() == before.pid);
    expect_exit(status_of(pid), 6);
    check_state(&before);
}

/* A snapshot of a vfork child's, used when it is gone, and its parent's, used
 * in the child: strange, but nobody comes to harm. */
static void topic_vfork_restore(void)
{
    static struct __wasix_stack_snapshot outer, inner;
    static volatile int rounds;
    volatile int pid;

    note("the parent's in the child");
    value = 0;
    expect_errno(checkpoint(&outer), E_OK);
    if (value == 0) {
        pid = vfork();
        if (pid == 0)
            __wasix_stack_restore(&outer, 8);
        /* When that child has ended, below. */
        MUST(getpid() == before.pid);
        expect_exit(status_of(pid), 10);
        _exit(11);
    }
    MUST(value == 8 && getpid() != before.pid);
    note("the child's in the child and in the parent");
    value = 0;
    pid = vfork();
    if (pid == 0) {
        expect_errno(checkpoint(&inner), E_OK);
        _exit(rounds++ == 0 ? 9 : 10);
    }
    if (value == 0)
        __wasix_stack_restore(&inner, 9);
    fail("nobody comes by here: pid %d", pid);
}

static void topic_jumps(void)
{
    int pid = fork();

    MUST(pid >= 0);
    if (pid == 0) {
        get_state(&before);
        topic_vfork_restore();
        _exit(99);
    }
    expect_exit(status_of(pid), 11);
}

static const struct {
    const char *name;
    void (*run)(void);
} topics[] = {
    {"join", topic_join},
    {"signal", topic_signal},
    {"futex", topic_futex},
    {"restore", topic_restore},
    {"names", topic_names},
    {"texts", topic_texts},
    {"lists", topic_lists},
    {"actions", topic_actions},
    {"dispositions", topic_dispositions},
    {"caught", topic_caught},
    {"many", topic_many},
    {"vfork", topic_vfork},
    {"fork_env", topic_fork_env},
    {"jumps", topic_jumps},
};

int main(int argc, char **argv)
{
    size_t i;

    for (i = 0; i < COUNT(topics); i++) {
        if (argc < 2)
            note("%s", topics[i].name);
        else if (strcmp(argv[1], topics[i].name) == 0) {
            prepare();
            topics[i].run();
            check_alive();
            note("done");
        }
    }
    return 0;
}
