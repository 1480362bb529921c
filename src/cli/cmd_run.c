/*
 * cmd_run.c: tine run: the options, and the two processes that follow from
 * them, supervisor and guest process 1.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "cli/cli.h"
#include "cli/invoke.h"
#include "cli/report.h"
#include "interp/interp.h"
#include "native/cache.h"
#include "native/compiler.h"
#include "native/enter.h"
#include "proc/futex.h"
#include "proc/guestpath.h"
#include "proc/preopen.h"
#include "proc/process.h"
#include "proc/sandbox.h"
#include "proc/supervisor.h"
#include "proc/tierup.h"
#include "sys/sys.h"

enum tier { TIER_AUTO, TIER_INTERP, TIER_COMPILED };

static struct run {
    struct mounts mounts;
    struct strings envp;
    char *cwd;
    int trace_fd;
    const char *invoke;
    enum tier tier;
} the_run = {.trace_fd = -1};

/* --- Options --- */

static bool add_dir(void *ctx, const char *value, struct error *err)
{
    return mounts_add_dir(&the_run.mounts, value, err);
}

static bool add_volume(void *ctx, const char *value, struct error *err)
{
    return mounts_add_volume(&the_run.mounts, value, err);
}

/* When tine ends early; guests and the supervisor leave by _exit. */
static void clean(void)
{
    mounts_clean(&the_run.mounts);
}

static bool add_tmpfs(void *ctx, const char *value, struct error *err)
{
    static bool registered;

    if (!registered && atexit(clean))
        return error_set_errno(err, ERROR_HOST, ENOMEM, "--tmpfs");
    registered = true;
    return mounts_add_tmpfs(&the_run.mounts, value, err);
}

static bool add_env(void *ctx, const char *value, struct error *err)
{
    AUTO_FREE char *both = NULL;
    const char *inherited;

    if (value[0] == '=' || value[0] == '\0')
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "--env %s: the name is missing", value);
    if (!strchr(value, '=')) {
        /* One that tine itself does not have is not there for the guest. */
        inherited = getenv(value);
        if (!inherited)
            return true;
        if (asprintf(&both, "%s=%s", value, inherited) < 0)
            both = NULL;
        value = both;
    }
    if (!value || !strings_add(&the_run.envp, value, strlen(value)))
        return error_set_errno(err, ERROR_HOST, E2BIG, "--env");
    return true;
}

static bool set_cwd(void *ctx, const char *value, struct error *err)
{
    free(the_run.cwd);
    the_run.cwd = path_normalise("/", value);
    return the_run.cwd || error_set_errno(err, ERROR_HOST, ENOMEM, "--cwd");
}

static bool set_trace(void *ctx, const char *value, struct error *err)
{
    if (the_run.trace_fd >= 0)
        (void)close(the_run.trace_fd);
    if (value)
        the_run.trace_fd = open(
            value, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    else
        the_run.trace_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    return the_run.trace_fd >= 0 ||
           error_set_errno(err, ERROR_HOST, errno, "--trace%s%s",
                           value ? "=" : "", value ? value : "");
}

static bool set_tier(void *ctx, const char *value, struct error *err)
{
    static const char *const names[] = {"auto", "interp", "compiled"};
    size_t i;

    for (i = 0; i < countof(names); i++)
        if (strcmp(value, names[i]) == 0) {
            the_run.tier = (enum tier)i;
            return true;
        }
    return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "--tier %s: it is auto, interp or compiled", value);
}

static bool set_invoke(void *ctx, const char *value, struct error *err)
{
    the_run.invoke = value;
    return true;
}

static const struct option_row options[] = {
    {"dir", OPTION_REQUIRED, "HOST[::GUEST][:ro]",
     "give the guest a directory of the host, at the same path\n"
     "or at GUEST, read-only with :ro; may be given several times",
     add_dir},
    {"volume", OPTION_REQUIRED, "HOST:GUEST[:ro]",
     "the same, as others write it", add_volume},
    {"tmpfs", OPTION_REQUIRED, "GUEST",
     "give the guest an empty directory in memory, gone at the end", add_tmpfs},
    {"env", OPTION_REQUIRED, "NAME[=VALUE]",
     "set an environment variable, or pass tine's own on; the\n"
     "guest has no others",
     add_env},
    {"cwd", OPTION_REQUIRED, "GUEST",
     "the guest's working directory; / if not given", set_cwd},
    {"invoke", OPTION_REQUIRED, "NAME",
     "call this exported function instead of _start, with ARGS as\n"
     "its arguments, and print its results",
     set_invoke},
    {"tier", OPTION_REQUIRED, "auto|interp|compiled",
     "interp: interpret the program; compiled: compile it first if\n"
     "that has not been done; auto, if nothing is given: run what\n"
     "is compiled already, interpret the rest",
     set_tier},
    {"trace", OPTION_OPTIONAL, "FILE",
     "write a line for each call to FILE or standard error", set_trace},
    {NULL, OPTION_FLAG, NULL, NULL, NULL},
};

/* --- Guest process 1 --- */

static bool make_env(struct process *process, int argc, char **argv,
                     struct error *err)
{
    struct env *env = &process->first;
    int i;

    env->is_static = true;
    process->env = env;
    env->fds = fdtable_initial(&the_run.mounts, err);
    if (!env->fds)
        return false;
    env->cwd = the_run.cwd ? the_run.cwd : strdup("/");
    env->envp = the_run.envp;
    for (i = 0; i < argc; i++)
        if (!strings_add(&env->argv, argv[i], strlen(argv[i])))
            return error_set_errno(err, ERROR_HOST, E2BIG, "arguments");
    return (env->cwd && sigstate_from_host(&env->sig)) ||
           error_set_errno(err, ERROR_HOST, ENOMEM, "environment");
}

static bool make_process(struct process *process, struct family *family,
                         int argc, char **argv, struct error *err)
{
    process->family = family;
    process->mounts = &the_run.mounts;
    process->trace_fd = the_run.trace_fd;
    process->link = the_run.trace_fd >= 0 ? calls_link_traced : calls_link;
    process->report_trap = report_trap;
    if (!thread_init(&process->main, err) ||
        !make_env(process, argc, argv, err))
        return false;
    process->main.process = process;
    signal_attach(&process->main);
    futex_attach(&process->main);
    return true;
}

static NORETURN void fail(const char *path, const struct error *err)
{
    report_error(path, err);
    _exit(report_status(err));
}

/* Guest process 1, and every process forked from it, end here. */
static NORETURN void end(const struct process *process,
                         const struct outcome *outcome)
{
    switch (outcome->kind) {
    case OUTCOME_EXIT:
        _exit(outcome->code);
    case OUTCOME_SIGNAL:
        signal_die(outcome->code);
    default:
        fail(process->program ? process->program->path : NULL, &outcome->error);
    }
}

static NORETURN void guest_main(struct family *family, int32_t supervisor,
                                int hfd, int argc, char **argv)
{
    /* In a page that each side of a fork writes to anyhow. */
    static THREAD_LOCAL struct process process;
    struct error err = ERROR_INIT;
    struct outcome outcome;

    interp_init();
    if (cache_dir()) {
        native_init();
        program_use_compiled();
    }
    if (!make_process(&process, family, argc, argv, &err))
        fail(NULL, &err);
    signal_follow(supervisor);
    process.env->pid = family_reserve(family, 0);
    process_born(&process);
    if (!sandbox_enter(&the_run.mounts, cache_dir() ? cache_dir()->hfd : -1,
                       &err))
        fail(NULL, &err);
    process.program = program_load(
        argv[0], hfd, the_run.invoke ? NULL : "_start", process.link, &err);
    if (!process.program)
        fail(argv[0], &err);
    (void)close(hfd);
    if (the_run.tier == TIER_COMPILED && !process.program->image) {
        error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                  "--tier compiled: its compiled code cannot be loaded");
        fail(argv[0], &err);
    }
    if (the_run.invoke)
        invoke_function(&process, the_run.invoke, &outcome);
    else
        process_run(&process, &outcome);
    end(&process, &outcome);
}

/* --- The supervisor --- */

/* End as guest process 1 ended. */
static NORETURN void end_like(int status)
{
    if (WIFSIGNALED(status))
        signal_die(WTERMSIG(status));
    _exit(WEXITSTATUS(status));
}

static int open_program(const char *path, struct error *err)
{
    int hfd = open(path, O_RDONLY | O_CLOEXEC);

    if (hfd < 0)
        error_set_errno(err,
                        errno == ENOENT ? ERROR_NOT_FOUND : ERROR_NOT_MODULE,
                        errno, "cannot open it");
    return hfd;
}

/* Have compiled code for the program in the cache.  0, or tine's status. */
static int compile_first(const char *path, int hfd, struct error *err)
{
    struct compiler_options how = {.level = COMPILER_LEVEL,
                                   .progress = isatty(STDERR_FILENO)};
    uint8_t hash[CACHE_HASH];
    int found, status;

    if (!cachedir_hash(cache_dir(), hfd, hash, err))
        return -1;
    found = cachedir_find_best(cache_dir(), hash, 0, NULL);
    if (found >= 0)
        return close(found);
    status = compiler_fill(cache_dir(), path, hash, &how, err);
    if (status > 0)
        error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                  "--tier compiled: it cannot be compiled");
    return status;
}

/* What of the cache is wanted.  Without one programs run all the same. */
static bool prepare_tier(const char *path, int hfd, struct error *err)
{
    struct error unimportant = ERROR_INIT;
    uint64_t limit;

    if (the_run.tier == TIER_INTERP)
        return true;
    if (the_run.tier == TIER_COMPILED)
        return cache_init(err) && compile_first(path, hfd, err) == 0;
    if (!cachedir_limit(&limit, err))
        return false;
    (void)cache_init(&unimportant);
    return true;
}

static int run(void *ctx, int argc, char **argv)
{
    struct error err = ERROR_INIT;
    int32_t supervisor = getpid();
    struct family *family;
    sigset_t inherited;
    int status, hfd;
    pid_t first;

    if (argc == 0) {
        error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                  "no program is given; see tine run --help");
        report_error(NULL, &err);
        return EXIT_TINE;
    }
    hfd = open_program(argv[0], &err);
    if (hfd < 0 || !prepare_tier(argv[0], hfd, &err)) {
        report_error(argv[0], &err);
        return report_status(&err);
    }
    supervisor_prepare(&inherited);
    if (the_run.tier != TIER_INTERP && !tierup_open(&err)) {
        report_error(NULL, &err);
        return EXIT_TINE;
    }
    family = family_new();
    first = family ? fork() : -1;
    if (first == 0) {
        supervisor_leave(&inherited, supervisor);
        guest_main(family, supervisor, hfd, argc, argv);
    }
    if (first < 0) {
        error_set_errno(&err, ERROR_HOST, errno, "cannot start a process");
        report_error(NULL, &err);
        return EXIT_TINE;
    }
    status = supervisor_run(family, first);
    clean();
    end_like(status);
}

const struct command command_run = {
    .name = "run",
    .operands = "PROG [ARGS...]",
    .summary = "run a program",
    .options = options,
    .run = run,
};
