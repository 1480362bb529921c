/*
 * guest.h: checked access to guest memory from host calls.  Nothing else
 * touches it.
 *
 * Addresses and lengths come from the guest and are believed only after a
 * check.  Guest memory never shrinks, so what is accessible once stays so; but
 * it can change under a reader (threads), so copy in once and use the copy.
 *
 * All of these work on memory 0 of the thread's instance.  A program without
 * a memory has none that is accessible.
 */
#ifndef TINE_RT_GUEST_H
#define TINE_RT_GUEST_H

#include <string.h>

#include "rt/thread.h"

/* Is [addr, addr + len) inside the memory?  Reading and writing are alike
 * today; the two names keep the callers honest. */
bool guest_readable(const struct thread *t, gaddr addr, uint64_t len);
bool guest_writable(const struct thread *t, gaddr addr, uint64_t len);

/* n items of `size` bytes; false also where n * size overflows. */
bool guest_array_ok(const struct thread *t, gaddr addr, uint64_t n,
                    uint64_t size);

/* Copy in or out: WASI_MEMVIOLATION when not inside, with nothing copied. */
enum wasi_errno guest_read(const struct thread *t, void *dst, gaddr addr,
                           uint64_t len) MUST_CHECK;
enum wasi_errno guest_write(const struct thread *t, gaddr addr, const void *src,
                            uint64_t len) MUST_CHECK;

/* For addresses already checked with guest_readable or guest_writable.  Any
 * alignment; little-endian. */
uint8_t guest_load_u8(const struct thread *t, gaddr addr);
uint16_t guest_load_u16(const struct thread *t, gaddr addr);
uint32_t guest_load_u32(const struct thread *t, gaddr addr);
uint64_t guest_load_u64(const struct thread *t, gaddr addr);
void guest_store_u8(const struct thread *t, gaddr addr, uint8_t value);
void guest_store_u16(const struct thread *t, gaddr addr, uint16_t value);
void guest_store_u32(const struct thread *t, gaddr addr, uint32_t value);
void guest_store_u64(const struct thread *t, gaddr addr, uint64_t value);

/* A pointer or size of the guest's width, t->ptr_size. */
gaddr guest_load_ptr(const struct thread *t, gaddr addr);
void guest_store_ptr(const struct thread *t, gaddr addr, gaddr value);

/*
 * Copy a string of len bytes in and put a NUL behind it; *ret is freed by the
 * caller.  WASI_MEMVIOLATION, WASI_INVAL for bytes that are not UTF-8 or hold
 * a NUL, WASI_NAMETOOLONG above `max`, WASI_NOMEM.
 */
enum wasi_errno guest_string(const struct thread *t, gaddr addr, gsize len,
                             size_t max, own char **ret) MUST_CHECK;

/* The same for text that need not be UTF-8. */
enum wasi_errno guest_bytes(const struct thread *t, gaddr addr, gsize len,
                            size_t max, own char **ret) MUST_CHECK;

/* As guest_bytes, for a NUL-terminated string. */
enum wasi_errno guest_cstring(const struct thread *t, gaddr addr, size_t max,
                              own char **ret) MUST_CHECK;

/* The host address of a range, NULL when it is not inside.  For iov.c, which
 * hands it to the kernel, for random_get and for futexes; nobody else. */
void *guest_pin(const struct thread *t, gaddr addr, uint64_t len);

#endif
