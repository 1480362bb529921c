/*
 * utf8.h: UTF-8 as The Unicode Standard defines it (section 3.9, table 3-7):
 * no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef TINE_BASE_UTF8_H
#define TINE_BASE_UTF8_H

#include "base/base.h"

/* Are these bytes well-formed UTF-8?  NUL is a character like any other. */
bool utf8_valid(const void *bytes, size_t len);

/*
 * Copy text of unknown origin to buf for people to read: control characters
 * and bytes that are not UTF-8 become \xNN, so that a name cannot command the
 * terminal.  Always ends in NUL, never in part of a character.  Returns how
 * many of the len bytes fitted; size must be at least 1.
 */
size_t utf8_print(char *buf, size_t size, const void *bytes, size_t len);

#endif
