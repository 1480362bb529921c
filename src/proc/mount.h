/*
 * mount.h: the guest's one file tree, made of mounts: --dir, --volume and
 * --tmpfs.  Made by the command line, constant from then on.
 *
 * A mount point need not exist in the mount around it.  Directories that are
 * only the way to a mount point (and `/` itself, if nothing is mounted there)
 * exist as empty, read-only directories.  With no mount there is no file
 * system at all.
 */
#ifndef TINE_PROC_MOUNT_H
#define TINE_PROC_MOUNT_H

#include "base/error.h"

struct mount {
    char *guest; /* absolute and normalised: "/", "/data" */
    char *name;  /* what fd_prestat_dir_name tells, as the user wrote it
                    or the guest path */
    char *host;  /* for messages and Landlock; absolute for a temporary */
    int hfd;     /* O_PATH directory */
    bool read_only;
    bool temporary; /* a --tmpfs: removed by the supervisor at the end */
};

struct mounts {
    struct mount *items; /* in the order of the command line */
    size_t n;
};

/* Split "HOST[::GUEST][:ro]" and add it.  A relative GUEST, or HOST when there
 * is no GUEST, is taken from `/`. */
bool mounts_add_dir(struct mounts *mounts, const char *spec,
                    struct error *err) MUST_CHECK;

/* "HOST:GUEST", also with :ro behind it. */
bool mounts_add_volume(struct mounts *mounts, const char *spec,
                       struct error *err) MUST_CHECK;

/* An empty directory in memory at the guest path, shared by the family. */
bool mounts_add_tmpfs(struct mounts *mounts, const char *guest,
                      struct error *err) MUST_CHECK;

/* Remove what the temporary mounts hold, and them.  For the supervisor, when
 * no guest is left. */
void mounts_clean(struct mounts *mounts);

/* Close and free; removes nothing. */
void mounts_done(struct mounts *mounts);

/* The mount whose guest path is exactly `guest`, or NULL; of two, the later
 * one. */
const struct mount *mounts_at(const struct mounts *mounts, const char *guest);

/* The mount that the guest path lies in or is the mount point of, the
 * innermost one; NULL if there is none. */
const struct mount *mounts_around(const struct mounts *mounts,
                                  const char *guest);

/* Is there a mount strictly below the guest path? */
bool mounts_below(const struct mounts *mounts, const char *guest);

#endif
