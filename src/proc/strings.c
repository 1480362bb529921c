/* strings.c: see strings.h. */
#include "proc/strings.h"

#include <string.h>

#include "base/limits.h"
#include "base/vec.h"

bool strings_add(struct strings *list, const char *text, size_t len)
{
    char *copy;

    if (len >= LIMIT_ARGS || list->bytes + len + 1 > LIMIT_ARGS)
        return false;
    copy = malloc(len + 1);
    if (!copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (!vec_push(list, copy)) {
        free(copy);
        return false;
    }
    list->bytes += len + 1;
    return true;
}

bool strings_copy(struct strings *dst, const struct strings *src)
{
    size_t i;

    for (i = 0; i < src->n; i++)
        if (!strings_add(dst, src->items[i], strlen(src->items[i]))) {
            strings_free(dst);
            return false;
        }
    return true;
}

const char *strings_value(const struct strings *list, const char *name)
{
    size_t len = strlen(name);
    size_t i;

    for (i = 0; i < list->n; i++)
        if (strncmp(list->items[i], name, len) == 0 &&
            list->items[i][len] == '=')
            return list->items[i] + len + 1;
    return NULL;
}

void strings_free(struct strings *list)
{
    size_t i;

    for (i = 0; i < list->n; i++)
        free(list->items[i]);
    free(list->items);
    memset(list, 0, sizeof(*list));
}
