/*
 * fd_shared_offset.c: parent and child share the offset of a file, not the
 * descriptor itself.
 */
#include "guest_test.h"

int main(void)
{
    int fd = open("file", O_RDWR | O_CREAT, 0666);
    char text[32] = "";
    pid_t pid;

    MUST(fd >= 0);
    pid = must_fork();
    if (pid == 0) {
        MUST(write(fd, "child ", 6) == 6);
        MUST(lseek(fd, 2, SEEK_CUR) == 8);
        MUST(fcntl(fd, F_SETFL, O_APPEND) == 0);
        MUST(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0);
        MUST(close(fd) == 0);
        _exit(0);
    }
    reap("child", pid);
    say("offset %d\n", (int)lseek(fd, 0, SEEK_CUR));
    say("close-on-exec %d\n", fcntl(fd, F_GETFD));
    say("append %d\n", (fcntl(fd, F_GETFL) & O_APPEND) != 0);
    MUST(fcntl(fd, F_SETFL, 0) == 0);
    MUST(write(fd, "parent", 6) == 6);
    MUST(pread(fd, text, sizeof(text) - 1, 0) == 14);
    for (int i = 0; i < 14; i++)
        text[i] = text[i] ? text[i] : '.';
    say("%s\n", text);
    return 0;
}
