/*
 * strings.h: lists of strings: arguments and environments of programs.
 */
#ifndef TINE_PROC_STRINGS_H
#define TINE_PROC_STRINGS_H

#include "base/base.h"

/* Heap; all zero is empty. */
struct strings {
    char **items;
    size_t n;
    size_t room;
    size_t bytes; /* of all items, with their NULs */
};

/* Append a copy of len bytes; false when out of memory, or beyond LIMIT_ARGS
 * in all. */
bool strings_add(struct strings *list, const char *text, size_t len) MUST_CHECK;

/* A copy in an empty list; false when out of memory. */
bool strings_copy(struct strings *dst, const struct strings *src) MUST_CHECK;

/* The value of NAME in a list of NAME=VALUE, or NULL. */
const char *strings_value(const struct strings *list, const char *name);

/* Free all items; the list is empty. */
void strings_free(struct strings *list);

#endif
