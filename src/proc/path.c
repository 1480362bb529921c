/*
 * path.c: see path.h.  Finding the place of a path; opening is in pathopen.c.
 *
 * A walk keeps the guest path of the directory it stands in, with no symbolic
 * link in it, and where it can a descriptor of it.  `..` only shortens the
 * path; a descriptor is found again when one is needed, from the mount's root
 * downwards and without following anything, so that no rename can take a walk
 * above a mount.
 */
#include "proc/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/limits.h"
#include "proc/hostabi.h"
#include "proc/pathwalk.h"

#define DIR_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

static const struct device devices[] = {
    {"stdin", NULL, 0},
    {"stdout", NULL, 1},
    {"stderr", NULL, 2},
    {"null", "/dev/null", -1},
    {"zero", "/dev/zero", -1},
    {"random", "/dev/random", -1},
    {"urandom", "/dev/urandom", -1},
};

#define DEVICE_DIR "/dev"

static const struct device *device_find(const char *dir, const char *name)
{
    size_t i;

    if (strcmp(dir, DEVICE_DIR) != 0)
        return NULL;
    for (i = 0; i < countof(devices); i++)
        if (strcmp(devices[i].name, name) == 0)
            return &devices[i];
    return NULL;
}

bool path_extra_name(const struct mounts *mounts, const char *guest, size_t n,
                     struct extra_name *ret)
{
    size_t i, j;

    for (i = 0; i < mounts->n; i++) {
        const char *name = path_below(guest, mounts->items[i].guest);
        size_t len = name ? strcspn(name, "/") : 0;

        /* The same name may be on the way to several mounts. */
        for (j = 0; name && j < i; j++) {
            const char *other = path_below(guest, mounts->items[j].guest);

            if (other && strcspn(other, "/") == len &&
                memcmp(other, name, len) == 0)
                name = NULL;
        }
        if (name && n-- == 0) {
            *ret = (struct extra_name){name, len, WASI_FILETYPE_DIRECTORY};
            return true;
        }
    }
    if (strcmp(guest, DEVICE_DIR) != 0 || n >= countof(devices))
        return false;
    *ret = (struct extra_name){devices[n].name, strlen(devices[n].name),
                               devices[n].host ? WASI_FILETYPE_CHARACTER_DEVICE
                                               : WASI_FILETYPE_UNKNOWN};
    return true;
}

/* Is `guest` a directory that needs no mount to provide it? */
static bool is_virtual_dir(const struct mounts *mounts, const char *guest)
{
    return strcmp(guest, "/") == 0 || strcmp(guest, DEVICE_DIR) == 0 ||
           mounts_below(mounts, guest);
}

void path_stat_virtual(const char *guest, struct stat *ret)
{
    uint64_t hash = 0xcbf29ce484222325; /* FNV-1a */

    for (; *guest; guest++)
        hash = (hash ^ (uint8_t)*guest) * 0x100000001b3;
    memset(ret, 0, sizeof(*ret));
    ret->st_mode = S_IFDIR | 0555;
    ret->st_nlink = 2;
    ret->st_ino = hash;
}

void place_done(struct place *place)
{
    if (place->owned && place->hfd >= 0)
        (void)close(place->hfd);
    free(place->dir);
    free(place->name);
    *place = (struct place)PLACE_INIT;
}

bool place_is_fixed(const struct place *place)
{
    if (strcmp(place->name, ".") != 0)
        return place->device != NULL;
    return !place->mount || strcmp(place->dir, place->mount->guest) == 0;
}

enum wasi_errno place_writable(const struct place *place)
{
    if (!place->mount && (place->device || strcmp(place->name, ".") == 0))
        return WASI_EXIST;
    return !place->mount || place->mount->read_only ? WASI_ROFS : WASI_OK;
}

static enum wasi_errno device_stat(struct process *process,
                                   const struct device *device,
                                   struct stat *ret)
{
    int hfd;

    if (device->host)
        return stat(device->host, ret) < 0 ? errno_from_host(errno) : WASI_OK;
    hfd = fdtable_hfd(process->env->fds, device->fd);
    if (hfd < 0)
        return WASI_NOENT;
    return fstat(hfd, ret) < 0 ? errno_from_host(errno) : WASI_OK;
}

enum wasi_errno place_stat(struct process *process, const struct place *place,
                           struct stat *ret)
{
    enum wasi_errno e = WASI_OK;

    if (place->device)
        e = device_stat(process, place->device, ret);
    else if (place->mount)
        e = fstatat(place->hfd, place->name, ret, AT_SYMLINK_NOFOLLOW) < 0
                ? errno_from_host(errno)
                : WASI_OK;
    else if (strcmp(place->name, ".") == 0)
        path_stat_virtual(place->dir, ret);
    else
        e = WASI_NOENT;
    if (!e && place->must_be_dir && !S_ISDIR(ret->st_mode))
        e = WASI_NOTDIR;
    return e;
}

/* Walking */

static void walk_drop(struct walk *w)
{
    if (w->owned)
        (void)close(w->hfd);
    w->hfd = -1;
    w->owned = false;
    w->mount = NULL;
    w->state = WALK_STALE;
}

void walk_done(struct walk *w)
{
    walk_drop(w);
    free(w->at);
    free(w->rest);
}

/* Stand in directory `hfd` of `mount`; takes `at`. */
static void walk_stand(struct walk *w, own char *at, const struct mount *mount,
                       int hfd, bool owned)
{
    walk_drop(w);
    free(w->at);
    w->at = at;
    w->mount = mount;
    w->hfd = hfd;
    w->owned = owned;
    w->state = WALK_OPEN;
}

enum wasi_errno walk_start(struct walk *w, struct process *process,
                           const struct file *dir, const char *path)
{
    const char *from = "/";

    memset(w, 0, sizeof(*w));
    w->mounts = process->mounts;
    w->hfd = -1;
    w->state = WALK_STALE;
    if (!*path || w->mounts->n == 0)
        return WASI_NOENT;
    if (strlen(path) >= LIMIT_PATH)
        return WASI_NAMETOOLONG;
    if (path[0] != '/' && dir) {
        if (!file_is_dir(dir))
            return WASI_NOTDIR;
        /* A directory that came with the standard streams is in no mount:
         * there is no tree to resolve in. */
        if (!dir->path)
            return WASI_NOTCAPABLE;
        from = dir->path;
        w->hfd = dir->hfd;
        w->mount = dir->mount;
        w->state = dir->hfd < 0 ? WALK_VIRTUAL : WALK_OPEN;
    } else if (path[0] != '/') {
        from = process->env->cwd;
    }
    w->at = strdup(from);
    w->rest = strdup(path);
    return w->at && w->rest ? WASI_OK : WASI_NOMEM;
}

/* Open directory `rel` below `root`, following nothing. */
static int open_below(int root, const char *rel)
{
    struct open_how how = {.flags = DIR_FLAGS, .resolve = WALK_RESOLVE};
    char name[NAME_MAX + 1];
    int dir = root;
    int next;

    next = (int)syscall(SYS_openat2, root, rel, &how, sizeof(how));
    if (next >= 0 || errno != ENOSYS)
        return next;
    while (*rel) {
        size_t len = strcspn(rel, "/");

        if (len > NAME_MAX) {
            next = -1;
            errno = ENAMETOOLONG;
        } else {
            memcpy(name, rel, len);
            name[len] = '\0';
            next = openat(dir, name, DIR_FLAGS);
        }
        if (dir != root)
            (void)close(dir);
        if (next < 0)
            return -1;
        dir = next;
        rel += len + (rel[len] == '/');
    }
    return dir;
}

/* Make sure that there is a descriptor of the directory the walk stands in, if
 * it is in a mount. */
static enum wasi_errno walk_descriptor(struct walk *w)
{
    const struct mount *mount;
    const char *rel;
    int hfd;

    if (w->state != WALK_STALE)
        return WASI_OK;
    mount = mounts_around(w->mounts, w->at);
    rel = mount ? path_below(mount->guest, w->at) : NULL;
    hfd = rel ? open_below(mount->hfd, rel) : -1;
    if (mount && (!rel || hfd >= 0)) {
        w->mount = mount;
        w->hfd = rel ? hfd : mount->hfd;
        w->owned = rel != NULL;
        w->state = WALK_OPEN;
        return WASI_OK;
    }
    if (mount && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
        return errno_from_host(errno);
    if (!is_virtual_dir(w->mounts, w->at))
        return mount && errno == ENOTDIR ? WASI_NOTDIR : WASI_NOENT;
    w->state = WALK_VIRTUAL;
    return WASI_OK;
}

static void walk_up(struct walk *w)
{
    char *slash = strrchr(w->at, '/');

    if (w->at[1] == '\0')
        return;
    slash[slash == w->at] = '\0';
    walk_drop(w);
}

/* What stands under `name` in the current directory is symbolic link `text`:
 * go on with it in front of `rest`. */
static enum wasi_errno walk_link(struct walk *w, const char *text,
                                 const char *rest)
{
    char *joined;

    if (++w->links > LIMIT_SYMLINKS)
        return WASI_LOOP;
    if (asprintf(&joined, *rest ? "%s/%s" : "%s", text, rest) < 0)
        return WASI_NOMEM;
    free(w->rest);
    w->rest = joined;
    if (text[0] == '/') {
        strcpy(w->at, "/");
        walk_drop(w);
    }
    return WASI_OK;
}

/* If `name` in the current directory is a symbolic link, its text becomes
 * *ret, which is LIMIT_PATH large. */
static bool read_link(const struct walk *w, const char *name, char *ret)
{
    ssize_t len = readlinkat(w->hfd, name, ret, LIMIT_PATH - 1);

    if (len <= 0)
        return false;
    ret[len] = '\0';
    return true;
}

/* Stand in directory `child`, which no mount provides. */
static void walk_virtual(struct walk *w, own char *child)
{
    walk_drop(w);
    free(w->at);
    w->at = child;
    w->state = WALK_VIRTUAL;
}

/* Enter directory `name`, with `rest` behind it if it is a link. */
static enum wasi_errno walk_enter(struct walk *w, const char *name,
                                  const char *rest)
{
    AUTO_FREE char *child = path_normalise(w->at, name);
    const struct mount *mount;
    char link[LIMIT_PATH];
    enum wasi_errno e;
    int hfd, host;

    if (!child)
        return WASI_NOMEM;
    mount = mounts_at(w->mounts, child);
    if (mount) {
        walk_stand(w, MOVE(child), mount, mount->hfd, false);
        return WASI_OK;
    }
    e = walk_descriptor(w);
    if (e)
        return e;
    hfd = w->state == WALK_OPEN ? openat(w->hfd, name, DIR_FLAGS) : -1;
    if (hfd >= 0) {
        walk_stand(w, MOVE(child), w->mount, hfd, true);
        return WASI_OK;
    }
    host = w->state == WALK_OPEN ? errno : ENOENT;
    if (host != ENOENT && host != ENOTDIR && host != ELOOP)
        return errno_from_host(host);
    if (mounts_below(w->mounts, child) ||
        (host == ENOENT && is_virtual_dir(w->mounts, child))) {
        walk_virtual(w, MOVE(child));
        return WASI_OK;
    }
    if (host == ENOENT)
        return device_find(w->at, name) ? WASI_NOTDIR : WASI_NOENT;
    if (!read_link(w, name, link))
        return WASI_NOTDIR;
    return walk_link(w, link, rest);
}

/* Fill in the place `name` in the current directory. */
static enum wasi_errno walk_place(struct walk *w, const char *name,
                                  struct place *ret)
{
    ret->name = strdup(name);
    if (!ret->name)
        return WASI_NOMEM;
    ret->dir = MOVE(w->at);
    ret->mount = w->mount;
    ret->hfd = w->hfd;
    ret->owned = w->owned;
    w->owned = false;
    return WASI_OK;
}

/* The walk stands in the directory that the path names. */
static enum wasi_errno walk_place_dot(struct walk *w, struct place *ret)
{
    enum wasi_errno e = walk_descriptor(w);

    ret->must_be_dir = true;
    return e ? e : walk_place(w, ".", ret);
}

/* Does the current directory really have something under `name`?  A directory,
 * if `dir`. */
static bool walk_has(const struct walk *w, const char *name, bool dir)
{
    struct stat st;

    return w->state == WALK_OPEN &&
           fstatat(w->hfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           (!dir || S_ISDIR(st.st_mode));
}

/* The last component: fill in its place, unless it is a link to follow, with
 * which the walk goes on. */
static enum wasi_errno walk_last(struct walk *w, const char *name, bool follow,
                                 struct place *ret)
{
    AUTO_FREE char *child = path_normalise(w->at, name);
    const struct mount *mount;
    char link[LIMIT_PATH];
    enum wasi_errno e;

    if (!child)
        return WASI_NOMEM;
    mount = mounts_at(w->mounts, child);
    if (mount) {
        walk_stand(w, MOVE(child), mount, mount->hfd, false);
        return walk_place(w, ".", ret);
    }
    e = walk_descriptor(w);
    if (e)
        return e;
    if (is_virtual_dir(w->mounts, child) &&
        !walk_has(w, name, mounts_below(w->mounts, child))) {
        walk_virtual(w, MOVE(child));
        return walk_place(w, ".", ret);
    }
    if (follow && w->state == WALK_OPEN && read_link(w, name, link))
        return walk_link(w, link, "");
    ret->device = device_find(w->at, name);
    if (ret->device && walk_has(w, name, false))
        ret->device = NULL;
    if (ret->device)
        walk_drop(w);
    return walk_place(w, name, ret);
}

/* Take the next component off the rest, as a copy; *ret_last: nothing but
 * slashes is behind it.  NULL: no memory. */
static char *walk_next(struct walk *w, const char **ret_rest, bool *ret_last)
{
    const char *rest = w->rest + strspn(w->rest, "/");
    size_t len = strcspn(rest, "/");
    char *name = strndup(rest, len);

    rest += len;
    rest += strspn(rest, "/");
    *ret_rest = rest;
    *ret_last = *rest == '\0';
    return name;
}

static enum wasi_errno walk_component(struct walk *w, bool follow,
                                      struct place *ret)
{
    bool last, slash;
    const char *rest;
    AUTO_FREE char *name = walk_next(w, &rest, &last);
    enum wasi_errno e = WASI_OK;

    if (!name)
        return WASI_NOMEM;
    slash = last && path_ends_in_slash(w->rest);
    ret->must_be_dir |= slash;
    if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        if (name[0] && name[1])
            walk_up(w);
        if (last)
            return walk_place_dot(w, ret);
    } else if (last) {
        return walk_last(w, name, follow, ret);
    } else {
        const char *before = w->rest;

        e = walk_enter(w, name, rest);
        if (e || w->rest != before)
            return e;
    }
    memmove(w->rest, rest, strlen(rest) + 1);
    return e;
}

bool walk_target(const struct walk *w, const char *path,
                 struct walk_target *ret)
{
    if (path_has_dotdot(path))
        return false;
    ret->guest = path_normalise(w->at, path);
    ret->mount = ret->guest ? mounts_around(w->mounts, ret->guest) : NULL;
    if (!ret->mount) {
        free(ret->guest);
        return false;
    }
    if (w->state == WALK_OPEN && w->mount == ret->mount) {
        ret->hfd = w->hfd;
        ret->rel = path_below(w->at, ret->guest);
    } else {
        ret->hfd = ret->mount->hfd;
        ret->rel = path_below(ret->mount->guest, ret->guest);
    }
    return true;
}

/* Go to the directory that holds the last component in one call, where that
 * is possible; otherwise nothing is changed. */
static void walk_jump(struct walk *w)
{
    struct open_how how = {.flags = DIR_FLAGS, .resolve = WALK_RESOLVE};
    AUTO_FREE char *parent = strdup(w->rest);
    struct walk_target target;
    size_t len;
    int hfd;

    len = parent ? strlen(parent) : 0;
    while (len > 0 && parent[len - 1] == '/')
        len--;
    while (len > 0 && parent[len - 1] != '/')
        len--;
    if (len == 0)
        return;
    parent[len] = '\0';
    if (!walk_target(w, parent, &target))
        return;
    if (!target.rel && target.hfd == w->hfd) {
        free(target.guest); /* that is here */
    } else if (!target.rel) {
        walk_stand(w, target.guest, target.mount, target.hfd, false);
    } else {
        hfd = (int)syscall(SYS_openat2, target.hfd, target.rel, &how,
                           sizeof(how));
        if (hfd < 0) {
            free(target.guest);
            return;
        }
        walk_stand(w, target.guest, target.mount, hfd, true);
    }
    memmove(w->rest, w->rest + len, strlen(w->rest + len) + 1);
}

enum wasi_errno path_resolve(struct process *process, const struct file *dir,
                             const char *path, bool follow, struct place *ret)
{
    struct walk w;
    enum wasi_errno e;
    unsigned jumps = 0;

    *ret = (struct place)PLACE_INIT;
    e = walk_start(&w, process, dir, path);
    while (!e && !ret->name) {
        /* At the start, and with each link's text. */
        if (w.links >= jumps) {
            walk_jump(&w);
            jumps++;
        }
        e = walk_component(&w, follow, ret);
    }
    walk_done(&w);
    if (e)
        place_done(ret);
    return e;
}
