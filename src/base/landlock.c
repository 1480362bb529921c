/*
 * landlock.c: see landlock.h.  There are no wrappers in libc.
 */
#include "base/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* struct landlock_ruleset_attr as of version 6. */
struct ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

#define NET_ALL    3u /* bind and connect */
#define SCOPED_ALL 3u /* abstract sockets, signals */

#define OTHER                                                                  \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |               \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |             \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_IOCTL_DEV)

/* What the kernel lets one allow for what is no folder. */
#define ON_FILES                                                               \
    (LANDLOCK_EXECUTE | LANDLOCK_READ_FILE | LANDLOCK_WRITE_FILE |             \
     LANDLOCK_TRUNCATE | LANDLOCK_IOCTL_DEV)

/* What a version of Landlock knows. */
static struct ruleset ruleset_of(long version)
{
    struct ruleset all = {LANDLOCK_READ | LANDLOCK_WRITE | OTHER, NET_ALL,
                          SCOPED_ALL};

    if (version < 6)
        all.scoped = 0;
    if (version < 5)
        all.handled_access_fs &= ~(uint64_t)LANDLOCK_IOCTL_DEV;
    if (version < 4)
        all.handled_access_net = 0;
    if (version < 3)
        all.handled_access_fs &= ~(uint64_t)LANDLOCK_TRUNCATE;
    if (version < 2)
        all.handled_access_fs &= ~(uint64_t)LANDLOCK_REFER;
    return all;
}

/* The kernel wants to be given no more than it knows. */
static size_t ruleset_size(long version)
{
    if (version < 4)
        return offsetof(struct ruleset, handled_access_net);
    if (version < 6)
        return offsetof(struct ruleset, scoped);
    return sizeof(struct ruleset);
}

bool landlock_begin(struct landlock *l)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
                           LANDLOCK_CREATE_RULESET_VERSION);
    struct ruleset all;

    *l = (struct landlock){.rules = -1};
    if (version <= 0)
        return true; /* not in this kernel, or switched off */
    all = ruleset_of(version);
    l->handled = all.handled_access_fs;
    l->rules = (int)syscall(SYS_landlock_create_ruleset, &all,
                            ruleset_size(version), 0);
    return l->rules >= 0;
}

bool landlock_allow(struct landlock *l, int hfd, uint64_t access)
{
    struct landlock_path_beneath_attr rule = {
        .allowed_access = access & l->handled, .parent_fd = hfd};
    struct stat st;

    if (l->rules < 0)
        return true;
    if (fstat(hfd, &st))
        return false;
    if (!S_ISDIR(st.st_mode))
        rule.allowed_access &= ON_FILES;
    return syscall(SYS_landlock_add_rule, l->rules, LANDLOCK_RULE_PATH_BENEATH,
                   &rule, 0) == 0;
}

bool landlock_allow_path(struct landlock *l, const char *path, uint64_t access)
{
    AUTO_FD int hfd = open(path, O_PATH | O_CLOEXEC);

    return hfd < 0 || landlock_allow(l, hfd, access);
}

bool landlock_enter(const struct landlock *l)
{
    return l->rules < 0 ||
           syscall(SYS_landlock_restrict_self, l->rules, 0) == 0;
}

void landlock_done(struct landlock *l)
{
    if (l->rules >= 0)
        (void)close(l->rules);
    l->rules = -1;
}
