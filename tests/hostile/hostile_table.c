/*
 * hostile_table.c: a call of the table with each of its parameters out of
 * range in turn, the others being good: it must say so and change nothing.
 *
 *     prog NUMBER     try that call
 *     prog nonsense   try them all, with anything
 *
 * hostile_calls.h is made from `tine abi` by hostile_test.py: the imports, and
 * `calls`, an array of struct call.  What is honest, and what is out of range,
 * follows from the kinds and names of the parameters; one that is not known
 * here is a failure, so that nobody forgets to say it.
 */
#include "hostile.h"

#define MAX_PARAMS 16
#define SLOT       2048u      /* bytes of the arena for each argument */
#define MAX_ARGS   (2u << 20) /* of arguments and of environments */

struct param {
    const char *name;
    const char *kind;
};

struct call {
    const char *ns;
    const char *name;
    const char *result; /* as tine abi prints it */
    bool missing;       /* not there yet: errno nosys */
    int n_params;
    int64_t (*call)(const int64_t *args);
    struct param params[MAX_PARAMS];
};

#include "hostile_calls.h"

static const struct call *call; /* the one that is tried */
static int64_t args[MAX_PARAMS];
static struct state before;

static bool is(const char *text, const char *other)
{
    return strcmp(text, other) == 0;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool is_length(int i)
{
    return is(call->params[i].kind, "LEN") || is(call->params[i].kind, "SIZE");
}

static bool is_pointer(int i)
{
    static const char *const kinds[] = {"PTR", "STRING", "IOVS", "CIOVS"};
    const char *kind = call->params[i].kind;
    size_t k;

    for (k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
        if (is(kind, kinds[k]))
            return true;
    return starts(kind, "IN_") || starts(kind, "INOUT_") || starts(kind, "OUT");
}

/* --- Honest arguments --- */

static uint8_t *slot(int i)
{
    return arena + 1024 + (uint32_t)i * SLOT;
}

static uint32_t put(uint8_t *at, const void *bytes, uint32_t n)
{
    memcpy(at, bytes, n);
    return n;
}

static uint32_t put_text(uint8_t *at, const char *text)
{
    return put(at, text, (uint32_t)strlen(text));
}

static uint32_t put_list(uint8_t *at, const char *const *items, uint32_t n)
{
    return put(at, items, n * (uint32_t)sizeof(*items));
}

/* Bytes of a result, by its kind; 0: ask its name. */
static uint32_t size_of_kind(const char *kind)
{
    static const struct {
        const char *kind;
        uint32_t size;
    } kinds[] = {
        {"OUT_BOOL", 1}, {"OUT_U32", 4},   {"OUT_PID", 4},
        {"OUT_SIZE", 4}, {"INOUT_PID", 4}, {"OUT_U64", 8},
    };
    size_t i;

    for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (is(kind, kinds[i].kind))
            return kinds[i].size;
    return 0;
}

/* Bytes of a subscription of poll_oneoff. */
static uint32_t subscription_size(void)
{
    return is(call->ns, "wasi_unstable") ? 56 : sizeof(__wasi_subscription_t);
}

/* Put what pointer parameter i should point to at `at`; its size. */
static uint32_t put_object(int i, uint8_t *at)
{
    static const char *const list[] = {"child", "argument"};
    static const char *const assignments[] = {"NAME=value"};
    static const struct __wasix_fd_op op = {
        .cmd = __WASIX_FD_OP_DUP2, .fd = 20, .src_fd = 1};
    static const struct __wasix_disposition ignore = {
        SIGUSR1, __WASIX_DISPOSITION_IGNORE};
    static const uint8_t zero[64];
    const struct param *p = &call->params[i];
    bool text = is(p->kind, "STRING");
    uint32_t size = size_of_kind(p->kind);

    if (size)
        return put(at, zero, size);
    if (is(p->name, "name"))
        return put_text(at, CHILD);
    if (is(p->name, "args") && starts(call->name, "thread_spawn"))
        return put(at, zero, 64);
    if (is(p->name, "args"))
        return text ? put_text(at, "child\nargument\n") : put_list(at, list, 2);
    if (is(p->name, "envs"))
        return text ? put_text(at, "NAME=value\n")
                    : put_list(at, assignments, 1);
    if (is(p->name, "path") || is(p->name, "working_dir"))
        return put_text(at, "/data");
    if (is(p->name, "callback"))
        return put_text(at, "__wasm_signal");
    if (is(p->name, "fd_ops"))
        return put(at, &op, sizeof(op));
    if (is(p->name, "signal_dispositions"))
        return put(at, &ignore, sizeof(ignore));
    if (is(p->name, "subs"))
        return put(at, zero, subscription_size());
    if (is(p->name, "events_out"))
        return put(at, zero, sizeof(__wasi_event_t));
    if (is(p->name, "handles_out"))
        return put(at, zero, 28);
    if (is(p->name, "snapshot"))
        return put(at, zero, 24);
    if (is(p->kind, "IN_OPTION_TIMESTAMP"))
        return put(at, zero, 16);
    if (is(p->kind, "INOUT_OPTION_PID"))
        return put(at, zero, 8);
    if (is(p->name, "status_out"))
        return put(at, zero, 6);
    if (is(p->name, "futex"))
        return put(at, zero, 4);
    if (is(p->name, "buf") && is(call->name, "proc_signals_get"))
        return put(at, zero, 4);
    if (is(p->name, "start_arg"))
        return put(at, zero, 64);
    if (!is(p->name, "preopen"))
        fail("what does %s of %s point to?", p->name, call->name);
    return 0;
}

/* Bytes of what a length counts. */
static uint32_t item_size(int i)
{
    const struct param *p = &call->params[i];

    if (is(p->name, "args_len") || is(p->name, "envs_len"))
        return is(call->params[i - 1].kind, "STRING") ? 1 : 4;
    if (is(p->name, "fd_ops_len"))
        return sizeof(struct __wasix_fd_op);
    if (is(p->name, "signal_dispositions_len"))
        return 2;
    return is(p->kind, "SIZE") ? subscription_size() : 1;
}

static int64_t honest_scalar(int i)
{
    const struct param *p = &call->params[i];

    if (is(p->kind, "PID"))
        return getpid();
    if (is(p->kind, "TID"))
        return 0x3fffffff; /* libc's main thread */
    if (is(p->kind, "SIGNAL"))
        return SIGUSR2;
    if (is(p->kind, "BOOL"))
        return is(p->name, "copy_memory");
    if (is(p->kind, "STDIO_MODE"))
        return 1; /* inherit */
    if (is(p->name, "expected"))
        return 1; /* not what is there */
    if (is(p->name, "interval"))
        return INT64_C(3600000000000);
    if (is(p->kind, "SIZE") || is(p->name, "duration"))
        return 1;
    if (!is(p->kind, "EXITCODE") && !is(p->kind, "JOINFLAGS") &&
        !is(p->name, "val"))
        fail("what is an honest %s of %s?", p->name, call->name);
    return 0;
}

static void make_honest(void)
{
    uint32_t size = 0;
    int i;

    for (i = 0; i < call->n_params; i++) {
        if (is_pointer(i)) {
            size = put_object(i, slot(i));
            args[i] = size ? address(slot(i)) : 0;
        } else if (is(call->params[i].kind, "LEN")) {
            args[i] = size / item_size(i);
        } else {
            args[i] = honest_scalar(i);
        }
    }
}

/* --- What a refusal looks like --- */

/* The errnos for a parameter out of range. */
static bool is_refusal(int i, int64_t e)
{
    const char *kind = call->params[i].kind;

    if (call->missing)
        return e == (is(call->result, "errno") ? E_NOSYS : -E_NOSYS);
    if (is_pointer(i))
        return e == E_MEMVIOLATION;
    if (is_length(i))
        return e == E_MEMVIOLATION || e == E_2BIG || e == E_NAMETOOLONG ||
               e == E_INVAL;
    if (is(kind, "PID") || is(kind, "TID"))
        return e == E_SRCH || (e == E_INVAL && args[i] == INT32_MIN) ||
               /* A thread that is not there has ended. */
               (e == E_OK && is(call->name, "thread_join"));
    return e == E_INVAL;
}

/* The exit code of a process that a call without a result has ended. */
static int exit_code(int i)
{
    if (is(call->name, "thread_exit"))
        return 0;
    if (is(call->params[i].kind, "EXITCODE"))
        return (int)(args[i] & 0xff);
    if (is(call->name, "stack_restore"))
        return E_UNKNOWN;
    /* proc_exec and proc_exec2: too many bytes, or not to be read. */
    return is_length(i) && !is(call->params[i].name, "name_len") &&
                   (uint32_t)args[i] > MAX_ARGS
               ? E_NOEXEC
               : E_INVAL;
}

static bool ends_process(void)
{
    return is(call->result, "does not return") || is(call->name, "proc_exit2");
}

static int n_tried;

/* Make the call with parameter i as it is now in args. */
static void try_bad(int i)
{
    int64_t result;
    int pid;

    note("%s: %s = %#llx", call->name, call->params[i].name,
         (unsigned long long)args[i] & 0xffffffff);
    n_tried++;
    get_state(&before);
    if (ends_process()) {
        pid = fork();
        MUST(pid >= 0);
        if (pid == 0) {
            (void)call->call(args);
            fail("it came back");
        }
        expect_exit(status_of(pid), exit_code(i));
    } else {
        result = call->call(args);
        if (!is(call->result, "nothing") && !is_refusal(i, result))
            fail("result %lld", (long long)result);
    }
    check_state(&before);
}

/* --- What is out of range --- */

static void bad_pointers(int i)
{
    uint32_t size = put_object(i, slot(i));
    uint32_t end = memory_end();
    const uint32_t bad[] = {end - size + 1, end - 1,    end,
                            end + 1,        0x7fffffff, 0x80000000,
                            0xfffffff8,     UINT32_MAX, 0 - size};
    size_t k;

    if (size == 0)
        return; /* a null pointer, whose length is not looked at */
    for (k = 0; k < sizeof(bad) / sizeof(*bad); k++) {
        if (bad[k] <= end - size)
            continue; /* a single byte */
        make_honest();
        args[i] = bad[k];
        try_bad(i);
    }
}

static void bad_lengths(int i)
{
    uint32_t size = item_size(i);
    int pointer = is(call->params[i].kind, "SIZE") ? 0 : i - 1;
    uint32_t room = memory_end() - (uint32_t)args[pointer];
    const uint32_t bad[] = {
        room / size + 1,
        memory_end() + 1,
        0x7fffffff,
        0x80000000,
        0x80000001,
        UINT32_MAX,
        /* So many that the product is small in 32 bits. */
        (uint32_t)((UINT64_C(1) << 32) / size + 1),
        (uint32_t)((UINT64_C(1) << 33) / size + 1),
    };
    size_t k;

    if (!args[pointer])
        return;
    for (k = 0; k < sizeof(bad) / sizeof(*bad); k++) {
        if (bad[k] <= room / size)
            continue; /* the quotient above did not fit */
        make_honest();
        args[i] = bad[k];
        try_bad(i);
    }
}

static void bad_values(int i, const int64_t *bad, size_t n)
{
    size_t k;

    for (k = 0; k < n; k++) {
        make_honest();
        args[i] = bad[k];
        try_bad(i);
    }
}

#define BAD(i, ...)                                                            \
    bad_values(i, (const int64_t[]){__VA_ARGS__},                              \
               sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static void bad_scalars(int i)
{
    const char *kind = call->params[i].kind;

    if (is(kind, "SIGNAL"))
        BAD(i, 32, 33, 64, 65, 127, 128, 255, 256 + SIGUSR2, INT32_MAX,
            INT32_MIN, UINT32_MAX);
    if (is(kind, "SIGNAL") && is(call->name, "proc_raise_interval"))
        BAD(i, 0);
    if (is(kind, "PID"))
        BAD(i, 77777, -77777, 0x1fffffff, 0x20000000, INT32_MAX, INT32_MIN,
            -INT32_MAX);
    if (is(kind, "PID") && is(call->name, "proc_parent"))
        BAD(i, 0, -1);
    if (is(kind, "TID"))
        BAD(i, -1, 77777, 0x3ffffffe, INT32_MAX, INT32_MIN);
    if (is(kind, "JOINFLAGS"))
        BAD(i, 4, 5, 0x100, INT32_MIN, UINT32_MAX);
    if (is(kind, "STDIO_MODE"))
        BAD(i, 4, 128, 255);
    if (is(kind, "EXITCODE"))
        BAD(i, 256, 257, INT32_MAX, INT32_MIN, UINT32_MAX);
}

/* --- Control: that honest arguments are taken --- */

/* In a child: the process ends with 0, or becomes CHILD. */
static void control(void)
{
    volatile uint64_t value = 0;
    int64_t result;
    int status;

    if (is(call->name, "proc_join") && fork() == 0)
        _exit(0);
    if (is(call->name, "stack_restore")) {
        MUST(__wasix_stack_checkpoint((void *)at_address((uint32_t)args[0]),
                                      (uint64_t *)&value) == 0);
        if (value)
            _exit(0);
        args[1] = 1;
    }
    result = call->call(args);
    if (call->missing && (result == E_NOSYS || result == -E_NOSYS))
        result = 0;
    if (result == 0 && starts(call->name, "proc_spawn") &&
        (waitpid(-1, &status, 0) < 0 || status != CHILD_EXIT << 8))
        fail("the child was not as it should be");
    /* Both sides of proc_fork_env. */
    __wasix_proc_exit2(result ? 1 : 0);
    __wasix_proc_exit2(result ? 1 : 0);
}

static void try_control(const char *what, int i)
{
    int want = starts(call->name, "proc_exec") ? CHILD_EXIT : 0;
    int pid;

    note("%s: %s %s", call->name, what, i < 0 ? "" : call->params[i].name);
    pid = fork();
    MUST(pid >= 0);
    if (pid == 0) {
        control();
        _exit(99);
    }
    expect_exit(status_of(pid), want);
}

static void controls(void)
{
    int i;

    make_honest();
    try_control("honest", -1);
    for (i = 0; i < call->n_params; i++) {
        uint32_t size = is_pointer(i) ? put_object(i, slot(i)) : 0;

        make_honest();
        if (!size)
            continue;
        args[i] = memory_end() - size;
        (void)put_object(i, at_address((uint32_t)args[i]));
        try_control("at the very end of memory:", i);
    }
}

static void try_call(void)
{
    int i;

    prepare();
    for (i = 0; i < call->n_params; i++) {
        make_honest();
        if (is_pointer(i))
            bad_pointers(i);
        else if (is_length(i))
            bad_lengths(i);
        else
            bad_scalars(i);
    }
    controls();
    check_alive();
    note("%d cases", n_tried);
}

/* --- Anything at all --- */

static uint64_t random_state = 88172645463325252;

static uint64_t random_u64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Half of the arguments are honest.  Signals are such as do no harm: others of
 * the family are in reach. */
static int64_t random_arg(int i)
{
    static const int64_t edges[] = {-1,        INT32_MAX, INT32_MIN, 65536,
                                    INT64_MAX, 1024,      77777,     255};
    const char *kind = call->params[i].kind;

    if (is(kind, "SIGNAL"))
        return random_u64() % 2 ? 0 : SIGCHLD;
    if (is(kind, "TIMESTAMP"))
        return (int64_t)(random_u64() % 1000000);
    if (random_u64() % 2)
        return args[i];
    if (is_pointer(i) && random_u64() % 2)
        return address(arena) + random_u64() % PAGE;
    if (random_u64() % 2)
        return (int64_t)(random_u64() % 32);
    return edges[random_u64() % (sizeof(edges) / sizeof(*edges))];
}

/* In a child of its own, with little time, since it may well wait for ever. */
static void nonsense(void)
{
    int n, i;

    (void)ualarm(100000, 0);
    for (n = 0; n < 6; n++) {
        call = &calls[random_u64() % (sizeof(calls) / sizeof(*calls))];
        if (ends_process() && random_u64() % 4)
            continue;
        make_honest();
        for (i = 0; i < call->n_params; i++)
            args[i] = random_arg(i);
        for (i = 0; i < (int)PAGE && random_u64() % 8 == 0; i++)
            arena[i] = (uint8_t)random_u64();
        (void)call->call(args);
    }
    /* It may stand in several environments. */
    for (n = 0; n < 8; n++)
        __wasix_proc_exit2(0);
}

static void try_nonsense(void)
{
    int n, pid, status;

    prepare();
    for (n = 0; n < 400; n++) {
        (void)random_u64();
        note("nonsense %d", n);
        pid = fork();
        MUST(pid >= 0);
        if (pid == 0)
            nonsense();
        status = status_of(pid);
        if (WIFSIGNALED(status) && WTERMSIG(status) != SIGALRM)
            fail("signal %d", WTERMSIG(status));
    }
    check_alive();
}

/* Once more, as a process that has inherited two dispositions. */
static int run_as_child(char *number)
{
    static const struct __wasix_disposition list[] = {{SIGHUP, 0}, {SIGHUP, 0}};
    char *const argv[] = {(char *)"prog", number, (char *)"child"};
    int pid;

    MUST(__wasix_proc_spawn3(PROG, strlen(PROG), argv, 3, NULL, 0, NULL, 0,
                             list, 2, 0, NULL, 0, &pid) == 0);
    return status_of(pid) == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 2 && is(argv[1], "nonsense")) {
        try_nonsense();
        return 0;
    }
    if (argc == 2)
        return run_as_child(argv[1]);
    MUST(argc == 3);
    call = &calls[atoi(argv[1])];
    try_call();
    return 0;
}
