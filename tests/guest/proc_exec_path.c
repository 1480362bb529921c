/*
 * proc_exec_path.c: execvp searches PATH, execvpe gives another environment.
 */
#include "guest_test.h"

#include <sys/stat.h>

static void run(const char *path, const char *file)
{
    char *argv[] = {(char *)file, (char *)"x", NULL};
    pid_t pid;

    MUST(setenv("PATH", path, 1) == 0);
    pid = must_fork();
    if (pid == 0) {
        execvp(file, argv);
        say("%s in %s: %s\n", file, path, errno_name());
        _exit(1);
    }
    reap(file, pid);
}

int main(int argc, char **argv)
{
    char *envp[] = {(char *)"T_A=only", NULL};
    char *arguments[] = {(char *)"tool", (char *)"x", NULL};
    pid_t pid;

    if (argc > 1) {
        say("I am %s, T_A is %s\n", argv[0],
            getenv("T_A") ? getenv("T_A") : "unset");
        return 0;
    }
    MUST(mkdir("one", 0777) == 0 && mkdir("two", 0777) == 0);
    MUST(mkdir("three", 0777) == 0 && mkdir("three/tool", 0777) == 0);
    MUST(symlink("../prog", "two/tool") == 0);
    run("one:two", "tool");
    run("nowhere:one", "tool");
    run("three:two", "tool");
    run("one::two", "tool");
    run("two:", "prog");
    run("one", "./prog");
    run("one:three", "tool");
    MUST(setenv("PATH", "two", 1) == 0);
    pid = must_fork();
    if (pid == 0) {
        execvpe("tool", arguments, envp);
        _exit(99);
    }
    reap("execvpe", pid);
    return 0;
}
