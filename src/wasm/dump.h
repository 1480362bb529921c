/*
 * dump.h: a module as text for people: what `tine inspect` prints.
 *
 * Names come from the module: whatever in them is not plain text is escaped.
 */
#ifndef TINE_WASM_DUMP_H
#define TINE_WASM_DUMP_H

#include <stdio.h>

#include "wasm/module.h"

/* Does the runtime have what is imported? */
typedef bool dump_has_fn(void *ctx, const struct import *import);

/* Print the sections, imports and exports of a validated module; imports
 * which `has` denies are marked. */
void dump_module(FILE *out, const struct module *module, dump_has_fn *has,
                 void *ctx);

/* Print the locals and instructions of a function that a validated module
 * defines, each with its offset in the file. */
void dump_function(FILE *out, const struct module *module, uint32_t func);

#endif
