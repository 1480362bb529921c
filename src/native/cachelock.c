/*
 * cachelock.c: who compiles which module for the cache's folder, what becomes
 * of what those left that died, and what has failed; see cachedir.h.
 *
 * A module's lock is a file that is there while somebody compiles it.  What
 * they make has temporary names that begin as the lock's does, so that it can
 * be known whether anybody still makes it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#include "native/cachedir.h"

#define FAILED_SECONDS 86400
#define WAY_SECONDS    600

#define LOCK   ".lock"
#define FAILED ".failed"

static void side_name(const struct cachedir *dir, char name_out[CACHE_NAME],
                      const uint8_t hash[CACHE_HASH], const char *suffix)
{
    char stem[CACHE_STEM];

    cachedir_stem(dir, hash, stem);
    (void)snprintf(name_out, CACHE_NAME, "%s%s", stem, suffix);
}

/* Is this still the file of that name? */
static bool is_named(const struct cachedir *dir, int hfd, const char *name)
{
    struct stat st, named;

    return fstat(hfd, &st) == 0 &&
           fstatat(dir->hfd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           st.st_dev == named.st_dev && st.st_ino == named.st_ino;
}

int cachedir_lock(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                  bool wait)
{
    char name[CACHE_NAME];

    side_name(dir, name, hash, LOCK);
    for (;;) {
        AUTO_FD int hfd = openat(
            dir->hfd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

        if (hfd < 0)
            return -1;
        while (flock(hfd, LOCK_EX | (wait ? 0 : LOCK_NB)))
            if (errno != EINTR)
                return -1;
        /* Who had it before us has removed it. */
        if (is_named(dir, hfd, name))
            return MOVE_FD(hfd);
    }
}

void cachedir_unlock(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                     own int lock)
{
    char name[CACHE_NAME];

    side_name(dir, name, hash, LOCK);
    (void)unlinkat(dir->hfd, name, 0);
    (void)close(lock);
}

/* --- What is left over --- */

static bool has_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), len = strlen(suffix);

    return n > len && strcmp(name + n - len, suffix) == 0;
}

/* The lock of one who has died goes. */
static void remove_dead(const struct cachedir *dir, const char *lock)
{
    AUTO_FD int hfd =
        openat(dir->hfd, lock, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (hfd >= 0 && flock(hfd, LOCK_EX | LOCK_NB) == 0 &&
        is_named(dir, hfd, lock))
        (void)unlinkat(dir->hfd, lock, 0);
}

/* Does somebody make it?  Then the lock that its name tells is there. */
static bool is_being_made(const struct cachedir *dir, const char *temporary)
{
    char lock[CACHE_NAME];
    struct stat st;

    (void)snprintf(lock, sizeof(lock), "%.*s" LOCK, CACHE_STEM - 1,
                   temporary + strlen(CACHE_TEMPORARY));
    return fstatat(dir->hfd, lock, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

static bool is_recent(const struct stat *failed)
{
    return time(NULL) - failed->st_mtim.tv_sec < FAILED_SECONDS;
}

void cachedir_clean(const struct cachedir *dir, const uint8_t hash[CACHE_HASH])
{
    struct cache_file *files;
    struct error err = ERROR_INIT;
    char ours[CACHE_NAME];
    size_t i, n;

    if (!cachedir_list(dir, &files, &n, &err))
        return;
    side_name(dir, ours, hash, LOCK);
    for (i = 0; i < n; i++)
        if (has_suffix(files[i].name, LOCK) && strcmp(files[i].name, ours) != 0)
            remove_dead(dir, files[i].name);
    side_name(dir, ours, hash, "");
    for (i = 0; i < n; i++)
        if (has_suffix(files[i].name, FAILED) && !is_recent(&files[i].st))
            cachedir_remove(dir, files[i].name);
    for (i = 0; i < n; i++) {
        const char *name = files[i].name;

        if (files[i].temporary &&
            (strncmp(name + strlen(CACHE_TEMPORARY), ours, strlen(ours)) == 0 ||
             !is_being_made(dir, name)))
            cachedir_remove(dir, name);
    }
    free(files);
}

/* --- Failures --- */

void cachedir_set_failed(const struct cachedir *dir,
                         const uint8_t hash[CACHE_HASH], bool way)
{
    time_t since = time(NULL) - (way ? FAILED_SECONDS - WAY_SECONDS : 0);
    const struct timespec times[2] = {{.tv_sec = since}, {.tv_sec = since}};
    char name[CACHE_NAME];
    AUTO_FD int hfd = -1;

    side_name(dir, name, hash, FAILED);
    hfd = openat(dir->hfd, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                 0600);
    if (hfd >= 0)
        (void)futimens(hfd, times);
}

bool cachedir_has_failed(const struct cachedir *dir,
                         const uint8_t hash[CACHE_HASH])
{
    char name[CACHE_NAME];
    struct stat st;

    side_name(dir, name, hash, FAILED);
    return fstatat(dir->hfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
           is_recent(&st);
}
