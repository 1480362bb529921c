/*
 * proc_exec_cwd.c: the working directory survives fork and exec, and relative
 * names are looked up from it.
 */
#include "guest_test.h"

#include <sys/stat.h>

static void show(const char *who)
{
    char path[1024];
    const char *p;
    int fd;

    MUST(getcwd(path, sizeof(path)));
    p = strstr(path, "/one");
    say("%s: %s\n", who, p ? p : "elsewhere");
    fd = open("here", O_RDONLY);
    say("%s: file %s\n", who, outcome(fd));
}

int main(int argc, char **argv)
{
    pid_t pid;

    if (argc > 1) {
        show("program");
        say("up: %s\n", outcome(chdir("..")));
        show("program");
        return 0;
    }
    MUST(mkdir("one", 0777) == 0 && mkdir("one/two", 0777) == 0);
    MUST(chdir("one/two") == 0);
    MUST(close(open("here", O_WRONLY | O_CREAT, 0666)) == 0);
    pid = must_fork();
    if (pid == 0) {
        show("child");
        execl("../../prog", "prog", "x", (char *)NULL);
        _exit(99);
    }
    reap("program", pid);
    show("parent");
    say("missing: %s\n", outcome(chdir("nowhere")));
    say("file: %s\n", outcome(chdir("here")));
    show("parent");
    (void)argv;
    return 0;
}
