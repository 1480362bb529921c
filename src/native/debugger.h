/*
 * debugger.h: debuggers are told of the images that are mapped, as they are of
 * shared objects: by the dynamic linker's list (struct r_debug, <link.h>), from
 * which they read names, unwind tables and lines in the image's file.
 */
#ifndef TINE_NATIVE_DEBUGGER_H
#define TINE_NATIVE_DEBUGGER_H

#include "base/base.h"

struct debugged;

/* An image that is open as `hfd`, lies `bias` above the addresses in its file,
 * and has its dynamic section at `dynamic`.  NULL: nobody is told. */
struct debugged *debugger_add(int hfd, uintptr_t bias, void *dynamic);

/* It is going to be unmapped; NULL is accepted. */
void debugger_remove(own struct debugged *debugged);

#endif
