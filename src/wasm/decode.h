/*
 * decode.h: what the files of the decoder share, and dump.c, which prints the
 * names of sections; nobody else includes it.
 */
#ifndef TINE_WASM_DECODE_H
#define TINE_WASM_DECODE_H

#include "base/vec.h"
#include "wasm/reader.h"

/* Section numbers (specification, 5.5.2). */
enum section_id {
    SECTION_CUSTOM,
    SECTION_TYPE,
    SECTION_IMPORT,
    SECTION_FUNCTION,
    SECTION_TABLE,
    SECTION_MEMORY,
    SECTION_GLOBAL,
    SECTION_EXPORT,
    SECTION_START,
    SECTION_ELEMENT,
    SECTION_CODE,
    SECTION_DATA,
    SECTION_DATA_COUNT,
    SECTION_TAG,
    SECTION_IDS,
};

struct decoder {
    struct reader r; /* over the section being decoded */
    struct module *module;
    VEC(struct import) imports; /* while they are read */
    uint32_t n_bodies;          /* of the code section, if there was one */
    uint32_t types_room; /* of module->types */
};

/* "type", "import", ... */
const char *decode_section_name(uint8_t id);

/* Decode the contents of one section; d->r covers them.  The caller checks
 * that nothing is left over.  *n: the number of entries. */
bool decode_section(struct decoder *d, uint8_t id, uint32_t *n) MUST_CHECK;

/* The contents of the type section, in the same way. */
bool decode_type_section(struct decoder *d, uint32_t *n) MUST_CHECK;

/* Make the index spaces of the kinds of which the module defines none. */
bool decode_imported_spaces(struct decoder *d) MUST_CHECK;

/* Note a custom section; d->r covers it. */
bool decode_custom(struct decoder *d) MUST_CHECK;

/* Report that the host has no memory. */
bool decode_no_memory(struct decoder *d);

#endif
