/* table.c: see table.h. */
#include "rt/table.h"

#include <errno.h>

#include "base/limits.h"

struct table *table_new(const struct tabletype *type, struct error *err)
{
    struct table *table = calloc(1, sizeof(*table));

    if (!table) {
        error_set_errno(err, ERROR_HOST, ENOMEM, "table");
        return NULL;
    }
    table->type = *type;
    table->max = LIMIT_TABLE_SIZE;
    if (type->limits.has_max)
        table->max = MIN(type->limits.max, (uint64_t)LIMIT_TABLE_SIZE);
    if (type->limits.min > table->max ||
        table_grow(table, (uint32_t)type->limits.min, NULL) == UINT32_MAX) {
        error_set_errno(err, ERROR_HOST, ENOMEM,
                        "cannot get a table of %llu elements",
                        (unsigned long long)type->limits.min);
        table_free(table);
        return NULL;
    }
    return table;
}

void table_free(own struct table *table)
{
    if (!table)
        return;
    free(table->elems);
    free(table);
}

uint32_t table_grow(struct table *table, uint32_t delta, void *init)
{
    uint32_t old = table->size;
    uint32_t i;

    if (delta > table->max - old)
        return UINT32_MAX;
    if (old + delta > table->room) {
        uint32_t room = MAX(old + delta, table->room + table->room / 2);
        void **elems = realloc(table->elems, room * sizeof(*elems));

        if (!elems)
            return UINT32_MAX;
        table->elems = elems;
        table->room = room;
    }
    for (i = 0; i < delta; i++)
        table->elems[old + i] = init;
    table->size = old + delta;
    return old;
}
