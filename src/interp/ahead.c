/* ahead.c: see ahead.h. */
#include "interp/ahead.h"

#include <string.h>

#include "interp/frame.h"
#include "interp/prepare.h"
#include "wasm/iter.h"

/* Frames outwards from the fork that count, and bytes of bodies that are
 * looked at: about a millisecond's work. */
#define N_FRAMES 4
#define BYTES    (32u << 10)
#define N_FUNCS  256

/* Functions found, each once; those before `at` have been looked into. */
struct queue {
    struct func *funcs[N_FUNCS];
    size_t n;
    uint32_t bytes;
};

static void add(struct queue *queue, struct func *f)
{
    size_t i;

    if (!f->inst || queue->n == N_FUNCS)
        return;
    for (i = 0; i < queue->n; i++)
        if (queue->funcs[i] == f)
            return;
    queue->funcs[queue->n++] = f;
}

/* Translate f if nobody has, and add what it calls. */
static bool visit(struct queue *queue, struct func *f)
{
    const struct module *m = f->inst->module;
    const struct body *body = &m->bodies[f->index - m->n_imported_funcs];
    struct instr in;
    struct iter it;

    queue->bytes += body->end - body->offset;
    if (queue->bytes > BYTES ||
        (!f->body && !func_is_native(f) && !prepare_func(f)))
        return false;
    iter_body(&it, m, body);
    while (iter_next(&it, &in))
        if (in.op == OP_CALL || in.op == OP_RETURN_CALL)
            add(queue, f->inst->funcs[in.index]);
    return true;
}

static void translate_from(const struct thread *t)
{
    struct interp_frame frames[N_FRAMES];
    size_t n = interp_frames(t, frames, N_FRAMES);
    struct queue queue = {.n = 0};
    size_t i;

    for (i = 0; i < n; i++)
        add(&queue, frames[i].inst->funcs[frames[i].func]);
    for (i = 0; i < queue.n; i++)
        if (!visit(&queue, queue.funcs[i]))
            return;
}

void ahead_of_fork(struct thread *t)
{
    size_t i;

    for (i = 0; i < countof(t->forks); i++)
        if (t->forks[i].ip == t->ip) {
            if (!t->forks[i].done)
                translate_from(t);
            t->forks[i].done = true;
            return;
        }
    t->forks[t->next_fork].ip = t->ip;
    t->forks[t->next_fork].done = false;
    t->next_fork = (t->next_fork + 1) % countof(t->forks);
}
