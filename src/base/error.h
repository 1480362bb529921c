/*
 * error.h: what a user is told when a module cannot be decoded, validated,
 * linked or run.  error_set is called once, where the fault is found; callers
 * pass the object up and at most put something in front.  Only cli/ prints.
 */
#ifndef TINE_BASE_ERROR_H
#define TINE_BASE_ERROR_H

#include "base/base.h"

#define ERROR_NO_OFFSET UINT64_MAX
#define ERROR_TEXT_SIZE 512

/* What kind of failure, so that the caller can choose an exit status. */
enum error_kind {
    ERROR_NONE,
    ERROR_HOST,        /* tine or the system: exit status 125 */
    ERROR_NOT_MODULE,  /* found, but not a loadable module: 126 */
    ERROR_NOT_FOUND,   /* no such program: 127 */
    ERROR_MALFORMED,   /* the binary format is wrong: 126 */
    ERROR_INVALID,     /* well-formed but not valid: 126 */
    ERROR_UNSUPPORTED, /* needs a feature that is not there: 126 */
    ERROR_UNLINKABLE,  /* an import is missing or of another type: 126 */
    ERROR_TRAP,        /* instantiation trapped: 126 */
};

struct error {
    enum error_kind kind;
    uint64_t offset; /* byte in the file, or ERROR_NO_OFFSET */
    char text[ERROR_TEXT_SIZE];
};

#define ERROR_INIT {ERROR_NONE, ERROR_NO_OFFSET, ""}

/* Record a failure; the text has no newline, file name or offset.  Always
 * returns false, so that a function can `return error_set(...)`. */
bool error_set(struct error *err, enum error_kind kind, uint64_t offset,
               const char *fmt, ...) PRINTF_LIKE(4, 5);

/* The same for a failed system call: appends the text of host errno `host`. */
bool error_set_errno(struct error *err, enum error_kind kind, int host,
                     const char *fmt, ...) PRINTF_LIKE(4, 5);

/* Put text in front of what is recorded.  Always returns false. */
bool error_prefix(struct error *err, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
