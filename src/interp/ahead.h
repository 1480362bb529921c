/*
 * ahead.h: translating before a fork what the children are going to call.
 */
#ifndef TINE_INTERP_AHEAD_H
#define TINE_INTERP_AHEAD_H

#include "rt/thread.h"

/*
 * In a host call that is about to fork the process.  A child translates for
 * itself what it is the first to call, which every further child does again.
 * When the guest forks from the same place a second time, this translates the
 * functions that can be reached by direct calls from there, up to a limit.
 */
void ahead_of_fork(struct thread *t);

#endif
