/* pool.c: see pool.h. */
#include "base/pool.h"

#include <string.h>
#include <sys/mman.h>

/* A chunk is at least this large, so that a small module needs only one. */
#define CHUNK_SIZE ((size_t)256 << 10)
#define ALIGN      ((size_t)16)

struct pool_chunk {
    struct pool_chunk *older;
    size_t size; /* bytes mapped, this header included */
};

void pool_init(struct pool *pool)
{
    memset(pool, 0, sizeof(*pool));
}

void pool_done(struct pool *pool)
{
    struct pool_chunk *chunk = pool->chunks;

    while (chunk) {
        struct pool_chunk *older = chunk->older;

        (void)munmap(chunk, chunk->size);
        chunk = older;
    }
    pool_init(pool);
}

static bool chunk_add(struct pool *pool, size_t size)
{
    size_t need = size + ROUND_UP(sizeof(struct pool_chunk), ALIGN);
    struct pool_chunk *chunk;

    need = MAX(ROUND_UP(need, (size_t)4096), CHUNK_SIZE);
    chunk = mmap(NULL, need, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED)
        return false;
    chunk->older = pool->chunks;
    chunk->size = need;
    pool->chunks = chunk;
    pool->next = (char *)chunk + ROUND_UP(sizeof(*chunk), ALIGN);
    pool->end = (char *)chunk + need;
    pool->total += need;
    return true;
}

void *pool_alloc(struct pool *pool, size_t size)
{
    void *piece;

    if (size > SIZE_MAX / 2)
        return NULL;
    size = ROUND_UP(MAX(size, (size_t)1), ALIGN);
    if ((size_t)(pool->end - pool->next) < size && !chunk_add(pool, size))
        return NULL;
    piece = pool->next;
    pool->next += size;
    return piece;
}

void *pool_array(struct pool *pool, size_t n, size_t size)
{
    size_t bytes;

    if (ckd_mul(&bytes, n, size))
        return NULL;
    return pool_alloc(pool, bytes);
}

char *pool_string(struct pool *pool, const void *bytes, size_t len)
{
    size_t size;
    char *copy;

    if (ckd_add(&size, len, (size_t)1))
        return NULL;
    copy = pool_alloc(pool, size);
    if (copy)
        memcpy(copy, bytes, len);
    return copy;
}

void pool_dontfork(struct pool *pool, bool on)
{
    struct pool_chunk *chunk;

    for (chunk = pool->chunks; chunk; chunk = chunk->older)
        (void)madvise(chunk, chunk->size, on ? MADV_DONTFORK : MADV_DOFORK);
}
