/*
 * background.h: compiling a program that is being run, in a process of its
 * own.
 */
#ifndef TINE_NATIVE_BACKGROUND_H
#define TINE_NATIVE_BACKGROUND_H

#include "native/cachedir.h"

/*
 * Fill the cache for the module in a file, at a low priority, and end
 * this process: with 0 if compiled code is there now, whoever made it.  The
 * process outlives its parent, unless it only waits for others.
 */
NORETURN void background_compile(const struct cachedir *dir, int hfd,
                                 pid_t parent);

#endif
