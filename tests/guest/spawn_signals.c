/*
 * spawn_signals.c: what a child ignores: what its parent ignores, but for
 * POSIX_SPAWN_SETSIGDEF.
 */
#include "guest_test.h"

#include <spawn.h>

extern char **environ;

static void on_signal(int sig)
{
    (void)sig;
}

static const char *action_of(int sig)
{
    struct sigaction action;

    MUST(sigaction(sig, NULL, &action) == 0);
    return action.sa_handler == SIG_DFL   ? "default"
           : action.sa_handler == SIG_IGN ? "ignored"
                                          : "caught";
}

static void run(const char *name, const posix_spawnattr_t *attr)
{
    char *args[] = {(char *)"prog", (char *)"child", NULL};
    pid_t pid;

    MUST(posix_spawn(&pid, SELF, NULL, attr, args, environ) == 0);
    reap(name, pid);
}

int main(int argc, char **argv)
{
    posix_spawnattr_t attr;
    sigset_t set;
    short flags;

    (void)argv;
    if (argc > 1) {
        say("HUP %s, USR1 %s, USR2 %s\n", action_of(SIGHUP), action_of(SIGUSR1),
            action_of(SIGUSR2));
        raise(SIGHUP);
        return 5;
    }
    signal(SIGHUP, SIG_IGN);
    signal(SIGUSR1, on_signal);
    run("inherited", NULL);

    MUST(posix_spawnattr_init(&attr) == 0);
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    MUST(posix_spawnattr_setsigdefault(&attr, &set) == 0);
    run("without the flag", &attr);
    MUST(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF) == 0);
    MUST(posix_spawnattr_getflags(&attr, &flags) == 0);
    say("flag: %d\n", flags == POSIX_SPAWN_SETSIGDEF);
    run("default again", &attr);

    sigemptyset(&set);
    MUST(posix_spawnattr_setsigmask(&attr, &set) == 0);
    MUST(posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK) == 0);
    run("empty mask", &attr);
    MUST(posix_spawnattr_destroy(&attr) == 0);
    return 0;
}
