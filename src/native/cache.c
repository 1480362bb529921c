/* cache.c: see cache.h. */
#include "native/cache.h"

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

struct image_map *cache_find(const void *bytes, size_t size,
                             struct module_id *id)
{
    id->level = CACHE_NONE;
    if (dir.hfd < 0)
        return NULL;
    if (!id->known)
        (void)crypto_generichash(id->hash, sizeof(id->hash), bytes, size, NULL,
                                 0);
    id->known = true;
    return open_best(id, CACHE_PART);
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
