/* capture.c: see capture.h. */
#include "proc/capture.h"

#include <string.h>

#include "base/limits.h"
#include "native/backtrace.h"
#include "proc/process.h"
#include "rt/exception.h"

struct capture {
    uint64_t number;
    gaddr snapshot;
    gaddr ret_val;
    uintptr_t place; /* where it was made (backtrace_place) */
    size_t depth;
    struct stack_copy *stack;
    /* Handlers that ran at the time: a longjmp out of one ends it. */
    uint32_t handling;
    int handling_last;
    unsigned marks;
    struct exception_roots roots; /* the globals */
    size_t n_globals;
    uint64_t globals[];
};

static bool is_mutable(const struct module *m, uint32_t global)
{
    return m->globals[global].type.mutable;
}

struct capture *capture_new(struct thread *t)
{
    const struct instance *inst = t->inst;
    const struct module *m = inst->module;
    struct capture *capture;
    size_t n = 0;
    uint32_t i;

    for (i = 0; i < m->n_globals; i++)
        n += is_mutable(m, i);
    capture = calloc(1, sizeof(*capture) + n * sizeof(uint64_t));
    if (!capture)
        return NULL;
    capture->stack = stack_save(t);
    if (!capture->stack) {
        free(capture);
        return NULL;
    }
    capture->place = backtrace_place(t);
    capture->depth = stack_depth(t);
    capture->handling = t->handling;
    capture->handling_last = t->handling_last;
    capture->marks = t->marks;
    for (i = 0; i < m->n_globals; i++)
        if (is_mutable(m, i))
            capture->globals[capture->n_globals++] = *inst->globals[i];
    exception_roots_add(&capture->roots, capture->globals, capture->n_globals);
    return capture;
}

void capture_free(own struct capture *capture)
{
    if (!capture)
        return;
    stack_copy_free(capture->stack);
    exception_roots_remove(&capture->roots);
    free(capture);
}

void capture_restore(struct thread *t, const struct capture *capture)
{
    const struct instance *inst = t->inst;
    const struct module *m = inst->module;
    size_t n = 0;
    uint32_t i;

    stack_restore(t, capture->stack);
    for (i = 0; i < m->n_globals; i++)
        if (is_mutable(m, i))
            *inst->globals[i] = capture->globals[n++];
    t->handling = capture->handling;
    t->handling_last = capture->handling_last;
    t->marks = capture->marks;
    /* A signal that waited for a handler which is now left. */
    if (t->pending & ~t->handling)
        thread_alert(t);
}

static size_t size_of(const struct capture *capture)
{
    return sizeof(*capture) + capture->n_globals * sizeof(uint64_t) +
           stack_copy_size(capture->stack);
}

/* So many may be kept although they are dead. */
#define KEEP_DEAD 256

/* Take the one that is made again out of the list. */
static struct capture *take_same(const struct thread *t, gaddr snapshot)
{
    struct process *process = t->process;
    size_t depth = stack_depth(t);
    uintptr_t place = backtrace_place(t);
    size_t i;

    for (i = process->captures.n; i-- > 0;) {
        struct capture *capture = process->captures.items[i];

        if (capture->depth == depth && capture->place == place &&
            capture->snapshot == snapshot) {
            process->captures.items[i] =
                process->captures.items[--process->captures.n];
            return capture;
        }
    }
    return NULL;
}

/* When there are many, or more than `room` bytes of them, free the dead ones;
 * what lives doubles the number. */
static void drop_dead(const struct thread *t, size_t room)
{
    struct process *process = t->process;
    size_t depth = stack_depth(t);
    size_t i, kept = 0;

    if (process->captures.n < MAX(process->captures_limit, (size_t)KEEP_DEAD) &&
        process->captures_size <= room)
        return;
    for (i = 0; i < process->captures.n; i++) {
        struct capture *capture = process->captures.items[i];

        if (capture->depth > depth) {
            process->captures_size -= size_of(capture);
            capture_free(capture);
        } else {
            process->captures.items[kept++] = capture;
        }
    }
    process->captures.n = kept;
    process->captures_limit = 2 * kept;
}

enum wasi_errno capture_keep(struct thread *t, gaddr snapshot, gaddr ret_val,
                             uint64_t *ret)
{
    struct process *process = t->process;
    struct capture *capture = capture_new(t);
    struct capture *again;
    size_t size;

    if (!capture || !vec_reserve(&process->captures, 1)) {
        capture_free(capture);
        return WASI_NOMEM;
    }
    again = take_same(t, snapshot);
    if (again)
        process->captures_size -= size_of(again);
    size = size_of(capture);
    drop_dead(t, LIMIT_CAPTURES - size);
    if (process->captures_size > LIMIT_CAPTURES - size) {
        capture_free(capture);
        capture_free(again);
        return WASI_NOMEM;
    }
    capture->number = again ? again->number : ++process->next_capture;
    capture->snapshot = snapshot;
    capture->ret_val = ret_val;
    capture_free(again);
    process->captures.items[process->captures.n++] = capture;
    process->captures_size += size;
    *ret = capture->number;
    return WASI_OK;
}

bool capture_return(struct thread *t, uint64_t number, gaddr *ret_val)
{
    const struct process *process = t->process;
    size_t i;

    for (i = 0; i < process->captures.n; i++)
        if (process->captures.items[i]->number == number) {
            *ret_val = process->captures.items[i]->ret_val;
            capture_restore(t, process->captures.items[i]);
            return true;
        }
    return false;
}

void capture_drop_all(struct thread *t)
{
    struct process *process = t->process;
    size_t i;

    for (i = 0; i < process->captures.n; i++)
        capture_free(process->captures.items[i]);
    process->captures.n = 0;
    process->captures_size = 0;
}
