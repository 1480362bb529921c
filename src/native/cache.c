/*
 * cache.c: see cache.h.  For the time being the environment variable
 * TINE_OBJECT names the one image there is.
 */
#include "native/cache.h"

#include <errno.h>
#include <fcntl.h>

static int object = -1;

bool cache_init(struct error *err)
{
    const char *path = getenv("TINE_OBJECT");

    if (!path)
        return true;
    object = open(path, O_RDONLY | O_CLOEXEC);
    return object >= 0 || error_set_errno(err, ERROR_HOST, errno, "%s", path);
}

struct image_map *cache_find(const struct module *module)
{
    struct error err = ERROR_INIT;
    struct image_map *map;
    int hfd;

    if (object < 0)
        return NULL;
    hfd = fcntl(object, F_DUPFD_CLOEXEC, 3);
    if (hfd < 0)
        return NULL;
    map = image_open(hfd, &err);
    if (map &&
        (map->image->n_funcs != module->n_funcs - module->n_imported_funcs ||
         map->image->n_types != module->n_types)) {
        image_close(map);
        return NULL;
    }
    return map;
}
