/* numbers.c: see numbers.h. */
#include "base/numbers.h"

#include <errno.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool numbers_parse(const char *option, const char *text, struct numbers *ret,
                   struct error *err)
{
    /* Each takes two characters, but for the last one. */
    uint32_t *items = calloc(strlen(text) / 2 + 1, sizeof(*items));
    size_t n = 0;

    if (!items)
        return error_set_errno(err, ERROR_HOST, ENOMEM, "numbers");
    while (*text) {
        unsigned long number = 0;

        if (n > 0 && *text == ',')
            text++;
        if (!is_digit(*text)) {
            free(items);
            return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                             "%s: not numbers with commas between them: %.20s",
                             option, text);
        }
        for (; is_digit(*text); text++)
            number = MIN(10 * number + (unsigned long)(*text - '0'),
                         (unsigned long)UINT32_MAX);
        items[n++] = (uint32_t)number;
    }
    ret->items = items;
    ret->n = n;
    return true;
}
