/*
 * sys_args.c: arguments and environment.  Both are a list of strings, handed
 * over as an array of addresses and, elsewhere, the strings behind each other
 * with their NULs.
 */
#include "sys/sys.h"

/* Bytes of the strings with their NULs. */
static uint64_t strings_bytes(const struct strings *list)
{
    uint64_t bytes = 0;
    size_t i;

    for (i = 0; i < list->n; i++)
        bytes += strlen(list->items[i]) + 1;
    return bytes;
}

static enum wasi_errno list_sizes(struct thread *t, const struct strings *list,
                                  gaddr n_out, gaddr bytes_out)
{
    if (!guest_writable(t, n_out, t->ptr_size) ||
        !guest_writable(t, bytes_out, t->ptr_size))
        return WASI_MEMVIOLATION;
    guest_store_ptr(t, n_out, list->n);
    guest_store_ptr(t, bytes_out, strings_bytes(list));
    return WASI_OK;
}

static enum wasi_errno list_get(struct thread *t, const struct strings *list,
                                gaddr array_out, gaddr strings_out)
{
    size_t i;

    if (!guest_array_ok(t, array_out, list->n, t->ptr_size) ||
        !guest_writable(t, strings_out, strings_bytes(list)))
        return WASI_MEMVIOLATION;
    for (i = 0; i < list->n; i++) {
        uint64_t len = strlen(list->items[i]) + 1;

        guest_store_ptr(t, array_out + i * t->ptr_size, strings_out);
        if (guest_write(t, strings_out, list->items[i], len))
            return WASI_MEMVIOLATION;
        strings_out += len;
    }
    return WASI_OK;
}

enum wasi_errno sys_args_sizes_get(struct thread *t, gaddr argc_out,
                                   gaddr argv_buf_size_out)
{
    return list_sizes(t, &t->process->env->argv, argc_out, argv_buf_size_out);
}

enum wasi_errno sys_args_get(struct thread *t, gaddr argv_out,
                             gaddr argv_buf_out)
{
    return list_get(t, &t->process->env->argv, argv_out, argv_buf_out);
}

enum wasi_errno sys_environ_sizes_get(struct thread *t, gaddr environc_out,
                                      gaddr environ_buf_size_out)
{
    return list_sizes(t, &t->process->env->envp, environc_out,
                      environ_buf_size_out);
}

enum wasi_errno sys_environ_get(struct thread *t, gaddr environ_out,
                                gaddr environ_buf_out)
{
    return list_get(t, &t->process->env->envp, environ_out, environ_buf_out);
}
