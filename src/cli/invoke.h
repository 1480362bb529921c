/*
 * invoke.h: tine run --invoke, calling one exported function.
 */
#ifndef TINE_CLI_INVOKE_H
#define TINE_CLI_INVOKE_H

#include "proc/process.h"

/*
 * Start the process's program, call the exported function with the process's
 * arguments behind the first as its own, and print the results, one a line, to
 * standard output.
 */
void invoke_function(struct process *process, const char *name,
                     struct outcome *outcome);

#endif
