/*
 * dwarf.h: reading tables in DWARF's manner, within bounds.
 */
#ifndef TINE_BASE_DWARF_H
#define TINE_BASE_DWARF_H

#include <string.h>

#include "base/bytes.h"

struct dwarf {
    const uint8_t *p, *end;
    bool failed; /* something was behind the end; it reads as 0 */
};

/* A number of 1 to 8 bytes. */
static inline uint64_t dwarf_take(struct dwarf *r, unsigned bytes)
{
    uint64_t value = 0;

    if ((size_t)(r->end - r->p) < bytes) {
        r->failed = true;
        r->p = r->end;
        return 0;
    }
    memcpy(&value, r->p, bytes);
    r->p += bytes;
    return le64toh(value);
}

/* LEB128, unsigned and signed; bits beyond 64 are dropped. */
static inline uint64_t dwarf_take_u(struct dwarf *r)
{
    uint64_t value = 0, byte;
    unsigned shift = 0;

    do {
        byte = dwarf_take(r, 1);
        if (shift < 64)
            value |= (byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) && !r->failed);
    return value;
}

static inline int64_t dwarf_take_s(struct dwarf *r)
{
    uint64_t value = 0, byte;
    unsigned shift = 0;

    do {
        byte = dwarf_take(r, 1);
        if (shift < 64)
            value |= (byte & 0x7f) << shift;
        shift += 7;
    } while ((byte & 0x80) && !r->failed);
    if (shift < 64 && (byte & 0x40))
        value |= ~(uint64_t)0 << shift;
    return (int64_t)value;
}

/* A pointer of 32 bits relative to its own place (DW_EH_PE_pcrel | sdata4). */
#define DWARF_PCREL    0x1b
#define DWARF_INDIRECT 0x80 /* what it points to is the pointer */
#define DWARF_OMITTED  0xff

static inline uint64_t dwarf_take_pointer(struct dwarf *r)
{
    uint64_t at = (uint64_t)(uintptr_t)r->p;

    return at + (uint64_t)(int64_t)(int32_t)dwarf_take(r, 4);
}

#endif
