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

/* A pointer relative to its own place, of 32 bits (DW_EH_PE_pcrel | sdata4), or
 * of 64, which code for AArch64 has. */
#define DWARF_PCREL    0x1b
#define DWARF_PCREL_64 0x1c
#define DWARF_INDIRECT 0x80 /* what it points to is the pointer */
#define DWARF_OMITTED  0xff

/* Bytes of a pointer of such a form; 0: of none of them. */
static inline unsigned dwarf_pointer_size(uint64_t form)
{
    form &= ~(uint64_t)DWARF_INDIRECT;
    return form == DWARF_PCREL ? 4 : form == DWARF_PCREL_64 ? 8 : 0;
}

/* 0: none is there. */
static inline uint64_t dwarf_take_pointer(struct dwarf *r, unsigned bytes)
{
    uint64_t at = (uint64_t)(uintptr_t)r->p, value = dwarf_take(r, bytes);

    if (bytes == 4)
        value = (uint64_t)(int64_t)(int32_t)value;
    return value ? at + value : 0;
}

#endif
