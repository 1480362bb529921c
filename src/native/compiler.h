/*
 * compiler.h: starting the compiler, tine-compile, which is a program of its
 * own (aot/): beside tine's, in the folder for such programs, or along PATH.
 */
#ifndef TINE_NATIVE_COMPILER_H
#define TINE_NATIVE_COMPILER_H

#include "native/cachedir.h"

#define COMPILER_LEVEL     2 /* of optimisation, if nothing else is asked for */
#define COMPILER_FUNCTIONS 4096u /* fit on a command line */
#define COMPILER_LOOPS     4u    /* each is as much code as its function */

/* Where it is, on the heap; NULL: it is not installed. */
char *compiler_path(void) MUST_CHECK;

/* What to do then. */
bool compiler_missing(struct error *err);

struct compiler_options {
    int level;
    const char *cpu;    /* NULL: this one */
    const char *target; /* NULL: this one */
    bool progress;      /* tell on stderr how far it is */
    /* The functions to compile, by their indices in the module, in any order;
     * what are none do not count, nor do those above COMPILER_FUNCTIONS.  The
     * object ranks below those of all functions.  NULL: all. */
    const uint32_t *functions;
    size_t n_functions;
    /* The loops at which functions that are being interpreted can go over, by
     * their offsets in the module; what are none do not count. */
    const uint32_t *loops;
    size_t n_loops;
    bool all_loops; /* at any */
};

/*
 * Compile the module in the file `path`: an object in the file `output`.  The
 * exit status of the compiler, which tells on stderr what went wrong: 0; 125;
 * 126 and 127 as tine run has them.  -1, with an error: it cannot be started,
 * or died; of an interruption we die ourselves.
 */
int compiler_run(const char *path, const char *output,
                 const struct compiler_options *options,
                 struct error *err) MUST_CHECK;

/*
 * The same for an entry of the cache, unless it is there or somebody else is
 * making it: for them we wait.  (One of some functions, or with loops, is made
 * in any case.) `hash` is the module's.
 */
int compiler_fill(const struct cachedir *dir, const char *path,
                  const uint8_t hash[CACHE_HASH],
                  const struct compiler_options *options,
                  struct error *err) MUST_CHECK;

/* The same for who holds the lock. */
int compiler_fill_locked(const struct cachedir *dir, const char *path,
                         const uint8_t hash[CACHE_HASH],
                         const struct compiler_options *options,
                         struct error *err) MUST_CHECK;

#endif
