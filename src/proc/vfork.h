/*
 * vfork.h: children that live inside their parent's process until they exec or
 * exit: proc_fork with copy_memory = 0, and proc_fork_env.
 *
 * Such a child is a copy of the environment on top of the parent's (struct
 * env): it runs in the parent's memory and on its stack, with its own pid,
 * descriptors, working directory. When it execs, a real process is made for it
 * (spawn.c); when it exits, only its status is kept. Then the parent's
 * environment is back. With proc_fork the parent also comes back to where it
 * forked, by a capture of its stack; with proc_fork_env the guest does that.
 */
#ifndef TINE_PROC_VFORK_H
#define TINE_PROC_VFORK_H

#include "proc/process.h"

/*
 * Put a child on top and write its pid (proc_fork_env) or 0 (proc_fork) to
 * pid_out, which is writable.  WASI_AGAIN: no more processes; WASI_NOMEM.
 */
enum wasi_errno vfork_begin(struct thread *t, gaddr pid_out,
                            bool come_back) MUST_CHECK;

/* The child on top has exited with a status as of wait(2): the parent is
 * back.  If it comes back to its fork, the present host call returns there. */
void vfork_exit(struct thread *t, int host_status);

/* The child on top has become the given host process: the parent is back. */
void vfork_become(struct thread *t, int32_t host_pid);

#endif
