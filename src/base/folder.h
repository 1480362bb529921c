/* folder.h: folders of the host: removing what a compilation has made, and
 * looking for programs. */
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

/* The path, on the heap, of a program of this name in the folder, whose own is
 * of `len` bytes; NULL: there is none, or no memory. */
char *folder_program(const char *folder, size_t len,
                     const char *name) MUST_CHECK;

/* The same for the first of several that has it, separated by colons as in
 * PATH; NULL is none. */
char *folder_search(const char *folders, const char *name) MUST_CHECK;

#endif
