/*
 * regs.c: see regs.h.
 *
 * One pass over the body notes what matters in loops, as a list of events; the
 * regions are chosen from that list, the outermost loop that is worth it
 * first.
 */
#include "interp/regs.h"

#include <stdlib.h>
#include <string.h>

#include "wasm/iter.h"

/* A use in an inner loop counts as this many; a loop with more levels than
 * that in it is no region. */
#define LOOP_WEIGHT 8u
#define LEVELS      4u

/* What entering and leaving a region costs, in uses, if its loop runs a few
 * times; and a call in it. */
#define ENTRY_COST 2u
#define CALL_COST  4u

enum { CLASS_NONE, CLASS_INT, CLASS_FLOAT };

enum event_kind { EVENT_LOOP, EVENT_END, EVENT_GET, EVENT_SET, EVENT_CALL };

/* arg: the local; EVENT_LOOP: one behind the event of the loop's end. */
struct event {
    uint32_t kind : 3;
    uint32_t levels : 3; /* EVENT_LOOP: of loops in it; at most LEVELS */
    uint32_t arg;
};

/* A local in the loop that is looked at. */
struct use {
    uint32_t weight;
    uint8_t class;
    bool written;
};

struct chooser {
    VEC(struct event) events;
    VEC(uint32_t) open; /* the loops begun, as indices of events */
    VEC(bool) nest;     /* a block: is it a loop? */
    VEC(uint32_t) used; /* locals with a weight */
    struct use *uses;
    bool failed;
};

/* --- Noting events --- */

static void note(struct chooser *c, enum event_kind kind, uint32_t arg)
{
    struct event event = {.kind = kind, .arg = arg};

    if (c->open.n > 0 && !vec_push(&c->events, event))
        c->failed = true;
}

static void begin_block(struct chooser *c, bool loop)
{
    if (!vec_push(&c->nest, loop) ||
        (loop && !vec_push(&c->open, (uint32_t)c->events.n)))
        c->failed = true;
    else if (loop)
        note(c, EVENT_LOOP, 0);
}

static void end_block(struct chooser *c)
{
    struct event *loop, *outer;

    /* The end of the body. */
    if (c->nest.n == 0 || !c->nest.items[--c->nest.n])
        return;
    note(c, EVENT_END, 0);
    if (c->failed)
        return;
    loop = &c->events.items[c->open.items[--c->open.n]];
    loop->arg = (uint32_t)c->events.n;
    if (c->open.n > 0) {
        outer = &c->events.items[c->open.items[c->open.n - 1]];
        outer->levels = MAX(outer->levels, MIN(loop->levels + 1u, LEVELS)) & 7;
    }
}

static void note_body(struct chooser *c, struct iter *it)
{
    struct instr in;

    while (!c->failed && iter_next(it, &in)) {
        switch (in.op) {
        case OP_BLOCK:
        case OP_LOOP:
        case OP_IF:
            begin_block(c, in.op == OP_LOOP);
            break;
        case OP_END:
            end_block(c);
            break;
        case OP_LOCAL_GET:
            note(c, EVENT_GET, in.index);
            break;
        case OP_LOCAL_SET:
        case OP_LOCAL_TEE:
            note(c, EVENT_SET, in.index);
            break;
        case OP_CALL:
        case OP_CALL_INDIRECT:
        case OP_CALL_REF:
            note(c, EVENT_CALL, 0);
            break;
        default:
            break;
        }
    }
}

/* --- Choosing --- */

static uint8_t class_of(valtype type)
{
    switch (type) {
    case VT_I32:
    case VT_I64:
        return CLASS_INT;
    case VT_F32:
    case VT_F64:
        return CLASS_FLOAT;
    default:
        return CLASS_NONE;
    }
}

static void set_classes(struct chooser *c, struct iter *it,
                        const struct functype *type)
{
    uint32_t i, n = type->n_params, run;
    valtype t;

    for (i = 0; i < n; i++)
        c->uses[i].class = class_of(type->params[i]);
    while (iter_locals(it, &run, &t))
        while (run-- > 0)
            c->uses[n++].class = class_of(t);
}

static uint32_t sum_of(uint32_t a, uint32_t b)
{
    return a + b < a ? UINT32_MAX : a + b;
}

static void use(struct chooser *c, uint32_t local, uint32_t weight, bool writes)
{
    struct use *u = &c->uses[local];

    if (u->class == CLASS_NONE)
        return;
    if (u->weight == 0 && !vec_push(&c->used, local)) {
        c->failed = true;
        return;
    }
    u->weight = sum_of(u->weight, weight);
    u->written |= writes;
}

/* Weigh the locals used between two events; the weight of all calls. */
static uint32_t weigh(struct chooser *c, uint32_t from, uint32_t to)
{
    uint32_t calls = 0, weight = 1, i;

    for (i = from; i < to; i++) {
        const struct event *event = &c->events.items[i];

        switch (event->kind) {
        case EVENT_LOOP:
            weight *= LOOP_WEIGHT;
            break;
        case EVENT_END:
            weight /= LOOP_WEIGHT;
            break;
        case EVENT_CALL:
            calls = sum_of(calls, weight);
            break;
        default:
            use(c, event->arg, weight, event->kind == EVENT_SET);
            break;
        }
    }
    return calls;
}

/* Insert a local into the list of the heaviest. */
static void consider(struct reg_class *class, const struct use *uses,
                     uint32_t local)
{
    uint32_t i = class->n;

    if (class->n + 1 < countof(class->locals))
        class->n++;
    while (i > 0 && uses[class->locals[i - 1]].weight < uses[local].weight) {
        class->locals[i] = class->locals[i - 1];
        i--;
    }
    class->locals[i] = local;
}

/* Keep the locals listed, those written first, if it pays. */
static void settle_class(struct reg_class *class, const struct use *uses,
                         uint32_t calls)
{
    struct reg_class listed = *class;
    uint32_t i, gain = 0;
    int written;

    for (i = 0; i < listed.n; i++)
        gain = sum_of(gain, uses[listed.locals[i]].weight);
    class->n = 0;
    class->n_written = 0;
    if (gain / CALL_COST <= calls || gain <= ENTRY_COST)
        return;
    for (written = 1; written >= 0; written--) {
        for (i = 0; i < listed.n; i++)
            if (uses[listed.locals[i]].written == written)
                class->locals[class->n++] = listed.locals[i];
        if (written)
            class->n_written = class->n;
    }
}

/* Is what lies between two events worth a region? */
static bool is_worth(struct chooser *c, uint32_t from, uint32_t to,
                     struct region *region)
{
    uint32_t calls = weigh(c, from, to);
    size_t i;

    memset(region, 0, sizeof(*region));
    for (i = 0; i < c->used.n; i++) {
        uint32_t local = c->used.items[i];

        consider(c->uses[local].class == CLASS_INT ? &region->ints
                                                   : &region->floats,
                 c->uses, local);
    }
    settle_class(&region->ints, c->uses, calls);
    settle_class(&region->floats, c->uses, calls);
    for (i = 0; i < c->used.n; i++) {
        c->uses[c->used.items[i]].weight = 0;
        c->uses[c->used.items[i]].written = false;
    }
    c->used.n = 0;
    return region->ints.n + region->floats.n > 0;
}

static void choose(struct chooser *c, struct regions *regions)
{
    uint32_t i = 0, loop = 0, skip_to = 0;

    for (; i < c->events.n && !c->failed; i++) {
        const struct event *event = &c->events.items[i];
        struct region region;

        if (event->kind != EVENT_LOOP)
            continue;
        if (i >= skip_to && event->levels < LEVELS &&
            is_worth(c, i + 1, event->arg - 1, &region)) {
            region.loop = loop;
            skip_to = event->arg;
            if (!vec_push(regions, region))
                c->failed = true;
        }
        loop++;
    }
}

bool regs_choose(struct regions *regions, const struct module *module,
                 const struct functype *type, const struct body *body,
                 uint32_t n_locals)
{
    struct chooser c = {0};
    struct iter it;

    /* Where a handler begins, locals are expected in their slots. */
    if (!INTERP_REGS || body->has_try)
        return true;
    iter_body(&it, module, body);
    c.uses = calloc((size_t)n_locals + 1, sizeof(*c.uses));
    if (!c.uses)
        return false;
    set_classes(&c, &it, type);
    note_body(&c, &it);
    choose(&c, regions);
    vec_done(&c.events);
    vec_done(&c.open);
    vec_done(&c.nest);
    vec_done(&c.used);
    free(c.uses);
    return !c.failed;
}
