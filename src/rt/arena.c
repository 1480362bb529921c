/* arena.c: see arena.h. */
#include "rt/arena.h"

#include <sys/mman.h>

void *arena_reserve(uintptr_t at, size_t size)
{
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *map;

    if (at)
        flags |= MAP_FIXED_NOREPLACE;
    map = mmap((void *)at, size, PROT_NONE, flags, -1, 0);
    return map == MAP_FAILED ? NULL : map;
}
