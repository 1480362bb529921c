/* folder.c: see folder.h. */
#include "base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

DIR *folder_open(int at, const char *name)
{
    int hfd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *folder = hfd < 0 ? NULL : fdopendir(hfd);

    if (hfd >= 0 && !folder)
        (void)close(hfd);
    return folder;
}

bool folder_is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

void folder_remove(int at, const char *name)
{
    struct dirent *entry;
    DIR *folder;

    if (unlinkat(at, name, 0) == 0 || errno != EISDIR)
        return;
    folder = folder_open(at, name);
    if (!folder)
        return;
    while ((entry = readdir(folder)) != NULL)
        if (!folder_is_dots(entry->d_name))
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
    (void)closedir(folder);
    (void)unlinkat(at, name, AT_REMOVEDIR);
}

char *folder_program(const char *folder, size_t len, const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%.*s/%s", (int)len, folder, name) < 0)
        return NULL;
    if (access(path, X_OK) == 0)
        return path;
    free(path);
    return NULL;
}

char *folder_search(const char *folders, const char *name)
{
    char *path = NULL;

    while (!path && folders) {
        size_t len = strcspn(folders, ":");

        if (len > 0)
            path = folder_program(folders, len, name);
        folders = folders[len] ? folders + len + 1 : NULL;
    }
    return path;
}
