/*
 * wall.h: what keeps a hostile module, should it get the better of LLVM or the
 * linker, away from what the user has.
 */
#ifndef TINE_AOT_WALL_H
#define TINE_AOT_WALL_H

#include "base/error.h"

/*
 * Give up, for this process and all it starts: new privileges; writing to any
 * file but in the folder `dir`; reading any but there, and what the linker, a
 * path, needs to be started; starting anything else; sockets, tracing, signals
 * to others, and whatever a compiler has no use for; more than so much memory
 * and processor time for each process (limits.h).  What the kernel does not
 * have is left out.  ERROR_HOST if it has it and refuses.
 */
bool wall_enter(int dir, const char *linker, struct error *err) MUST_CHECK;

/* Behind the wall, with `dir` as a path: try what must not be possible, and
 * print what was.  A test. */
void wall_check(const char *dir);

#endif
