/* futex.c: see futex.h. */
#include "proc/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>

#include "proc/wait.h"

/* Buckets by address; a power of two, enough to keep threads apart. */
#define N_BUCKETS 64

struct waiter {
    struct waiter *next;
    const void *cell;
    _Atomic uint32_t woken; /* the host futex that it sleeps on */
};

struct bucket {
    pthread_mutex_t lock;
    struct waiter *first; /* GUARDED(lock), the longest waiting first */
};

static struct bucket buckets[N_BUCKETS] = {
    [0 ... N_BUCKETS - 1] = {.lock = PTHREAD_MUTEX_INITIALIZER}};

static struct bucket *bucket_of(const void *cell)
{
    return &buckets[((uintptr_t)cell >> 2) % N_BUCKETS];
}

static uint64_t load(const void *cell, unsigned bits)
{
    if (bits == 64)
        return __atomic_load_n((const uint64_t *)cell, __ATOMIC_SEQ_CST);
    return __atomic_load_n((const uint32_t *)cell, __ATOMIC_SEQ_CST);
}

/* Queue up if the word is as expected. */
static bool enqueue(struct thread *t, struct waiter *waiter, uint64_t expected,
                    unsigned bits)
{
    struct bucket *bucket = bucket_of(waiter->cell);
    struct waiter **at = &bucket->first;
    bool equal;

    t->has_waited = true;
    (void)pthread_mutex_lock(&bucket->lock);
    equal = load(waiter->cell, bits) == expected;
    if (equal) {
        while (*at)
            at = &(*at)->next;
        *at = waiter;
    }
    (void)pthread_mutex_unlock(&bucket->lock);
    return equal;
}

/* Leave the queue: false if futex_notify had already taken us out. */
static bool dequeue(struct waiter *waiter)
{
    struct bucket *bucket = bucket_of(waiter->cell);
    struct waiter **at = &bucket->first;
    bool found = false;

    (void)pthread_mutex_lock(&bucket->lock);
    while (*at && *at != waiter)
        at = &(*at)->next;
    if (*at) {
        *at = waiter->next;
        found = true;
    }
    (void)pthread_mutex_unlock(&bucket->lock);
    return found;
}

static long sleep_on(struct thread *t, struct waiter *waiter,
                     uint64_t deadline_ns)
{
    struct timespec until = {
        .tv_sec = (time_t)(deadline_ns / 1000000000u),
        .tv_nsec = (long)(deadline_ns % 1000000000u),
    };

    return wait_syscall(t, SYS_futex, (long)&waiter->woken,
                        FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0,
                        deadline_ns == WAIT_FOREVER ? 0 : (long)&until, 0,
                        (long)FUTEX_BITSET_MATCH_ANY);
}

enum futex_result futex_wait(struct thread *t, void *cell, uint64_t expected,
                             unsigned bits, uint64_t deadline_ns)
{
    struct waiter waiter = {.cell = cell};
    long result = 0;

    if (!enqueue(t, &waiter, expected, bits))
        return FUTEX_NOT_EQUAL;
    while (!waiter.woken && (result == 0 || result == -EAGAIN))
        result = sleep_on(t, &waiter, deadline_ns);
    if (!dequeue(&waiter))
        return FUTEX_WOKEN;
    t->interruption = INTERRUPT_ALWAYS;
    return result == -EINTR ? FUTEX_INTERRUPTED : FUTEX_TIMED_OUT;
}

uint32_t futex_notify(void *cell, uint32_t n)
{
    struct bucket *bucket = bucket_of(cell);
    struct waiter **at = &bucket->first;
    uint32_t woken = 0;

    (void)pthread_mutex_lock(&bucket->lock);
    while (*at && woken < n) {
        struct waiter *waiter = *at;

        if (waiter->cell != cell) {
            at = &waiter->next;
            continue;
        }
        *at = waiter->next;
        woken++;
        /* It may be gone as soon as it sees this, which is why the kernel is
         * only given the address. */
        waiter->woken = 1;
        (void)syscall(SYS_futex, &waiter->woken,
                      FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
    }
    (void)pthread_mutex_unlock(&bucket->lock);
    return woken;
}

void futex_after_fork(struct thread *t)
{
    size_t i;

    for (i = 0; t->has_waited && i < N_BUCKETS; i++) {
        (void)pthread_mutex_init(&buckets[i].lock, NULL);
        buckets[i].first = NULL;
    }
    t->has_waited = false;
}

/* --- The instructions of the threads proposal --- */

static uint64_t atomic_wait(struct thread *t, const uint64_t *args,
                            const void *data)
{
    const struct atomic_wait *wait = (const void *)args;
    uint64_t deadline = WAIT_FOREVER;
    enum futex_result result;

    if (wait->timeout_ns >= 0)
        deadline = wait_deadline(t, (uint64_t)wait->timeout_ns);
    result = futex_wait(t, wait->cell, wait->expected, wait->bits, deadline);
    return result == FUTEX_INTERRUPTED ? WASI_INTR : (uint64_t)result;
}

static uint64_t atomic_notify(struct thread *t, const uint64_t *args,
                              const void *data)
{
    const struct atomic_wait *wait = (const void *)args;

    return futex_notify(wait->cell, (uint32_t)wait->expected);
}

void futex_attach(struct thread *t)
{
    t->atomic_wait = atomic_wait;
    t->atomic_notify = atomic_notify;
}
