/* error.c: see error.h. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void set_va(struct error *err, enum error_kind kind, uint64_t offset,
                   const char *fmt, va_list ap)
{
    err->kind = kind;
    err->offset = offset;
    (void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
}

bool error_set(struct error *err, enum error_kind kind, uint64_t offset,
               const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    set_va(err, kind, offset, fmt, ap);
    va_end(ap);
    return false;
}

bool error_set_errno(struct error *err, enum error_kind kind, int host,
                     const char *fmt, ...)
{
    va_list ap;
    size_t len;

    va_start(ap, fmt);
    set_va(err, kind, ERROR_NO_OFFSET, fmt, ap);
    va_end(ap);
    len = strlen(err->text);
    (void)snprintf(err->text + len, sizeof(err->text) - len, ": %s",
                   strerror(host));
    return false;
}

bool error_prefix(struct error *err, const char *fmt, ...)
{
    char old[ERROR_TEXT_SIZE];
    va_list ap;
    size_t len;

    memcpy(old, err->text, sizeof(old));
    va_start(ap, fmt);
    (void)vsnprintf(err->text, sizeof(err->text), fmt, ap);
    va_end(ap);
    len = strlen(err->text);
    (void)snprintf(err->text + len, sizeof(err->text) - len, "%s", old);
    return false;
}
