/*
 * signal_abort.c: abort ends the process unless a handler jumps out of it.
 */
#include "guest_test.h"

#include <setjmp.h>

static sigjmp_buf env;

static void returns(int sig)
{
    say("caught %s\n", signal_name(sig));
}

static void jumps(int sig)
{
    siglongjmp(env, sig);
}

static void run(const char *name, void (*handler)(int), bool block)
{
    sigset_t set;
    pid_t pid = must_fork();

    if (pid == 0) {
        close(2);
        signal(SIGABRT, handler);
        sigemptyset(&set);
        sigaddset(&set, SIGABRT);
        if (block)
            MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
        if (sigsetjmp(env, 1) == 0)
            abort();
        say("jumped out\n");
        _exit(0);
    }
    reap(name, pid);
}

int main(void)
{
    run("default", SIG_DFL, false);
    run("ignored", SIG_IGN, false);
    run("handler returns", returns, false);
    run("handler jumps", jumps, false);
    run("blocked", SIG_DFL, true);
    run("blocked, handler returns", returns, true);
    return 0;
}
