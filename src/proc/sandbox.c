/* sandbox.c: see sandbox.h. */
#include "proc/sandbox.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/landlock.h"
#include "base/seccomp.h"

/* Devices that every guest with a file system has (path.c). */
static const char *const devices[] = {"/dev/null", "/dev/zero", "/dev/random",
                                      "/dev/urandom"};

/* --- Landlock --- */

static bool allow_mounts(struct landlock *l, const struct mounts *mounts)
{
    size_t i;

    for (i = 0; i < mounts->n; i++) {
        const struct mount *mount = &mounts->items[i];

        if (!landlock_allow(l, mount->hfd,
                            LANDLOCK_READ |
                                (mount->read_only ? 0 : LANDLOCK_WRITE)))
            return false;
    }
    return true;
}

static bool allow_devices(struct landlock *l)
{
    size_t i;

    for (i = 0; i < countof(devices); i++)
        if (!landlock_allow_path(l, devices[i],
                                 LANDLOCK_READ_FILE | LANDLOCK_WRITE_FILE))
            return false;
    return true;
}

static bool restrict_files(const struct mounts *mounts, int cache)
{
    struct landlock l;
    bool ok = landlock_begin(&l) && allow_mounts(&l, mounts) &&
              (mounts->n == 0 || allow_devices(&l)) &&
              (cache < 0 || landlock_allow(&l, cache, LANDLOCK_READ_FILE)) &&
              landlock_enter(&l);

    landlock_done(&l);
    return ok;
}

/* --- seccomp --- */

static bool restrict_calls(void)
{
    static const struct sock_filter filter[] = {
#include "hostcalls.inc"
    };

    return seccomp_enter(filter, countof(filter));
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
