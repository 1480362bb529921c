/*
 * cli.h: the commands; main.c has the table of them.
 */
#ifndef TINE_CLI_CLI_H
#define TINE_CLI_CLI_H

#include "cli/options.h"

extern const struct command command_run;
extern const struct command command_compile;
extern const struct command command_cache;
extern const struct command command_inspect;
extern const struct command command_abi;

/* Carry out a command; argv begins behind its name. */
int command_main(const struct command *command, int argc, char **argv);

#endif
