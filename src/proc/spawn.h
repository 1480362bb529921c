/*
 * spawn.h: a new process that runs a program from its beginning, made without
 * copying the parent's memory (design, section 5).
 *
 * The child is a fork without the guest's memory and without the module; it
 * loads its program by itself and reports over a pipe whether that worked, for
 * which the parent waits.
 */
#ifndef TINE_PROC_SPAWN_H
#define TINE_PROC_SPAWN_H

#include "proc/exec.h"

/* What a spawned process needs until its program runs. */
struct spawn {
    struct exec_request request;
    struct exec_file file;
    int report; /* the pipe's writing end */
};

/*
 * Make a process of environment `env` (not on the stack of environments yet)
 * that runs the file with the request's arguments.  In the parent: WASI_OK,
 * env->pid runs as *host_pid; or an errno, and nothing happened.  All three
 * are left empty.  In the child returns WASI_OK with t->leave set: the handler
 * must return at once.  *is_child tells.
 */
enum wasi_errno spawn_process(struct thread *t, own struct env *env,
                              struct exec_request *request,
                              struct exec_file *file, int32_t *host_pid,
                              bool *is_child) MUST_CHECK;

/* In the child, called by exec_take_over: load the program, or report and end
 * the process. */
bool spawn_load(struct process *process, struct error *err);

/* In the child: the program runs, tell the parent. */
void spawn_started(struct process *process);

#endif
