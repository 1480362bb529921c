/* unwind.c: see unwind.h. */
#include "interp/unwind.h"

#include <string.h>

#include "interp/frame.h"
#include "interp/run.h"

/* The innermost region around a unit, or NO_TRY. */
static uint32_t find_region(const struct handlers *handlers, uint32_t unit)
{
    uint32_t low = 0, high = handlers->n_tries, i;

    /* The first one that begins behind it. */
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (handlers->tries[mid].start <= unit)
            low = mid + 1;
        else
            high = mid;
    }
    i = low > 0 ? low - 1 : NO_TRY;
    while (i != NO_TRY && handlers->tries[i].end <= unit)
        i = handlers->tries[i].parent;
    return i;
}

/* The clause for an exception that is thrown at a place of f, or NULL. */
static const struct clause *find_clause(const struct func *f,
                                        const code_unit *at,
                                        const struct exception *exn)
{
    const struct handlers *handlers = f->handlers;
    uint32_t region, i;

    if (!handlers)
        return NULL;
    region = find_region(handlers, (uint32_t)(at - f->body));
    while (region != NO_TRY) {
        i = handlers->tries[region].clause;
        while (i != NO_CLAUSE) {
            const struct clause *clause = &handlers->clauses[i];

            if (clause->tag == ANY_TAG ||
                f->inst->tags[clause->tag] == exn->tag)
                return clause;
            i = clause->next;
        }
        region = handlers->tries[region].next;
    }
    return NULL;
}

static void put_values(uint64_t *slots, const struct exception *exn)
{
    if (exn->n_slots)
        memcpy(slots, exn->slots, exn->n_slots * sizeof(*slots));
}

/* Put into the frame what the handler is to find there. */
static void land(const struct clause *clause, uint64_t *fp,
                 const struct exception *exn)
{
    uint64_t *slots = fp + clause->slot;
    uint64_t ref = (uint64_t)(uintptr_t)exn;

    switch ((enum clause_kind)clause->kind) {
    case CLAUSE_VALUES:
        put_values(slots, exn);
        break;
    case CLAUSE_VALUES_REF:
        put_values(slots, exn);
        slots[exn->n_slots] = ref;
        break;
    case CLAUSE_REF_VALUES:
        put_values(slots + 1, exn);
        slots[0] = ref;
        break;
    case CLAUSE_REF:
        slots[0] = ref;
        break;
    case CLAUSE_NOTHING:
        break;
    }
}

enum frame_end unwind_search(struct frame_place *place,
                             const struct exception *exn, struct landing *ret)
{
    for (;;) {
        struct func *f = frame_func(place->ip);
        const struct clause *clause;
        enum frame_end end;

        assert(f);
        clause = find_clause(f, place->ip, exn);
        if (clause) {
            land(clause, place->fp, exn);
            ret->ip = f->body + clause->target;
            ret->fp = place->fp;
            ret->inst = f->inst;
            return FRAME_INSIDE;
        }
        end = frame_caller(f, place);
        if (end != FRAME_INSIDE)
            return end;
        place->ip--; /* the call stands before where it returns to */
    }
}

/* Find the handler, from the instruction at ip outwards. */
static void throw(const code_unit *ip, uint64_t *fp,
                  const struct exception *exn, struct landing *ret)
{
    struct thread *t = thread_current;
    struct frame_place place = {.ip = ip, .fp = fp};
    enum frame_end end = unwind_search(&place, exn, ret);

    if (end == FRAME_INSIDE)
        return;
    if (end == FRAME_NATIVE)
        run_compiled->throw(t, &place, exn);
    t->exception = exn;
    run_trap(ip, fp, TRAP_UNCAUGHT_EXCEPTION);
}

/* throw: the tag at ip[1], the slot of the values at ip[3]. */
void unwind_throw(const code_unit *ip, uint64_t *fp, struct instance *inst,
                  struct landing *ret)
{
    struct thread *t = thread_current;
    struct exception *exn;
    uint32_t tag;

    memcpy(&tag, &ip[1], sizeof(tag));
    t->value_sp = fp + frame_slots(ip);
    exn = exception_new(t, inst->tags[tag], fp + ip[3]);
    if (!exn)
        run_trap(ip, fp, TRAP_EXCEPTION_LIMIT);
    throw(ip, fp, exn, ret);
}

/* throw_ref: the slot of the reference at ip[1]. */
void unwind_throw_ref(const code_unit *ip, uint64_t *fp, struct landing *ret)
{
    const struct exception *exn =
        (const struct exception *)(uintptr_t)fp[ip[1]];

    if (!exn)
        run_trap(ip, fp, TRAP_NULL_EXCEPTION);
    throw(ip, fp, exn, ret);
}
