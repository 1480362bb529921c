/*
 * poll.h: wasi-libc's, and ppoll.
 */
#include_next <poll.h>

#ifndef TINE_POLL_H
#define TINE_POLL_H

#define __NEED_time_t
#define __NEED_struct_timespec
#include <bits/alltypes.h>

#include <__typedef_sigset_t.h>

#ifdef __cplusplus
extern "C" {
#endif

/* There is no out-of-band data to wait for: never reported. */
#ifndef POLLPRI
#define POLLPRI 0x0004
#endif

int ppoll(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);

#ifdef __cplusplus
}
#endif

#endif
