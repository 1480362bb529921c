/*
 * posix_timer.c: alarm, ualarm, setitimer and getitimer (ITIMER_REAL) over
 * proc_raise_interval.
 *
 * The runtime's timer has one period; a timer whose first expiry is at another
 * time than its interval runs once, and is started anew, repeating, when
 * SIGALRM arrives.
 */
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <wasix/api.h>

#include "guest.h"

#define NS_PER_USEC  1000ull
#define USEC_PER_SEC 1000000ull

/* A SIGALRM that is no earlier than this before the timer's time is the
 * timer's; others are somebody's who sent one. */
#define TIMER_SLACK_NS 2000000ull

void __tine_timer_expired(void)
{
    struct __tine_signals *s = &__tine_signals;
    uint64_t now;

    if (!s->timer_next)
        return;
    now = __tine_now();
    if (now + TIMER_SLACK_NS < s->timer_next)
        return;
    if (!s->timer_interval) {
        s->timer_next = 0;
        return;
    }
    if (s->timer_rearm) {
        s->timer_rearm = false;
        (void)__wasix_proc_raise_interval(SIGALRM, s->timer_interval, 1);
        s->timer_next = now;
    }
    s->timer_next +=
        ((now + TIMER_SLACK_NS - s->timer_next) / s->timer_interval + 1) *
        s->timer_interval;
}

/* ns until the timer expires, 0 if it does not run. */
static uint64_t remaining(void)
{
    uint64_t next = __tine_signals.timer_next;
    uint64_t now = __tine_now();

    if (!next)
        return 0;
    return next > now ? next - now : 1;
}

static int start(uint64_t first_ns, uint64_t interval_ns)
{
    struct __tine_signals *s = &__tine_signals;
    bool repeats = first_ns && first_ns == interval_ns;

    /* Until it is set up again, an expiry of the old one means nothing. */
    s->timer_next = 0;
    SIGNAL_FENCE();
    if (__tine_result(__wasix_proc_raise_interval(SIGALRM, first_ns, repeats)))
        return -1;
    s->timer_interval = interval_ns;
    s->timer_rearm = interval_ns && !repeats;
    SIGNAL_FENCE();
    s->timer_next = first_ns ? __tine_now() + first_ns : 0;
    return 0;
}

static struct timeval to_timeval(uint64_t ns)
{
    /* Not 0 for a timer that is about to expire. */
    uint64_t usec = (ns + NS_PER_USEC - 1) / NS_PER_USEC;

    return (struct timeval){.tv_sec = (time_t)(usec / USEC_PER_SEC),
                            .tv_usec = (suseconds_t)(usec % USEC_PER_SEC)};
}

static bool to_ns(const struct timeval *time, uint64_t *ret)
{
    if (time->tv_sec < 0 || time->tv_usec < 0 ||
        time->tv_usec >= (suseconds_t)USEC_PER_SEC)
        return false;
    *ret = WAIT_FOREVER;
    if ((uint64_t)time->tv_sec < WAIT_FOREVER / NS_PER_SEC)
        *ret = (uint64_t)time->tv_sec * NS_PER_SEC +
               (uint64_t)time->tv_usec * NS_PER_USEC;
    return true;
}

int getitimer(int which, struct itimerval *ret)
{
    if (which != ITIMER_REAL)
        return __tine_result(EINVAL);
    ret->it_value = to_timeval(remaining());
    ret->it_interval = to_timeval(__tine_signals.timer_interval);
    return 0;
}

int setitimer(int which, const struct itimerval *restrict new,
              struct itimerval *restrict old)
{
    uint64_t interval;
    uint64_t first;

    if (which != ITIMER_REAL || !to_ns(&new->it_value, &first) ||
        !to_ns(&new->it_interval, &interval))
        return __tine_result(EINVAL);
    if (old)
        (void)getitimer(which, old);
    return start(first, interval);
}

unsigned ualarm(unsigned usec, unsigned interval_usec)
{
    uint64_t left = remaining();

    if (start(usec * NS_PER_USEC, interval_usec * NS_PER_USEC))
        return (unsigned)-1;
    return (unsigned)((left + NS_PER_USEC - 1) / NS_PER_USEC);
}

unsigned alarm(unsigned seconds)
{
    uint64_t left = remaining();

    (void)start(seconds * NS_PER_SEC, 0);
    if (left && left < NS_PER_SEC)
        return 1;
    return (unsigned)((left + NS_PER_SEC / 2) / NS_PER_SEC);
}
