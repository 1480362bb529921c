/*
 * unwind.h: exceptions: which parts of translated functions have handlers, and
 * finding the one of an exception.  Nothing is done when a try block is
 * entered or left; all of this is only looked at when something is thrown.
 */
#ifndef TINE_INTERP_UNWIND_H
#define TINE_INTERP_UNWIND_H

#include "interp/frame.h"
#include "rt/exception.h"

#define NO_TRY    UINT32_MAX
#define NO_CLAUSE UINT32_MAX

/* Code from unit `start` to `end` that is inside a try block.  Regions are
 * sorted by start, and nest. */
struct try_region {
    uint32_t start, end;
    uint32_t parent; /* the region around it */
    uint32_t next;   /* where exceptions go on that it has no clause for */
    uint32_t clause; /* the first one */
};

/* What of an exception is put into slots where its handler begins. */
enum clause_kind {
    CLAUSE_VALUES,
    CLAUSE_VALUES_REF, /* the values, then the exception */
    CLAUSE_REF_VALUES, /* the other way round */
    CLAUSE_REF,
    CLAUSE_NOTHING,
};

#define ANY_TAG UINT32_MAX

struct clause {
    uint32_t tag; /* index in the instance, or ANY_TAG */
    uint32_t kind;
    uint32_t slot;   /* the first slot that is filled */
    uint32_t target; /* unit of the handler */
    uint32_t next;   /* clause of the region */
};

struct handlers {
    uint32_t n_tries;
    const struct try_region *tries;
    const struct clause *clauses;
};

/* Where execution goes on. */
struct landing {
    const code_unit *ip;
    uint64_t *fp;
    struct instance *inst;
};

/*
 * Look for the handler of an exception from a place in the code outwards.
 * FRAME_INSIDE: it was found, and its frame has what it is to find there;
 * else the place is where the thread stood before it entered the loop.
 */
enum frame_end unwind_search(struct frame_place *place,
                             const struct exception *exn, struct landing *ret);

/* The instructions throw and throw_ref at ip, on the guest stack.  They trap
 * if nobody catches the exception in the frames since the host called. */
void unwind_throw(const code_unit *ip, uint64_t *fp, struct instance *inst,
                  struct landing *ret);
void unwind_throw_ref(const code_unit *ip, uint64_t *fp, struct landing *ret);

#endif
