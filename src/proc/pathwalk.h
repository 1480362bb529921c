/*
 * pathwalk.h: what path.c and pathopen.c share; nobody else's business.
 */
#ifndef TINE_PROC_PATHWALK_H
#define TINE_PROC_PATHWALK_H

#include "proc/path.h"

/* openat2(2) along names that are what they look like. */
#define WALK_RESOLVE                                                           \
    (RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS)

/* A name in /dev that needs no mount: a device of the host, or another
 * descriptor for the guest's descriptor `fd`. */
struct device {
    const char *name;
    const char *host; /* NULL: a standard stream */
    int fd;
};

struct walk {
    const struct mounts *mounts;
    char *at;   /* the guest path of the current directory; heap */
    char *rest; /* what remains of the path; heap */
    unsigned links;
    enum {
        WALK_STALE,   /* no descriptor is at hand */
        WALK_OPEN,    /* hfd and mount are the current directory's */
        WALK_VIRTUAL, /* the current directory is in no mount */
    } state;
    const struct mount *mount;
    int hfd;
    bool owned; /* hfd is the walk's own */
};

/* Start at the root, the working directory or `dir`. */
enum wasi_errno walk_start(struct walk *w, struct process *process,
                           const struct file *dir, const char *path) MUST_CHECK;
void walk_done(struct walk *w);

/* Where a path leads if there is no symbolic link on the way. */
struct walk_target {
    const struct mount *mount;
    int hfd;         /* of a directory above */
    const char *rel; /* from there; in `guest`; NULL: that directory itself */
    char *guest;     /* the whole guest path, with room for a slash; heap */
};

/* false: `..` is in the path, or no mount around the target. */
bool walk_target(const struct walk *w, const char *path,
                 struct walk_target *ret) MUST_CHECK;

#endif
