/*
 * debuginfo.h: a module's debugging information, in custom sections: DWARF 2
 * to 5 as compilers make it for WebAssembly, where addresses are bytes from the
 * start of the code section's contents.  Here are its units, entries and
 * attributes; source.c looks for something in them.
 *
 * Nothing in the sections is believed.  Whatever is wrong there ends what is
 * being read, and nothing else.
 */
#ifndef TINE_WASM_DEBUGINFO_H
#define TINE_WASM_DEBUGINFO_H

#include "base/dwarfform.h"
#include "wasm/module.h"

enum debug_section {
    DEBUG_INFO,
    DEBUG_ABBREV,
    DEBUG_LINE,
    DEBUG_STR,
    DEBUG_LINE_STR,
    DEBUG_STR_OFFSETS,
    DEBUG_ADDR,
    DEBUG_RANGES,
    DEBUG_RNGLISTS,
    DEBUG_SECTIONS,
};

/* Is this the name of one of those? */
bool debuginfo_is_section(struct name name) MUST_CHECK;

struct debuginfo {
    struct dwarf sections[DEBUG_SECTIONS];
    /* Bytes that may still be read, some of them many times over; every
     * function here counts what it reads, and fails when that is more. */
    uint64_t *work;
};

/* False if the module has none.  The module must outlive it. */
bool debuginfo_init(struct debuginfo *info, const struct module *module,
                    uint64_t *work) MUST_CHECK;

/* A section from an offset on; false if that is behind it. */
bool debuginfo_at(const struct debuginfo *info, enum debug_section section,
                  uint64_t offset, struct dwarf *ret) MUST_CHECK;

/* Count so many bytes as read. */
bool debuginfo_spend(struct debuginfo *info, uint64_t bytes) MUST_CHECK;

/* What is read of an entry. */
enum debug_tag {
    TAG_compile_unit = 0x11,
    TAG_inlined_subroutine = 0x1d,
    TAG_subprogram = 0x2e,
};

struct debug_entry {
    uint64_t tag; /* 0: the end of a list of children */
    bool has_children;
    struct dwarf_value name, linkage_name, origin;
    struct dwarf_value low, high, ranges, lines;
    struct dwarf_value call_file, call_line;
    struct dwarf_value str_offsets_base, addr_base, rnglists_base;
};

/* A kind of entry: what is in .debug_abbrev. */
struct debug_kind {
    uint64_t code, tag;
    bool has_children;
    const uint8_t *attributes;
};

struct debug_unit {
    struct dwarf_format format;
    const uint8_t *start;     /* of its head */
    struct dwarf entries;     /* the first one first */
    struct dwarf kinds_text;  /* where its kinds begin */
    struct debug_kind *kinds; /* heap; NULL: not read yet */
    size_t n_kinds;
    struct debug_entry root; /* the first entry */
};

/* Read the unit at *r, its root too, and move *r behind it.  False: it is not
 * understood, and if r->failed, there is no next one. */
bool debuginfo_unit(struct debuginfo *info, struct dwarf *r,
                    struct debug_unit *ret) MUST_CHECK;
void debuginfo_unit_done(struct debug_unit *unit);

/* The next entry of a unit, at *r. */
bool debuginfo_entry(struct debuginfo *info, struct debug_unit *unit,
                     struct dwarf *r, struct debug_entry *ret) MUST_CHECK;

/* Does the entry's code include the address?  Also false if nobody knows. */
bool debuginfo_covers(struct debuginfo *info, const struct debug_unit *unit,
                      const struct debug_entry *entry,
                      uint64_t address) MUST_CHECK;

/* The name of an entry, or of what it is made of.  False if it has none. */
bool debuginfo_name(struct debuginfo *info, struct debug_unit *unit,
                    const struct debug_entry *entry,
                    struct name *ret) MUST_CHECK;

/* The text that is the value of an attribute, or in a line table. */
bool debuginfo_text(struct debuginfo *info, const struct debug_unit *unit,
                    const struct dwarf_value *value,
                    struct name *ret) MUST_CHECK;

#endif
