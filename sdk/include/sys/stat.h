/*
 * sys/stat.h: wasi-libc's, and umask.
 */
#include_next <sys/stat.h>

#ifndef TINE_SYS_STAT_H
#define TINE_SYS_STAT_H

#ifdef __cplusplus
extern "C" {
#endif

/* WASI files have no permission bits: the value is only kept. */
mode_t umask(mode_t);

#ifdef __cplusplus
}
#endif

#endif
