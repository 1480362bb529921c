/*
 * sys_poll.c: waiting for descriptors and clocks.
 *
 * A subscription that cannot be waited for, because of its descriptor or its
 * clock, is an event with an error, and the call returns at once.  Clocks are
 * reported only when nothing else is.
 *
 * A relative time-out of 0 is over at once: so it is in preview 1, and so mean
 * it select and FIONREAD in the libc of WASIX, though some runtimes wait for
 * ever then.
 */
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <time.h>

#include "abi/layout.h"
#include "base/limits.h"
#include "proc/hostabi.h"
#include "proc/wait.h"
#include "sys/sys.h"
#include "sys/xlat.h"

/* One subscription, and what became of it. */
struct wish {
    struct abi_subscription sub;
    struct file *file; /* what the descriptor refers to; NULL: a clock */
    uint32_t poll;     /* its number in `polls` */
    bool happened;
    enum wasi_errno error;
};

struct wishes {
    struct thread *t;
    struct wish *items;
    uint32_t n;
    struct pollfd *polls; /* one for each descriptor of the host */
    uint32_t *poll_of;    /* host fd: number in polls + 1 */
    uint32_t n_polls;
    uint64_t shortest; /* relative time-outs: the shortest */
    uint64_t start;    /* they count from here */
    bool relative;     /* there is one */
    bool urgent;       /* something happened already */
};

static void wishes_done(struct wishes *w)
{
    uint32_t i;

    for (i = 0; w->items && i < w->n; i++)
        file_unref(w->items[i].file);
    free(w->items);
    free(w->polls);
    free(w->poll_of);
}

/* wasi_unstable's subscription in today's form. */
static struct abi_subscription modernise(
    const struct abi_subscription_unstable *old)
{
    struct abi_subscription sub = {.userdata = old->userdata, .tag = old->tag};

    if (old->tag == WASI_EVENTTYPE_CLOCK)
        sub.clock = old->clock;
    else
        sub.fd = old->fd;
    return sub;
}

/* Copy the subscriptions in. */
static enum wasi_errno wishes_load(struct wishes *w, gaddr subs, bool unstable)
{
    const size_t size = unstable ? sizeof(struct abi_subscription_unstable)
                                 : sizeof(struct abi_subscription);
    struct abi_subscription_unstable old;
    enum wasi_errno e = WASI_OK;
    uint32_t i;

    for (i = 0; !e && i < w->n; i++, subs += size) {
        struct abi_subscription *sub = &w->items[i].sub;

        if (unstable) {
            e = guest_read(w->t, &old, subs, size);
            *sub = modernise(&old);
        } else {
            e = guest_read(w->t, sub, subs, size);
        }
        if (!e && sub->tag > WASI_EVENTTYPE_FD_WRITE)
            e = WASI_INVAL;
    }
    return e;
}

static void happen(struct wishes *w, struct wish *wish, enum wasi_errno error)
{
    wish->happened = true;
    wish->error = error;
    w->urgent = true;
}

static void prepare_clock(struct wishes *w, struct wish *wish)
{
    const struct abi_subscription_clock *clock = &wish->sub.clock;

    if (clock->id > WASI_CLOCKID_MONOTONIC ||
        (clock->flags & ~WASI_SUBCLOCKFLAGS_ABSTIME)) {
        happen(w, wish, WASI_INVAL);
    } else if (!(clock->flags & WASI_SUBCLOCKFLAGS_ABSTIME)) {
        w->relative = true;
        w->shortest = MIN(w->shortest, clock->timeout);
    }
}

/* What poll(2) is asked for. */
static int host_events(const struct wish *wish)
{
    int events;

    return value_to_host(GROUP_EVENTTYPE, wish->sub.tag, &events) ? events : 0;
}

static void prepare_fd(struct wishes *w, struct wish *wish)
{
    enum wasi_errno e = fdtable_get(call_fds(w->t), wish->sub.fd,
                                    WASI_RIGHTS_POLL_FD_READWRITE, &wish->file);

    /* A directory outside of all mounts is ready like any other. */
    if (e || wish->file->hfd < 0)
        happen(w, wish, e);
}

/* Ask the host, once for all guest descriptors that share one of its: it takes
 * no more than a process may have. */
static void ask(struct wishes *w, struct wish *wish)
{
    int hfd = wish->file->hfd;
    struct pollfd *at;

    if (w->poll_of[hfd] == 0) {
        w->polls[w->n_polls].fd = hfd;
        w->poll_of[hfd] = ++w->n_polls;
    }
    wish->poll = w->poll_of[hfd] - 1;
    at = &w->polls[wish->poll];
    at->events = (short)(at->events | host_events(wish));
}

static bool is_clock(const struct wish *wish)
{
    return wish->sub.tag == WASI_EVENTTYPE_CLOCK;
}

static enum wasi_errno wishes_prepare(struct wishes *w)
{
    int highest = 0;
    uint32_t i;

    w->shortest = WAIT_FOREVER;
    for (i = 0; i < w->n; i++) {
        struct wish *wish = &w->items[i];

        if (is_clock(wish))
            prepare_clock(w, wish);
        else
            prepare_fd(w, wish);
        if (wish->file)
            highest = MAX(highest, wish->file->hfd);
    }
    w->polls = calloc(w->n, sizeof(*w->polls));
    w->poll_of = calloc((size_t)highest + 1, sizeof(*w->poll_of));
    if (!w->polls || !w->poll_of)
        return WASI_NOMEM;
    for (i = 0; i < w->n; i++)
        if (!is_clock(&w->items[i]) && !w->items[i].happened)
            ask(w, &w->items[i]);
    return WASI_OK;
}

static uint64_t realtime_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return xlat_time(&now);
}

/* When a clock subscription is over, as CLOCK_MONOTONIC, which is `now`.  A
 * real time is converted by the clocks as they stand now. */
static uint64_t clock_end(const struct wishes *w, const struct wish *wish,
                          uint64_t now)
{
    const struct abi_subscription_clock *clock = &wish->sub.clock;
    uint64_t from = w->start;
    uint64_t left = clock->timeout;
    uint64_t end;

    if (clock->flags & WASI_SUBCLOCKFLAGS_ABSTIME) {
        if (clock->id == WASI_CLOCKID_MONOTONIC)
            return clock->timeout;
        from = realtime_now();
        left = clock->timeout > from ? clock->timeout - from : 0;
        from = now;
    }
    return ckd_add(&end, from, left) ? WAIT_FOREVER : end;
}

/* The first end of a clock. */
static uint64_t first_end(const struct wishes *w)
{
    uint64_t first = WAIT_FOREVER;
    uint64_t now = wait_now();
    uint32_t i;

    for (i = 0; i < w->n; i++)
        if (is_clock(&w->items[i]) && !w->items[i].happened)
            first = MIN(first, clock_end(w, &w->items[i], now));
    return first;
}

/* Mark the clocks that are over. */
static void check_clocks(struct wishes *w)
{
    uint64_t now = wait_now();
    uint32_t i;

    for (i = 0; i < w->n; i++)
        if (is_clock(&w->items[i]) && !w->items[i].happened &&
            clock_end(w, &w->items[i], now) <= now)
            happen(w, &w->items[i], WASI_OK);
}

static void check_fds(struct wishes *w)
{
    uint32_t i;

    for (i = 0; i < w->n; i++) {
        struct wish *wish = &w->items[i];
        short got;

        if (is_clock(wish) || wish->happened)
            continue;
        got = w->polls[wish->poll].revents;
        if (got & (host_events(wish) | POLLERR | POLLHUP | POLLNVAL))
            happen(w, wish, got & POLLNVAL ? WASI_BADF : WASI_OK);
    }
}

/* One wait.  Without a descriptor it is a sleep. */
static enum wasi_errno wait_once(struct wishes *w, uint64_t deadline)
{
    int n;

    if (w->n_polls == 0)
        return w->urgent ? WASI_OK : wait_sleep(w->t, deadline);
    n = wait_poll(w->t, w->polls, w->n_polls, w->urgent ? 0 : deadline);
    if (n > 0)
        check_fds(w);
    return errno_from_result(n);
}

static enum wasi_errno wishes_wait(struct wishes *w)
{
    enum wasi_errno e;

    /* On a second try, after a signal, time-outs count from the first. */
    if (w->relative) {
        uint64_t end = wait_deadline(w->t, w->shortest);

        w->start = end == WAIT_FOREVER ? wait_now() : end - w->shortest;
    }
    do {
        e = wait_once(w, first_end(w));
        if (!e && !w->urgent)
            check_clocks(w);
        /* The real-time clock may have been set back meanwhile. */
    } while (!e && !w->urgent);
    return e;
}

/* How much can be read without waiting. */
static uint64_t bytes_readable(const struct file *file)
{
    struct stat st;
    off_t at;
    int n = 0;

    if (file->filetype == WASI_FILETYPE_REGULAR_FILE) {
        at = lseek(file->hfd, 0, SEEK_CUR);
        if (at < 0 || fstat(file->hfd, &st) < 0 || st.st_size <= at)
            return 0;
        return (uint64_t)(st.st_size - at);
    }
    if (ioctl(file->hfd, FIONREAD, &n) == 0)
        return n > 0 ? (uint64_t)n : 0;
    /* An event counter does not say, but there is only one size. */
    if (file->filetype == WASI_FILETYPE_UNKNOWN && !file->fifo)
        return sizeof(uint64_t);
    return 0;
}

/* A pipe of which the other end is closed is hung up; where that means that
 * writing fails, the host calls it an error. */
static bool hung_up(const struct wish *wish, short got)
{
    return (got & POLLHUP) || (wish->file->fifo && (got & POLLERR));
}

static struct abi_event event_of(const struct wishes *w,
                                 const struct wish *wish)
{
    struct abi_event event = {
        .userdata = wish->sub.userdata,
        .error = (uint16_t)wish->error,
        .type = wish->sub.tag,
    };

    if (is_clock(wish) || wish->error || wish->file->hfd < 0)
        return event;
    if (wish->sub.tag == WASI_EVENTTYPE_FD_READ)
        event.nbytes = bytes_readable(wish->file);
    else
        event.nbytes = PIPE_BUF; /* the host promises that much of a pipe */
    if (hung_up(wish, w->polls[wish->poll].revents))
        event.flags = WASI_EVENTRWFLAGS_HANGUP;
    return event;
}

/* Tell the guest; the addresses have been checked. */
static enum wasi_errno wishes_store(const struct wishes *w, gaddr events_out,
                                    gaddr nevents_out)
{
    enum wasi_errno e = WASI_OK;
    uint64_t n = 0;
    uint32_t i;

    for (i = 0; !e && i < w->n; i++) {
        struct abi_event event;

        if (!w->items[i].happened)
            continue;
        event = event_of(w, &w->items[i]);
        e = guest_write(w->t, events_out + n++ * sizeof(event), &event,
                        sizeof(event));
    }
    if (!e)
        guest_store_ptr(w->t, nevents_out, n);
    return e;
}

static enum wasi_errno poll_oneoff(struct thread *t, gaddr subs, gaddr events,
                                   gsize n, gaddr nevents_out, bool unstable)
{
    struct wishes w = {.t = t};
    enum wasi_errno e;

    if (n == 0 || n > LIMIT_POLL)
        return WASI_INVAL;
    if (!guest_array_ok(t, subs, n,
                        unstable ? sizeof(struct abi_subscription_unstable)
                                 : sizeof(struct abi_subscription)) ||
        !guest_array_ok(t, events, n, sizeof(struct abi_event)) ||
        !guest_writable(t, nevents_out, t->ptr_size))
        return WASI_MEMVIOLATION;
    w.n = (uint32_t)n;
    w.items = calloc(w.n, sizeof(*w.items));
    e = w.items ? wishes_load(&w, subs, unstable) : WASI_NOMEM;
    if (!e)
        e = wishes_prepare(&w);
    if (!e)
        e = wishes_wait(&w);
    if (!e)
        e = wishes_store(&w, events, nevents_out);
    wishes_done(&w);
    return e;
}

enum wasi_errno sys_poll_oneoff(struct thread *t, gaddr subs, gaddr events_out,
                                gsize nsubscriptions, gaddr nevents_out)
{
    return poll_oneoff(t, subs, events_out, nsubscriptions, nevents_out, false);
}

enum wasi_errno sys_poll_oneoff_unstable(struct thread *t, gaddr subs,
                                         gaddr events_out, gsize nsubscriptions,
                                         gaddr nevents_out)
{
    return poll_oneoff(t, subs, events_out, nsubscriptions, nevents_out, true);
}
