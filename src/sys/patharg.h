/*
 * patharg.h: a path argument of a call: a directory's descriptor and the text,
 * and the place where they lead.
 */
#ifndef TINE_SYS_PATHARG_H
#define TINE_SYS_PATHARG_H

#include "proc/path.h"
#include "rt/guest.h"

struct path_arg {
    struct file *dir; /* NULL: the path is absolute */
    char *path;
    uint64_t inheriting; /* rights that files below `dir` can have */
};

void path_arg_done(struct path_arg *arg);

#define AUTO_PATH_ARG __attribute__((cleanup(path_arg_done)))
#define PATH_ARG_INIT {NULL, NULL, 0}

/*
 * Copy the text in and find the directory, which must have `rights`.  With an
 * absolute path the descriptor does not matter, as in openat(2).  Errors of
 * guest_string and fdtable_get; WASI_NOTDIR.
 */
enum wasi_errno path_arg_get(struct thread *t, int32_t fd, uint64_t rights,
                             gaddr path, gsize path_len,
                             struct path_arg *ret) MUST_CHECK;

/* A place and what it borrows from. */
struct place_arg {
    struct path_arg arg;
    struct place at;
};

void place_arg_done(struct place_arg *place);

#define AUTO_PLACE_ARG __attribute__((cleanup(place_arg_done)))
#define PLACE_ARG_INIT {PATH_ARG_INIT, PLACE_INIT}

/* What a symbolic link in the last component stands for. */
enum lookup {
    LOOKUP_NAME,     /* itself: a name to be made or removed */
    LOOKUP_NOFOLLOW, /* itself, but with a slash behind it its target */
    LOOKUP_FOLLOW,   /* its target */
};

/* path_arg_get and path_resolve. */
enum wasi_errno place_arg_get(struct thread *t, int32_t fd, uint64_t rights,
                              gaddr path, gsize path_len, enum lookup lookup,
                              struct place_arg *ret) MUST_CHECK;

/* The flags of a call: WASI_INVAL if there is an unknown one. */
enum wasi_errno lookup_from_flags(uint32_t flags, enum lookup *ret) MUST_CHECK;

#endif
