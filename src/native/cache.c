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
static struct image_map *open_best(struct module_id *id)
{
    struct error err = ERROR_INIT;
    int hfd = cachedir_find_best(&dir, id->hash, 0, &id->level);

    return hfd < 0 ? NULL : image_open(hfd, &err);
}

struct image_map *cache_load(int hfd, struct module_id *id)
{
    id->known = dir.hfd >= 0 && cachedir_known_hash(&dir, hfd, id->hash);
    return id->known ? open_best(id) : NULL;
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
    if (dir.hfd < 0)
        return NULL;
    if (!id->known)
        (void)crypto_generichash(id->hash, sizeof(id->hash), bytes, size, NULL,
                                 0);
    id->known = true;
    return open_best(id);
}
