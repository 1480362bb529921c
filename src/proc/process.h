/*
 * process.h: one guest process, which is one Linux process: the program it
 * runs, its environment, its main thread, its children.
 */
#ifndef TINE_PROC_PROCESS_H
#define TINE_PROC_PROCESS_H

#include "base/error.h"
#include "base/vec.h"
#include "proc/family.h"
#include "proc/fdtable.h"
#include "proc/mount.h"
#include "proc/program.h"
#include "proc/signal.h"
#include "proc/strings.h"
#include "rt/thread.h"

struct capture;

/* A child that has not been waited for. */
struct child {
    int32_t pid;
    int32_t host_pid; /* 0: it exited inside this process (proc/vfork.c) */
    int host_status;  /* then: as wait(2) would give it */
    bool foreign;     /* child of a child that lived in this process: reaped
                         without anybody being told */
};

/*
 * What proc_fork_env copies and puts on top inside one Linux process: who the
 * guest is and what it has open.  Calls always work on the top one,
 * process->env.
 */
struct env {
    int32_t pid;
    int32_t ppid;
    int32_t host_ppid; /* the parent's host process; when getppid(2) says
                          another, the parent is gone */
    struct fdtable *fds;
    char *cwd; /* guest path: absolute, normalised; heap */
    struct strings argv;
    struct strings envp;
    struct sigstate sig;
    VEC(struct child) children; /* not waited for yet */
    struct env *below;          /* the environment this one is a fork of */
    struct capture *resume;     /* proc_fork(copy_memory = 0): where the parent
                                   comes back; NULL with proc_fork_env */
    gaddr resume_pid_out;
    bool is_static; /* the first one: not on the heap */
};

/* How a guest process ended, for the caller of process_run to act upon. */
enum outcome_kind {
    OUTCOME_EXIT,   /* with `code` */
    OUTCOME_SIGNAL, /* by the signal `code` */
    OUTCOME_ERROR,  /* `error`: the program could not be started */
};

struct outcome {
    enum outcome_kind kind;
    int code;
    struct error error;
};

struct process {
    struct thread main;
    struct env first; /* beside the thread: a fork writes to both */
    struct env *env;
    const struct mounts *mounts; /* the same for the whole family */
    struct family *family;
    struct program *program;  /* what runs */
    struct program *next;     /* LEAVE_EXEC: what takes over ... */
    struct strings next_argv; /* ... with these ... */
    struct strings next_envp;
    bool next_keep_envp;   /* ... or the environment that is there */
    struct spawn *spawned; /* LEAVE_EXEC in a process made by spawn */
    program_link_fn *link;
    void (*report_trap)(struct process *process); /* tell the user */
    VEC(struct capture *) captures;
    size_t captures_limit; /* proc/capture.c */
    size_t captures_size;  /* bytes */
    uint64_t next_capture; /* the number of the last one */
    int trace_fd;          /* where --trace writes; -1: nowhere */
};

/*
 * A copy of the environment for a child `pid`, which has no children, marked
 * as standing on nothing.  NULL: no memory.
 */
struct env *env_copy(const struct env *env, int32_t pid) MUST_CHECK;

/* Drop everything of one environment.  NULL is accepted. */
void env_free(own struct env *env);

/*
 * Run process->program, and what it execs, to the end.  Returns in the calling
 * process and, the same way, in every process that the guest forks from it.
 */
void process_run(struct process *process, struct outcome *outcome);

/*
 * The same in two steps, for calling another function than _start: make the
 * program ready; run its start function and _initialize, call a function, and
 * say how that ended.  process_call: true if it returned.
 */
bool process_start(struct process *process, struct error *err) MUST_CHECK;
bool process_call(struct process *process, struct func *f, uint64_t *slots,
                  struct outcome *outcome);

/* Drop what does not survive a new program: handlers, captures. */
void process_reset(struct process *process);

/* In a new host process: it is the guest process of env, alive, childless. */
void process_born(struct process *process);

#endif
