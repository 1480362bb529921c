/* folder.h: removing what a compilation has made. */
#ifndef TINE_BASE_FOLDER_H
#define TINE_BASE_FOLDER_H

#include <dirent.h>

#include "base/base.h"

/* Remove a file, or a folder of files, below the folder `at`: as far as that
 * can be done. */
void folder_remove(int at, const char *name);

/* Open a folder, by an open file of its own; NULL, with errno.  No symbolic
 * link is followed at its end. */
DIR *folder_open(int at, const char *name) MUST_CHECK;

/* "." or ".."? */
bool folder_is_dots(const char *name) MUST_CHECK;

#endif
