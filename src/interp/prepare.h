/*
 * prepare.h: translation of a validated function body to internal code.
 */
#ifndef TINE_INTERP_PREPARE_H
#define TINE_INTERP_PREPARE_H

#include "rt/instance.h"

/* Translate f and set its body, and its code unless that is compiled.  False when the host has no memory, or the
 * function needs more than LIMIT_FRAME_SLOTS. */
bool prepare_func(struct func *f) MUST_CHECK;

/* The offset in the file of the instruction whose internal code is at `unit`,
 * by translating f once more; 0 if that fails. */
uint32_t prepare_offset(const struct func *f, uint32_t unit);

/* A loop, by where its code begins, or, if that is 0, by the offset of its
 * instruction. */
struct loop_query {
    uint32_t unit;
    uint32_t offset;
    bool found;
    /* If it was the offset, as struct interp_loop has them. */
    const uint32_t *from;
    uint32_t n;
};

/* Find the loop, by translating f once more; false: it is none, or there is no
 * memory. */
bool prepare_find_loop(struct func *f, struct loop_query *query) MUST_CHECK;

#endif
