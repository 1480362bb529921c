/*
 * cacheslot.c: how many compile at once in the background; see cachedir.h.
 *
 * A place is a byte of one file that stays, unlike a module's lock, which is a
 * file so that others can see by its name whether anybody compiles the module
 * (cachelock.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "native/cachedir.h"

#define NAME "slots"

static int n_processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) ? 1
                                                   : MAX(CPU_COUNT(&set), 1);
}

/* A lock of the open file's (fcntl(2), F_OFD_SETLK) on one of its bytes. */
static bool take(int hfd, int slot, int command)
{
    struct flock range = {
        .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = slot, .l_len = 1};

    while (fcntl(hfd, command, &range))
        if (errno != EINTR)
            return false;
    return true;
}

int cachedir_slot(const struct cachedir *dir, bool wait)
{
    AUTO_FD int hfd =
        openat(dir->hfd, NAME, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    int n = n_processors(), i;

    if (hfd < 0)
        return -1;
    for (i = 0; i < n; i++)
        if (take(hfd, i, F_OFD_SETLK))
            return MOVE_FD(hfd);
    /* They are as good as each other; processes differ in their numbers. */
    return wait && take(hfd, getpid() % n, F_OFD_SETLKW) ? MOVE_FD(hfd) : -1;
}
