/*
 * cmd_abi.c: tine abi, the table of imports.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/report.h"
#include "sys/abi_print.h"

static bool markdown;

static bool set_markdown(void *ctx, const char *value, struct error *err)
{
    markdown = true;
    return true;
}

static const struct option_row options[] = {
    {"md", OPTION_FLAG, NULL, "as Markdown", set_markdown},
    {NULL, OPTION_FLAG, NULL, NULL, NULL},
};

static int run(void *ctx, int argc, char **argv)
{
    struct error err = ERROR_INIT;

    if (argc > 0)
        error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                  "tine abi takes no operands");
    else if (!abi_print(stdout, markdown) || fflush(stdout))
        error_set(&err, ERROR_HOST, ERROR_NO_OFFSET,
                  "cannot write to standard output");
    else
        return 0;
    report_error(NULL, &err);
    return EXIT_TINE;
}

const struct command command_abi = {
    .name = "abi",
    .operands = "",
    .summary = "print the table of imports that programs may have",
    .options = options,
    .run = run,
};
