/*
 * spec_read.h: scripts of the specification's test suite, in the JSON form of
 * wast2json, as plain structs.  Nothing in a script is believed: what this
 * hands out is as is said here.
 */
#ifndef TINE_TESTS_SPEC_READ_H
#define TINE_TESTS_SPEC_READ_H

#include "base/error.h"
#include "base/pool.h"
#include "spec_value.h"
#include "wasm/module.h"

enum spec_kind {
    SPEC_MODULE,         /* file, maybe name: an instance, the current one */
    SPEC_DEFINITION,     /* file: a module that only is to be valid */
    SPEC_REGISTER,       /* as, maybe name */
    SPEC_RETURN,         /* action, results */
    SPEC_TRAP,           /* action, text */
    SPEC_EXCEPTION,      /* action */
    SPEC_BAD_MODULE,     /* file, text: malformed or invalid */
    SPEC_UNLINKABLE,     /* file, text */
    SPEC_UNINSTANTIABLE, /* file, text: traps when it starts */
};

struct spec_action {
    bool is_get;        /* the value of a global; else a call */
    const char *module; /* its name, or NULL: the current one */
    struct name field;  /* may hold NUL bytes */
    /* At most LIMIT_PARAMS, none of them is_any or a NaN in particular;
     * references to functions and exceptions are null. */
    struct spec_value *args;
    uint32_t n_args;
};

/* What a command does not have is zero. */
struct spec_command {
    enum spec_kind kind;
    int line;         /* of the script that this was made from; not below 0 */
    const char *file; /* a name in the script's folder, not a path */
    bool is_text;     /* the file is no binary module */
    const char *name;
    const char *as;
    const char *text;
    struct spec_action action;
    /* At most LIMIT_RESULTS: all of them, or any of these is the one. */
    struct spec_value *results;
    uint32_t n_results;
    bool is_either;
};

struct spec_script {
    struct pool pool; /* all that is below */
    struct spec_command *commands;
    size_t n;
};

/*
 * Read a script.  A failure is ERROR_MALFORMED, or ERROR_HOST if there is no
 * memory; it says which command it is and the line of the script, or where it
 * is no JSON.  spec_script_done is to be called in either case.
 */
bool spec_script_read(struct spec_script *script, const char *bytes, size_t n,
                      struct error *err) MUST_CHECK;
void spec_script_done(struct spec_script *script);

#endif
