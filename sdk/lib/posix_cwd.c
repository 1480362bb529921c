/*
 * posix_cwd.c: the working directory.
 *
 * wasi-libc keeps one in the guest, and starts in `/`; WASIX keeps it in the
 * runtime, so that it survives exec.  This file takes the place of wasi-libc's
 * chdir.o and getcwd.o: __wasilibc_cwd is a copy of the runtime's, made at the
 * start and after each chdir.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <wasi/libc-find-relpath.h>
#include <wasix/api.h>

#include "guest.h"

static char cwd[PATH_MAX] = "/";
char *__wasilibc_cwd = cwd;

void __tine_cwd_sync(void)
{
    size_t len = sizeof(cwd) - 1;

    /* A runtime without this call has no other directory than `/`. */
    if (__wasix_getcwd(cwd, &len) == 0 && len < sizeof(cwd))
        cwd[len] = '\0';
}

int chdir(const char *path)
{
    if (__tine_result(__wasix_chdir(path, strlen(path))))
        return -1;
    __tine_cwd_sync();
    return 0;
}

char *getcwd(char *buf, size_t size)
{
    size_t len = strlen(cwd) + 1;

    if (!buf) {
        if (size && size < len) {
            errno = ERANGE;
            return NULL;
        }
        return strdup(cwd);
    }
    if (size < len) {
        errno = size ? ERANGE : EINVAL;
        return NULL;
    }
    return memcpy(buf, cwd, len);
}

/* The callers have an errno of their own for a path that lies nowhere.  So that
 * they give the right one, the runtime is to refuse it: the root, and a path
 * that is empty or too long. */
static int refuse(size_t path_len, const char **abs_prefix, char **relative,
                  size_t *relative_len)
{
    const char *rest;

    if (*relative_len < path_len + 1) {
        char *bigger = realloc(*relative, path_len + 1);

        if (!bigger)
            return __tine_result(ENOMEM);
        *relative = bigger;
        *relative_len = path_len + 1;
    }
    memset(*relative, 'x', path_len);
    (*relative)[path_len] = '\0';
    return __wasilibc_find_abspath("/", abs_prefix, &rest);
}

/* Called by all of wasi-libc's path functions: the preopened directory below
 * which `path` lies, and, in *relative, the rest of the way. */
int __wasilibc_find_relpath_alloc(const char *path, const char **abs_prefix,
                                  char **relative, size_t *relative_len,
                                  int can_realloc)
{
    static char absolute[2 * PATH_MAX];
    const char *rest;
    size_t len = 0;
    int fd;

    if (can_realloc && *path == '\0')
        return refuse(0, abs_prefix, relative, relative_len);
    if (can_realloc && strlen(path) >= PATH_MAX)
        return refuse(PATH_MAX + 1, abs_prefix, relative, relative_len);
    if (*path == '\0')
        return __tine_result(ENOENT);
    if (*path != '/') {
        len = strlen(cwd);
        memcpy(absolute, cwd, len);
        absolute[len++] = '/';
    }
    if (strlen(path) >= sizeof(absolute) - len)
        return __tine_result(ENAMETOOLONG);
    strcpy(absolute + len, path);

    fd = __wasilibc_find_abspath(absolute, abs_prefix, &rest);
    if (fd < 0)
        return -1;
    len = strlen(rest) + 1;
    if (*relative_len < len) {
        char *bigger = can_realloc ? realloc(*relative, len) : NULL;

        if (!bigger)
            return __tine_result(can_realloc ? ENOMEM : ERANGE);
        *relative = bigger;
        *relative_len = len;
    }
    memcpy(*relative, rest, len);
    return fd;
}
