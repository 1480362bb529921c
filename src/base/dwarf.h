/*
 * dwarf.h: reading tables in DWARF's manner, within bounds.
 */
#ifndef TINE_BASE_DWARF_H
#define TINE_BASE_DWARF_H

#include <string.h>

#include "base/bytes.h"
#include "base/leb.h"

struct dwarf {
    const uint8_t *p, *end;
    bool failed; /* something was behind the end, or no number; it reads as 0 */
};

static inline void dwarf_fail(struct dwarf *r)
{
    r->failed = true;
    r->p = r->end;
}

/* A number of 1 to 8 bytes. */
static inline uint64_t dwarf_take(struct dwarf *r, unsigned bytes)
{
    uint64_t value = 0;

    if ((size_t)(r->end - r->p) < bytes) {
        dwarf_fail(r);
        return 0;
    }
    memcpy(&value, r->p, bytes);
    r->p += bytes;
    return le64toh(value);
}

/* LEB128, unsigned and signed; most have one byte. */
static inline uint64_t dwarf_take_u(struct dwarf *r)
{
    uint64_t value = 0;

    if (likely(r->p < r->end && *r->p < 0x80))
        return *r->p++;
    if (leb_read_u(&r->p, r->end, 64, &value) != LEB_OK)
        dwarf_fail(r);
    return value;
}

static inline int64_t dwarf_take_s(struct dwarf *r)
{
    int64_t value = 0;

    if (leb_read_s(&r->p, r->end, 64, &value) != LEB_OK)
        dwarf_fail(r);
    return value;
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
