/*
 * posix_poll.c: poll, ppoll and pselect over poll_oneoff.  wasi-libc's select
 * calls pselect.
 *
 * The first subscription is the time-out, also when there is none: a signal
 * handler that runs between the change of mask and the wait shortens it
 * (posix_sigwait.c).
 */
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

#include <wasi/api.h>

#include "guest.h"

struct wait_list {
    __wasi_subscription_t *subs;
    __wasi_event_t *events;
    size_t n;
};

static void add_fd(struct wait_list *list, size_t index, int fd, uint8_t type)
{
    __wasi_subscription_t *sub = &list->subs[list->n++];

    memset(sub, 0, sizeof(*sub));
    sub->userdata = index;
    sub->u.tag = type;
    sub->u.u.fd_read.file_descriptor = fd;
}

static bool make_list(struct wait_list *list, const struct pollfd *fds,
                      nfds_t n, uint64_t ns)
{
    list->subs = calloc(2 * n + 1, sizeof(*list->subs));
    list->events = calloc(2 * n + 1, sizeof(*list->events));
    if (!list->subs || !list->events)
        return false;
    list->subs[0].u.tag = __WASI_EVENTTYPE_CLOCK;
    list->subs[0].u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
    list->subs[0].u.u.clock.timeout = ns ? ns : 1; /* 0 is for ever in some */
    list->n = 1;
    for (nfds_t i = 0; i < n; i++) {
        if (fds[i].fd < 0)
            continue;
        if (fds[i].events & POLLIN)
            add_fd(list, i, fds[i].fd, __WASI_EVENTTYPE_FD_READ);
        if (fds[i].events & POLLOUT)
            add_fd(list, i, fds[i].fd, __WASI_EVENTTYPE_FD_WRITE);
    }
    return true;
}

static short revents_of(const __wasi_event_t *event)
{
    bool reads = event->type == __WASI_EVENTTYPE_FD_READ;
    short revents = reads ? POLLIN : POLLOUT;

    switch (event->error) {
    case 0:
        break;
    case EBADF:
        return POLLNVAL;
    case EPIPE:
        return reads ? POLLHUP : POLLERR;
    default:
        return POLLERR;
    }
    if (event->fd_readwrite.flags & __WASI_EVENTRWFLAGS_FD_READWRITE_HANGUP)
        revents |= POLLHUP;
    return revents;
}

/* What poll_oneoff does not watch: descriptors that nothing is asked of. */
static void check_unwatched(struct pollfd *fds, nfds_t n)
{
    __wasi_fdstat_t stat;

    for (nfds_t i = 0; i < n; i++) {
        fds[i].revents = 0;
        if (fds[i].fd >= 0 && !(fds[i].events & (POLLIN | POLLOUT)) &&
            __wasi_fd_fdstat_get(fds[i].fd, &stat) == EBADF)
            fds[i].revents = POLLNVAL;
    }
}

static int count_ready(const struct pollfd *fds, nfds_t n)
{
    int ready = 0;

    for (nfds_t i = 0; i < n; i++)
        ready += fds[i].revents != 0;
    return ready;
}

/* With `mask`, wait with that one.  -1 with errno set on failure. */
static int wait_events(struct wait_list *list, struct pollfd *fds, nfds_t n,
                       const sigset_t *mask)
{
    sigset_t old = __tine_signals.mask;
    unsigned before = __tine_handlers_run;
    __wasi_size_t n_events = 0;
    __wasi_errno_t error = EINTR;

    if (mask) {
        __tine_wake_clock = &list->subs[0].u.u.clock.timeout;
        SIGNAL_FENCE();
        (void)sigprocmask(SIG_SETMASK, mask, NULL);
    }
    if (!mask || __tine_handlers_run == before)
        error =
            __wasi_poll_oneoff(list->subs, list->events, list->n, &n_events);
    if (mask) {
        __tine_wake_clock = NULL;
        if (error == 0 && __tine_handlers_run != before && n_events > 0 &&
            list->events[0].type == __WASI_EVENTTYPE_CLOCK)
            error = EINTR;
        (void)sigprocmask(SIG_SETMASK, &old, NULL);
    }
    if (error)
        return __tine_result(error);
    for (size_t i = 0; i < n_events; i++) {
        if (list->events[i].type != __WASI_EVENTTYPE_CLOCK &&
            list->events[i].userdata < n)
            fds[list->events[i].userdata].revents |=
                revents_of(&list->events[i]);
    }
    return 0;
}

static int poll_ns(struct pollfd *fds, nfds_t n, uint64_t ns,
                   const sigset_t *mask)
{
    struct wait_list list;
    int result = -1;

    if (n > INT_MAX / 2)
        return __tine_result(EINVAL);
    check_unwatched(fds, n);
    if (count_ready(fds, n) > 0)
        ns = 0;
    if (!make_list(&list, fds, n, ns))
        errno = ENOMEM;
    else
        result = wait_events(&list, fds, n, mask);
    free(list.subs);
    free(list.events);
    return result ? -1 : count_ready(fds, n);
}

int poll(struct pollfd *fds, nfds_t n, int timeout_ms)
{
    return poll_ns(
        fds, n, timeout_ms < 0 ? WAIT_FOREVER : (uint64_t)timeout_ms * 1000000,
        NULL);
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout,
          const sigset_t *mask)
{
    uint64_t ns = WAIT_FOREVER;

    if (timeout) {
        if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 ||
            timeout->tv_nsec >= (long)NS_PER_SEC)
            return __tine_result(EINVAL);
        if ((uint64_t)timeout->tv_sec < WAIT_FOREVER / NS_PER_SEC)
            ns = (uint64_t)timeout->tv_sec * NS_PER_SEC +
                 (uint64_t)timeout->tv_nsec;
    }
    return poll_ns(fds, n, ns, mask);
}

/* Add the descriptors below `n` of a set; the number in the list then. */
static size_t add_set(struct pollfd *fds, size_t used, const fd_set *set, int n,
                      short events)
{
    for (size_t i = 0; set && i < set->__nfds; i++) {
        if (set->__fds[i] < n)
            fds[used++] =
                (struct pollfd){.fd = set->__fds[i], .events = events};
    }
    return used;
}

/* Replace a set by what of fds[0 .. n - 1] is ready; how many. */
static int take_ready(fd_set *set, const struct pollfd *fds, size_t n)
{
    if (!set)
        return 0;
    FD_ZERO(set);
    for (size_t i = 0; i < n; i++) {
        if (fds[i].revents)
            FD_SET(fds[i].fd, set);
    }
    return (int)set->__nfds;
}

static bool any_invalid(const struct pollfd *fds, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (fds[i].revents & POLLNVAL)
            return true;
    }
    return false;
}

int pselect(int n, fd_set *restrict reads, fd_set *restrict writes,
            fd_set *restrict excepts, const struct timespec *restrict timeout,
            const sigset_t *restrict mask)
{
    struct pollfd *fds;
    size_t n_reads;
    size_t n_fds;
    int ready;

    if (n < 0)
        return __tine_result(EINVAL);
    fds =
        calloc((reads ? reads->__nfds : 0) + (writes ? writes->__nfds : 0) + 1,
               sizeof(*fds));
    if (!fds)
        return __tine_result(ENOMEM);
    n_reads = add_set(fds, 0, reads, n, POLLIN);
    n_fds = add_set(fds, n_reads, writes, n, POLLOUT);
    ready = ppoll(fds, n_fds, timeout, mask);
    if (ready >= 0 && any_invalid(fds, n_fds))
        ready = __tine_result(EBADF);
    if (ready >= 0) {
        ready = take_ready(reads, fds, n_reads) +
                take_ready(writes, fds + n_reads, n_fds - n_reads);
        (void)take_ready(excepts, NULL, 0);
    }
    free(fds);
    return ready;
}
