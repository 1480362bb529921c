/*
 * cmd_inspect.c: tine inspect, what is in a module and whether tine can run
 * it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/report.h"
#include "sys/sys.h"
#include "wasm/dump.h"

/* A function to print whole, or NULL. */
static const char *function;

static bool set_function(void *ctx, const char *value, struct error *err)
{
    function = value;
    return true;
}

static const struct option_row options[] = {
    {"func", OPTION_REQUIRED, "INDEX",
     "print the instructions of one function instead", set_function},
    {NULL, OPTION_FLAG, NULL, NULL, NULL},
};

/* A function that is there, or the memory that tine makes; ctx: the module. */
static bool has_import(void *ctx, const struct import *import)
{
    const struct module *module = ctx;
    struct error err = ERROR_INIT;
    const struct call_info *info;

    if (import->type.kind == EXTERN_MEMORY)
        return name_is(import->module, "env") &&
               name_is(import->name, "memory");
    if (import->type.kind != EXTERN_FUNC)
        return false;
    info = calls_find(import->module, import->name, import->type.func,
                      module_ptr_size(module), &err);
    return info && info->thunk;
}

static bool print_function(const struct module *module, struct error *err)
{
    char *end;
    unsigned long index;

    if (module->n_funcs == module->n_imported_funcs)
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "--func %s: the module has no functions of its own",
                         function);
    errno = 0;
    index = strtoul(function, &end, 10);
    if (errno || *end || end == function || index >= module->n_funcs ||
        index < module->n_imported_funcs)
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "--func %s: the functions are %u to %u", function,
                         module->n_imported_funcs, module->n_funcs - 1);
    dump_function(stdout, module, (uint32_t)index);
    return true;
}

static bool inspect(const char *path, struct error *err)
{
    AUTO_FD int hfd = open(path, O_RDONLY | O_CLOEXEC);
    struct module *module;
    bool ok;

    if (hfd < 0)
        return error_set_errno(
            err, errno == ENOENT ? ERROR_NOT_FOUND : ERROR_NOT_MODULE, errno,
            "cannot open it");
    module = module_open(path, hfd, err);
    ok = module && module_validate(module, err);
    if (ok && function)
        ok = print_function(module, err);
    else if (ok)
        dump_module(stdout, module, has_import, module);
    module_free(module);
    return ok;
}

static int run(void *ctx, int argc, char **argv)
{
    struct error err = ERROR_INIT;

    if (argc != 1) {
        error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                  "tine inspect takes one operand, the program");
        report_error(NULL, &err);
        return EXIT_TINE;
    }
    if (!inspect(argv[0], &err)) {
        report_error(argv[0], &err);
        return report_status(&err);
    }
    return 0;
}

const struct command command_inspect = {
    .name = "inspect",
    .operands = "PROG",
    .summary = "print what is in a module, and which imports tine has",
    .options = options,
    .run = run,
};
