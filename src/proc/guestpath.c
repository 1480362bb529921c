/* guestpath.c: see guestpath.h. */
#include "proc/guestpath.h"

#include <string.h>

const char *path_below(const char *dir, const char *guest)
{
    size_t len = strlen(dir);

    if (len == 1)
        return guest[1] ? guest + 1 : NULL;
    if (strncmp(dir, guest, len) == 0 && guest[len] == '/')
        return guest + len + 1;
    return NULL;
}

/* Append the components of `path` to the normalised path at out, which is
 * *len long; its root is the empty string. */
static void append(char *out, size_t *len, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "/");

        if (n == 2 && path[0] == '.' && path[1] == '.') {
            while (*len > 0 && out[--*len] != '/')
                continue;
        } else if (n > 0 && !(n == 1 && path[0] == '.')) {
            out[(*len)++] = '/';
            memcpy(out + *len, path, n);
            *len += n;
        }
        path += n;
        path += *path == '/';
    }
}

char *path_normalise(const char *base, const char *path)
{
    /* Two slashes in front, one character more, and the NUL. */
    char *out = malloc(strlen(base) + strlen(path) + 4);
    size_t len = 0;

    if (!out)
        return NULL;
    if (path[0] != '/')
        append(out, &len, base);
    append(out, &len, path);
    if (len == 0)
        out[len++] = '/';
    out[len] = '\0';
    return out;
}

bool path_has_dotdot(const char *path)
{
    const char *at;

    for (at = strstr(path, ".."); at; at = strstr(at + 1, ".."))
        if ((at == path || at[-1] == '/') && (at[2] == '/' || !at[2]))
            return true;
    return false;
}

bool path_ends_in_slash(const char *path)
{
    size_t len = strlen(path);

    return len > 0 && path[len - 1] == '/';
}

bool path_wants_dir(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *last = slash ? slash + 1 : path;

    return strcmp(last, "") == 0 || strcmp(last, ".") == 0 ||
           strcmp(last, "..") == 0;
}
