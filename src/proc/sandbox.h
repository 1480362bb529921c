/*
 * sandbox.h: the third wall (design, section 8): what the guest's host process
 * may do at all, should everything else fail.
 */
#ifndef TINE_PROC_SANDBOX_H
#define TINE_PROC_SANDBOX_H

#include "base/error.h"
#include "proc/mount.h"

/*
 * Give up, for this process and all it forks, whatever guests do not need: new
 * privileges; files outside of the mounts (Landlock); system calls that no
 * handler makes (seccomp); core files.  What the kernel does not have is left
 * out.  ERROR_HOST if it has it and refuses.  The folder `cache`, a descriptor
 * or -1, can still be read.
 */
bool sandbox_enter(const struct mounts *mounts, int cache,
                   struct error *err) MUST_CHECK;

#endif
