/*
 * progarg.c: see progarg.h.  Names of files are UTF-8; arguments and the
 * environment are any bytes, as on Linux.
 */
#include "sys/progarg.h"

#include "base/limits.h"

enum wasi_errno progarg_name(const struct thread *t, gaddr at, gsize len,
                             own char **ret)
{
    return guest_string(t, at, len, LIMIT_PATH, ret);
}

enum wasi_errno progarg_search(const struct thread *t, gaddr at, gsize len,
                               own char **ret)
{
    *ret = NULL;
    return at ? guest_string(t, at, len, LIMIT_ARGS, ret) : WASI_OK;
}

enum wasi_errno progarg_text(const struct thread *t, gaddr at, gsize len,
                             bool assignments, struct strings *list)
{
    AUTO_FREE char *text = NULL;
    const char *p;
    enum wasi_errno e;

    if (!at)
        return WASI_OK;
    if (len > LIMIT_ARGS)
        return WASI_2BIG;
    e = guest_bytes(t, at, len, LIMIT_ARGS, &text);
    if (e)
        return e;
    for (p = text; *p;) {
        size_t n = strcspn(p, "\r\n");

        if (n > 0 && assignments && !memchr(p, '=', n))
            return WASI_INVAL;
        if (n > 0 && !strings_add(list, p, n))
            return WASI_2BIG;
        p += n + (p[n] != '\0');
    }
    return WASI_OK;
}

enum wasi_errno progarg_array(const struct thread *t, gaddr at, gsize n,
                              struct strings *list)
{
    gsize i;

    if (!at)
        return WASI_OK;
    if (n > LIMIT_ARGS)
        return WASI_2BIG;
    if (!guest_array_ok(t, at, n, t->ptr_size))
        return WASI_MEMVIOLATION;
    for (i = 0; i < n; i++) {
        AUTO_FREE char *text = NULL;
        enum wasi_errno e = guest_cstring(
            t, guest_load_ptr(t, at + i * t->ptr_size), LIMIT_ARGS, &text);

        if (e == WASI_NAMETOOLONG)
            e = WASI_2BIG;
        if (e)
            return e;
        if (!strings_add(list, text, strlen(text)))
            return WASI_2BIG;
    }
    return WASI_OK;
}
