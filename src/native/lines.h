/*
 * lines.h: which instruction of the module compiled code belongs to, from the
 * image's line table (DWARF 4 and 5, section 6.2), in which offsets in the
 * module stand for lines.
 */
#ifndef TINE_NATIVE_LINES_H
#define TINE_NATIVE_LINES_H

#include "native/load.h"

struct lines_query {
    uint64_t pc;     /* in the image's code */
    uint32_t offset; /* out: in the module; 0: nobody knows */
};

/* Answer queries; reads the whole table, which is not mapped otherwise. */
void lines_find(const struct image_map *map, struct lines_query *queries,
                size_t n);

#endif
