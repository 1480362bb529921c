/* mount.c: see mount.h. */
#include "proc/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "proc/guestpath.h"
#include "proc/treeremove.h"

#define TMPFS_NAME "/tine-XXXXXX"

static void mount_done(struct mount *mount)
{
    free(mount->guest);
    free(mount->name);
    free(mount->host);
    if (mount->hfd >= 0)
        (void)close(mount->hfd);
}

void mounts_done(struct mounts *mounts)
{
    size_t i;

    for (i = 0; i < mounts->n; i++)
        mount_done(&mounts->items[i]);
    free(mounts->items);
    mounts->items = NULL;
    mounts->n = 0;
}

/* Add the host directory behind hfd at `guest`; takes hfd in any case. */
static bool add(struct mounts *mounts, const char *host, own int hfd,
                const char *guest, bool read_only, bool temporary,
                struct error *err)
{
    struct mount mount = {
        .guest = path_normalise("/", guest),
        .name = strdup(guest),
        .host = strdup(host),
        .hfd = hfd,
        .read_only = read_only,
        .temporary = temporary,
    };
    struct mount *items =
        realloc(mounts->items, (mounts->n + 1) * sizeof(*items));

    if (items)
        mounts->items = items;
    if (!items || !mount.guest || !mount.name || !mount.host) {
        mount_done(&mount);
        return error_set_errno(err, ERROR_HOST, ENOMEM, "mount %s", guest);
    }
    items[mounts->n++] = mount;
    return true;
}

/* Open and add host[0..host_len). */
static bool add_host(struct mounts *mounts, const char *host, size_t host_len,
                     const char *guest, size_t guest_len, bool read_only,
                     struct error *err)
{
    AUTO_FREE char *host_path = strndup(host, host_len);
    AUTO_FREE char *guest_path = strndup(guest, guest_len);
    int hfd;

    if (!host_path || !guest_path)
        return error_set_errno(err, ERROR_HOST, ENOMEM, "mount %s", host);
    hfd = open(host_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (hfd < 0)
        return error_set_errno(err, ERROR_HOST, errno, "cannot mount %s",
                               host_path);
    return add(mounts, host_path, hfd, guest_path, read_only, false, err);
}

/* The length of the specification without a final ":ro", and whether there
 * was one. */
static size_t strip_read_only(const char *spec, bool *ret_read_only)
{
    size_t len = strlen(spec);

    *ret_read_only = len > 3 && strcmp(spec + len - 3, ":ro") == 0;
    return *ret_read_only ? len - 3 : len;
}

bool mounts_add_dir(struct mounts *mounts, const char *spec, struct error *err)
{
    bool read_only;
    size_t len = strip_read_only(spec, &read_only);
    const char *colons = memmem(spec, len, "::", 2);
    const char *guest = colons ? colons + 2 : spec;
    size_t host_len = colons ? (size_t)(colons - spec) : len;
    size_t guest_len = len - (size_t)(guest - spec);

    if (host_len == 0 || guest_len == 0)
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "--dir %s: expected HOST[::GUEST][:ro]", spec);
    return add_host(mounts, spec, host_len, guest, guest_len, read_only, err);
}

bool mounts_add_volume(struct mounts *mounts, const char *spec,
                       struct error *err)
{
    bool read_only;
    size_t len = strip_read_only(spec, &read_only);
    const char *colon = memchr(spec, ':', len);
    const char *guest = colon ? colon + 1 : spec + len;
    size_t guest_len = len - (size_t)(guest - spec);

    if (!colon || colon == spec || guest_len == 0 ||
        memchr(guest, ':', guest_len))
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "--volume %s: expected HOST:GUEST[:ro]", spec);
    return add_host(mounts, spec, (size_t)(colon - spec), guest, guest_len,
                    read_only, err);
}

/* Make a new directory in `dir`; its path, or NULL with errno. */
static char *make_temporary(const char *dir)
{
    char *path = NULL;

    if (!dir || dir[0] != '/' || asprintf(&path, "%s" TMPFS_NAME, dir) < 0)
        return NULL;
    if (mkdtemp(path))
        return path;
    free(path);
    return NULL;
}

bool mounts_add_tmpfs(struct mounts *mounts, const char *guest,
                      struct error *err)
{
    const char *const dirs[] = {"/dev/shm", getenv("TMPDIR"), "/tmp"};
    AUTO_FREE char *path = NULL;
    size_t i;
    int hfd;

    if (!*guest)
        return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                         "--tmpfs: expected a path");
    for (i = 0; i < countof(dirs) && !path; i++)
        path = make_temporary(dirs[i]);
    if (!path)
        return error_set_errno(err, ERROR_HOST, errno,
                               "--tmpfs %s: no temporary directory", guest);
    hfd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (hfd >= 0 && add(mounts, path, hfd, guest, false, true, err))
        return true;
    if (hfd < 0)
        (void)error_set_errno(err, ERROR_HOST, errno, "--tmpfs %s", guest);
    (void)rmdir(path);
    return false;
}

void mounts_clean(struct mounts *mounts)
{
    size_t i;

    for (i = 0; i < mounts->n; i++)
        if (mounts->items[i].temporary)
            tree_remove(mounts->items[i].host);
}

const struct mount *mounts_at(const struct mounts *mounts, const char *guest)
{
    size_t i;

    for (i = mounts->n; i-- > 0;)
        if (strcmp(mounts->items[i].guest, guest) == 0)
            return &mounts->items[i];
    return NULL;
}

const struct mount *mounts_around(const struct mounts *mounts,
                                  const char *guest)
{
    const struct mount *inner = NULL;
    size_t i;

    for (i = mounts->n; i-- > 0;) {
        const struct mount *at = &mounts->items[i];

        if (strcmp(at->guest, guest) != 0 && !path_below(at->guest, guest))
            continue;
        if (!inner || strlen(at->guest) > strlen(inner->guest))
            inner = at;
    }
    return inner;
}

bool mounts_below(const struct mounts *mounts, const char *guest)
{
    size_t i;

    for (i = 0; i < mounts->n; i++)
        if (path_below(guest, mounts->items[i].guest))
            return true;
    return false;
}
