/*
 * posix_clock.c: the time now, and the processor time used: clock, times,
 * getrusage.
 */
#include <string.h>
#include <sys/resource.h>
#include <sys/times.h>

#include <wasi/api.h>

#include "guest.h"

#define NS_PER_CLOCK (NS_PER_SEC / CLOCKS_PER_SEC)
#define NS_PER_TICK  (NS_PER_SEC / 100) /* sysconf(_SC_CLK_TCK) */

static uint64_t read_clock(__wasi_clockid_t id)
{
    __wasi_timestamp_t now;

    return __wasi_clock_time_get(id, 1, &now) == 0 ? now : 0;
}

uint64_t __tine_now(void)
{
    return read_clock(__WASI_CLOCKID_MONOTONIC);
}

clock_t clock(void)
{
    return (clock_t)(read_clock(__WASI_CLOCKID_PROCESS_CPUTIME_ID) /
                     NS_PER_CLOCK);
}

/* WASI does not tell system time apart, and nothing of children. */
clock_t times(struct tms *ret)
{
    if (ret) {
        memset(ret, 0, sizeof(*ret));
        ret->tms_utime =
            (clock_t)(read_clock(__WASI_CLOCKID_PROCESS_CPUTIME_ID) /
                      NS_PER_TICK);
    }
    return (clock_t)(__tine_now() / NS_PER_TICK);
}

int getrusage(int who, struct rusage *ret)
{
    uint64_t ns;

    if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN)
        return __tine_result(EINVAL);
    memset(ret, 0, sizeof(*ret));
    if (who == RUSAGE_CHILDREN)
        return 0;
    ns = read_clock(__WASI_CLOCKID_PROCESS_CPUTIME_ID);
    ret->ru_utime.tv_sec = (time_t)(ns / NS_PER_SEC);
    ret->ru_utime.tv_usec = (suseconds_t)(ns % NS_PER_SEC / 1000);
    return 0;
}
