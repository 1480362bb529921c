/*
 * cache.h: the cache as programs that run use it: finding the compiled code of
 * a module.  The folder is opened once, before the walls around the guest are
 * closed; behind them it can only be read.
 */
#ifndef TINE_NATIVE_CACHE_H
#define TINE_NATIVE_CACHE_H

#include <pthread.h>

#include "native/cachedir.h"
#include "native/load.h"

/* ERROR_HOST: there is no cache that could be used; nothing is found then. */
bool cache_init(struct error *err);

/* The folder, for sandbox_enter and the supervisor; NULL: none is used. */
const struct cachedir *cache_dir(void);

/* A module's hash, once it is known. */
struct module_id {
    bool known;
    uint8_t hash[CACHE_HASH];
    int level; /* of the compiled code that was found; CACHE_NONE */
};

#define CACHE_NONE (CACHE_PART - 1)

/*
 * The compiled code for the module in a file, of which nothing is read if that
 * was hashed before; else, or if there is no code for it, NULL.  (Code of some
 * functions is none: the others are in the file.)
 */
struct image_map *cache_load(int hfd, struct module_id *id) MUST_CHECK;

/* Has the file been read meanwhile as it was hashed?  If not, forget it. */
void cache_confirm(int hfd, struct module_id *id);

/*
 * Find out the hash of a module, if it is not known and there is a cache, from
 * its bytes: beside the caller, if they are many.  They have to stay until
 * cache_hash_end, which has to follow.
 */
struct hashing {
    const void *bytes; /* NULL: there is nothing to do */
    size_t size;
    pthread_t thread;
    bool beside;
    uint8_t hash[CACHE_HASH];
};

void cache_hash_begin(struct hashing *hashing, const struct module_id *id,
                      const void *bytes, size_t size);
void cache_hash_end(struct hashing *hashing, struct module_id *id);

/* The compiled code for a module whose hash is known, also of some functions;
 * or NULL. */
struct image_map *cache_find(struct module_id *id) MUST_CHECK;

/* Compiled code of a higher level than id->level, for a module whose hash is
 * known: of the highest there is, or the next one.  NULL: there is none. */
struct image_map *cache_better(struct module_id *id, bool next) MUST_CHECK;

#endif
