/*
 * trap.h: the reasons why guest code stops with a failure.
 */
#ifndef TINE_RT_TRAP_H
#define TINE_RT_TRAP_H

#include "base/base.h"

enum trap {
    TRAP_NONE,
#define TRAP(name, sig, text) TRAP_##name,
#include "abi/traps.def"
#undef TRAP
};

/* The specification's words. */
const char *trap_text(enum trap trap);

/* The signal that a process with this trap dies of (design: exit). */
int trap_signal(enum trap trap);

#endif
