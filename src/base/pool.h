/*
 * pool.h: memory that lives as long as its module, instance or compilation.
 * A pool hands out pieces of mapped chunks and frees them all at once.  It
 * uses mmap, not malloc, so that spawn can leave the chunks out of a child
 * (pool_dontfork).
 */
#ifndef TINE_BASE_POOL_H
#define TINE_BASE_POOL_H

#include "base/base.h"

struct pool_chunk;

struct pool {
    struct pool_chunk *chunks; /* newest first */
    char *next;                /* free part of the newest chunk */
    char *end;
    size_t total; /* bytes mapped */
};

/* An empty pool; no memory is mapped yet. */
void pool_init(struct pool *pool);

/* Unmap everything the pool ever handed out.  The pool is empty after it. */
void pool_done(struct pool *pool);

/* `size` zeroed bytes, aligned to 16; NULL when the host has no memory. */
void *pool_alloc(struct pool *pool, size_t size) MUST_CHECK;

/* The same for `n` items of `size` bytes; NULL also when n * size overflows. */
void *pool_array(struct pool *pool, size_t n, size_t size) MUST_CHECK;

/* A copy of len bytes with a NUL behind it. */
char *pool_string(struct pool *pool, const void *bytes, size_t len) MUST_CHECK;

/* Leave the chunks out of (true) or in (false) processes forked from now on;
 * madvise(2) MADV_DONTFORK and MADV_DOFORK.  Where they are not, the pool can
 * only be begun anew, by pool_init. */
void pool_dontfork(struct pool *pool, bool on);

#endif
