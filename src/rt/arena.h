/*
 * arena.h: what lies where in a guest process (design, section 3).
 *
 * Everything guest code can point at has a constant address, so that compiled
 * code needs no base register and a frozen guest can be mapped back where it
 * was.  [1 GiB, 10 GiB) is free in a position-independent executable: Linux
 * puts those, their heap and mmap's area near 2^47 (x86-64) or 2^48 (AArch64).
 * A 64-bit memory lies at 1 TiB, where there is room for any.
 *
 * Under a sanitizer its shadow lies there; then the kernel chooses, which the
 * interpreter does not mind, since it holds the base in a register.
 */
#ifndef TINE_RT_ARENA_H
#define TINE_RT_ARENA_H

#include "base/base.h"

/* A 32-bit index plus a 32-bit offset plus the widest access. */
#define MEMORY_GUARD    ((uint64_t)64 << 10)
#define MEMORY_RESERVED (((uint64_t)8 << 30) + MEMORY_GUARD)

#if TINE_ASAN || TINE_TSAN
#define ARENA_MEMORY    ((uintptr_t)0)
#define ARENA_MEMORY_64 ((uintptr_t)0)
#define ARENA_STACK     ((uintptr_t)0)
#else
#define ARENA_MEMORY    ((uintptr_t)1 << 30)
#define ARENA_MEMORY_64 ((uintptr_t)1 << 40)
#define ARENA_STACK     (((uintptr_t)9 << 30) + ((uintptr_t)256 << 20))
#endif

/*
 * Reserve `size` bytes PROT_NONE: at `at`, or where the kernel likes if `at`
 * is 0.  NULL, with errno, if that is not possible.
 */
void *arena_reserve(uintptr_t at, size_t size) MUST_CHECK;

#endif
