/*
 * compiled.h: compiled code of modules, for tests that run them in their own
 * process.
 */
#ifndef TINE_TESTS_COMPILED_H
#define TINE_TESTS_COMPILED_H

#include "native/load.h"
#include "wasm/module.h"

/* Have tine-compile, at this path, compile the module, which was opened from a
 * file, at a level such as "-O1"; NULL if it does not. */
struct image_map *compiled_open(const char *compiler, const char *level,
                                const struct module *module,
                                struct error *err) MUST_CHECK;

#endif
