/* sample.c: see sample.h. */
#include "proc/sample.h"

#include <signal.h>
#include <string.h>
#include <time.h>

#include "interp/interp.h"
#include "proc/tierup.h"

/* Timers of processor time are looked at when the kernel's clock ticks, 100 to
 * 1000 times a second. */
#define PERIOD_NS 4000000

/* Bytes of code, that take some four seconds of processor time: below, all of a
 * module is there soon enough. */
#define MIN_CODE ((size_t)256 << 10)

/* The larger a module, the longer its start-up, and the more is to be won by
 * choosing well: CPython, whose 6 MB of code need 400 samples, is interpreted
 * for half a second until its script begins. */
#define CODE_PER_SAMPLE ((size_t)16 << 10)
#define MIN_SAMPLES     50u
#define MAX_SAMPLES     400u
#define N_TELLINGS      4u

/* Code of hot functions, as a part of all of it. */
#define BUDGET_DIVISOR 12
#define MIN_BUDGET     ((size_t)64 << 10)

/* Heads of loops where samples were taken, of those that are counted at one
 * time, and the part of all samples that makes a loop hot. */
#define N_HEADS      32u
#define HEAD_DIVISOR 50u

/* How often to look for loops, at most, when they are compiled. */
#define N_WATCHED 1000u

/* Frames that count, the innermost first, and how much. */
static const uint8_t weights[] = {4, 4, 1, 1};
#define WEIGHT_FULL 4u

static const struct instance *sampled; /* NULL: none */
static uint32_t *counts;               /* of its own functions */
static unsigned n_samples, n_wanted;
static struct head {
    const code_unit *ip; /* count 0: none */
    unsigned count;
} heads[N_HEADS];
static unsigned n_watched; /* how often to look for loops yet */
static timer_t timer;
static bool timer_made;
static volatile sig_atomic_t due;

static uint32_t n_own(const struct module *m)
{
    return m->n_funcs - m->n_imported_funcs;
}

static size_t code_size(const struct module *m)
{
    uint32_t n = n_own(m);

    return n > 0 ? m->bodies[n - 1].end - m->bodies[0].offset : 0;
}

bool sample_pays(const struct module *module)
{
    return code_size(module) >= MIN_CODE;
}

/* --- When --- */

static bool set_timer(long ns)
{
    const struct itimerspec when = {.it_interval.tv_nsec = ns,
                                    .it_value.tv_nsec = ns};

    return timer_settime(timer, 0, &when, NULL) == 0;
}

static bool start_timer(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                             .sigev_signo = SIGNAL_SAMPLE};

    if (!timer_made)
        timer_made =
            timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) == 0;
    return timer_made && set_timer(PERIOD_NS);
}

void sample_begin(const struct instance *inst)
{
    size_t wanted = code_size(inst->module) / CODE_PER_SAMPLE;

    sample_end();
    counts = calloc(n_own(inst->module) + 1, sizeof(*counts));
    if (!counts)
        return;
    n_samples = 0;
    memset(heads, 0, sizeof(heads));
    n_wanted =
        (unsigned)MIN(MAX(wanted, (size_t)MIN_SAMPLES), (size_t)MAX_SAMPLES);
    due = 0;
    sampled = inst;
    if (!start_timer())
        sample_end();
}

static bool is_on(void)
{
    return sampled || n_watched > 0;
}

void sample_watch(void)
{
    sample_end();
    n_watched = N_WATCHED;
    if (!start_timer())
        sample_end();
}

void sample_end(void)
{
    if (!is_on())
        return;
    if (timer_made)
        (void)set_timer(0);
    sampled = NULL;
    n_watched = 0;
    free(counts);
    counts = NULL;
}

void sample_after_fork(void)
{
    timer_made = false;
    if (is_on() && !start_timer())
        sample_end();
}

void sample_hold(bool on)
{
    sigset_t set;

    if (likely(!is_on()))
        return;
    sigemptyset(&set);
    sigaddset(&set, SIGNAL_SAMPLE);
    (void)sigprocmask(on ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

IN_SIGNAL bool sample_note(void)
{
    due = is_on();
    return due;
}

/* --- What --- */

/* Where the thread is behind a backward branch.  With more heads than there is
 * room for, those that are most of all are still found: all lose one. */
static void count_head(const code_unit *ip)
{
    struct head *free_one = NULL;
    size_t i;

    for (i = 0; i < N_HEADS; i++) {
        if (heads[i].count > 0 && heads[i].ip == ip) {
            heads[i].count++;
            return;
        }
        if (heads[i].count == 0)
            free_one = &heads[i];
    }
    if (free_one)
        *free_one = (struct head){ip, 1};
    for (i = 0; !free_one && i < N_HEADS; i++)
        heads[i].count--;
}

enum sample sample_take(const struct thread *t)
{
    struct interp_frame frames[countof(weights)];
    size_t n, i;

    if (likely(!due) || !is_on() || t->handling)
        return SAMPLE_NOTHING;
    due = 0;
    if (n_watched > 0) {
        if (--n_watched == 0)
            (void)set_timer(0);
        return SAMPLE_NOTHING;
    }
    n = interp_frames(t, frames, countof(frames));
    if (n > 0 && frames[0].inst == sampled && interp_is_at_loop(t))
        count_head(t->ip);
    for (i = 0; i < n; i++)
        if (frames[i].inst == sampled)
            counts[frames[i].func - sampled->module->n_imported_funcs] +=
                weights[i];
    n_samples++;
    if (n_samples >= n_wanted)
        return SAMPLE_ENOUGH;
    return n_samples % (n_wanted / N_TELLINGS) == 0 ? SAMPLE_SOME
                                                    : SAMPLE_NOTHING;
}

struct candidate {
    uint64_t worth; /* for each byte */
    uint32_t func;  /* among those that the module defines */
    uint32_t size;
};

/* One that has run at all counts as a twentieth of a sample.  A call has some
 * bytes of its own. */
static struct candidate candidate(uint32_t func)
{
    const struct body *body = &sampled->module->bodies[func];
    uint32_t size = body->end - body->offset;
    uint64_t worth = ((uint64_t)counts[func] * 20 / WEIGHT_FULL + 1) << 32;

    return (struct candidate){worth / (size + 20), func, size};
}

/* The order of all is the same everywhere. */
static int compare(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;

    if (x->worth != y->worth)
        return x->worth > y->worth ? -1 : 1;
    return x->func < y->func ? -1 : x->func > y->func;
}

/* What takes a sixteenth of the time is taken however large it is. */
static bool is_hottest(const struct candidate *c)
{
    return counts[c->func] * 16 > n_samples * WEIGHT_FULL;
}

static size_t choose(const struct candidate *candidates, size_t n,
                     uint32_t *functions_out, size_t room)
{
    size_t budget =
        MAX(code_size(sampled->module) / BUDGET_DIVISOR, (size_t)MIN_BUDGET);
    size_t total = 0, i, chosen = 0;

    for (i = 0; i < n && chosen < room; i++) {
        if (total + candidates[i].size > budget && !is_hottest(&candidates[i]))
            continue;
        total += candidates[i].size;
        functions_out[chosen++] =
            candidates[i].func + sampled->module->n_imported_funcs;
    }
    return chosen;
}

size_t sample_list(uint32_t *functions_out, size_t room)
{
    AUTO_FREE struct candidate *candidates = NULL;
    size_t n = 0;
    uint32_t i;

    if (!sampled)
        return 0;
    candidates = calloc(n_own(sampled->module) + 1, sizeof(*candidates));
    if (!candidates)
        return 0;
    for (i = 0; i < n_own(sampled->module); i++)
        if (sampled->own_funcs[i].body)
            candidates[n++] = candidate(i);
    qsort(candidates, n, sizeof(*candidates), compare);
    return choose(candidates, n, functions_out, room);
}

static int by_count(const void *a, const void *b)
{
    const struct head *x = a, *y = b;

    return x->count != y->count ? (x->count > y->count ? -1 : 1)
                                : (x->ip < y->ip ? -1 : x->ip > y->ip);
}

size_t sample_loops(uint32_t *loops_out, size_t room)
{
    size_t n = 0, i;

    if (!sampled)
        return 0;
    qsort(heads, N_HEADS, sizeof(*heads), by_count);
    for (i = 0; i < N_HEADS && n < room; i++) {
        uint32_t offset = 0;

        if (heads[i].count * HEAD_DIVISOR > n_samples)
            offset = interp_loop_offset(heads[i].ip);
        if (offset)
            loops_out[n++] = offset;
    }
    return n;
}
