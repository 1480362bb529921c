/*
 * treeremove.h: remove a directory with everything in it.
 */
#ifndef TINE_PROC_TREEREMOVE_H
#define TINE_PROC_TREEREMOVE_H

#include "base/base.h"

/*
 * Remove the directory at `path`, which nobody else uses any more.  Follows no
 * symbolic link, and takes trees of any depth.  What cannot be removed stays;
 * false then.
 */
bool tree_remove(const char *path);

#endif
