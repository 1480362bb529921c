/*
 * inprocess.h: for tests that run modules in their own process: the modules,
 * their compiled code, a thread, calls.
 */
#ifndef TINE_TESTS_INPROCESS_H
#define TINE_TESTS_INPROCESS_H

#include "native/load.h"
#include "rt/thread.h"

/* Once: both tiers, and a thread to call functions in. */
bool inprocess_init(struct thread *t, struct error *err) MUST_CHECK;

/* A valid module from a file, or NULL. */
struct module *inprocess_open(const char *path, struct error *err) MUST_CHECK;

/* Have tine-compile, at this path, compile a module that was opened so, at a
 * level such as "-O1"; NULL if it does not.  loops: so that functions go over
 * at any of their loops. */
struct image_map *inprocess_compile(const char *compiler, const char *level,
                                    bool loops, const struct module *module,
                                    struct error *err) MUST_CHECK;

/* The same, with loops, for about half of the functions: which ones is the
 * seed's choice, and those of 2 * n and 2 * n + 1 are all. */
struct image_map *inprocess_compile_half(const char *compiler,
                                         const char *level, uint64_t seed,
                                         const struct module *module,
                                         struct error *err) MUST_CHECK;

/* Call f; arguments and results are in slots.  False: it trapped, t->trap. */
bool inprocess_call(struct thread *t, struct func *f,
                    uint64_t *slots) MUST_CHECK;

#endif
