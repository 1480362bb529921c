/*
 * openarg.h: opening a file as path_open and proc_spawn's descriptor
 * operations ask for it.
 */
#ifndef TINE_SYS_OPENARG_H
#define TINE_SYS_OPENARG_H

#include "proc/process.h"

struct open_args {
    bool follow;      /* a symbolic link in the last component */
    uint16_t oflags;  /* WASI_OFLAGS_* */
    uint16_t fdflags; /* WASI_FDFLAGS_* */
    uint64_t rights;  /* asked for; reading and writing make the access mode */
};

/* WASI_INVAL for flags that do not exist or do not go together. */
enum wasi_errno open_args_check(const struct open_args *args);

/*
 * Open what `path` leads to from `dir` (as path_resolve).  *rights: what a
 * descriptor for it is to have, of those `inheriting`.  The errors of
 * open_args_check and path_open_file; WASI_NOTCAPABLE for access that is not
 * inherited.
 */
enum wasi_errno open_args_file(struct process *process, const struct file *dir,
                               const char *path, const struct open_args *args,
                               uint64_t inheriting, own struct file **ret,
                               uint64_t *rights) MUST_CHECK;

#endif
