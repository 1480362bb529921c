/*
 * proc_exec_bytes.c: arguments and the environment may be any bytes, in exec
 * and spawn.
 */
#include "guest_test.h"

#include <spawn.h>

static const char odd[] = "\xff\xc3(\x80 a\nb\t\x01";

int main(int argc, char **argv)
{
    char *const args[] = {"prog", (char *)odd, NULL};
    char assignment[100] = "ODD=";
    char *const env[] = {strcat(assignment, odd), NULL};
    pid_t pid;
    int error;

    if (argc > 1) {
        say("argument: %d\n", strcmp(argv[1], odd) == 0);
        say("environment: %d\n",
            getenv("ODD") && strcmp(getenv("ODD"), odd) == 0);
        return 0;
    }
    error = posix_spawn(&pid, SELF, NULL, NULL, args, env);
    reap("child", pid);
    say("spawn: %s\n", errno_name_of(error));
    execve(SELF, args, env);
    say("exec: %s\n", errno_name());
    return 1;
}
