/*
 * options.h: command-line options, from one table for parsing and for help.
 */
#ifndef TINE_CLI_OPTIONS_H
#define TINE_CLI_OPTIONS_H

#include "base/error.h"

/* Acts on an option; `value` is NULL if it was given none. */
typedef bool option_fn(void *ctx, const char *value, struct error *err);

enum option_value {
    OPTION_FLAG,     /* --name */
    OPTION_REQUIRED, /* --name VALUE or --name=VALUE */
    OPTION_OPTIONAL, /* --name or --name=VALUE */
};

struct option_row {
    const char *name; /* without the dashes; one letter: -x, as in -xVALUE */
    enum option_value value;
    const char *label; /* of the value, for help */
    const char *help;  /* may have several lines */
    option_fn *fn;
};

struct command {
    const char *name;
    const char *operands; /* for help: "PROG [ARGS...]" */
    const char *summary;
    const char *details;              /* lines for its help; may be NULL */
    const struct option_row *options; /* ends with a NULL name */
    /* argv[0] is the first operand. */
    int (*run)(void *ctx, int argc, char **argv);
    void *ctx;
};

/*
 * Take the options from the front of argv, up to the first operand or `--`;
 * *first is the index of the first operand.  --help prints the command's and
 * ends the process.  ERROR_HOST.
 */
bool options_parse(const struct command *command, int argc, char **argv,
                   int *first, struct error *err) MUST_CHECK;

/* Print a command's help to standard output. */
void options_help(const struct command *command);

#endif
