/*
 * cmd_compile.c: tine compile: a program to a file of compiled code, or into
 * the cache, where tine run finds it.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/numbers.h"
#include "cli/cli.h"
#include "cli/report.h"
#include "native/compiler.h"

static const char *output;
static struct compiler_options how = {.level = COMPILER_LEVEL};

static bool set_output(void *ctx, const char *value, struct error *err)
{
    output = value;
    return true;
}

static bool set_level(void *ctx, const char *value, struct error *err)
{
    if (!value || value[0] < '0' || value[0] >= '0' + CACHE_LEVELS || value[1])
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "-O%s: it is -O0, -O1, -O2 or -O3",
                         value ? value : "");
    how.level = value[0] - '0';
    return true;
}

static bool set_cpu(void *ctx, const char *value, struct error *err)
{
    how.cpu = value;
    return true;
}

static bool set_target(void *ctx, const char *value, struct error *err)
{
    how.target = value;
    return true;
}

static bool set_numbers(const char *option, const char *value,
                        const uint32_t **items, size_t *n, struct error *err)
{
    struct numbers numbers;

    if (!numbers_parse(option, value, &numbers, err))
        return false;
    *items = numbers.items;
    *n = numbers.n;
    return numbers.n <= COMPILER_FUNCTIONS ||
           error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "%s: no more than %u",
                     option, COMPILER_FUNCTIONS);
}

static bool set_functions(void *ctx, const char *value, struct error *err)
{
    return set_numbers("--functions", value, &how.functions, &how.n_functions,
                       err);
}

static bool set_loops(void *ctx, const char *value, struct error *err)
{
    how.all_loops = strcmp(value, "all") == 0;
    return how.all_loops ||
           set_numbers("--loops", value, &how.loops, &how.n_loops, err);
}

static const struct option_row options[] = {
    {"o", OPTION_REQUIRED, "FILE",
     "write the compiled code to FILE instead of the cache", set_output},
    {"O", OPTION_OPTIONAL, "LEVEL",
     "how hard to optimise: 0 compiles fastest, 3 runs fastest; 2\n"
     "if not given",
     set_level},
    {"cpu", OPTION_REQUIRED, "native|NAME",
     "the processor, by LLVM's name; this one if not given", set_cpu},
    {"target", OPTION_REQUIRED, "TRIPLE",
     "the system, by LLVM's name; this one if not given", set_target},
    {"functions", OPTION_REQUIRED, "LIST",
     "compile some functions only, by their indices: 17,4,2005;\n"
     "the others are interpreted",
     set_functions},
    {"loops", OPTION_REQUIRED, "LIST",
     "let functions that are being interpreted go over at these loops,\n"
     "offsets in the module, or all: for processes that run already",
     set_loops},
    {NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static int fail(const char *path, const struct error *err)
{
    report_error(path, err);
    return report_status(err);
}

static int compile(const char *path, struct error *err)
{
    AUTO_FD int hfd = open(path, O_RDONLY | O_CLOEXEC);
    uint8_t hash[CACHE_HASH];
    struct cachedir dir;
    int status = -1;

    if (hfd < 0) {
        error_set_errno(err,
                        errno == ENOENT ? ERROR_NOT_FOUND : ERROR_NOT_MODULE,
                        errno, "cannot open it");
        return -1;
    }
    if (output)
        return compiler_run(path, output, &how, err);
    if (!cachedir_open(&dir, err))
        return -1;
    if (cachedir_hash(&dir, hfd, hash, err))
        status = compiler_fill(&dir, path, hash, &how, err);
    cachedir_close(&dir);
    return status;
}

static int run(void *ctx, int argc, char **argv)
{
    struct error err = ERROR_INIT;
    bool native = !how.target && (!how.cpu || strcmp(how.cpu, "native") == 0);
    int status;

    if (argc != 1) {
        error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                  "one program is to be given; see tine compile --help");
        return fail(NULL, &err);
    }
    if (!native && !output) {
        error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                  "the cache is for this processor: --cpu and --target need "
                  "-o FILE");
        return fail(NULL, &err);
    }
    how.progress = isatty(STDERR_FILENO);
    status = compile(argv[0], &err);
    return status < 0 ? fail(argv[0], &err) : status;
}

const struct command command_compile = {
    .name = "compile",
    .operands = "PROG",
    .summary = "compile a program, so that it starts and runs fast",
    .options = options,
    .run = run,
};
