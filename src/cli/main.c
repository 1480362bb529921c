/*
 * main.c: the commands of tine.
 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/report.h"
#include "proc/file.h"

static const struct command *const commands[] = {
    &command_run,     &command_compile, &command_cache,
    &command_inspect, &command_abi,
};

static void print_help(void)
{
    size_t i;

    puts("usage: tine COMMAND [OPTIONS] ...\n"
         "       tine PROG [ARGS...]       the same as tine run PROG\n"
         "\n"
         "Runs WebAssembly programs written against WASI and WASIX.\n"
         "\n"
         "Commands:");
    for (i = 0; i < countof(commands); i++)
        printf("  %-9s %s\n", commands[i]->name, commands[i]->summary);
    puts("\n"
         "tine COMMAND --help tells a command's options.\n"
         "tine --version prints the version.");
}

int command_main(const struct command *command, int argc, char **argv)
{
    struct error err = ERROR_INIT;
    int first;

    if (!options_parse(command, argc, argv, &first, &err)) {
        report_error(NULL, &err);
        return EXIT_TINE;
    }
    return command->run(command->ctx, argc - first, argv + first);
}

int main(int argc, char **argv)
{
    size_t i;

    /* Nothing but the standard streams is inherited. */
    closefrom(3);
    file_stdio_init();
    if (argc < 2) {
        fputs("usage: tine COMMAND [OPTIONS] ...; see tine --help\n", stderr);
        return EXIT_TINE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_help();
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("tine " TINE_VERSION);
        return 0;
    }
    for (i = 0; i < countof(commands); i++)
        if (strcmp(argv[1], commands[i]->name) == 0)
            return command_main(commands[i], argc - 2, argv + 2);
    return command_main(&command_run, argc - 1, argv + 1);
}
