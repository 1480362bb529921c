/*
 * cache.h: finding compiled code for a module.
 */
#ifndef TINE_NATIVE_CACHE_H
#define TINE_NATIVE_CACHE_H

#include "native/load.h"

/* Open what will be needed later, when files cannot be opened any more. */
bool cache_init(struct error *err) MUST_CHECK;

/* The image of a module; NULL, without an error, if there is none that fits.
 */
struct image_map *cache_find(const struct module *module) MUST_CHECK;

#endif
