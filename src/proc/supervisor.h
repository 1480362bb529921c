/*
 * supervisor.h: the process that `tine run` itself is: parent of guest process
 * 1, and keeper of the family (design, section 5).  It runs no guest code.
 */
#ifndef TINE_PROC_SUPERVISOR_H
#define TINE_PROC_SUPERVISOR_H

#include <signal.h>

#include "proc/family.h"

/* Before guest process 1 is forked: adopt orphans, take all signals.  The
 * mask with which the process was started goes to *inherited. */
void supervisor_prepare(sigset_t *inherited);

/* In guest process 1, first of all: the mask again, and die with the
 * supervisor, whose pid this is. */
void supervisor_leave(const sigset_t *inherited, int32_t supervisor);

/*
 * Wait for guest process 1, which runs as host process `first`: pass signals
 * on to it, reap orphans, stop when it stops.  When it has ended, end all
 * others.  Its status, as wait(2) gives it.
 */
int supervisor_run(struct family *family, int32_t first);

#endif
