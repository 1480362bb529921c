/* trap.c: see trap.h. */
#include "rt/trap.h"

#include <signal.h>

static const struct {
    const char *text;
    int sig;
} traps[] = {
    [TRAP_NONE] = {"no trap", 0},
#define TRAP(name, sig, text) [TRAP_##name] = {text, sig},
#include "abi/traps.def"
#undef TRAP
};

const char *trap_text(enum trap trap)
{
    return traps[trap].text;
}

int trap_signal(enum trap trap)
{
    return traps[trap].sig;
}
