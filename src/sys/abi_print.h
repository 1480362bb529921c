/*
 * abi_print.h: `tine abi`, the table of calls for people.
 */
#ifndef TINE_SYS_ABI_PRINT_H
#define TINE_SYS_ABI_PRINT_H

#include <stdio.h>

#include "base/base.h"

/* Print every call: its name, namespaces, wasm types for 32-bit and 64-bit
 * programs, parameters with their kinds, result, and whether it is there; as
 * text or as Markdown.  false: writing failed. */
bool abi_print(FILE *out, bool markdown);

#endif
