/*
 * signal_nested.c: handlers that are interrupted by others, by themselves, or
 * not.
 */
#include "guest_test.h"

static volatile sig_atomic_t depth;

static void inner(int sig)
{
    say("%*s%s in\n", 2 * (int)depth, "", signal_name(sig));
    say("%*s%s out\n", 2 * (int)depth, "", signal_name(sig));
}

static void outer(int sig)
{
    say("%*s%s in\n", 2 * (int)depth, "", signal_name(sig));
    depth++;
    raise(SIGUSR2);
    if (depth < 3)
        raise(SIGUSR1);
    depth--;
    say("%*s%s out\n", 2 * (int)depth, "", signal_name(sig));
}

static void run(const char *name, int flags, bool mask)
{
    static volatile int runs;
    struct sigaction action;

    say("%s\n", name);
    memset(&action, 0, sizeof(action));
    action.sa_handler = inner;
    MUST(sigaction(SIGUSR2, &action, NULL) == 0);
    action.sa_handler = outer;
    action.sa_flags = flags;
    if (mask)
        sigaddset(&action.sa_mask, SIGUSR2);
    MUST(sigaction(SIGUSR1, &action, NULL) == 0);
    runs++;
    depth = flags & SA_NODEFER ? 0 : 2;
    raise(SIGUSR1);
    depth = 0;
    say("done %d\n", runs);
}

int main(void)
{
    run("nested", 0, false);
    run("other one masked", 0, true);
    run("not deferred", SA_NODEFER, false);
    run("not deferred, other one masked", SA_NODEFER, true);
    return 0;
}
