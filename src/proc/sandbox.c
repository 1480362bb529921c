/*
 * sandbox.c: see sandbox.h.
 *
 * Landlock has no wrappers in libc, and its header may be older than the
 * kernel: what is used of newer versions is defined here.
 */
#include "proc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* --- Landlock --- */

/* struct landlock_ruleset_attr as of version 6. */
struct ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

#define ACCESS_REFER     (1u << 13)
#define ACCESS_TRUNCATE  (1u << 14)
#define ACCESS_IOCTL_DEV (1u << 15)
#define NET_ALL          3u /* bind and connect */
#define SCOPED_ALL       3u /* abstract sockets, signals */

#define ACCESS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define ACCESS_WRITE                                                           \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |           \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |            \
     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SYM |               \
     ACCESS_REFER | ACCESS_TRUNCATE)
#define ACCESS_OTHER                                                           \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR |               \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |             \
     LANDLOCK_ACCESS_FS_MAKE_BLOCK | ACCESS_IOCTL_DEV)

/* Devices that every guest with a file system has (path.c). */
static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/random",
                                      "/dev/urandom"};

/* What a version of Landlock knows. */
static struct ruleset ruleset_of(long version)
{
    struct ruleset all = {ACCESS_READ | ACCESS_WRITE | ACCESS_OTHER, NET_ALL,
                          SCOPED_ALL};

    if (version < 6)
        all.scoped = 0;
    if (version < 5)
        all.handled_access_fs &= ~(uint64_t)ACCESS_IOCTL_DEV;
    if (version < 4)
        all.handled_access_net = 0;
    if (version < 3)
        all.handled_access_fs &= ~(uint64_t)ACCESS_TRUNCATE;
    if (version < 2)
        all.handled_access_fs &= ~(uint64_t)ACCESS_REFER;
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

static bool allow(int rules, int hfd, uint64_t access)
{
    struct landlock_path_beneath_attr rule = {.allowed_access = access,
                                              .parent_fd = hfd};

    return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH,
                   &rule, 0) == 0;
}

static bool allow_mounts(int rules, const struct mounts *mounts,
                         uint64_t handled)
{
    size_t i;

    for (i = 0; i < mounts->n; i++) {
        const struct mount *mount = &mounts->items[i];
        uint64_t access = ACCESS_READ | (mount->read_only ? 0 : ACCESS_WRITE);

        if (!allow(rules, mount->hfd, access & handled))
            return false;
    }
    return true;
}

static bool allow_devices(int rules)
{
    size_t i;

    for (i = 0; i < countof(devices); i++) {
        AUTO_FD int hfd = open(devices[i], O_PATH | O_CLOEXEC);

        if (hfd >= 0 && !allow(rules, hfd,
                               LANDLOCK_ACCESS_FS_READ_FILE |
                                   LANDLOCK_ACCESS_FS_WRITE_FILE))
            return false;
    }
    return true;
}

static bool restrict_files(const struct mounts *mounts, int cache)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
                           LANDLOCK_CREATE_RULESET_VERSION);
    struct ruleset all;
    AUTO_FD int rules = -1;

    if (version <= 0)
        return true; /* not in this kernel, or switched off */
    all = ruleset_of(version);
    rules = (int)syscall(SYS_landlock_create_ruleset, &all,
                         ruleset_size(version), 0);
    return rules >= 0 && allow_mounts(rules, mounts, all.handled_access_fs) &&
           (mounts->n == 0 || allow_devices(rules)) &&
           (cache < 0 || allow(rules, cache, LANDLOCK_ACCESS_FS_READ_FILE)) &&
           syscall(SYS_landlock_restrict_self, rules, 0) == 0;
}

/* --- seccomp --- */

static bool restrict_calls(void)
{
    static struct sock_filter filter[] = {
#include "hostcalls.inc"
    };
    const struct sock_fprog program = {.len = countof(filter),
                                       .filter = filter};

    /* Not in this kernel? */
    if (prctl(PR_GET_SECCOMP) < 0 && errno == EINVAL)
        return true;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

bool sandbox_enter(const struct mounts *mounts, int cache, struct error *err)
{
    const struct rlimit no_core = {0, 0};

    if (setrlimit(RLIMIT_CORE, &no_core) ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return error_set_errno(err, ERROR_HOST, errno, "sandbox");
    if (!restrict_files(mounts, cache))
        return error_set_errno(err, ERROR_HOST, errno, "Landlock");
    if (!restrict_calls())
        return error_set_errno(err, ERROR_HOST, errno, "seccomp");
    return true;
}
