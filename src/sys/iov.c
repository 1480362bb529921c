/* iov.c: see iov.h. */
#include "sys/iov.h"

#include <limits.h>

#include "abi/layout.h"

enum wasi_errno iov_pin(const struct thread *t, gaddr addr, gsize n,
                        struct iov *ret)
{
    const uint32_t p = t->ptr_size;
    const uint64_t most = p == 8 ? SSIZE_MAX : UINT32_MAX;
    uint64_t total = 0;
    gsize i;

    if (n > LIMIT_IOVS)
        return WASI_INVAL;
    if (!guest_array_ok(t, addr, n, ABI_IOVEC_SIZE(p)))
        return WASI_MEMVIOLATION;
    for (i = 0; i < n; i++, addr += ABI_IOVEC_SIZE(p)) {
        gaddr buf = guest_load_ptr(t, addr);
        gsize len = guest_load_ptr(t, addr + ABI_IOVEC_BUF_LEN(p));

        ret->items[i].iov_base = guest_pin(t, buf, len);
        ret->items[i].iov_len = len;
        if (!ret->items[i].iov_base)
            return WASI_MEMVIOLATION;
        if (ckd_add(&total, total, len) || total > most)
            return WASI_INVAL;
    }
    ret->n = (int)n;
    ret->total = total;
    return WASI_OK;
}
