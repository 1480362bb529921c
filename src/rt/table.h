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
    void **elems;
    uint32_t size;
    uint32_t room; /* allocated */
    uint64_t max;
    struct tabletype type; /* as declared */
};

/* All elements null.  ERROR_HOST when the host has no memory. */
struct table *table_new(const struct tabletype *type,
                        struct error *err) MUST_CHECK;

/* NULL is accepted. */
void table_free(own struct table *table);

/* table.grow: the old size, or UINT32_MAX with nothing changed. */
uint32_t table_grow(struct table *table, uint32_t delta, void *init);

#endif
