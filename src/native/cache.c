/* cache.c: see cache.h. */
#include "native/cache.h"

#include <signal.h>
#include <sodium.h>
#include <string.h>

static struct cachedir dir = {.hfd = -1};

bool cache_init(struct error *err)
{
    return dir.hfd >= 0 || cachedir_open(&dir, err);
}

const struct cachedir *cache_dir(void)
{
    return dir.hfd >= 0 ? &dir : NULL;
}

/* An object that cannot be mapped is as good as none. */
static struct image_map *open_object(struct module_id *id, int hfd, int level)
{
    struct error err = ERROR_INIT;
    struct image_map *image = hfd < 0 ? NULL : image_open(hfd, &err);

    if (image)
        id->level = level;
    return image;
}

static struct image_map *open_best(struct module_id *id, int least)
{
    int level = CACHE_NONE;
    int hfd = cachedir_find_best(&dir, id->hash, least, &level);

    return open_object(id, hfd, level);
}

struct image_map *cache_load(int hfd, struct module_id *id)
{
    id->known = dir.hfd >= 0 && cachedir_known_hash(&dir, hfd, id->hash);
    id->level = CACHE_NONE;
    return id->known ? open_best(id, 0) : NULL;
}

void cache_confirm(int hfd, struct module_id *id)
{
    uint8_t hash[CACHE_HASH];

    id->known = id->known && cachedir_known_hash(&dir, hfd, hash) &&
                memcmp(hash, id->hash, sizeof(hash)) == 0;
}

/* So many bytes take longer than a thread (1.7 ms and 0.1 ms). */
#define HASH_BESIDE (1 << 20)

static void hash_bytes(struct hashing *hashing)
{
    (void)crypto_generichash(hashing->hash, sizeof(hashing->hash),
                             hashing->bytes, hashing->size, NULL, 0);
}

/* With what suits the processor best, which takes 0.1 ms to find out; without
 * that it works, too. */
static void *hash_many(void *arg)
{
    int ignored = sodium_init();

    (void)ignored;
    hash_bytes(arg);
    return NULL;
}

/* No signal is handled there. */
static bool hash_beside(struct hashing *hashing)
{
    sigset_t all, before;
    bool ok;

    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    ok = pthread_create(&hashing->thread, NULL, hash_many, hashing) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

void cache_hash_begin(struct hashing *hashing, const struct module_id *id,
                      const void *bytes, size_t size)
{
    hashing->bytes = id->known || dir.hfd < 0 ? NULL : bytes;
    hashing->size = size;
    hashing->beside =
        hashing->bytes && size >= HASH_BESIDE && hash_beside(hashing);
}

void cache_hash_end(struct hashing *hashing, struct module_id *id)
{
    if (!hashing->bytes)
        return;
    if (hashing->beside)
        (void)pthread_join(hashing->thread, NULL);
    else
        hash_bytes(hashing);
    memcpy(id->hash, hashing->hash, sizeof(id->hash));
    id->known = true;
}

struct image_map *cache_find(struct module_id *id)
{
    id->level = CACHE_NONE;
    return id->known ? open_best(id, CACHE_PART) : NULL;
}

struct image_map *cache_better(struct module_id *id, bool next)
{
    int level = id->level + 1, hfd = -1;

    if (!next)
        return open_best(id, level);
    while (level < CACHE_LEVELS &&
           (hfd = cachedir_find(&dir, id->hash, level)) < 0)
        level++;
    return open_object(id, hfd, level);
}
