/*
 * proc_exec_errors.c: exec of what is not a program fails, and the caller goes
 * on as it was.
 */
#include "guest_test.h"

#include <sys/stat.h>

static void try(const char *name, const char *path)
{
    char *argv[] = {(char *)"x", NULL};

    say("%s: %s\n", name, outcome(execv(path, argv)));
}

int main(void)
{
    static char long_name[300];
    int fd;

    memset(long_name, 'n', sizeof(long_name) - 1);
    MUST(mkdir("dir", 0777) == 0);
    MUST(symlink("loop", "loop") == 0);
    MUST(symlink("nowhere", "dangling") == 0);
    fd = open("kept", O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    MUST(fd >= 0);

    try("missing", "./nosuchfile");
    try("empty name", "");
    try("directory", "dir");
    try("below a file", "prog/x");
    try("missing directory", "nosuchdir/x");
    try("loop", "loop");
    try("dangling link", "dangling");
    try("long name", long_name);

    fd = open("kept", O_RDONLY);
    MUST(fd >= 0);
    say("descriptors kept: %s\n", outcome(fcntl(fd - 1, F_GETFD)));
    return 3;
}
