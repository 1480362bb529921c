/*
 * linetable.h: line number programs (DWARF 2 to 5, section 6.2): which line of
 * which file code belongs to.  Nothing in the bytes is believed; time and
 * memory are bounded by the length of the program.
 */
#ifndef TINE_BASE_LINETABLE_H
#define TINE_BASE_LINETABLE_H

#include "base/dwarfform.h"

/* Columns of the tables of directories and files in DWARF 5. */
#define LINETABLE_COLUMNS 16u

struct linetable {
    struct dwarf_format format;
    struct dwarf code; /* the program */
    unsigned min_len, line_range, opcode_base;
    int line_base;
    const uint8_t *n_operands; /* of opcodes, from 1 on */
    struct dwarf names;        /* the tables of directories and files */
};

/* Code from an address up to another, perhaps the same. */
struct line_row {
    uint64_t from, to;
    uint64_t file; /* for linetable_file */
    uint32_t line; /* 0: of no line */
    uint32_t column;
    bool is_first; /* it does not follow the row before */
};

typedef void linetable_row_fn(void *ctx, const struct line_row *row);

/* The table of a unit; moves *r, which is at one, behind it.  False: it is not
 * understood, and if r->failed, there is no next one.  `address_size` is what
 * DWARF before 5 leaves out. */
bool linetable_init(struct linetable *table, struct dwarf *r,
                    unsigned address_size) MUST_CHECK;

/* Hand out all rows. */
void linetable_run(const struct linetable *table, linetable_row_fn *row,
                   void *ctx);

/* The name of a file, and of its directory, whose form is 0 if it is the one in
 * which the compiler ran. */
bool linetable_file(const struct linetable *table, uint64_t file,
                    struct dwarf_value *ret_name,
                    struct dwarf_value *ret_folder) MUST_CHECK;

#endif
