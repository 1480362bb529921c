/*
 * fd_flags.c: access modes and what they allow; F_GETFL, F_SETFL.
 */
#include "guest_test.h"

static void try(const char *name, int flags)
{
    int fd = open("file", flags, 0666);
    int got;
    char byte;

    say("%s: %s", name, outcome(fd));
    if (fd < 0) {
        say("\n");
        return;
    }
    got = fcntl(fd, F_GETFL);
    say(", mode %s",
        (got & O_ACCMODE) == (flags & O_ACCMODE) ? "kept" : "changed");
    say(", append %d", (got & O_APPEND) != 0);
    say(", read %s", outcome(read(fd, &byte, 1)));
    say(", write %s", outcome(write(fd, "w", 1)));
    say(", size %s\n", outcome(ftruncate(fd, 1)));
    close(fd);
}

int main(void)
{
    int fd;

    try("missing", O_RDONLY);
    try("created", O_WRONLY | O_CREAT | O_EXCL);
    try("exclusive", O_WRONLY | O_CREAT | O_EXCL);
    try("read", O_RDONLY);
    try("write", O_WRONLY);
    try("both", O_RDWR);
    try("append", O_WRONLY | O_APPEND);
    try("truncate", O_RDWR | O_TRUNC);
    try("directory", O_RDONLY | O_DIRECTORY);
    say("no mode: %s\n", outcome(open("file", 0)));
    say("write a directory: %s\n", outcome(open(".", O_WRONLY)));
    fd = open("file", O_RDWR);
    MUST(fd >= 0);
    MUST(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK) == 0);
    say("set: %d %d\n", (fcntl(fd, F_GETFL) & O_APPEND) != 0,
        (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
    MUST(fcntl(fd, F_SETFL, 0) == 0);
    say("cleared: %d\n", (fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK)) != 0);
    say("unknown command: %s\n", outcome(fcntl(fd, 12345)));
    return 0;
}
