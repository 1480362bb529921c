/* leb.c: see leb.h. */
#include "base/leb.h"

enum leb_result leb_read_u(const uint8_t **p, const uint8_t *end, unsigned bits,
                           uint64_t *ret)
{
    const uint8_t *at = *p;
    uint64_t value = 0;
    unsigned shift;

    for (shift = 0; shift < bits; shift += 7) {
        uint8_t byte;

        if (at == end)
            return LEB_END;
        byte = *at++;
        if (bits - shift < 7 && (byte & 0x7f) >> (bits - shift))
            return byte & 0x80 ? LEB_TOO_LONG : LEB_TOO_LARGE;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            *p = at;
            *ret = value;
            return LEB_OK;
        }
    }
    return LEB_TOO_LONG;
}

enum leb_result leb_read_s(const uint8_t **p, const uint8_t *end, unsigned bits,
                           int64_t *ret)
{
    const uint8_t *at = *p;
    uint64_t value = 0;
    unsigned shift;

    for (shift = 0; shift < bits; shift += 7) {
        uint8_t byte;

        if (at == end)
            return LEB_END;
        byte = *at++;
        if (bits - shift < 7) {
            /* The bits above the width repeat the sign. */
            unsigned used = bits - shift;
            uint8_t top = (byte & 0x7f) >> (used - 1);
            uint8_t ones = 0x7f >> (used - 1);

            if (top != 0 && top != ones)
                return byte & 0x80 ? LEB_TOO_LONG : LEB_TOO_LARGE;
        }
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80)) {
            if (shift + 7 < 64 && (byte & 0x40))
                value |= ~(uint64_t)0 << (shift + 7);
            *p = at;
            *ret = (int64_t)value;
            return LEB_OK;
        }
    }
    return LEB_TOO_LONG;
}
