/*
 * ruby_driver.c: run a Ruby script in the Ruby of npm's @ruby/3.4-wasm-wasi.
 *
 *     ruby_driver RUBY.wasm HOST[::GUEST] SCRIPT
 *
 * That Ruby is no command but a library.  Its host initialises it, hands it
 * strings in memory that it asks Ruby for, and gives it a few imports.  The
 * driver is such a host around a process as src/cli/cmd_run.c makes it; SCRIPT
 * is a path of the guest's.  It ends as the script does.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "cli/report.h"
#include "interp/interp.h"
#include "proc/futex.h"
#include "proc/preopen.h"
#include "proc/sandbox.h"
#include "sys/sys.h"

/* Exports are named by their interface types. */
#define RUBY_INIT "ruby-init: func(args: list<string>) -> ()"
#define RUBY_CLEAR "rb-clear-errinfo: func() -> ()"
#define RUBY_EVAL                                                              \
    "rb-eval-string-protect: func(str: string) -> "                            \
    "tuple<handle<rb-abi-value>, s32>"

/* Runs a script as `ruby SCRIPT` does.  `exit!` ends the process. */
#define RUN_SCRIPT                                                             \
    "status = 0\n"                                                             \
    "begin\n"                                                                  \
    "  load '%s'\n"                                                            \
    "rescue SystemExit => e\n"                                                 \
    "  status = e.status\n"                                                    \
    "rescue Exception => e\n"                                                  \
    "  $stderr.write e.full_message(highlight: false)\n"                       \
    "  status = 1\n"                                                           \
    "end\n"                                                                    \
    "$stdout.flush\n"                                                          \
    "exit! status\n"

static struct process process;
static struct mounts mounts;

static NORETURN void fail(const char *path, const struct error *err)
{
    report_error(path, err);
    _exit(report_status(err));
}

/* --- The process --- */

/* Ruby has handles for its values, which the host may choose: each is the
 * value itself. */
static uint64_t same_value(struct thread *t, const uint64_t *args,
                           const void *data)
{
    return (uint32_t)args[0];
}

static bool link_import(struct program *program, const struct import *import,
                        struct extern_ref *ret, struct error *err)
{
    if (!name_is(import->name, "resource_new_rb-abi-value") &&
        !name_is(import->name, "resource_get_rb-abi-value"))
        return calls_link(program, import, ret, err);
    ret->kind = EXTERN_FUNC;
    ret->func =
        func_new_host(&program->pool, import->type.func, same_value, NULL);
    return ret->func || error_set_errno(err, ERROR_HOST, ENOMEM, "import");
}

static bool make_process(const char *dir, struct error *err)
{
    struct env *env = &process.first;

    interp_init();
    process.env = env;
    process.mounts = &mounts;
    process.family = family_new();
    process.link = link_import;
    process.report_trap = report_trap;
    process.trace_fd = -1;
    if (!process.family)
        return error_set_errno(err, ERROR_HOST, errno, "family");
    if (!mounts_add_dir(&mounts, dir, err) || !thread_init(&process.main, err))
        return false;
    env->is_static = true;
    env->fds = fdtable_initial(&mounts, err);
    env->cwd = strdup("/");
    if (!env->fds || !env->cwd || !strings_add(&env->argv, "ruby", 4))
        return false;
    process.main.process = &process;
    signal_attach(&process.main);
    futex_attach(&process.main);
    env->pid = family_reserve(process.family, 0);
    process_born(&process);
    return sandbox_enter(&mounts, -1, err);
}

static void load_ruby(const char *path, const char *dir)
{
    struct error err = ERROR_INIT;
    int hfd = open(path, O_RDONLY | O_CLOEXEC);

    if (hfd < 0) {
        error_set_errno(&err, ERROR_NOT_FOUND, errno, "cannot open it");
        fail(path, &err);
    }
    if (!make_process(dir, &err))
        fail(dir, &err);
    process.program = program_load(path, hfd, NULL, process.link, &err);
    if (!process.program || !process_start(&process, &err))
        fail(path, &err);
    (void)close(hfd);
}

/* --- Calling Ruby --- */

/* The guest is gone; so is the driver. */
static NORETURN void end(void)
{
    if (process.main.leave == LEAVE_EXIT)
        _exit((int)process.main.exit_code);
    report_trap(&process);
    signal_die(trap_signal(process.main.trap));
}

/* Call an export with i32s, as many as it takes; its result, if it has one. */
static uint32_t call(const char *name, uint32_t a, uint32_t b, uint32_t c,
                     uint32_t d)
{
    uint64_t slots[] = {a, b, c, d};
    struct func *f = instance_func(process.program->inst, name);
    struct error err;

    if (!f || f->type->n_params > countof(slots)) {
        error_set(&err, ERROR_NOT_MODULE, ERROR_NO_OFFSET, "no %s", name);
        fail(process.program->path, &err);
    }
    if (!interp_run(&process.main, f, slots))
        end();
    return (uint32_t)slots[0];
}

/* Guest memory for `len` bytes. */
static uint32_t allocate(uint32_t len, uint32_t align)
{
    uint32_t at = call("cabi_realloc", 0, 0, align, len);

    assert(guest_writable(&process.main, at, len));
    return at;
}

/* A string in guest memory.  Ruby wants the NUL to be counted. */
static uint32_t put_string(const char *text, uint32_t *ret_len)
{
    uint32_t len = (uint32_t)strlen(text) + 1;
    uint32_t at = allocate(len, 1);

    if (guest_write(&process.main, at, text, len))
        abort();
    *ret_len = len;
    return at;
}

static void init_ruby(void)
{
    static const char *const args[] = {"ruby", "--disable-gems", "-EUTF-8",
                                       "-e_=0"};
    uint32_t list = allocate(countof(args) * 8, 4);
    uint32_t i, at, len;

    for (i = 0; i < countof(args); i++) {
        at = put_string(args[i], &len);
        guest_store_u32(&process.main, list + 8 * i, at);
        guest_store_u32(&process.main, list + 8 * i + 4, len);
    }
    (void)call(RUBY_INIT, list, countof(args), 0, 0);
}

/* Evaluate Ruby code; true unless it raised something. */
static bool eval(const char *code)
{
    uint32_t len;
    uint32_t at = put_string(code, &len);
    uint32_t result = call(RUBY_EVAL, at, len, 0, 0);

    assert(guest_readable(&process.main, result, 8));
    return guest_load_u32(&process.main, result + 4) == 0;
}

int main(int argc, char **argv)
{
    AUTO_FREE char *code = NULL;

    if (argc != 4 || asprintf(&code, RUN_SCRIPT, argv[3]) < 0) {
        fputs("usage: ruby_driver RUBY.wasm HOST[::GUEST] SCRIPT\n", stderr);
        return EXIT_TINE;
    }
    load_ruby(argv[1], argv[2]);
    (void)call("_initialize", 0, 0, 0, 0);
    init_ruby();
    /* It comes back with a value, and with what was raised. */
    if (!eval("1 + 1") || eval("raise 'no'"))
        abort();
    (void)call(RUBY_CLEAR, 0, 0, 0, 0);
    (void)eval(code);
    abort();
}
