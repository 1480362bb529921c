/*
 * fd_lseek.c: seeking, holes, and reading past the end.
 */
#include "guest_test.h"

int main(void)
{
    int fd = open("file", O_RDWR | O_CREAT, 0666);
    char text[8] = "";

    MUST(fd >= 0);
    say("set: %d\n", (int)lseek(fd, 10, SEEK_SET));
    MUST(write(fd, "x", 1) == 1);
    say("end: %d\n", (int)lseek(fd, 0, SEEK_END));
    say("behind the end: %d\n", (int)lseek(fd, 5, SEEK_END));
    say("read there: %d\n", (int)read(fd, text, 4));
    say("back: %d\n", (int)lseek(fd, -7, SEEK_CUR));
    say("read %d:", (int)read(fd, text, 4));
    for (int i = 0; i < 4; i++)
        say(" %d", text[i]);
    say("\nnegative: %s\n", outcome(lseek(fd, -1, SEEK_SET)));
    say("bad whence: %s\n", outcome(lseek(fd, 0, 77)));
    say("large: %d\n", lseek(fd, (off_t)1 << 40, SEEK_SET) == (off_t)1 << 40);
    return 0;
}
