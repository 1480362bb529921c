/*
 * table.c: see table.h.  The elements are a mapping without reserve, so that
 * a large table takes memory only where it is not null.
 */
#include "rt/table.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"

#define PAGE ((size_t)4096)

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
        table_grow(table, type->limits.min, NULL) < 0) {
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
    if (table->elems)
        (void)munmap(table->elems, table->room * sizeof(*table->elems));
    free(table);
}

/* Have room for n elements, and some more. */
static bool make_room(struct table *table, uint64_t n)
{
    size_t per_page = PAGE / sizeof(*table->elems);
    uint64_t room = MAX(n, table->room + table->room / 2);
    void *map;

    room = (room + per_page - 1) / per_page * per_page;
    if (table->elems)
        map = mremap(table->elems, table->room * sizeof(*table->elems),
                     room * sizeof(*table->elems), MREMAP_MAYMOVE);
    else
        map = mmap(NULL, room * sizeof(*table->elems), PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (map == MAP_FAILED)
        return false;
    table->elems = map;
    table->room = room;
    return true;
}

int64_t table_grow(struct table *table, uint64_t delta, void *init)
{
    uint32_t old = table->size;
    uint64_t i;

    if (delta > table->max - old)
        return -1;
    if (old + delta > table->room && !make_room(table, old + delta))
        return -1;
    /* What was never used is null. */
    for (i = 0; init && i < delta; i++)
        table->elems[old + i] = init;
    table->size = (uint32_t)(old + delta);
    return old;
}

bool table_copy(const struct table *to, uint64_t dst, const struct table *from,
                uint64_t src, uint64_t n)
{
    if (!table_covers(to, dst, n) || !table_covers(from, src, n))
        return false;
    if (n > 0)
        memmove(&to->elems[dst], &from->elems[src], n * sizeof(void *));
    return true;
}

bool table_fill(const struct table *table, uint64_t dst, void *value,
                uint64_t n)
{
    uint64_t i;

    if (!table_covers(table, dst, n))
        return false;
    for (i = 0; i < n; i++)
        table->elems[dst + i] = value;
    return true;
}
