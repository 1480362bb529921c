/*
 * sys/time.h: wasi-libc's, and interval timers.  There is only ITIMER_REAL.
 */
#include_next <sys/time.h>

#ifndef TINE_SYS_TIME_H
#define TINE_SYS_TIME_H

#ifdef __cplusplus
extern "C" {
#endif

#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

struct itimerval {
    struct timeval it_interval;
    struct timeval it_value;
};

int getitimer(int, struct itimerval *);
int setitimer(int, const struct itimerval *__restrict,
              struct itimerval *__restrict);

#ifdef __cplusplus
}
#endif

#endif
