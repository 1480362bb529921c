/* memory.c: see memory.h. */
#include "rt/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "rt/arena.h"

/*
 * From this size on a memory asks for huge pages.  They make a fork cheaper by
 * the factor by which they are fewer, and page faults too; below it they would
 * only make small programs larger.
 */
#define HUGE_FROM ((uint64_t)4 << 20)

/* Initial contents of this size are mapped rather than copied. */
#define MAP_FROM ((uint64_t)64 << 10)

/* Make [from, to) accessible. */
static bool make_accessible(struct memory *memory, uint64_t from, uint64_t to)
{
    if (from == to)
        return true;
    if (mprotect(memory->base + from, to - from, PROT_READ | PROT_WRITE))
        return false;
    if (to >= HUGE_FROM)
        (void)madvise(memory->base, to, MADV_HUGEPAGE);
    return true;
}

/* Reserve for a 64-bit memory: at least its minimum, else up to its maximum
 * or our limit, or less if the host has not so much address space. */
static bool reserve_64(struct memory *memory, bool main)
{
    uint64_t pages = LIMIT_MEMORY_64 / WASM_PAGE_SIZE;
    uint64_t min = memory->type.limits.min;

    if (min > WASM_MAX_PAGES_64 / 2) {
        errno = ENOMEM; /* no host has half of what 64 bits can address */
        return false;
    }
    pages = MAX(MIN(pages, memory->max_pages), MAX(min, (uint64_t)1));
    for (;;) {
        memory->reserved = pages * WASM_PAGE_SIZE;
        memory->base =
            arena_reserve(main ? ARENA_MEMORY_64 : 0, memory->reserved);
        if (memory->base || pages / 2 < MAX(min, (uint64_t)1))
            return memory->base != NULL;
        pages /= 2;
    }
}

static bool reserve(struct memory *memory, bool main)
{
    if (memory->type.limits.is_64)
        return reserve_64(memory, main);
    memory->reserved = MEMORY_RESERVED;
    memory->base = arena_reserve(main ? ARENA_MEMORY : 0, memory->reserved);
    return memory->base != NULL;
}

struct memory *memory_new(const struct memtype *type, bool main,
                          struct error *err)
{
    struct memory *memory = calloc(1, sizeof(*memory));
    uint64_t size = type->limits.min * WASM_PAGE_SIZE;

    if (!memory) {
        error_set_errno(err, ERROR_HOST, ENOMEM, "memory");
        return NULL;
    }
    memory->type = *type;
    memory->max_pages =
        type->limits.is_64 ? WASM_MAX_PAGES_64 : (uint64_t)WASM_MAX_PAGES;
    if (type->limits.has_max)
        memory->max_pages = MIN(type->limits.max, memory->max_pages);
    if (!reserve(memory, main)) {
        error_set_errno(err, ERROR_HOST, errno,
                        "cannot reserve address space for a memory of %llu "
                        "pages",
                        (unsigned long long)type->limits.min);
        free(memory);
        return NULL;
    }
    if (!make_accessible(memory, 0, size)) {
        error_set_errno(err, ERROR_HOST, errno,
                        "cannot get %llu pages of memory",
                        (unsigned long long)type->limits.min);
        memory_free(memory);
        return NULL;
    }
    memory->size = size;
    return memory;
}

void memory_free(own struct memory *memory)
{
    if (!memory)
        return;
    (void)munmap(memory->base, memory->reserved);
    free(memory);
}

int64_t memory_grow(struct memory *memory, uint64_t delta_pages)
{
    uint64_t size = memory->size;
    uint64_t pages = size / WASM_PAGE_SIZE;

    if (delta_pages > memory->max_pages - pages ||
        delta_pages > (memory->reserved - size) / WASM_PAGE_SIZE)
        return -1;
    if (!make_accessible(memory, size, size + delta_pages * WASM_PAGE_SIZE))
        return -1;
    memory->size = size + delta_pages * WASM_PAGE_SIZE;
    return (int64_t)pages;
}

bool memory_copy(const struct memory *to, uint64_t dst,
                 const struct memory *from, uint64_t src, uint64_t n)
{
    if (!memory_covers(to, dst, n) || !memory_covers(from, src, n))
        return false;
    memmove(to->base + dst, from->base + src, n);
    return true;
}

bool memory_fill(const struct memory *memory, uint64_t dst, uint8_t value,
                 uint64_t n)
{
    if (!memory_covers(memory, dst, n))
        return false;
    memset(memory->base + dst, value, n);
    return true;
}

bool memory_init(struct memory *memory, uint64_t addr, const void *from,
                 uint64_t size, int hfd, uint64_t offset)
{
    if (!memory_covers(memory, addr, size)) {
        errno = EFAULT;
        return false;
    }
    if (size < MAP_FROM) {
        memcpy(memory->base + addr, from, size);
        return true;
    }
    return mmap(memory->base + addr, size, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_FIXED, hfd, (off_t)offset) != MAP_FAILED;
}

void memory_dontfork(struct memory *memory, bool on)
{
    (void)madvise(memory->base, memory->reserved,
                  on ? MADV_DONTFORK : MADV_DOFORK);
}

bool memory_owns(const struct memory *memory, const void *at)
{
    uintptr_t base = (uintptr_t)memory->base;

    return (uintptr_t)at - base < memory->reserved;
}
