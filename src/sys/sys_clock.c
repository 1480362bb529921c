/*
 * sys_clock.c: reading clocks.  Nobody sets the host's.
 */
#include <errno.h>
#include <time.h>

#include "proc/hostabi.h"
#include "sys/sys.h"
#include "sys/xlat.h"

/* WASI took over Linux's numbers, so that the most frequent call of many
 * programs needs no table. */
STATIC_ASSERT(WASI_CLOCKID_REALTIME == CLOCK_REALTIME, "clock id");
STATIC_ASSERT(WASI_CLOCKID_MONOTONIC == CLOCK_MONOTONIC, "clock id");
STATIC_ASSERT(WASI_CLOCKID_PROCESS_CPUTIME_ID == CLOCK_PROCESS_CPUTIME_ID,
              "clock id");
STATIC_ASSERT(WASI_CLOCKID_THREAD_CPUTIME_ID == CLOCK_THREAD_CPUTIME_ID,
              "clock id");

static bool clock_known(uint32_t id)
{
    return id <= WASI_CLOCKID_THREAD_CPUTIME_ID;
}

enum wasi_errno sys_clock_res_get(struct thread *t, uint32_t id,
                                  gaddr resolution_out)
{
    struct timespec resolution;

    if (!clock_known(id))
        return WASI_INVAL;
    if (!guest_writable(t, resolution_out, 8))
        return WASI_MEMVIOLATION;
    if (clock_getres((clockid_t)id, &resolution) < 0)
        return errno_from_host(errno);
    guest_store_u64(t, resolution_out, xlat_time(&resolution));
    return WASI_OK;
}

/* The precision is a hint of what is good enough; the host's is always best.
 */
enum wasi_errno sys_clock_time_get(struct thread *t, uint32_t id,
                                   uint64_t precision, gaddr time_out)
{
    struct timespec now;

    if (!clock_known(id))
        return WASI_INVAL;
    if (!guest_writable(t, time_out, 8))
        return WASI_MEMVIOLATION;
    if (clock_gettime((clockid_t)id, &now) < 0)
        return errno_from_host(errno);
    guest_store_u64(t, time_out, xlat_time(&now));
    return WASI_OK;
}

/*
 * The only clock that can be set is the whole machine's, which is no guest's
 * business, even where tine would be allowed to: every guest is one without
 * that privilege.
 */
enum wasi_errno sys_clock_time_set(struct thread *t, uint32_t id,
                                   uint64_t timestamp)
{
    return id == WASI_CLOCKID_REALTIME ? WASI_PERM : WASI_INVAL;
}
