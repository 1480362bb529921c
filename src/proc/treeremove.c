/*
 * treeremove.c: see treeremove.h.
 *
 * A guest can make trees deeper than any recursion or path, so the tree is
 * made flat first: the directories inside a directory of the top are renamed
 * into the top, the rest is unlinked, and what is then empty is removed.  Each
 * pass over the top takes one level off everything in it.
 */
#include "proc/treeremove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct removal {
    int top;       /* the directory that everything is moved into */
    uint64_t next; /* number for the next name there */
    bool progress; /* something was removed or moved */
};

static bool is_dir(int dir, const char *name)
{
    struct stat st;

    return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(st.st_mode);
}

/* Move directory `name` of `dir` into the top, under a name that is free. */
static void move_up(struct removal *r, int dir, const char *name)
{
    char fresh[32];

    do {
        (void)snprintf(fresh, sizeof(fresh), ".tine-%llu",
                       (unsigned long long)r->next++);
        if (renameat(dir, name, r->top, fresh) == 0) {
            r->progress = true;
            return;
        }
    } while (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR);
}

/* Call fn for each entry of `dir`.  The names are of one moment. */
static void for_each(struct removal *r, int dir,
                     void (*fn)(struct removal *r, int dir, const char *name))
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    const struct dirent *entry;

    if (!stream) {
        if (copy >= 0)
            (void)close(copy);
        return;
    }
    while ((entry = readdir(stream)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            fn(r, dir, entry->d_name);
    (void)closedir(stream);
}

static void empty_inner(struct removal *r, int dir, const char *name)
{
    if (is_dir(dir, name))
        move_up(r, dir, name);
    else if (unlinkat(dir, name, 0) == 0)
        r->progress = true;
}

static void empty_top(struct removal *r, int dir, const char *name)
{
    int inner;

    if (!is_dir(dir, name)) {
        if (unlinkat(dir, name, 0) == 0)
            r->progress = true;
        return;
    }
    inner = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner >= 0) {
        for_each(r, inner, empty_inner);
        (void)close(inner);
    }
    if (unlinkat(dir, name, AT_REMOVEDIR) == 0)
        r->progress = true;
}

bool tree_remove(const char *path)
{
    struct removal r = {-1, 0, true};

    r.top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (r.top < 0)
        return false;
    while (r.progress) {
        r.progress = false;
        for_each(&r, r.top, empty_top);
    }
    (void)close(r.top);
    return rmdir(path) == 0;
}
