/*
 * numbers.h: lists of numbers as options take them: 17,4,2005.
 */
#ifndef TINE_BASE_NUMBERS_H
#define TINE_BASE_NUMBERS_H

#include "base/error.h"

struct numbers {
    uint32_t *items; /* heap; not NULL */
    size_t n;
};

/* Numbers with commas between them, or none; one that is too large becomes
 * UINT32_MAX.  ERROR_HOST: that is not what the option's text is. */
bool numbers_parse(const char *option, const char *text, struct numbers *ret,
                   struct error *err) MUST_CHECK;

#endif
