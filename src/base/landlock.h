/*
 * landlock.h: giving up files, for good, for this process and all that it
 * starts: Linux's Landlock, as far as the kernel has it.  See landlock(7).
 *
 * landlock_begin, landlock_allow for each file or folder that is still wanted,
 * landlock_enter, landlock_done.
 */
#ifndef TINE_BASE_LANDLOCK_H
#define TINE_BASE_LANDLOCK_H

#include <linux/landlock.h>

#include "base/base.h"

/* What the header may be too old for. */
#define LANDLOCK_REFER     (1u << 13)
#define LANDLOCK_TRUNCATE  (1u << 14)
#define LANDLOCK_IOCTL_DEV (1u << 15)

#define LANDLOCK_READ                                                          \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define LANDLOCK_WRITE                                                         \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |           \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |            \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM |               \
     LANDLOCK_REFER | LANDLOCK_TRUNCATE)
/* What applies to files, not to folders. */
#define LANDLOCK_READ_FILE  LANDLOCK_ACCESS_FS_READ_FILE
#define LANDLOCK_WRITE_FILE LANDLOCK_ACCESS_FS_WRITE_FILE
#define LANDLOCK_EXECUTE    LANDLOCK_ACCESS_FS_EXECUTE

struct landlock {
    int rules;        /* -1: the kernel does not have it */
    uint64_t handled; /* what it can forbid */
};

/* All of files, TCP, abstract sockets, and signals to processes outside will be
 * forbidden.  False, with errno: the kernel refuses. */
bool landlock_begin(struct landlock *l) MUST_CHECK;

/* But for this, below hfd (O_PATH will do). */
bool landlock_allow(struct landlock *l, int hfd, uint64_t access) MUST_CHECK;

/* The same for a path, if there is something. */
bool landlock_allow_path(struct landlock *l, const char *path,
                         uint64_t access) MUST_CHECK;

/* Needs PR_SET_NO_NEW_PRIVS. */
bool landlock_enter(const struct landlock *l) MUST_CHECK;
void landlock_done(struct landlock *l);

#endif
