/* cachelist.c: the files of the cache's folder; see cachedir.h. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/folder.h"
#include "native/cachedir.h"

struct list {
    struct cache_file *files;
    size_t n, room;
};

static bool append(struct list *list, const char *name, const struct stat *st)
{
    struct cache_file *file;
    size_t len = strlen(name);

    if (list->n == list->room) {
        size_t room = MAX((size_t)64, 2 * list->room);

        file = realloc(list->files, room * sizeof(*file));
        if (!file)
            return false;
        list->files = file;
        list->room = room;
    }
    file = &list->files[list->n++];
    memcpy(file->name, name, len + 1);
    file->st = *st;
    file->object = name[0] != '.' && len > 3 &&
                   strcmp(name + len - 3, ".so") == 0 && S_ISREG(st->st_mode);
    file->temporary =
        strncmp(name, CACHE_TEMPORARY, strlen(CACHE_TEMPORARY)) == 0;
    return true;
}

/* The other time of an entry says that it is whole. */
static const struct timespec *last_use(const struct cache_file *file)
{
    return file->object ? &file->st.st_atim : &file->st.st_mtim;
}

static int by_use(const void *left, const void *right)
{
    const struct cache_file *a = left, *b = right;
    const struct timespec *s = last_use(a), *t = last_use(b);

    if (s->tv_sec != t->tv_sec)
        return s->tv_sec < t->tv_sec ? -1 : 1;
    if (s->tv_nsec != t->tv_nsec)
        return s->tv_nsec < t->tv_nsec ? -1 : 1;
    return strcmp(a->name, b->name);
}

bool cachedir_list(const struct cachedir *dir, struct cache_file **ret_files,
                   size_t *ret_n, struct error *err)
{
    DIR *folder = folder_open(dir->hfd, ".");
    struct list list = {0};
    struct dirent *entry;
    struct stat st;
    bool ok = true;

    if (!folder)
        return error_set_errno(err, ERROR_HOST, errno, "%s", dir->path);
    while (ok && (entry = readdir(folder)) != NULL) {
        /* Longer names are not the cache's. */
        if (folder_is_dots(entry->d_name) ||
            strlen(entry->d_name) >= CACHE_NAME ||
            fstatat(dir->hfd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
            continue;
        ok = append(&list, entry->d_name, &st);
    }
    (void)closedir(folder);
    if (!ok) {
        free(list.files);
        return error_set_errno(err, ERROR_HOST, ENOMEM, "%s", dir->path);
    }
    if (list.n > 0)
        qsort(list.files, list.n, sizeof(*list.files), by_use);
    *ret_files = list.files;
    *ret_n = list.n;
    return true;
}

void cachedir_remove(const struct cachedir *dir, const char *name)
{
    folder_remove(dir->hfd, name);
}

void cachedir_drop(const struct cachedir *dir, const char *name)
{
    struct cache_file *files;
    struct error err = ERROR_INIT;
    size_t len = strlen(name), i, n;

    if (!cachedir_list(dir, &files, &n, &err))
        return;
    for (i = 0; i < n; i++)
        if (strncmp(files[i].name, name, len) == 0 &&
            (files[i].name[len] == '\0' || files[i].name[len] == '.'))
            cachedir_remove(dir, files[i].name);
    free(files);
}
