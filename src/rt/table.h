/*
 * table.h: tables and references (specification, 4.2.3 and 4.2.7).
 *
 * A reference is a pointer: to a struct func, or an opaque host value for
 * externref; null is NULL.
 */
#ifndef TINE_RT_TABLE_H
#define TINE_RT_TABLE_H

#include "base/error.h"
#include "wasm/type.h"

struct table {
    void **elems; /* a mapping of its own; moves when the table grows */
    uint32_t size;
    uint64_t room; /* elements mapped */
    uint64_t max;
    struct tabletype type; /* as declared */
};

/* All elements null.  ERROR_HOST when the host has no address space. */
struct table *table_new(const struct tabletype *type,
                        struct error *err) MUST_CHECK;

/* NULL is accepted. */
void table_free(own struct table *table);

/* table.grow: the old size, or -1 with nothing changed. */
int64_t table_grow(struct table *table, uint64_t delta, void *init);

/* table.copy and table.fill; false, with nothing changed, if that is not
 * inside. */
bool table_copy(const struct table *to, uint64_t dst, const struct table *from,
                uint64_t src, uint64_t n);
bool table_fill(const struct table *table, uint64_t dst, void *value,
                uint64_t n);

/* Is [at, at + n) inside? */
static inline bool table_covers(const struct table *table, uint64_t at,
                                uint64_t n)
{
    return n <= table->size && at <= table->size - n;
}

#endif
