/*
 * setjmp_mask.c: siglongjmp puts back the mask of sigsetjmp, and what is
 * pending then arrives.
 */
#include "guest_test.h"

#include <setjmp.h>

static sigjmp_buf env;
static volatile int count;

static void on_signal(int sig)
{
    (void)sig;
    count++;
}

static void run(int save)
{
    sigset_t set;

    count = 0;
    sigemptyset(&set);
    MUST(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
    if (sigsetjmp(env, save) == 0) {
        sigaddset(&set, SIGUSR1);
        MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
        raise(SIGUSR1);
        siglongjmp(env, 1);
    }
    say("saved %d: count %d\n", save, count);
    sigemptyset(&set);
    MUST(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
    say("unblocked: count %d\n", count);
}

int main(void)
{
    catch_signal(SIGUSR1, on_signal, 0);
    run(1);
    run(0);
    return 0;
}
