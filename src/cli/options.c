/* options.c: see options.h. */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

/* Names of one letter are short options. */
static bool is_short(const struct option_row *row)
{
    return row->name[1] == '\0';
}

static void print_option(const struct option_row *row)
{
    const char *line = row->help;
    char left[64];

    if (is_short(row))
        (void)snprintf(left, sizeof(left), "-%s%s%s", row->name,
                       row->value == OPTION_OPTIONAL ? "" : " ",
                       row->value == OPTION_FLAG ? "" : row->label);
    else
        switch (row->value) {
        case OPTION_FLAG:
            (void)snprintf(left, sizeof(left), "--%s", row->name);
            break;
        case OPTION_REQUIRED:
            (void)snprintf(left, sizeof(left), "--%s %s", row->name,
                           row->label);
            break;
        default:
            (void)snprintf(left, sizeof(left), "--%s[=%s]", row->name,
                           row->label);
            break;
        }
    /* A long option has its line to itself. */
    printf(strlen(left) > 22 ? "  %s\n%26s" : "  %-22s  ", left, "");
    while (line) {
        const char *end = strchr(line, '\n');
        int len = end ? (int)(end - line) : (int)strlen(line);

        printf("%.*s\n%s", len, line, end ? "                          " : "");
        line = end ? end + 1 : NULL;
    }
}

void options_help(const struct command *command)
{
    const struct option_row *row;

    printf("usage: tine %s [OPTIONS] %s\n\n%s\n", command->name,
           command->operands, command->summary);
    if (command->details)
        printf("\n%s", command->details);
    if (command->options[0].name)
        puts("\nOptions:");
    for (row = command->options; row->name; row++)
        print_option(row);
    puts("  --help                  print this");
}

static const struct option_row *find(const struct command *command,
                                     const char *text, size_t len)
{
    const struct option_row *row;

    for (row = command->options; row->name; row++)
        if (strlen(row->name) == len && memcmp(row->name, text, len) == 0)
            return row;
    return NULL;
}

static bool usage(const struct command *command, struct error *err,
                  const char *what, const char *arg)
{
    return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "%s %s; see tine %s --help", what, arg, command->name);
}

/* The option at argv[*at]; *at is moved over its value. */
static bool take(const struct command *command, const struct option_row *row,
                 const char *value, int argc, char **argv, int *at,
                 struct error *err)
{
    if (row->value == OPTION_FLAG && value)
        return usage(command, err, "no value is taken by", argv[*at]);
    if (row->value == OPTION_REQUIRED && !value) {
        if (*at + 1 >= argc)
            return usage(command, err, "a value is missing behind", argv[*at]);
        value = argv[++*at];
    }
    return row->fn(command->ctx, value, err);
}

/* -x, -xVALUE or -x VALUE; the last not if a value is optional. */
static bool parse_short(const struct command *command, int argc, char **argv,
                        int *at, struct error *err)
{
    const char *text = argv[*at] + 1;
    const struct option_row *row = find(command, text, 1);
    const char *value = text[1] ? text + 1 : NULL;

    if (!row)
        return usage(command, err, "unknown option", argv[*at]);
    return take(command, row, value, argc, argv, at, err);
}

/* --name, --name=VALUE or --name VALUE. */
static bool parse_long(const struct command *command, int argc, char **argv,
                       int *at, struct error *err)
{
    const char *text = argv[*at] + 2;
    size_t len = strcspn(text, "=");
    const char *value = text[len] ? text + len + 1 : NULL;
    const struct option_row *row = find(command, text, len);

    if (!row || is_short(row))
        return usage(command, err, "unknown option", argv[*at]);
    return take(command, row, value, argc, argv, at, err);
}

bool options_parse(const struct command *command, int argc, char **argv,
                   int *first, struct error *err)
{
    int i;

    for (i = 0; i < argc && argv[i][0] == '-' && argv[i][1]; i++) {
        if (strcmp(argv[i], "--") == 0) {
            i++;
            break;
        }
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            options_help(command);
            exit(0);
        }
        if (argv[i][1] == '-' ? !parse_long(command, argc, argv, &i, err)
                              : !parse_short(command, argc, argv, &i, err))
            return false;
    }
    *first = i;
    return true;
}
