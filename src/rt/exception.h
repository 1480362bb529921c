/*
 * exception.h: tags, and exceptions that were thrown (specification, 4.2.9).
 *
 * Exceptions live in a heap of their own, outside guest memory, which a
 * collection cleans when enough were made since the one before.  Nobody counts
 * references: a collection looks through everything that can hold one, the
 * frames of the thread, exnref globals and tables, and what has been declared
 * with exception_roots_add, and keeps what looks like a reference.  A guest
 * that keeps LIMIT_EXCEPTIONS bytes alive gets no more.
 */
#ifndef TINE_RT_EXCEPTION_H
#define TINE_RT_EXCEPTION_H

#include "rt/instance.h"

/* A tag instance: its address is its identity. */
struct tag {
    const struct functype *type;
    const struct instance *inst; /* that made it ... */
    uint32_t index;              /* ... and its index there */
};

/* What an exnref points to. */
struct exception {
    const struct tag *tag; /* NULL: a free cell */
    /* The next free cell; in a collection, the next to look through. */
    struct exception *next;
    uint32_t n_slots;
    bool marked;
    uint64_t slots[]; /* the values that were thrown */
};

/*
 * A new exception with the values that are at `slots`.  NULL when too many are
 * alive, or the host has no memory.  May collect: t->value_sp says where the
 * frames of the thread end.
 */
struct exception *exception_new(const struct thread *t, const struct tag *tag,
                                const uint64_t *slots) MUST_CHECK;

/* Slots of a tag's values. */
uint32_t exception_slots(const struct functype *type);

/* From now on there is compiled code, which keeps references on the machine
 * stack.  Not before: what else lies there may look like a reference to what
 * is long gone. */
void exception_scan_machine_stack(void);

/* Nothing refers to any exception any more: forget them all. */
void exception_drop_all(void);

/* Further slots, of a copy of a stack for example, that may hold references;
 * until they are removed. */
struct exception_roots {
    const uint64_t *slots;
    size_t n;
    struct exception_roots *next;
    struct exception_roots **link; /* what points here; NULL: not added */
};

void exception_roots_add(struct exception_roots *roots, const uint64_t *slots,
                         size_t n);
void exception_roots_remove(struct exception_roots *roots);

#endif
