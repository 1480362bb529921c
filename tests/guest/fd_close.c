/*
 * fd_close.c: numbers are given back, the lowest first; what is closed is gone.
 */
#include "guest_test.h"

int main(void)
{
    int a = open("file", O_RDWR | O_CREAT, 0666);
    int b = open("file", O_RDONLY);
    int c = dup(a);
    char byte;

    MUST(a >= 0 && b >= 0 && c >= 0);
    say("in order: %d\n", a < b && b < c);
    MUST(close(a) == 0);
    say("lowest again: %d\n", open("file", O_RDONLY) == a);
    MUST(close(c) == 0 && close(b) == 0);
    say("lowest again: %d\n", dup(a) == b);
    say("close twice: %s\n", outcome(close(c)));
    say("read: %s\n", outcome(read(c, &byte, 1)));
    say("write: %s\n", outcome(write(c, "x", 1)));
    say("seek: %s\n", outcome(lseek(c, 0, SEEK_SET)));
    say("flags: %s\n", outcome(fcntl(c, F_GETFL)));
    say("negative: %s\n", outcome(close(-1)));
    MUST(close(0) == 0);
    say("standard input again: %d\n", open("file", O_RDONLY));
    return 0;
}
