/*
 * signal_longjmp_mask.c: sigsetjmp keeps the mask if it is told to.
 */
#include "guest_test.h"

#include <setjmp.h>

static sigjmp_buf env;

static void on_signal(int sig)
{
    siglongjmp(env, sig);
}

static void run(int save)
{
    sigset_t set;

    sigemptyset(&set);
    MUST(sigprocmask(SIG_SETMASK, &set, NULL) == 0);
    if (sigsetjmp(env, save) == 0)
        raise(SIGUSR1);
    MUST(sigprocmask(SIG_SETMASK, NULL, &set) == 0);
    say("saved %d: %s\n", save,
        sigismember(&set, SIGUSR1) ? "blocked" : "not blocked");
}

int main(void)
{
    catch_signal(SIGUSR1, on_signal, 0);
    run(1);
    run(0);
    run(1);
    return 0;
}
