/*
 * spawn_basic.c: posix_spawn: arguments, environment, exit status.
 */
#include "guest_test.h"

#include <spawn.h>

extern char **environ;

int main(int argc, char **argv)
{
    char *args[] = {(char *)"prog", (char *)"a b", (char *)"", (char *)"c\nd",
                    NULL};
    char *env[] = {(char *)"T_A=given", (char *)"T_B=", NULL};
    char *none[] = {NULL};
    pid_t pid;

    if (argc > 1) {
        say("%d arguments:", argc);
        for (int i = 0; i < argc; i++)
            say(" [%s]", argv[i]);
        say("\nT_A %s, T_B %s\n", getenv("T_A") ? getenv("T_A") : "unset",
            getenv("T_B") ? "set" : "unset");
        return argc;
    }
    MUST(setenv("T_A", "inherited", 1) == 0);
    MUST(posix_spawn(&pid, SELF, NULL, NULL, args, environ) == 0);
    reap("inherited", pid);
    say("another pid: %d\n", pid != getpid());
    MUST(posix_spawn(&pid, SELF, NULL, NULL, args, env) == 0);
    reap("given", pid);
    MUST(posix_spawn(&pid, SELF, NULL, NULL, args, none) == 0);
    reap("none", pid);
    MUST(posix_spawn(NULL, SELF, NULL, NULL, args, none) == 0);
    while (wait(NULL) < 0)
        ;
    say("without a pid\n");
    return 0;
}
