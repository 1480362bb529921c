/*
 * program.h: a program: a module that is being run, or is about to be.
 */
#ifndef TINE_PROC_PROGRAM_H
#define TINE_PROC_PROGRAM_H

#include "base/pool.h"
#include "native/cache.h"
#include "proc/tierup.h"
#include "rt/thread.h"

struct program {
    char *path; /* as messages name it; heap */
    struct module *module;
    struct instance *inst;      /* NULL until it is started */
    struct extern_ref *imports; /* by import; memories are made at the start */
    struct pool pool;
    struct memory *memory;   /* the imported one, if there is one */
    struct module_id id;     /* for the cache */
    struct image_map *image; /* its compiled code, or NULL */
    bool is_sampled;         /* hot functions are to be told, as of ... */
    struct file_id file;     /* ... this file */
    bool is_shell;           /* the module is the image's own */
    bool of_2022;            /* built with the first WASIX libc */
};

/* From now on programs run compiled code where there is some. */
void program_use_compiled(void);

/* Binds a function import of a program; given by sys/ (calls_link). */
typedef bool program_link_fn(struct program *program,
                             const struct import *import,
                             struct extern_ref *ret, struct error *err);

/*
 * Decode, validate and link, all that can fail for the module's sake; nothing
 * that runs is touched.  `entry` is an export that must be a function without
 * parameters and results; NULL: none is asked for.  The descriptor stays the
 * caller's.
 */
struct program *program_load(const char *path, int hfd, const char *entry,
                             program_link_fn *link,
                             struct error *err) MUST_CHECK;

/* Instantiate as the program of the thread: its memory gets the constant
 * address, so that no other program may be there. */
bool program_start(struct program *program, struct thread *t,
                   struct error *err) MUST_CHECK;

/* NULL is accepted. */
void program_free(own struct program *program);

/* Keep what is large out of (true) or in (false) processes forked from now
 * on: the memory and the module's bytes. */
void program_dontfork(struct program *program, bool on);

/* In a process forked so: what is not there is not freed either, since
 * something else may have its place. */
void program_forget_bytes(struct program *program);

#endif
