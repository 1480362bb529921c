/*
 * background.h: compiling a program that is being run, in a process of its
 * own.
 */
#ifndef TINE_NATIVE_BACKGROUND_H
#define TINE_NATIVE_BACKGROUND_H

#include "native/cachedir.h"

struct background {
    int hfd; /* the module's file */
    /* Its hot functions, a hint; none: compile it as a whole at once. */
    const uint32_t *functions;
    size_t n_functions;
    /* The loops in it that go round for long, a hint too. */
    const uint32_t *loops;
    size_t n_loops;
    pid_t parent;
    int signal; /* to the parent, when they are compiled */
};

/*
 * Fill the cache for the module in a file, at a low priority, and end this
 * process: with 0 if compiled code is there now, whoever made it.  If nothing
 * is there yet, the hot functions are compiled before all of it.  The process
 * outlives its parent, unless it only waits for others.
 */
NORETURN void background_compile(const struct cachedir *dir,
                                 const struct background *work);

#endif
