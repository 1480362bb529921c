/*
 * lines.h: which instruction of the module compiled code belongs to: the line
 * table (DWARF 4 and 5, section 6.2), in which offsets in the module stand for
 * lines.  An access of memory belongs to the last row before it with the column
 * LINES_ACCESS, whatever rows are in between (aot/passes.c).
 */
#ifndef TINE_NATIVE_LINES_H
#define TINE_NATIVE_LINES_H

#include "native/load.h"

struct lines_query {
    uint64_t pc;     /* in the image's code */
    bool is_access;  /* that access has trapped */
    uint32_t offset; /* out: in the module; 0: nobody knows */
};

#define LINES_ACCESS 1u

/* Answer queries; reads the table, which is not mapped otherwise. */
void lines_find(const struct image_map *map, struct lines_query *queries,
                size_t n);

#endif
