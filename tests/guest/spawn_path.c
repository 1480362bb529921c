/*
 * spawn_path.c: posix_spawnp searches PATH.
 */
#include "guest_test.h"

#include <spawn.h>
#include <sys/stat.h>

extern char **environ;

static void run(const char *path, const char *file)
{
    char *args[] = {(char *)file, (char *)"child", NULL};
    pid_t pid;
    int error;

    MUST(setenv("PATH", path, 1) == 0);
    error = posix_spawnp(&pid, file, NULL, NULL, args, environ);
    if (error)
        say("%s in %s: %s\n", file, path, errno_name_of(error));
    else
        reap(file, pid);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        say("I am %s\n", argv[0]);
        return 0;
    }
    MUST(mkdir("one", 0777) == 0 && mkdir("two", 0777) == 0);
    MUST(symlink("../prog", "two/tool") == 0);
    run("one:two", "tool");
    run("one:nowhere", "tool");
    run("two:", "prog");
    run("two", "prog");
    run("nowhere", "./prog");
    run("", "prog");
    return 0;
}
