/* guest.c: see guest.h. */
#include "rt/guest.h"

#include "base/bytes.h"
#include "base/utf8.h"

void *guest_pin(const struct thread *t, gaddr addr, uint64_t len)
{
    const struct instance *inst = t->inst;

    if (!inst->mem_base || !memory_covers(inst->memories[0], addr, len))
        return NULL;
    return inst->mem_base + addr;
}

bool guest_readable(const struct thread *t, gaddr addr, uint64_t len)
{
    return guest_pin(t, addr, len) != NULL;
}

bool guest_writable(const struct thread *t, gaddr addr, uint64_t len)
{
    return guest_pin(t, addr, len) != NULL;
}

bool guest_array_ok(const struct thread *t, gaddr addr, uint64_t n,
                    uint64_t size)
{
    uint64_t len;

    return !ckd_mul(&len, n, size) && guest_pin(t, addr, len);
}

enum wasi_errno guest_read(const struct thread *t, void *dst, gaddr addr,
                           uint64_t len)
{
    const void *from = guest_pin(t, addr, len);

    if (!from)
        return WASI_MEMVIOLATION;
    memcpy(dst, from, len);
    return WASI_OK;
}

enum wasi_errno guest_write(const struct thread *t, gaddr addr, const void *src,
                            uint64_t len)
{
    void *to = guest_pin(t, addr, len);

    if (!to)
        return WASI_MEMVIOLATION;
    memcpy(to, src, len);
    return WASI_OK;
}

/* The host address of `len` bytes that the caller has checked. */
static uint8_t *checked(const struct thread *t, gaddr addr, uint64_t len)
{
    uint8_t *at = guest_pin(t, addr, len);

    assert(at);
    return at;
}

uint8_t guest_load_u8(const struct thread *t, gaddr addr)
{
    return *checked(t, addr, 1);
}

uint16_t guest_load_u16(const struct thread *t, gaddr addr)
{
    return load_le16(checked(t, addr, 2));
}

uint32_t guest_load_u32(const struct thread *t, gaddr addr)
{
    return load_le32(checked(t, addr, 4));
}

uint64_t guest_load_u64(const struct thread *t, gaddr addr)
{
    return load_le64(checked(t, addr, 8));
}

void guest_store_u8(const struct thread *t, gaddr addr, uint8_t value)
{
    *checked(t, addr, 1) = value;
}

void guest_store_u16(const struct thread *t, gaddr addr, uint16_t value)
{
    store_le16(checked(t, addr, 2), value);
}

void guest_store_u32(const struct thread *t, gaddr addr, uint32_t value)
{
    store_le32(checked(t, addr, 4), value);
}

void guest_store_u64(const struct thread *t, gaddr addr, uint64_t value)
{
    store_le64(checked(t, addr, 8), value);
}

gaddr guest_load_ptr(const struct thread *t, gaddr addr)
{
    return t->ptr_size == 8 ? guest_load_u64(t, addr) : guest_load_u32(t, addr);
}

void guest_store_ptr(const struct thread *t, gaddr addr, gaddr value)
{
    if (t->ptr_size == 8)
        guest_store_u64(t, addr, value);
    else
        guest_store_u32(t, addr, (uint32_t)value);
}

enum wasi_errno guest_bytes(const struct thread *t, gaddr addr, gsize len,
                            size_t max, own char **ret)
{
    const char *from = guest_pin(t, addr, len);
    char *copy;

    if (!from)
        return WASI_MEMVIOLATION;
    if (len > max)
        return WASI_NAMETOOLONG;
    copy = malloc(len + 1);
    if (!copy)
        return WASI_NOMEM;
    memcpy(copy, from, len);
    copy[len] = '\0';
    /* The copy is checked: another thread may still change the original. */
    if (memchr(copy, '\0', len)) {
        free(copy);
        return WASI_INVAL;
    }
    *ret = copy;
    return WASI_OK;
}

enum wasi_errno guest_string(const struct thread *t, gaddr addr, gsize len,
                             size_t max, own char **ret)
{
    char *copy;
    enum wasi_errno e = guest_bytes(t, addr, len, max, &copy);

    if (e)
        return e;
    if (!utf8_valid(copy, len)) {
        free(copy);
        return WASI_INVAL;
    }
    *ret = copy;
    return WASI_OK;
}

enum wasi_errno guest_cstring(const struct thread *t, gaddr addr, size_t max,
                              own char **ret)
{
    const struct instance *inst = t->inst;
    uint64_t size, room;
    const char *from, *end;

    from = guest_pin(t, addr, 1);
    if (!from)
        return WASI_MEMVIOLATION;
    size = atomic_load_explicit(&inst->memories[0]->size, memory_order_relaxed);
    room = MIN(size - addr, (uint64_t)max + 1);
    end = memchr(from, '\0', room);
    if (!end)
        return room > max ? WASI_NAMETOOLONG : WASI_MEMVIOLATION;
    return guest_bytes(t, addr, (gsize)(end - from), max, ret);
}
