/* compiler.c: see compiler.h. */
#include "native/compiler.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/folder.h"

#define COMPILER "tine-compile"

/* --- Finding it --- */

static char *beside_us(void)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self));

    while (n > 0 && self[n - 1] != '/')
        n--;
    return n > 0 ? folder_program(self, (size_t)n - 1, COMPILER) : NULL;
}

char *compiler_path(void)
{
    char *path = beside_us();

    if (!path)
        path = folder_program(TINE_LIBEXEC, strlen(TINE_LIBEXEC), COMPILER);
    return path ? path : folder_search(getenv("PATH"), COMPILER);
}

bool compiler_missing(struct error *err)
{
    return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "the compiler, " COMPILER ", is neither beside tine nor "
                     "in " TINE_LIBEXEC " nor in PATH; it is built with tine "
                     "where LLVM 19 or later is installed (llvm-dev, lld)");
}

/* --- Running it --- */

/* As --functions and --loops take it; NULL: no memory. */
static char *list_numbers(const uint32_t *numbers, size_t n)
{
    enum { DIGITS = 11 }; /* and a comma */
    char *list = malloc(n * DIGITS + 1), *at = list;
    size_t i;

    if (!list)
        return NULL;
    *at = '\0';
    for (i = 0; i < n; i++)
        at += sprintf(at, "%s%" PRIu32, i ? "," : "", numbers[i]);
    return list;
}

static NORETURN void exec_compiler(const char *compiler, const char *path,
                                   const char *output,
                                   const struct compiler_options *options)
{
    char level[] = {(char)('0' + options->level), '\0'};
    const char *argv[20] = {COMPILER, "-O", level, "-o", output};
    size_t n = 5;
    sigset_t none;

    if (options->cpu) {
        argv[n++] = "--cpu";
        argv[n++] = options->cpu;
    }
    if (options->target) {
        argv[n++] = "--target";
        argv[n++] = options->target;
    }
    if (options->functions) {
        argv[n++] = "--functions";
        argv[n] =
            list_numbers(options->functions,
                         MIN(options->n_functions, (size_t)COMPILER_FUNCTIONS));
        if (!argv[n++])
            _exit(125);
    }
    if (options->all_loops || options->n_loops > 0) {
        argv[n++] = "--loops";
        argv[n] = options->all_loops
                      ? "all"
                      : list_numbers(options->loops, options->n_loops);
        if (!argv[n++])
            _exit(125);
    }
    if (options->progress)
        argv[n++] = "--progress";
    argv[n++] = "--";
    argv[n++] = path;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    (void)execv(compiler, (char **)(uintptr_t)argv);
    _exit(125);
}

/* What a terminal sends waits, so that the compiler dies of it first and
 * nothing is left behind. */
static void hold_interruptions(sigset_t *old)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGQUIT);
    (void)sigprocmask(SIG_BLOCK, &set, old);
}

static void release_interruptions(const sigset_t *old)
{
    (void)sigprocmask(SIG_SETMASK, old, NULL);
}

static int run(const char *compiler, const char *path, const char *output,
               const struct compiler_options *options)
{
    sigset_t old;
    pid_t self = getpid(), child;
    int status = -1;

    hold_interruptions(&old);
    child = fork();
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != self)
            _exit(125);
        exec_compiler(compiler, path, output, options);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    release_interruptions(&old);
    return status;
}

static bool is_interruption(int status)
{
    return status != -1 && WIFSIGNALED(status) &&
           (WTERMSIG(status) == SIGINT || WTERMSIG(status) == SIGQUIT);
}

static int run_status(const char *path, const char *output,
                      const struct compiler_options *options, struct error *err)
{
    AUTO_FREE char *compiler = compiler_path();

    if (!compiler) {
        (void)compiler_missing(err);
        return -1;
    }
    return run(compiler, path, output, options);
}

/* What waitpid(2) gave as an exit status. */
static int conclude(int status, struct error *err)
{
    if (is_interruption(status))
        (void)kill(getpid(), WTERMSIG(status));
    if (status == -1 || !WIFEXITED(status)) {
        if (err->kind == ERROR_NONE)
            (void)error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                            "the compiler died");
        return -1;
    }
    return WEXITSTATUS(status);
}

int compiler_run(const char *path, const char *output,
                 const struct compiler_options *options, struct error *err)
{
    return conclude(run_status(path, output, options, err), err);
}

/* --- Into the cache --- */

static bool is_there(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                     int level)
{
    AUTO_FD int hfd = cachedir_find(dir, hash, level);

    return hfd >= 0;
}

/* For what an entry that is there need not have. */
static bool asks_for_more(const struct compiler_options *options)
{
    return options->functions || options->all_loops || options->n_loops > 0;
}

/* As waitpid(2) gives it. */
static int fill(const struct cachedir *dir, const char *path,
                const uint8_t hash[CACHE_HASH],
                const struct compiler_options *options, struct error *err)
{
    char name[CACHE_NAME];
    AUTO_FREE char *output = NULL;
    int level = options->functions ? CACHE_PART : options->level;
    mode_t mask;
    int status;

    if (!asks_for_more(options) && is_there(dir, hash, level))
        return 0;
    cachedir_clean(dir, hash);
    cachedir_temporary(dir, hash, name);
    if (asprintf(&output, "%s/%s", dir->path, name) < 0) {
        output = NULL;
        (void)error_set_errno(err, ERROR_HOST, ENOMEM, "cannot compile");
        return -1;
    }
    /* Nobody else may write to it, from the beginning. */
    mask = umask(077);
    status = run_status(path, output, options, err);
    (void)umask(mask);
    if (status == 0 && !cachedir_add(dir, name, hash, level, err))
        status = -1;
    if (status != 0)
        cachedir_drop(dir, name);
    return status;
}

int compiler_fill(const struct cachedir *dir, const char *path,
                  const uint8_t hash[CACHE_HASH],
                  const struct compiler_options *options, struct error *err)
{
    sigset_t old;
    int lock, status;

    hold_interruptions(&old);
    lock = cachedir_lock(dir, hash, false);
    if (lock < 0) {
        /* For somebody else we need not wait. */
        release_interruptions(&old);
        lock = cachedir_lock(dir, hash, true);
        hold_interruptions(&old);
    }
    if (lock < 0) {
        release_interruptions(&old);
        (void)error_set_errno(err, ERROR_HOST, errno, "cannot write to %s",
                              dir->path);
        return -1;
    }
    status = fill(dir, path, hash, options, err);
    cachedir_unlock(dir, hash, lock);
    release_interruptions(&old);
    return conclude(status, err);
}

int compiler_fill_locked(const struct cachedir *dir, const char *path,
                         const uint8_t hash[CACHE_HASH],
                         const struct compiler_options *options,
                         struct error *err)
{
    return conclude(fill(dir, path, hash, options, err), err);
}
