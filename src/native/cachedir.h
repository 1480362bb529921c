/*
 * cachedir.h: the folder where objects of compiled code are kept,
 * ${XDG_CACHE_HOME:-~/.cache}/tine, and what may be believed of what is in it.
 *
 * The folder is the user's and closed to others; one that others could have
 * written to is refused.  An entry is an object (native.h) with a seal behind
 * it, which says what it is and that it is whole.  It appears with its last
 * name by rename(2), when all of it is on the disk, and gets a time that tells
 * whether anybody has written to it since: if so, it is read and compared with
 * its sum before it is used.  Whatever is not as it should be is a miss.
 */
#ifndef TINE_NATIVE_CACHEDIR_H
#define TINE_NATIVE_CACHEDIR_H

#include <sys/stat.h>

#include "base/error.h"

#define CACHE_HASH   32
#define CACHE_LEVELS 4    /* of optimisation, 0 to 3 */
#define CACHE_PART   (-1) /* below them: of some functions, IMAGE_PART */
#define CACHE_NAME   192
/* A module's hash and this processor's, as names begin. */
#define CACHE_STEM (2 * CACHE_HASH + 1 + 16 + 1)

struct cachedir {
    char *path;
    int hfd;
    uid_t owner;                /* of all of it: the user */
    uint64_t limit;             /* of all its files, in bytes */
    uint8_t target[CACHE_HASH]; /* this processor and version of tine */
};

/* What TINE_CACHE_SIZE limits the folder to.  ERROR_HOST: it is no size. */
bool cachedir_limit(uint64_t *ret, struct error *err) MUST_CHECK;

/*
 * Open the folder, and make it if it is not there.  ERROR_HOST: there is none,
 * or others could have written to it, or its limit is none.
 */
bool cachedir_open(struct cachedir *dir, struct error *err) MUST_CHECK;
void cachedir_close(struct cachedir *dir);

/* The hash of a module, BLAKE2b-256 of its file, which is not read if it was
 * before and has not changed.  ERROR_HOST. */
bool cachedir_hash(const struct cachedir *dir, int hfd,
                   uint8_t hash[CACHE_HASH], struct error *err) MUST_CHECK;

/* The same if it was hashed before; else false. */
bool cachedir_known_hash(const struct cachedir *dir, int hfd,
                         uint8_t hash[CACHE_HASH]) MUST_CHECK;

/* Note that a module is run, unless its file changed just now.  Was it noted
 * or hashed before? */
bool cachedir_note(const struct cachedir *dir, int hfd);

/* A descriptor of the object for a module on this processor, for reading; -1
 * if there is none.  What stands in its place but is none is removed. */
int cachedir_find(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                  int level) MUST_CHECK;

/* The same for the highest level there is, from `least` on.  ret_level: which
 * that is; or NULL. */
int cachedir_find_best(const struct cachedir *dir,
                       const uint8_t hash[CACHE_HASH], int least,
                       int *ret_level) MUST_CHECK;

/* How names of files begin that have to do with a module. */
void cachedir_stem(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                   char stem_out[CACHE_STEM]);

/* A name, not in use, for an object that is to be made in the folder by who
 * holds the module's lock. */
#define CACHE_TEMPORARY ".new-"
void cachedir_temporary(const struct cachedir *dir,
                        const uint8_t hash[CACHE_HASH],
                        char name_out[CACHE_NAME]);

/*
 * Make that object an entry, and remove the entries used least recently while
 * there is too much, and that of some functions if this one has all.
 * ERROR_HOST; it is removed then.
 */
bool cachedir_add(const struct cachedir *dir, const char *name,
                  const uint8_t hash[CACHE_HASH], int level,
                  struct error *err) MUST_CHECK;

/* Remove what a compiler that did not finish has left of it. */
void cachedir_drop(const struct cachedir *dir, const char *name);

/* --- cachelock.c --- */

/*
 * Only one at a time compiles a module: a descriptor that stands for that,
 * until it is closed.  -1 if another one does, unless we `wait` for it; also
 * if the folder cannot be written to.
 */
int cachedir_lock(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                  bool wait) MUST_CHECK;
void cachedir_unlock(const struct cachedir *dir, const uint8_t hash[CACHE_HASH],
                     own int lock);

/* Who holds the lock of a module removes what others left that died while they
 * compiled, it or anything. */
void cachedir_clean(const struct cachedir *dir, const uint8_t hash[CACHE_HASH]);

/* A module that cannot be compiled is not tried again for a day; nor for ten
 * minutes if it may be something else that was in the `way`, as a full disk.
 */
void cachedir_set_failed(const struct cachedir *dir,
                         const uint8_t hash[CACHE_HASH], bool way);
bool cachedir_has_failed(const struct cachedir *dir,
                         const uint8_t hash[CACHE_HASH]) MUST_CHECK;

/* --- cacheslot.c --- */

/*
 * No more compile in the background at once than there are processors: a
 * descriptor that stands for one of these places, until it is closed.  -1 if
 * all are taken, unless we `wait`; also if the folder cannot be written to.
 */
int cachedir_slot(const struct cachedir *dir, bool wait) MUST_CHECK;

/* --- cachelist.c --- */

struct cache_file {
    char name[CACHE_NAME];
    struct stat st;
    bool object;    /* an entry; others serve the folder itself */
    bool temporary; /* what somebody makes, or has left */
};

/* All files, those used least recently first; to be freed.  ERROR_HOST. */
bool cachedir_list(const struct cachedir *dir, struct cache_file **ret_files,
                   size_t *ret_n, struct error *err) MUST_CHECK;

/* Remove one, also a folder that a compiler left. */
void cachedir_remove(const struct cachedir *dir, const char *name);

/* Is an entry, down to the last bit, what was added? */
bool cachedir_verify(const struct cachedir *dir, const char *name) MUST_CHECK;

#endif
