/*
 * family.h: the guest processes of one `tine run`: a table, in memory shared
 * by all of them and the supervisor, from guest pids to host processes.
 *
 * There are no locks in it, so that any process may die at any instruction.
 * An entry belongs to the guest process's parent, which makes it and, when it
 * has waited for the child, frees it; the supervisor frees those of orphans.
 * Its state is stored last when an entry is made and first when it ends.
 *
 * Several entries may have one host process: those of a vfork child and its
 * parent (proc/vfork.h).  When a host process has ended, all of them are freed
 * by whoever reaps it, before that.  The kernel never reaps by itself:
 * SIGCHLD is never ignored (proc/signal.c).
 *
 * A signal is sent through a pidfd that is opened before the entry's state is
 * tested again: as long as an entry is alive its host process has not been
 * reaped, so that the pidfd then is that process's and nobody else's.  The
 * supervisor does not rely on that, since a guest that has broken out of its
 * walls could write here what it likes.
 */
#ifndef TINE_PROC_FAMILY_H
#define TINE_PROC_FAMILY_H

#include "abi/wasi.h"
#include "base/base.h"

struct family;

/* The shared mapping; NULL, with errno, if there is none. */
struct family *family_new(void) MUST_CHECK;

/* The next free guest pid, as a child of ppid, not alive yet; 0 if there are
 * LIMIT_PROCESSES. */
int32_t family_reserve(struct family *family, int32_t ppid) MUST_CHECK;

/* The process runs, as this host process.  Parent and child both say so.
 * False if there is no such entry: the parent died, with all that it had. */
bool family_set_alive(struct family *family, int32_t pid, int32_t host_pid);

/* It has ended, and only its status is left, with the calling process; then
 * that has been waited for, and the pid is free again. */
void family_set_dead(struct family *family, int32_t pid);
void family_release(struct family *family, int32_t pid);

/* Others live, or lived, in the host process of `pid`. */
void family_set_inmates(struct family *family, int32_t pid);

/* A host process has ended and is about to be reaped: free all entries that it
 * had (slow); those of others than `pid`, if it had such. */
void family_release_host(struct family *family, int32_t host_pid);
void family_release_inmates(struct family *family, int32_t pid,
                            int32_t host_pid);

/* Call fn for the host process of each entry that is alive. */
void family_each_host(struct family *family, void (*fn)(int32_t host_pid));

/* The recorded parent of a live process, 0 if that is gone; WASI_SRCH if the
 * process does not exist. */
enum wasi_errno family_parent(struct family *family, int32_t pid, int32_t *ret);

/* Send a signal (0: only look) to one guest process.  WASI_SRCH. */
enum wasi_errno family_kill(struct family *family, int32_t pid, int sig);

/*
 * Send a signal to a group as kill(2) names it, for the process `caller`: 0 is
 * everybody; -1 everybody but process 1 and the caller; -g process g and its
 * descendants.  What is meant for the calling host process is left to the
 * caller, who does it last, since he may not survive it: *here.  WASI_SRCH if
 * there are none.
 */
enum wasi_errno family_kill_group(struct family *family, int32_t group,
                                  int32_t caller, int sig, bool *here);

/* Nobody may be born any more; asked by every new process of itself. */
void family_set_ending(struct family *family);
bool family_is_ending(const struct family *family);

#endif
