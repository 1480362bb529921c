/*
 * memory.h: a linear memory (specification, 4.2.8).
 *
 * The whole index space and the reach of an offset are reserved PROT_NONE, so
 * that a 32-bit access is either inside or faults; growing is mprotect(2), and
 * the base never changes.  Memories are private to the process also when they
 * are declared shared: threads share them, a forked child gets its copy.
 *
 * A memory with 64-bit addresses has no such guard: what is reserved is where
 * it can grow, and accesses are checked.
 */
#ifndef TINE_RT_MEMORY_H
#define TINE_RT_MEMORY_H

#include <stdatomic.h>

#include "base/error.h"
#include "wasm/type.h"

struct memory {
    uint8_t *base;
    _Atomic uint64_t size; /* bytes that may be accessed */
    uint64_t max_pages;    /* the declared maximum, or the largest there is */
    struct memtype type;   /* as declared */
    size_t reserved;       /* bytes of address space, guards included */
};

/* Reserve and make the first pages accessible.  `main` asks for the constant
 * address of the main module's memory (rt/arena.h); one memory at a time may
 * have it.  ERROR_HOST when the host has no address space or memory. */
struct memory *memory_new(const struct memtype *type, bool main,
                          struct error *err) MUST_CHECK;

/* NULL is accepted. */
void memory_free(own struct memory *memory);

/* memory.grow: the old size in pages, or -1 with nothing changed, also when
 * the reservation is used up. */
int64_t memory_grow(struct memory *memory, uint64_t delta_pages);

/* memory.copy and memory.fill; false, with nothing changed, if that is not
 * inside. */
bool memory_copy(const struct memory *to, uint64_t dst,
                 const struct memory *from, uint64_t src, uint64_t n);
bool memory_fill(const struct memory *memory, uint64_t dst, uint8_t value,
                 uint64_t n);

/*
 * Put the contents of a file into fresh memory: `size` bytes, which lie at
 * `from` and in the file at `offset`; all are multiples of 4096.  False, with
 * errno, if that is not possible.
 */
bool memory_init(struct memory *memory, uint64_t addr, const void *from,
                 uint64_t size, int hfd, uint64_t offset) MUST_CHECK;

/* Keep the pages out of (true) or in (false) processes forked from now on. */
void memory_dontfork(struct memory *memory, bool on);

/* Is [addr, addr + len) inside? */
static inline bool memory_covers(const struct memory *memory, uint64_t addr,
                                 uint64_t len)
{
    uint64_t size = atomic_load_explicit(&memory->size, memory_order_relaxed);

    return len <= size && addr <= size - len;
}

/* Does host address `at` lie in the reservation (so that a fault there is the
 * guest's)? */
bool memory_owns(const struct memory *memory, const void *at);

#endif
