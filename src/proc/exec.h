/*
 * exec.h: finding a program in the guest's tree and replacing the running one.
 */
#ifndef TINE_PROC_EXEC_H
#define TINE_PROC_EXEC_H

#include "proc/process.h"

/* What exec and spawn are asked for; all of it copied from the guest. */
struct exec_request {
    char *name;
    bool search;       /* a name without a slash is looked for ... */
    char *search_path; /* ... in these directories; NULL: the usual ones */
    bool or_search;    /* it is, if the working directory has none: the first
                          forms of exec took command names too */
    struct strings argv;
    struct strings envp;
    bool keep_envp; /* envp is not given: the caller's stays */
};

void exec_request_done(struct exec_request *request);

/* A program file that was found and opened. */
struct exec_file {
    struct file *file;
    char *path; /* heap */
};

void exec_file_done(struct exec_file *file);

/*
 * Find and open the program, as seen from the environment on top.  For a script
 * (`#!`) that is its interpreter, and the request's arguments are changed
 * accordingly. WASI_NOENT, WASI_ACCES, and what else opening a file can give;
 * WASI_NOEXEC for a script that names no interpreter.
 */
enum wasi_errno exec_open(struct process *process, struct exec_request *request,
                          struct exec_file *ret) MUST_CHECK;

/* Load an opened program: WASI_NOEXEC if that is not possible, WASI_NOMEM;
 * the text of the error is for whom it may help. */
enum wasi_errno exec_load(struct process *process, const struct exec_file *file,
                          struct program **ret, struct error *err) MUST_CHECK;

/* Let the program take over when the present host call is done; takes the
 * arguments out of the request. */
void exec_commit(struct thread *t, own struct program *program,
                 struct exec_request *request);

/* The same program for good: the old one is freed, descriptors marked so are
 * closed, signals are reset, the new one stands before its first instruction.
 * In a process made by spawn the program is loaded only here. */
bool exec_take_over(struct process *process, struct error *err) MUST_CHECK;

#endif
