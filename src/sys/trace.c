/* trace.c: see trace.h. */
#include "sys/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "abi/layout.h"
#include "sys/sys.h"

/* A line is cut off here. */
#define LINE_SIZE 1024

/* Characters shown of a string. */
#define STRING_SHOWN 64

/* I/O vectors shown of a list. */
#define IOVS_SHOWN 4

struct line {
    size_t len;
    char text[LINE_SIZE];
};

PRINTF_LIKE(2, 3)
static void add(struct line *line, const char *fmt, ...)
{
    size_t room = sizeof(line->text) - line->len;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(line->text + line->len, room, fmt, ap);
    va_end(ap);
    if (n > 0)
        line->len += MIN((size_t)n, room - 1);
}

static void line_write(struct line *line, struct process *process)
{
    /* A line that was cut off ends like any other. */
    if (line->len == sizeof(line->text) - 1)
        line->len--;
    line->text[line->len++] = '\n';
    if (process->trace_fd >= 0 &&
        write(process->trace_fd, line->text, line->len) < 0)
        process->trace_fd = -1; /* nobody reads it */
}

/* One argument of a call. */
struct arg {
    const struct thread *t;
    uint64_t value;
    uint64_t next;         /* the value of the argument behind it */
    enum flag_group group; /* of its kind */
};

/* Numbers and flags */

struct flag_name {
    enum flag_group group;
    uint64_t value;
    const char *name;
};

static const struct flag_name flag_names[] = {
#define GROUP(group)
#define FLAG(group, name, value, host) {GROUP_##group, (value), #name},
#include "abi/flags.def"
#undef FLAG
#undef GROUP
};

static const char *flag_name(enum flag_group group, uint64_t value)
{
    size_t i;

    for (i = 0; i < countof(flag_names); i++)
        if (flag_names[i].group == group && flag_names[i].value == value)
            return flag_names[i].name;
    return NULL;
}

static void in_dec(struct line *line, const struct arg *arg)
{
    add(line, "%" PRIu64, arg->value);
}

static void in_sdec(struct line *line, const struct arg *arg)
{
    add(line, "%" PRId64, (int64_t)arg->value);
}

static void in_hex(struct line *line, const struct arg *arg)
{
    add(line, "0x%" PRIx64, arg->value);
}

static void in_bool(struct line *line, const struct arg *arg)
{
    add(line, "%s", arg->value ? "true" : "false");
}

static void in_name(struct line *line, const struct arg *arg)
{
    const char *name = flag_name(arg->group, arg->value);

    if (name)
        add(line, "%s", name);
    else
        in_dec(line, arg);
}

static void in_bits(struct line *line, const struct arg *arg)
{
    uint64_t left = arg->value;
    const char *sep = "";
    size_t i;

    for (i = 0; i < countof(flag_names); i++) {
        if (flag_names[i].group != arg->group || !(left & flag_names[i].value))
            continue;
        add(line, "%s%s", sep, flag_names[i].name);
        left &= ~flag_names[i].value;
        sep = "|";
    }
    if (left || !*sep)
        add(line, "%s%s%" PRIx64, sep, left ? "0x" : "", left);
}

/* What stands in guest memory */

static void add_quoted(struct line *line, const struct thread *t, gaddr at,
                       uint64_t len)
{
    uint64_t shown = MIN(len, (uint64_t)STRING_SHOWN);
    uint64_t i;

    if (!guest_readable(t, at, len)) {
        add(line, at ? "0x%" PRIx64 : "NULL", at);
        return;
    }
    add(line, "\"");
    for (i = 0; i < shown; i++) {
        uint8_t c = guest_load_u8(t, at + i);

        if (c == '"' || c == '\\')
            add(line, "\\%c", c);
        else if (c == '\n')
            add(line, "\\n");
        else if (c >= ' ' && c < 0x7f)
            add(line, "%c", c);
        else
            add(line, "\\x%02x", c);
    }
    add(line, shown < len ? "\"..." : "\"");
}

static void in_string(struct line *line, const struct arg *arg)
{
    /* The length of a null pointer may be anything. */
    if (arg->value == 0)
        add(line, "NULL");
    else
        add_quoted(line, arg->t, arg->value, arg->next);
}

static void in_ciovs(struct line *line, const struct arg *arg)
{
    const struct thread *t = arg->t;
    const uint32_t p = t->ptr_size;
    uint64_t n = MIN(arg->next, (uint64_t)IOVS_SHOWN);
    uint64_t i;

    if (!guest_array_ok(t, arg->value, n, ABI_IOVEC_SIZE(p))) {
        in_hex(line, arg);
        return;
    }
    add(line, "[");
    for (i = 0; i < n; i++) {
        gaddr at = arg->value + i * ABI_IOVEC_SIZE(p);

        add(line, i ? ", " : "");
        add_quoted(line, t, guest_load_ptr(t, at),
                   guest_load_ptr(t, at + ABI_IOVEC_BUF_LEN(p)));
    }
    add(line, arg->next > n ? ", ...]" : "]");
}

static void in_option_timestamp(struct line *line, const struct arg *arg)
{
    struct abi_option_timestamp option;

    if (guest_read(arg->t, &option, arg->value, sizeof(option)))
        in_hex(line, arg);
    else if (option.tag == WASI_OPTION_SOME)
        add(line, "{%" PRIu64 "}", option.value);
    else
        add(line, "{none}");
}

static void add_option_pid(struct line *line, const struct arg *arg)
{
    struct abi_option_i32 option;

    if (guest_read(arg->t, &option, arg->value, sizeof(option)))
        in_hex(line, arg);
    else if (option.tag == WASI_OPTION_SOME)
        add(line, "{%" PRId32 "}", option.value);
    else
        add(line, "{none}");
}

static void out_option_pid(struct line *line, const struct arg *arg)
{
    add(line, " -> ");
    add_option_pid(line, arg);
}

/* The integer of `size` bytes at a result's address. */
static void out_dec(struct line *line, const struct arg *arg, size_t size)
{
    uint64_t value = 0;

    if (!guest_read(arg->t, &value, arg->value, size))
        add(line, " -> %" PRIu64, value);
}

static void out_dec8(struct line *line, const struct arg *arg)
{
    out_dec(line, arg, 1);
}

static void out_dec16(struct line *line, const struct arg *arg)
{
    out_dec(line, arg, 2);
}

static void out_dec32(struct line *line, const struct arg *arg)
{
    out_dec(line, arg, 4);
}

static void out_dec64(struct line *line, const struct arg *arg)
{
    out_dec(line, arg, 8);
}

static void out_decptr(struct line *line, const struct arg *arg)
{
    out_dec(line, arg, arg->t->ptr_size);
}

static void out_string(struct line *line, const struct arg *arg)
{
    add(line, " -> ");
    add_quoted(line, arg->t, arg->value, arg->next);
}

static void out_cstring(struct line *line, const struct arg *arg)
{
    char *text;

    if (guest_cstring(arg->t, arg->value, LINE_SIZE, &text))
        return;
    add(line, " -> ");
    add_quoted(line, arg->t, arg->value, strlen(text));
    free(text);
}

static void out_fdstat(struct line *line, const struct arg *arg)
{
    struct abi_fdstat stat;
    struct arg flags = {.group = GROUP_FDFLAGS};

    if (guest_read(arg->t, &stat, arg->value, sizeof(stat)))
        return;
    add(line, " -> {%s, ", flag_name(arg->group, stat.fs_filetype));
    flags.value = stat.fs_flags;
    in_bits(line, &flags);
    add(line, ", 0x%" PRIx64 ", 0x%" PRIx64 "}", stat.fs_rights_base,
        stat.fs_rights_inheriting);
}

static void add_filestat(struct line *line, const char *type, uint64_t ino,
                         uint64_t nlink, uint64_t size)
{
    add(line, " -> {%s, ino=%" PRIu64 ", nlink=%" PRIu64 ", size=%" PRIu64 "}",
        type ? type : "?", ino, nlink, size);
}

static void out_filestat(struct line *line, const struct arg *arg)
{
    struct abi_filestat stat;

    if (!guest_read(arg->t, &stat, arg->value, sizeof(stat)))
        add_filestat(line, flag_name(arg->group, stat.filetype), stat.ino,
                     stat.nlink, stat.size);
}

static void out_filestat_unstable(struct line *line, const struct arg *arg)
{
    struct abi_filestat_unstable stat;

    if (!guest_read(arg->t, &stat, arg->value, sizeof(stat)))
        add_filestat(line, flag_name(arg->group, stat.filetype), stat.ino,
                     stat.nlink, stat.size);
}

/* Styles: how an argument is printed before the call, and what is added after
 * one that succeeded. */

typedef void print_fn(struct line *line, const struct arg *arg);

struct style {
    print_fn *in;
    print_fn *out;
};

#define STYLE_DEC                   {in_dec, NULL}
#define STYLE_SDEC                  {in_sdec, NULL}
#define STYLE_HEX                   {in_hex, NULL}
#define STYLE_BOOL                  {in_bool, NULL}
#define STYLE_NAME                  {in_name, NULL}
#define STYLE_BITS                  {in_bits, NULL}
#define STYLE_STRING                {in_string, NULL}
#define STYLE_CIOVS                 {in_ciovs, NULL}
#define STYLE_OPTION_TIMESTAMP      {in_option_timestamp, NULL}
#define STYLE_OPTION_PID            {add_option_pid, out_option_pid}
#define STYLE_OUT_DEC8              {in_hex, out_dec8}
#define STYLE_OUT_DEC16             {in_hex, out_dec16}
#define STYLE_OUT_DEC32             {in_hex, out_dec32}
#define STYLE_OUT_DEC64             {in_hex, out_dec64}
#define STYLE_OUT_DECPTR            {in_hex, out_decptr}
#define STYLE_OUT_STRING            {in_hex, out_string}
#define STYLE_OUT_CSTRING           {in_hex, out_cstring}
#define STYLE_OUT_FDSTAT            {in_hex, out_fdstat}
#define STYLE_OUT_FILESTAT          {in_hex, out_filestat}
#define STYLE_OUT_FILESTAT_UNSTABLE {in_hex, out_filestat_unstable}

struct kind_style {
    struct style style;
    enum flag_group group;
};

static const struct kind_style kind_styles[] = {
#define KIND(name, wasm, ctype, style, group) {STYLE_##style, GROUP_##group},
#include "abi/kinds.def"
#undef KIND
};

/* Calls */

static struct arg arg_make(const struct thread *t, const struct call_info *info,
                           const uint64_t *args, uint32_t i)
{
    enum call_kind kind = info->params[i].kind;
    struct arg arg = {
        .t = t,
        .value = call_arg(kind, args[i], t->ptr_size),
        .group = kind_styles[kind].group,
    };

    if (i + 1 < info->n_params)
        arg.next = call_arg(info->params[i + 1].kind, args[i + 1], t->ptr_size);
    return arg;
}

/* The arguments as they are before the call.  ends[i] is where number i ends,
 * for what is added there afterwards. */
static void print_args(struct line *line, const struct thread *t,
                       const struct call_info *info, const uint64_t *args,
                       size_t *ends)
{
    uint32_t i;

    for (i = 0; i < info->n_params; i++) {
        struct arg arg = arg_make(t, info, args, i);

        add(line, i ? ", " : "");
        kind_styles[info->params[i].kind].style.in(line, &arg);
        ends[i] = line->len;
    }
}

/* The arguments printed before, with results put in. */
static void print_results(struct line *line, const struct thread *t,
                          const struct call_info *info, const uint64_t *args,
                          const struct line *before, const size_t *ends)
{
    size_t from = 0;
    uint32_t i;

    for (i = 0; i < info->n_params; i++) {
        print_fn *out = kind_styles[info->params[i].kind].style.out;
        struct arg arg = arg_make(t, info, args, i);

        add(line, "%.*s", (int)(ends[i] - from), before->text + from);
        from = ends[i];
        if (out)
            out(line, &arg);
    }
}

static const char *errno_name(uint64_t number)
{
    static const char *const names[] = {
#define ERRNO(number, name, host, text) [number] = #name,
#include "abi/errno.def"
#undef ERRNO
    };

    return number < countof(names) ? names[number] : "?";
}

static void print_result(struct line *line, const struct call_info *info,
                         uint64_t result)
{
    const char *c;

    if (info->result == RESULT_ERRNO) {
        add(line, " = %" PRIu64 " ", result);
        for (c = errno_name(result); *c; c++)
            add(line, "%c", *c >= 'A' && *c <= 'Z' ? *c + 'a' - 'A' : *c);
    } else if (info->result == RESULT_TID) {
        add(line, " = %" PRId32, (int32_t)result);
    } else {
        add(line, " = void");
    }
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) +
           (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

/* May the call end the program that made it? */
static bool may_leave(const struct call_info *info)
{
    return info->result == RESULT_NORETURN ||
           strncmp(info->name, "proc_ex", 7) == 0;
}

uint64_t trace_call(struct thread *t, const uint64_t *args, const void *data)
{
    const struct call_binding *binding = data;
    const struct call_info *info = binding->info;
    host_fn *fn = info->thunk ? info->thunk : call_missing;
    struct line before = {0};
    struct line line;
    size_t ends[16];
    struct timespec start;
    bool left = may_leave(info);
    uint64_t result;

    assert(info->n_params <= countof(ends));
    print_args(&before, t, info, args, ends);
    line.len = 0;
    if (left) {
        add(&line, "[%" PRId32 "] %s(%s) = ?", t->process->env->pid, info->name,
            before.text);
        line_write(&line, t->process);
    }
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    result = fn(t, args, data);
    /* There is no memory to look at any more: its line has been written, or
     * this is a child of proc_spawn, whose parent writes one. */
    if (t->leave != LEAVE_NONE)
        return result;
    line.len = 0;
    add(&line, "[%" PRId32 "] %s(", t->process->env->pid, info->name);
    if (left)
        add(&line, "...");
    else if (info->result == RESULT_ERRNO && result == WASI_OK)
        print_results(&line, t, info, args, &before, ends);
    else
        add(&line, "%s", before.text);
    add(&line, ")");
    print_result(&line, info, result);
    add(&line, " <%.6f>", seconds_since(&start));
    line_write(&line, t->process);
    return result;
}
