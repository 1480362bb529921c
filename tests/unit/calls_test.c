/*
 * calls_test.c: the table of calls: linking, unpacking of arguments, and every
 * call of this directory with arguments that no honest guest has.
 */
#include "sys_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

#include "sys/trace.h"

static struct name name_of(const char *text)
{
    return (struct name){text, (uint32_t)strlen(text)};
}

/* "ii:i" is (i32, i32) -> (i32), and so on. */
static const struct functype *type_of(const char *text)
{
    valtype types[32];
    uint32_t n[2] = {0, 0};
    valtype *at = types;
    uint32_t side = 0;

    for (; *text; text++) {
        if (*text == ':')
            side = 1;
        else
            *at++ = *text == 'i' ? VT_I32 : *text == 'I' ? VT_I64 : VT_F64;
        n[side] += *text != ':';
    }
    return functype_intern(n[0], types, n[1], types + n[0]);
}

static const struct call_info *find(const char *ns, const char *name,
                                    const char *type, struct error *err)
{
    return calls_find(name_of(ns), name_of(name), type_of(type), 4, err);
}

static void finds_rows(void **state)
{
    static const struct {
        const char *ns, *name, *type;
    } good[] = {
        {"wasi_unstable", "fd_write", "iiii:i"},
        {"wasi_snapshot_preview1", "fd_write", "iiii:i"},
        {"wasix_32v1", "fd_write", "iiii:i"},
        {"wasix_64v1", "fd_write", "iIII:i"},
        {"wasix_32v1", "fd_dup", "ii:i"},
        {"wasix_64v1", "path_open2", "iiIIiIIiiI:i"},
        {"wasi_snapshot_preview1", "proc_exit", "i:"},
        {"wasi_snapshot_preview1", "sched_yield", ":i"},
        {"wasix_32v1", "proc_join", "iii:i"},
        {"wasix_32v1", "proc_join", "ii:i"},
        {"wasi", "thread-spawn", "i:i"},
        {"wasix_32v1", "sock_open", "iiii:i"},
    };
    static const struct {
        const char *ns, *name, *type, *text;
    } bad[] = {
        {"wasi", "fd_write", "iiii:i", "unknown import wasi.fd_write"},
        {"env", "fd_write", "iiii:i", "unknown import env.fd_write"},
        {"wasi_snapshot_preview1", "fd_dup", "ii:i", "unknown import"},
        {"wasix_32v1", "fd_writ", "iiii:i", "unknown import"},
        {"wasix_32v1", "fd_write\nx", "iiii:i", "fd_write\\x0ax"},
        {"wasix_32v1", "fd_write", "iii:i", "but the call's type is"},
        {"wasix_32v1", "fd_write", "iIII:i", "(i32, i32, i32, i32)"},
        {"wasix_64v1", "fd_write", "iiii:i", "(i32, i64, i64, i64)"},
        {"wasix_32v1", "fd_write", "iiii:", "(i32, i32, i32, i32)"},
        {"wasix_32v1", "fd_write", "iiii:I", "has type"},
        {"wasix_32v1", "fd_write", "iiif:i", "f64"},
        {"wasix_32v1", "proc_join", "i:i", " or "},
        {"wasi_snapshot_preview1", "proc_exit", "i:i", "(i32) -> ()"},
    };
    struct error err = ERROR_INIT;
    size_t i;

    for (i = 0; i < countof(good); i++) {
        const struct call_info *info =
            find(good[i].ns, good[i].name, good[i].type, &err);

        assert_non_null(info);
        assert_string_equal(info->name, good[i].name);
    }
    for (i = 0; i < countof(bad); i++) {
        assert_null(find(bad[i].ns, bad[i].name, bad[i].type, &err));
        assert_int_equal(err.kind, ERROR_UNLINKABLE);
        if (!strstr(err.text, bad[i].text))
            print_message("%s\n", err.text);
        assert_non_null(strstr(err.text, bad[i].text));
    }
    assert_ptr_not_equal(find("wasi_unstable", "fd_seek", "iIii:i", &err),
                         find("wasix_32v1", "fd_seek", "iIii:i", &err));
    assert_null(find("wasix_32v1", "sock_open", "iiii:i", &err)->thunk);
}

/* Linking to function objects. */
static bool link_one(const char *ns, const char *name, const char *type,
                     bool is_64, bool traced, struct func **ret,
                     struct error *err)
{
    static struct pool pool;
    struct memtype memory = {.limits = {.is_64 = is_64}};
    struct module module = {.n_memories = 1, .memories = &memory};
    struct program program = {.module = &module, .pool = pool};
    static struct import import;
    struct extern_ref ref;
    bool ok;

    /* Function objects refer to it. */
    import = (struct import){
        .module = name_of(ns),
        .name = name_of(name),
        .type = {.kind = EXTERN_FUNC, .func = type_of(type)},
        .offset = 77,
    };
    ok = traced ? calls_link_traced(&program, &import, &ref, err)
                : calls_link(&program, &import, &ref, err);
    pool = program.pool;
    *ret = ok ? ref.func : NULL;
    return ok;
}

static void links(void **state)
{
    struct error err = ERROR_INIT;
    struct func *func, *traced, *missing;

    assert_true(link_one("wasix_32v1", "fd_write", "iiii:i", false, false,
                         &func, &err));
    assert_ptr_equal(func->type, type_of("iiii:i"));
    assert_true(link_one("wasix_32v1", "fd_write", "iiii:i", false, true,
                         &traced, &err));
    assert_ptr_not_equal(func->host, traced->host);
    assert_ptr_equal(traced->host, trace_call);
    assert_true(link_one("wasix_32v1", "sock_open", "iiii:i", false, false,
                         &missing, &err));
    assert_ptr_equal(missing->host, call_missing);
    assert_true(
        link_one("wasix_64v1", "fd_write", "iIII:i", true, false, &func, &err));
    /* Preview 1 is for both. */
    assert_true(link_one("wasi_snapshot_preview1", "fd_write", "iIII:i", true,
                         false, &func, &err));
    assert_true(link_one("wasi_unstable", "args_get", "II:i", true, false,
                         &func, &err));
    assert_false(link_one("wasi_snapshot_preview1", "fd_write", "iiii:i", true,
                          false, &func, &err));
    assert_non_null(strstr(err.text, "the call's type is (i32, i64, i64, i64"));
    assert_false(link_one("wasi_snapshot_preview1", "fd_write", "iIII:i", false,
                          false, &func, &err));
    assert_false(link_one("wasix_64v1", "fd_write", "iIII:i", false, false,
                          &func, &err));
    assert_non_null(strstr(err.text, "32-bit memory"));
    assert_int_equal(err.offset, 77);
    assert_false(
        link_one("wasix_32v1", "fd_write", "iiii:i", true, false, &func, &err));
    assert_false(
        link_one("wasix_32v1", "fd_write", "iii:i", false, false, &func, &err));
    assert_int_equal(err.offset, 77);
}

/* What is missing says so once for each process, and does no harm. */
static void missing(void **state)
{
    const struct call_namespace *ns = call_namespaces;
    struct fixture f;
    struct call_binding binding;
    struct error err = ERROR_INIT;
    char text[256] = "";
    int fds[2];

    fixture_init(&f);
    assert_true(strings_add(&f.env.argv, "prog\033", 5));
    assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
    (void)fixture_install(&f, open("/dev/null", O_RDWR));
    (void)fixture_install(&f, open("/dev/null", O_RDWR));
    assert_int_equal(fixture_install(&f, fds[1]), 2);
    while (strcmp(ns->name, "wasix_32v1") != 0)
        ns++;
    binding.ns = ns;
    binding.info = find("wasix_32v1", "sock_open", "iiii:i", &err);
    assert_int_equal(call_missing(&f.process.main, NULL, &binding), WASI_NOSYS);
    assert_true(read(fds[0], text, sizeof(text) - 1) > 0);
    assert_string_equal(text, "tine: prog\\x1b: wasix_32v1.sock_open was "
                              "called, which tine does not have yet (errno "
                              "nosys)\n");
    assert_int_equal(call_missing(&f.process.main, NULL, &binding), WASI_NOSYS);
    assert_int_equal(read(fds[0], text, sizeof(text)), -1);
    f.env.pid = 2;
    assert_int_equal(call_missing(&f.process.main, NULL, &binding), WASI_NOSYS);
    assert_true(read(fds[0], text, sizeof(text)) > 0);
    binding.info = find("wasi", "thread-spawn", "i:i", &err);
    if (!binding.info->thunk)
        assert_int_equal((int32_t)call_missing(&f.process.main, NULL, &binding),
                         -WASI_NOSYS);
    (void)close(fds[0]);
    fixture_done(&f);
}

/* Functions of no table: nosys where that can be said, else a trap. */
static void unknown(void **state)
{
    static const struct {
        const char *ns, *name, *type;
        bool nosys;
    } cases[] = {
        {"wasix_32v1", "nonsense", "ii:i", true},
        {"wasix_32v1", "nonsense", "ii:I", false},
        {"wasix_32v1", "nonsense", ":", false},
        {"env", "nonsense", "ii:i", false},
    };
    struct fixture f;
    struct error err = ERROR_INIT;
    struct func *func;
    size_t i;

    fixture_init(&f);
    for (i = 0; i < countof(cases); i++) {
        assert_true(link_one(cases[i].ns, cases[i].name, cases[i].type, false,
                             i & 1, &func, &err));
        f.process.main.leave = LEAVE_NONE;
        assert_int_equal(func->host(&f.process.main, NULL, func->host_data),
                         cases[i].nosys ? WASI_NOSYS : 0);
        assert_int_equal(f.process.main.leave,
                         cases[i].nosys ? LEAVE_NONE : LEAVE_TRAP);
    }
    fixture_done(&f);
}

/* The calls that are made with any arguments below: those that do not change
 * the process as a whole.  tests/hostile has the others. */
static bool is_plain(const struct call_info *info)
{
    static const char *const other[] = {"proc_",    "thread", "futex",
                                        "callback", "stack_", "poll_"};
    size_t i;

    for (i = 0; i < countof(other); i++)
        if (strncmp(info->name, other[i], strlen(other[i])) == 0)
            return false;
    return info->thunk != NULL;
}

#define MAX_ARGS 16

/* Bytes of the hostile guest's pointers. */
static uint32_t width = 4;

/* Descriptors of the hostile guest. */
enum { FD_ROOT = 3, FD_FILE = 4, FD_DIR = 5, FD_READ_ONLY = 6 };

static void hostile_init(struct fixture *f)
{
    struct file *file;
    int fd;

    fixture_init(f);
    f->process.main.ptr_size = width;
    host_mkdir(f, "root");
    host_mkdir(f, "root/dir");
    host_write(f, "root/file", "text");
    host_mkdir(f, "ro");
    host_write(f, "ro/file", "text");
    fixture_mount(f, "root::/");
    fixture_mount(f, "ro::/ro:ro");
    for (fd = 0; fd < FD_ROOT; fd++)
        (void)fixture_install(f, open("/dev/null", O_RDWR | O_CLOEXEC));
    assert_int_equal(path_open_file(&f->process, NULL, "/",
                                    O_RDONLY | O_DIRECTORY, 0, &file),
                     WASI_OK);
    assert_int_equal(fdtable_reserve(f->env.fds, 0, 1, (uint32_t *)&fd),
                     WASI_OK);
    fdtable_install(f->env.fds, FD_ROOT, file, RIGHTS_ALL, RIGHTS_ALL, false);
    f->env.fds->entries[FD_ROOT].preopen = strdup("/");
    assert_int_equal(
        fixture_install(f, open(host_path(f, "root/file"), O_RDWR | O_CLOEXEC)),
        FD_FILE);
    assert_int_equal(fdtable_dup2(f->env.fds, FD_ROOT, FD_DIR), WASI_OK);
    assert_int_equal(path_open_file(&f->process, NULL, "/ro",
                                    O_RDONLY | O_DIRECTORY, 0, &file),
                     WASI_OK);
    assert_int_equal(fdtable_reserve(f->env.fds, 0, 1, (uint32_t *)&fd),
                     WASI_OK);
    fdtable_install(f->env.fds, FD_READ_ONLY, file, RIGHTS_ALL, RIGHTS_ALL,
                    false);
    assert_true(strings_add(&f->env.argv, "argument", 8));
    assert_true(strings_add(&f->env.envp, "NAME=value", 10));
}

/* Something that can be compared: memory, descriptors, host files. */
struct snapshot {
    uint8_t memory[MEMORY_SIZE];
    struct fd_entry entries[32];
    uint32_t n;
    int host_fds;
    uint64_t names;
    char text[16];
};

static uint64_t names_below(const char *path)
{
    DIR *dir = opendir(path);
    uint64_t sum = 0;
    struct dirent *d;

    while ((d = readdir(dir)) != NULL)
        sum += (uint64_t)d->d_ino * 31 + (uint64_t)strlen(d->d_name);
    (void)closedir(dir);
    return sum;
}

static void snapshot(struct fixture *f, struct snapshot *s)
{
    uint32_t i;
    int hfd;

    memset(s, 0, sizeof(*s));
    memcpy(s->memory, f->memory.base, MEMORY_SIZE);
    for (i = 0; i < f->env.fds->n && i < countof(s->entries); i++)
        s->entries[i] = f->env.fds->entries[i];
    s->n = f->env.fds->n;
    for (hfd = 0; hfd < 256; hfd++)
        s->host_fds += fcntl(hfd, F_GETFD) >= 0;
    s->names = names_below(host_path(f, "root")) +
               names_below(host_path(f, "root/dir"));
    hfd = open(host_path(f, "root/file"), O_RDONLY);
    assert_true(read(hfd, s->text, sizeof(s->text)) >= 0);
    (void)close(hfd);
}

static void assert_unchanged(struct fixture *f, const struct snapshot *before)
{
    static struct snapshot after;

    snapshot(f, &after);
    assert_memory_equal(&after, before, sizeof(after));
    assert_string_equal(f->env.cwd, "/");
}

/* Arguments that look honest: pointers to different parts of memory. */
static void honest_args(const struct call_info *info, uint64_t *args)
{
    gaddr next = 1024;
    uint32_t i;

    for (i = 0; i < info->n_params; i++) {
        enum call_kind kind = info->params[i].kind;

        if (kind == KIND_FD)
            args[i] = strncmp(info->name, "fd_", 3) == 0 ? FD_FILE : FD_ROOT;
        else if (kind == KIND_LEN)
            args[i] = 8;
        else if (call_kind_wasm(kind) == CALL_PTR)
            args[i] = next += 1024;
        else
            args[i] = 0;
        /* What an engine leaves above an i32 does not count. */
        if (call_kind_wasm(kind) == CALL_I32 ||
            (call_kind_wasm(kind) == CALL_PTR && width == 4))
            args[i] |= (uint64_t)0xdeadbeef << 32;
    }
}

static uint64_t call(struct fixture *f, const struct call_info *info,
                     const uint64_t *args)
{
    return info->thunk(&f->process.main, args, NULL);
}

/* Put names where honest_args says that strings are. */
static void put_names(struct fixture *f, const struct call_info *info,
                      const uint64_t *args)
{
    uint32_t i;

    for (i = 0; i < info->n_params; i++) {
        gaddr at = (uint32_t)args[i];

        if (info->params[i].kind == KIND_STRING)
            (void)guest_put(f, at, i < 4 ? "././file" : "newnames");
        else if (info->params[i].kind == KIND_IOVS ||
                 info->params[i].kind == KIND_CIOVS)
            guest_put_iov(f, at, 60000, 4);
    }
}

static void bad_pointers(void **state)
{
    static const uint64_t bad[] = {
        MEMORY_SIZE, MEMORY_SIZE - 1, MEMORY_SIZE + 1, 0x7fffffff, 0x80000000,
        UINT32_MAX, UINT32_MAX - 7,
        /* With 32 bits these would be right. */
        (uint64_t)1 << 32 | 1024, (uint64_t)1 << 63 | 1024, UINT64_MAX,
        UINT64_MAX - 7};
    const size_t n_bad = width == 8 ? countof(bad) : countof(bad) - 4;
    static struct snapshot before;
    struct fixture f;
    uint64_t args[MAX_ARGS];
    size_t row, i;
    uint32_t p;
    unsigned checked = 0;

    hostile_init(&f);
    for (row = 0; row < n_calls; row++) {
        const struct call_info *info = &calls[row];

        for (p = 0; is_plain(info) && p < info->n_params; p++) {
            enum call_kind kind = info->params[p].kind;

            if (call_kind_wasm(kind) != CALL_PTR || kind == KIND_LEN ||
                kind == KIND_SIZE)
                continue;
            for (i = 0; i < n_bad; i++) {
                uint64_t result;

                honest_args(info, args);
                put_names(&f, info, args);
                args[p] = bad[i];
                snapshot(&f, &before);
                result = call(&f, info, args);
                if (result == WASI_OK)
                    print_message("%s %s %llx\n", info->name,
                                  info->params[p].name,
                                  (unsigned long long)bad[i]);
                assert_int_not_equal(result, WASI_OK);
                assert_unchanged(&f, &before);
                checked++;
            }
        }
    }
    assert_true(checked > 400);
    fixture_done(&f);
}

static void bad_lengths(void **state)
{
    static const uint64_t bad[] = {
        UINT32_MAX, MEMORY_SIZE + 1,       0x80000000,          0x20000000,
        0x1fffffff, (uint64_t)1 << 32 | 8, (uint64_t)1 << 60,   UINT64_MAX,
        INT64_MAX,  (uint64_t)1 << 60 | 8, UINT64_MAX - 0xffff, UINT64_MAX - 7};
    const size_t n_bad = width == 8 ? countof(bad) : 5;
    static struct snapshot before;
    struct fixture f;
    uint64_t args[MAX_ARGS];
    size_t row, i;
    uint32_t p;
    unsigned checked = 0;

    hostile_init(&f);
    for (row = 0; row < n_calls; row++) {
        const struct call_info *info = &calls[row];

        for (p = 0; is_plain(info) && p < info->n_params; p++) {
            if (info->params[p].kind != KIND_LEN)
                continue;
            for (i = 0; i < n_bad; i++) {
                honest_args(info, args);
                put_names(&f, info, args);
                args[p] = bad[i];
                snapshot(&f, &before);
                assert_int_not_equal(call(&f, info, args), WASI_OK);
                assert_unchanged(&f, &before);
                checked++;
            }
        }
    }
    assert_true(checked > 100);
    fixture_done(&f);
}

static void bad_descriptors(void **state)
{
    static const int32_t bad[] = {-1,    7,         1000,     65535,
                                  65536, INT32_MAX, INT32_MIN};
    static struct snapshot before;
    struct fixture f;
    uint64_t args[MAX_ARGS];
    size_t row, i;
    uint32_t p;
    unsigned checked = 0;

    hostile_init(&f);
    for (row = 0; row < n_calls; row++) {
        const struct call_info *info = &calls[row];

        for (p = 0; is_plain(info) && p < info->n_params; p++) {
            if (info->params[p].kind != KIND_FD ||
                strcmp(info->params[p].name, "to") == 0 ||
                strcmp(info->params[p].name, "min_result_fd") == 0)
                continue;
            for (i = 0; i < countof(bad); i++) {
                honest_args(info, args);
                put_names(&f, info, args);
                args[p] = (uint32_t)bad[i];
                snapshot(&f, &before);
                assert_int_equal(call(&f, info, args), WASI_BADF);
                assert_unchanged(&f, &before);
                checked++;
            }
        }
    }
    assert_true(checked > 200);
    fixture_done(&f);
}

/* What an engine leaves in the rest of a slot is not part of the argument. */
static void slots(void **state)
{
    struct error err = ERROR_INIT;
    const struct call_info *dup2_row =
        find("wasix_32v1", "fd_dup2", "iiii:i", &err);
    const uint64_t junk = (uint64_t)0xdeadbeef << 32;
    const uint64_t args[] = {junk | FD_FILE, junk | 20, junk, junk | 1024};
    struct fixture f;

    hostile_init(&f);
    assert_int_equal(call(&f, dup2_row, args), WASI_OK);
    assert_int_equal(guest_u32(&f, 1024), 20);
    assert_false(f.env.fds->entries[20].cloexec);
    assert_int_equal(call_arg(KIND_U8, junk | 0x1ff, 4), 0xff);
    assert_int_equal(call_arg(KIND_OFLAGS, junk | 0x1ffff, 4), 0xffff);
    assert_int_equal(call_arg(KIND_PTR, junk | 7, 4), 7);
    assert_true(call_arg(KIND_PTR, junk | 7, 8) == (junk | 7));
    assert_true(call_arg(KIND_U64, junk | 7, 4) == (junk | 7));
    fixture_done(&f);
}

/* I/O vectors are checked to the last one before the first byte moves. */
static void bad_vectors(void **state)
{
    static const struct {
        uint64_t buf, len;
        uint32_t n;
        enum wasi_errno want;
    } cases[] = {
        {60000, 4, 1025, WASI_INVAL},
        {MEMORY_SIZE, 1, 3, WASI_MEMVIOLATION},
        {MEMORY_SIZE - 1, 2, 3, WASI_MEMVIOLATION},
        {UINT32_MAX, UINT32_MAX, 3, WASI_MEMVIOLATION},
        {0, UINT32_MAX, 3, WASI_MEMVIOLATION},
        {(uint64_t)1 << 32, 4, 3, WASI_MEMVIOLATION},
        {0, (uint64_t)1 << 32 | 4, 3, WASI_MEMVIOLATION},
        {UINT64_MAX, 2, 3, WASI_MEMVIOLATION},
        {8, UINT64_MAX - 7, 3, WASI_MEMVIOLATION},
    };
    const size_t n_cases = width == 8 ? countof(cases) : countof(cases) - 4;
    static struct snapshot before;
    struct fixture f;
    uint64_t args[MAX_ARGS];
    size_t row, i;

    hostile_init(&f);
    for (row = 0; row < n_calls; row++) {
        const struct call_info *info = &calls[row];

        if (strcmp(info->name, "fd_read") && strcmp(info->name, "fd_write") &&
            strcmp(info->name, "fd_pread") && strcmp(info->name, "fd_pwrite"))
            continue;
        for (i = 0; i < n_cases; i++) {
            honest_args(info, args);
            guest_put_iov(&f, 8192, 60000, 4);
            guest_put_iov(&f, 8192 + 2 * width, 60004, 4);
            guest_put_iov(&f, 8192 + 4 * width, cases[i].buf, cases[i].len);
            args[1] = 8192;
            args[2] = cases[i].n;
            snapshot(&f, &before);
            assert_int_equal(call(&f, info, args), cases[i].want);
            assert_unchanged(&f, &before);
        }
    }
    fixture_done(&f);
}

static uint64_t random_state = 88172645463325252;

static uint64_t random_u64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static uint64_t random_arg(enum call_kind kind)
{
    static const uint64_t edges[] = {0,           1,
                                     8,           255,
                                     1024,        MEMORY_SIZE - 8,
                                     MEMORY_SIZE, INT32_MAX,
                                     UINT32_MAX,  (uint64_t)1 << 40,
                                     INT64_MAX,   UINT64_MAX};

    if (kind == KIND_FD && random_u64() % 8)
        return random_u64() % 10;
    if (call_kind_wasm(kind) == CALL_PTR && random_u64() % 4)
        return random_u64() % MEMORY_SIZE;
    if (random_u64() % 2)
        return random_u64() % 32;
    return edges[random_u64() % countof(edges)];
}

/* Anything at all, through the tracer as well. */
static void nonsense(void **state)
{
    const struct rlimit small = {1 << 20, 1 << 20};
    static const char *const names[] = {"file", "dir",         "..",  "new",
                                        "/",    "dir/../file", "link"};
    struct fixture f;
    uint64_t args[MAX_ARGS];
    unsigned i, j;

    (void)signal(SIGXFSZ, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    hostile_init(&f);
    f.process.trace_fd = open("/dev/null", O_WRONLY);
    for (i = 0; i < 300000; i++) {
        const struct call_info *info = &calls[random_u64() % n_calls];
        const struct call_binding binding = {info, &call_namespaces[3]};

        if (!is_plain(info))
            continue;
        f.process.main.ptr_size = random_u64() % 2 ? 4 : 8;
        for (j = 0; j < info->n_params; j++)
            args[j] = random_arg(info->params[j].kind);
        for (j = 0; j + 1 < info->n_params; j++) {
            const char *name = names[random_u64() % countof(names)];

            if (info->params[j].kind != KIND_STRING || random_u64() % 2)
                continue;
            args[j] = 1024 * (random_u64() % 60);
            args[j + 1] = guest_put(&f, args[j], name);
        }
        (void)trace_call(&f.process.main, args, &binding);
        assert_int_equal(f.process.main.leave, LEAVE_NONE);
        if (i % 64 == 0)
            memset(f.memory.base, 0, MEMORY_SIZE);
        /* It renumbers and closes; go on with something to do it to. */
        if (i % 4096 == 0) {
            (void)close(f.process.trace_fd);
            fixture_done(&f);
            hostile_init(&f);
            f.process.trace_fd = open("/dev/null", O_WRONLY);
        }
    }
    (void)close(f.process.trace_fd);
    fixture_done(&f);
}

/* The same with pointers of 64 bits. */
static void wide(void **state)
{
    width = 8;
    bad_pointers(state);
    bad_lengths(state);
    bad_descriptors(state);
    bad_vectors(state);
    width = 4;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_rows),  cmocka_unit_test(links),
        cmocka_unit_test(missing),     cmocka_unit_test(bad_pointers),
        cmocka_unit_test(bad_lengths), cmocka_unit_test(bad_descriptors),
        cmocka_unit_test(bad_vectors), cmocka_unit_test(nonsense),
        cmocka_unit_test(slots),       cmocka_unit_test(unknown),
        cmocka_unit_test(wide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
