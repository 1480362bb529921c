/*
 * posix_sleep.c: sleeping, until the time is over or a handler has run.
 * wasi-libc's do not report the latter.
 */
#include <string.h>
#include <unistd.h>

#include <wasi/api.h>

#include "guest.h"

/* 0 or EINTR. */
static int sleep_once(__wasi_clockid_t id, uint64_t ns, bool absolute)
{
    __wasi_subscription_t sub;
    __wasi_event_t event;
    __wasi_size_t n;
    __wasi_errno_t error;

    memset(&sub, 0, sizeof(sub));
    sub.u.tag = __WASI_EVENTTYPE_CLOCK;
    sub.u.u.clock.id = id;
    sub.u.u.clock.timeout = ns;
    if (absolute)
        sub.u.u.clock.flags = __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME;
    error = __wasi_poll_oneoff(&sub, &event, 1, &n);
    return error ? error : event.error;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *remain)
{
    __wasi_clockid_t id = __WASI_CLOCKID_MONOTONIC;
    uint64_t ns = WAIT_FOREVER;
    uint64_t left;
    uint64_t end;
    int error;

    if (request->tv_sec < 0 || request->tv_nsec < 0 ||
        request->tv_nsec >= (long)NS_PER_SEC)
        return EINVAL;
    if (clock == CLOCK_REALTIME)
        id = __WASI_CLOCKID_REALTIME;
    else if (clock != CLOCK_MONOTONIC)
        return EINVAL;
    if ((uint64_t)request->tv_sec < WAIT_FOREVER / NS_PER_SEC)
        ns =
            (uint64_t)request->tv_sec * NS_PER_SEC + (uint64_t)request->tv_nsec;
    if (flags & TIMER_ABSTIME)
        return sleep_once(id, ns, true);

    /* Some runtimes take 0 for ever. */
    end = __tine_now() + ns;
    error = sleep_once(__WASI_CLOCKID_MONOTONIC, ns ? ns : 1, false);
    if (error == EINTR && remain) {
        left = __tine_now();
        left = left < end ? end - left : 0;
        remain->tv_sec = (time_t)(left / NS_PER_SEC);
        remain->tv_nsec = (long)(left % NS_PER_SEC);
    }
    return error;
}

int nanosleep(const struct timespec *request, struct timespec *remain)
{
    return __tine_result(
        (uint16_t)clock_nanosleep(CLOCK_REALTIME, 0, request, remain));
}

unsigned sleep(unsigned seconds)
{
    struct timespec time = {.tv_sec = (time_t)seconds};

    if (nanosleep(&time, &time))
        return (unsigned)time.tv_sec;
    return 0;
}

int usleep(useconds_t usec)
{
    struct timespec time = {.tv_sec = (time_t)(usec / 1000000),
                            .tv_nsec = (long)(usec % 1000000) * 1000};

    return nanosleep(&time, NULL);
}
