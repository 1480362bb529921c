/*
 * preopen.h: the descriptors with which the first guest process starts.
 */
#ifndef TINE_PROC_PREOPEN_H
#define TINE_PROC_PREOPEN_H

#include "base/error.h"
#include "proc/fdtable.h"
#include "proc/mount.h"

/* The name of a preopened directory that stands for the working directory:
 * the libc of WASIX of 2022 knows the current directory of the runtime only,
 * and gives relative paths below this one as they are (sys/patharg.c). */
#define PREOPEN_CWD "."

/*
 * The standard streams that the host has open; behind them, from 3 on, the
 * preopened directories: the guest's root, if there is any mount (without
 * anything in it if nothing is mounted there), then every other mount in the
 * order of the command line, and PREOPEN_CWD, which begins as the root.  NULL:
 * ERROR_HOST.
 */
struct fdtable *fdtable_initial(const struct mounts *mounts,
                                struct error *err) MUST_CHECK;

#endif
