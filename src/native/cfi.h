/*
 * cfi.h: from a compiled function's registers to its caller's, by the unwind
 * tables of the image (.eh_frame: DWARF 5, section 6.4; the Linux Standard
 * Base).
 */
#ifndef TINE_NATIVE_CFI_H
#define TINE_NATIVE_CFI_H

#include "native/enter.h"
#include "native/load.h"

/* What the tables say about one place in the code. */
struct cfi_row {
    uint64_t start;      /* of the function */
    const uint8_t *lsda; /* its table of landing pads, or NULL */
    uint64_t args_size;  /* bytes pushed for the call */
    uint32_t cfa_reg;
    int64_t cfa_offset;
    bool saved[CFI_REGS];
    int64_t at[CFI_REGS]; /* from the CFA */
};

/* False if there is nothing about pc, or nothing that is understood. */
bool cfi_find(const struct image_map *map, uint64_t pc, struct cfi_row *ret);

/* The caller's registers, in place of those that the row is for; pc is then a
 * return address. */
void cfi_step(const struct cfi_row *row, struct native_regs *regs);

#endif
