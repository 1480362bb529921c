/*
 * path.h: resolving guest paths (design, section 7).
 *
 * A path is resolved in the guest's tree and never leaves a mount through a
 * symbolic link, `..`, a race with a rename, or a magic link.  Where no
 * symbolic link and no `..` is on the way, openat2(2) does it in one call;
 * otherwise the path is walked component by component on O_PATH descriptors.
 * `..` at the root stays there; absolute links start at the guest's root.
 *
 * Mount points and the directories on the way to them are always there, also
 * where the mount around them has nothing, or something else than a directory,
 * of that name.  A few devices (devices in path.c) are in /dev unless a mount
 * has something of that name there.
 */
#ifndef TINE_PROC_PATH_H
#define TINE_PROC_PATH_H

#include <sys/stat.h>

#include "proc/file.h"
#include "proc/guestpath.h"
#include "proc/mount.h"
#include "proc/process.h"

struct device;

/* Where a path leads: the directory that holds the last component. */
struct place {
    const struct mount *mount; /* NULL: not in a mount */
    int hfd;                   /* O_PATH directory; -1 when mount is NULL */
    bool owned;       /* hfd is closed by place_done; otherwise it belongs
                         to the mount or to the directory given */
    char *dir;        /* its guest path; heap */
    char *name;       /* the last component; "." if the path named the
                         directory itself, or a mount point; heap */
    bool must_be_dir; /* the path ended in a slash */
    const struct device *device; /* a built-in device; not in a mount */
};

void place_done(struct place *place);

#define AUTO_PLACE __attribute__((cleanup(place_done)))
#define PLACE_INIT {.mount = NULL, .hfd = -1}

/*
 * Resolve `path` (absolute, or relative to the directory `dir`; NULL: to the
 * process's working directory) to its place.  With `follow`, a symbolic link
 * in the last component is followed too, and the place is its target's.
 * Errors as from openat(2).  The place may borrow from `dir`.
 */
enum wasi_errno path_resolve(struct process *process, const struct file *dir,
                             const char *path, bool follow,
                             struct place *ret) MUST_CHECK;

/* Does the place name a mount point, or a directory outside of all mounts,
 * which cannot be removed or renamed? */
bool place_is_fixed(const struct place *place);

/* What lies there (a symbolic link itself); WASI_NOTDIR for something else
 * than a directory when the path ended in a slash. */
enum wasi_errno place_stat(struct process *process, const struct place *place,
                           struct stat *ret) MUST_CHECK;

/* May something be created there, as far as the mount is concerned?  WASI_EXIST
 * for what exists outside of all mounts, WASI_ROFS. */
enum wasi_errno place_writable(const struct place *place) MUST_CHECK;

/* What fstat(2) tells of a directory that is only the way to mounts. */
void path_stat_virtual(const char *guest, struct stat *ret);

/*
 * Open what the path leads to.  `hflags` are open(2) flags; O_NOFOLLOW means
 * that the last component is not followed (WASI_LOOP if it is a link).
 * O_CLOEXEC and O_NOCTTY are added.  Honours read-only mounts.  Fills in
 * everything of the new file.
 *
 * Opening a FIFO or a device without O_NONBLOCK blocks as POSIX says, until
 * somebody comes or a signal ends it with WASI_INTR.
 */
enum wasi_errno path_open_file(struct process *process, const struct file *dir,
                               const char *path, int hflags, mode_t mode,
                               own struct file **ret) MUST_CHECK;

/* chdir(2).  The working directory is remembered by its path, with no link in
 * it. */
enum wasi_errno path_change_dir(struct process *process,
                                const char *path) MUST_CHECK;

/*
 * The nth of the names that guest directory `guest` has without a mount
 * providing them: mount points or the ways to them, and the devices.  `/dev`
 * itself is found, but not listed.  NULL behind the last.
 */
struct extra_name {
    const char *text; /* not NUL-terminated */
    size_t len;
    uint8_t filetype;
};
bool path_extra_name(const struct mounts *mounts, const char *guest, size_t n,
                     struct extra_name *ret);

#endif
