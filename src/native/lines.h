/*
 * lines.h: which instruction of the module compiled code belongs to.
 *
 * Instructions that access memory are listed in a section of the image, of
 * words of 32 bits: where instructions begin, each relative to the word itself,
 * and then a word with the mark and the offset in the module that they all
 * belong to; in no order.  (A few escape that: aot/passes.c.)  For all others
 * there is the line table (DWARF 4 and 5, section 6.2), in which offsets in the
 * module stand for lines.
 */
#ifndef TINE_NATIVE_LINES_H
#define TINE_NATIVE_LINES_H

#include "native/load.h"

struct lines_query {
    uint64_t pc;     /* in the image's code */
    uint32_t offset; /* out: in the module; 0: nobody knows */
    uint64_t gap;    /* lines.c's */
};

#define LINES_PLACES ".tine.places"

/* The two upper bits of offsets, which are below LIMIT_MODULE; the distance to
 * an instruction has them only if the section is larger than 1 GiB. */
#define LINES_PLACE_MASK 0xc0000000u
#define LINES_PLACE_MARK 0x80000000u

/* Answer queries; reads both, which are not mapped otherwise. */
void lines_find(const struct image_map *map, struct lines_query *queries,
                size_t n);

#endif
