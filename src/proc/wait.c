/* wait.c: see wait.h. */
#include "proc/wait.h"

#include <errno.h>
#include <sys/syscall.h>
#include <time.h>

#include "proc/sample.h"
#include "proc/tierup.h"
#include "rt/context.h"

#define NOT_BEGUN 512 /* wait_*.S */
#define NS        1000000000u

long wait_raw(_Atomic uint32_t *attention, long nr, const long args[6]);
extern const char wait_begin[], wait_end[], wait_not_begun[];

IN_SIGNAL void wait_step_out(void *context)
{
    ucontext_t *uc = context;
    uintptr_t pc = context_pc(uc);

    if (pc >= (uintptr_t)wait_begin && pc < (uintptr_t)wait_end)
        context_set_pc(uc, (uintptr_t)wait_not_begun);
}

long wait_syscall(struct thread *t, long nr, long a, long b, long c, long d,
                  long e, long f)
{
    const long args[6] = {a, b, c, d, e, f};
    long result;

    sample_hold(true);
    result = wait_raw(&thread_attention, nr, args);
    sample_hold(false);
    tierup_count_on();
    t->interruption = INTERRUPT_POSIX;
    if (result == -NOT_BEGUN) {
        t->interruption = INTERRUPT_ALWAYS;
        return -EINTR;
    }
    return result;
}

uint64_t wait_now(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS + (uint64_t)now.tv_nsec;
}

uint64_t wait_deadline(struct thread *t, uint64_t ns)
{
    struct deadline *deadline = &t->deadline;

    if (t->restarting && deadline->is_set && deadline->wait_ns == ns)
        return deadline->at_ns;
    if (ckd_add(&deadline->at_ns, wait_now(), ns))
        deadline->at_ns = WAIT_FOREVER;
    deadline->wait_ns = ns;
    deadline->is_set = true;
    return deadline->at_ns;
}

static struct timespec timespec_of(uint64_t ns)
{
    struct timespec ts = {.tv_sec = (time_t)(ns / NS),
                          .tv_nsec = (long)(ns % NS)};

    return ts;
}

/* A call that was interrupted in its sleep is not made again after a handler;
 * signal(7).  One that had not begun is. */
static long never_restart(struct thread *t, long result)
{
    if (result == -EINTR && t->interruption == INTERRUPT_POSIX)
        t->interruption = INTERRUPT_NEVER;
    return result;
}

int wait_poll(struct thread *t, struct pollfd *fds, nfds_t n,
              uint64_t deadline_ns)
{
    struct timespec left = {0};
    bool forever = deadline_ns == WAIT_FOREVER;

    if (!forever) {
        uint64_t now = wait_now();

        left = timespec_of(deadline_ns > now ? deadline_ns - now : 0);
    }
    return (int)never_restart(t,
                              wait_syscall(t, SYS_ppoll, (long)fds, (long)n,
                                           forever ? 0 : (long)&left, 0, 0, 0));
}

enum wasi_errno wait_sleep(struct thread *t, uint64_t deadline_ns)
{
    struct timespec until = timespec_of(deadline_ns);
    long result =
        never_restart(t, wait_syscall(t, SYS_clock_nanosleep, CLOCK_MONOTONIC,
                                      TIMER_ABSTIME, (long)&until, 0, 0, 0));

    return result == -EINTR ? WASI_INTR : WASI_OK;
}
