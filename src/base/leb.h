/*
 * leb.h: LEB128 integers (WebAssembly specification, 5.2.2).  The readers
 * move *p, stop at end, and refuse what the specification refuses: too many
 * bytes, or bits set beyond the width.
 */
#ifndef TINE_BASE_LEB_H
#define TINE_BASE_LEB_H

#include "base/base.h"

/* How a read ended. */
enum leb_result {
    LEB_OK,
    LEB_END,       /* the input ended first */
    LEB_TOO_LONG,  /* more bytes than the width allows */
    LEB_TOO_LARGE, /* unused bits of the last byte are not right */
};

/* The general readers; *p is moved only on LEB_OK. */
enum leb_result leb_read_u(const uint8_t **p, const uint8_t *end, unsigned bits,
                           uint64_t *ret);
enum leb_result leb_read_s(const uint8_t **p, const uint8_t *end, unsigned bits,
                           int64_t *ret);

/* An unsigned 32-bit integer; most have one byte. */
static inline enum leb_result leb_read_u32(const uint8_t **p,
                                           const uint8_t *end, uint32_t *ret)
{
    uint64_t value;
    enum leb_result r;

    if (likely(*p < end && **p < 0x80)) {
        *ret = *(*p)++;
        return LEB_OK;
    }
    r = leb_read_u(p, end, 32, &value);
    if (r == LEB_OK)
        *ret = (uint32_t)value;
    return r;
}

/* The value of an integer already known to be well formed: for the passes
 * behind validation. */
static inline uint32_t leb_get_u32(const uint8_t **p)
{
    uint32_t value = 0;
    unsigned shift = 0;
    uint8_t byte;

    do {
        byte = *(*p)++;
        value |= (uint32_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    return value;
}

static inline uint64_t leb_get_u64(const uint8_t **p)
{
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;

    do {
        byte = *(*p)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    return value;
}

static inline int64_t leb_get_s64(const uint8_t **p)
{
    uint64_t value = 0;
    unsigned shift = 0;
    uint8_t byte;

    do {
        byte = *(*p)++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        shift += 7;
    } while (byte & 0x80);
    if (shift < 64 && (byte & 0x40))
        value |= ~(uint64_t)0 << shift;
    return (int64_t)value;
}

static inline int32_t leb_get_s32(const uint8_t **p)
{
    return (int32_t)leb_get_s64(p);
}

#endif
