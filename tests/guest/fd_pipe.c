/*
 * fd_pipe.c: bytes through a pipe, its end, and its flags.
 */
#include "guest_test.h"

int main(void)
{
    char text[16] = "";
    int fds[2];

    MUST(pipe(fds) == 0);
    MUST(write(fds[1], "abcdef", 6) == 6);
    say("read %d: %s\n", (int)read(fds[0], text, 4), text);
    memset(text, 0, sizeof(text));
    say("read %d: %s\n", (int)read(fds[0], text, 10), text);
    say("seek: %s\n", outcome(lseek(fds[0], 0, SEEK_SET)));
    say("pread: %s\n", outcome(pread(fds[0], text, 1, 0)));
    say("write to the reading end: %s\n", outcome(write(fds[0], "x", 1)));
    say("read from the writing end: %s\n", outcome(read(fds[1], text, 1)));
    say("modes: %d %d\n", (fcntl(fds[0], F_GETFL) & O_ACCMODE) == O_RDONLY,
        (fcntl(fds[1], F_GETFL) & O_ACCMODE) == O_WRONLY);
    MUST(write(fds[1], "xy", 2) == 2);
    MUST(close(fds[1]) == 0);
    say("rest %d\n", (int)read(fds[0], text, 10));
    say("end %d\n", (int)read(fds[0], text, 10));
    MUST(close(fds[0]) == 0);

    MUST(pipe2(fds, O_NONBLOCK | O_CLOEXEC) == 0);
    say("empty: %s\n", outcome(read(fds[0], text, 1)));
    say("flags: %d %d\n", fcntl(fds[0], F_GETFD) == FD_CLOEXEC,
        (fcntl(fds[1], F_GETFL) & O_NONBLOCK) != 0);
    MUST(fcntl(fds[0], F_SETFL, 0) == 0);
    say("blocking again: %d\n", fcntl(fds[0], F_GETFL) & O_NONBLOCK);
    say("bad flags: %s\n", outcome(pipe2(fds, O_APPEND)));
    return 0;
}
