/*
 * fcntl.h: wasi-libc's, and what becomes possible with exec and dup.
 */
#include_next <fcntl.h>

#ifndef TINE_FCNTL_H
#define TINE_FCNTL_H

/* wasi-libc has no exec, and says 0. */
#undef O_CLOEXEC
#define O_CLOEXEC 0x40000000

#define F_DUPFD         0
#define F_DUPFD_CLOEXEC 1030

#endif
