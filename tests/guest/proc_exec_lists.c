/*
 * proc_exec_lists.c: execl, execle and execlp.
 */
#include "guest_test.h"

int main(int argc, char **argv)
{
    char *envp[] = {(char *)"T_A=given", NULL};
    pid_t pid;

    if (argc > 1) {
        say("%s:", argv[0]);
        for (int i = 1; i < argc; i++)
            say(" %s", argv[i]);
        say(", T_A %s\n", getenv("T_A") ? getenv("T_A") : "unset");
        return argc;
    }
    MUST(setenv("T_A", "inherited", 1) == 0);
    pid = must_fork();
    if (pid == 0) {
        execl(SELF, "execl", "a", "b", "c", (char *)NULL);
        _exit(99);
    }
    reap("execl", pid);
    pid = must_fork();
    if (pid == 0) {
        execle(SELF, "execle", "a", (char *)NULL, envp);
        _exit(99);
    }
    reap("execle", pid);
    MUST(setenv("PATH", "nowhere:.", 1) == 0);
    pid = must_fork();
    if (pid == 0) {
        execlp("prog", "execlp", "a", "b", (char *)NULL);
        _exit(99);
    }
    reap("execlp", pid);
    return 0;
}
