/*
 * guestpath.h: guest paths as text, without looking at any file system.
 */
#ifndef TINE_PROC_GUESTPATH_H
#define TINE_PROC_GUESTPATH_H

#include "base/base.h"

/* The absolute, normalised guest path of `path` taken from `base`.  There is
 * room for one more character in it.  NULL: no memory. */
char *path_normalise(const char *base, const char *path) MUST_CHECK;

/*
 * If `guest` lies strictly below directory `dir`, the rest of it behind `dir`
 * and its slash; else NULL.  Both absolute and normalised.
 */
const char *path_below(const char *dir, const char *guest);

/* Is one of the components `..`? */
bool path_has_dotdot(const char *path);

bool path_ends_in_slash(const char *path);

/* Does the path end in a slash or `.` or `..`, so that it must lead to a
 * directory? */
bool path_wants_dir(const char *path);

#endif
