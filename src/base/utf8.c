/* utf8.c: see utf8.h. */
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

/* Bytes of an escape: \xNN. */
#define ESCAPE_LEN ((size_t)4)

/* The first bytes of sequences, and what the second byte may be; further ones
 * are 80..bf.  Rows of table 3-7. */
static const struct lead {
    uint8_t first, last; /* the range of the first byte */
    uint8_t len;
    uint8_t second_min, second_max;
} leads[] = {
    {0xc2, 0xdf, 2, 0x80, 0xbf}, {0xe0, 0xe0, 3, 0xa0, 0xbf},
    {0xe1, 0xec, 3, 0x80, 0xbf}, {0xed, 0xed, 3, 0x80, 0x9f},
    {0xee, 0xef, 3, 0x80, 0xbf}, {0xf0, 0xf0, 4, 0x90, 0xbf},
    {0xf1, 0xf3, 4, 0x80, 0xbf}, {0xf4, 0xf4, 4, 0x80, 0x8f},
};

/* The length of the well-formed sequence at p, of which there are `left`
 * bytes (at least 1); 0 when there is none. */
static size_t sequence_len(const uint8_t *p, size_t left)
{
    const struct lead *lead;
    size_t i;

    if (p[0] < 0x80)
        return 1;
    for (lead = leads; lead < leads + countof(leads); lead++) {
        if (p[0] >= lead->first && p[0] <= lead->last)
            break;
    }
    if (lead == leads + countof(leads) || left < lead->len)
        return 0;
    if (p[1] < lead->second_min || p[1] > lead->second_max)
        return 0;
    for (i = 2; i < lead->len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    }
    return lead->len;
}

bool utf8_valid(const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t at = 0;

    while (at < len) {
        size_t n;

        /* Names are nearly always ASCII. */
        if (len - at >= 8 && !(load_le64(p + at) & 0x8080808080808080u)) {
            at += 8;
            continue;
        }
        n = sequence_len(p + at, len - at);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

/* C0, DEL and C1 (U+0080 to U+009F). */
static bool is_control(const uint8_t *p)
{
    return p[0] < 0x20 || p[0] == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0);
}

size_t utf8_print(char *buf, size_t size, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    size_t room = size - 1;
    size_t at = 0;
    char *to = buf;

    while (at < len) {
        size_t n = sequence_len(p + at, len - at);
        bool escape = n == 0 || is_control(p + at);
        size_t need = escape ? ESCAPE_LEN : n;

        if (room < need)
            break;
        if (escape) {
            n = 1;
            (void)snprintf(to, ESCAPE_LEN + 1, "\\x%02x", p[at]);
        } else {
            memcpy(to, p + at, n);
        }
        to += need;
        room -= need;
        at += n;
    }
    *to = '\0';
    return at;
}
