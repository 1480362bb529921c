/*
 * fd_dup.c: dup, dup2, dup3 and F_DUPFD: copies share offset and status flags.
 */
#include "guest_test.h"

static void show_offset(const char *name, int fd)
{
    say("%s: offset %d\n", name, (int)lseek(fd, 0, SEEK_CUR));
}

int main(void)
{
    int fd = open("file", O_RDWR | O_CREAT, 0666);
    int other = open("file", O_RDWR);
    int copy, high;

    MUST(fd >= 0 && other >= 0);
    copy = dup(fd);
    MUST(copy >= 0 && copy != fd);
    MUST(write(fd, "hello", 5) == 5);
    show_offset("original", fd);
    show_offset("copy", copy);
    show_offset("opened on its own", other);
    MUST(write(copy, " world", 6) == 6);
    show_offset("original", fd);

    MUST(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0);
    say("copy has flags of its own: %d\n", fcntl(copy, F_GETFD));
    MUST(fcntl(fd, F_SETFL, O_APPEND) == 0);
    say("and common status flags: %d\n",
        (fcntl(copy, F_GETFL) & O_APPEND) != 0);

    say("dup2 onto an open one: %d\n", dup2(fd, other) == other);
    show_offset("replaced", other);
    say("dup2 to itself: %d\n", dup2(fd, fd) == fd);
    say("keeps its flag: %d\n", fcntl(fd, F_GETFD) == FD_CLOEXEC);
    say("dup2 clears it: %d\n", fcntl(other, F_GETFD));
    say("dup3: %d\n", dup3(fd, other, O_CLOEXEC) == other);
    say("sets it: %d\n", fcntl(other, F_GETFD) == FD_CLOEXEC);

    high = fcntl(fd, F_DUPFD, 20);
    say("F_DUPFD: %d\n", high);
    say("next: %d\n", fcntl(fd, F_DUPFD_CLOEXEC, 20));
    say("flags: %d %d\n", fcntl(20, F_GETFD), fcntl(21, F_GETFD));
    say("to a high number: %d\n", dup2(fd, 100));

    say("dup bad: %s\n", outcome(dup(77)));
    say("dup2 from bad: %s\n", outcome(dup2(77, fd)));
    say("dup2 bad to itself: %s\n", outcome(dup2(77, 77)));
    say("dup2 to bad: %s\n", outcome(dup2(fd, -1)));
    say("dup3 to itself: %s\n", outcome(dup3(fd, fd, 0)));
    say("F_DUPFD bad: %s\n", outcome(fcntl(77, F_DUPFD, 0)));
    say("F_DUPFD negative: %s\n", outcome(fcntl(fd, F_DUPFD, -1)));
    say("untouched: %s\n", outcome(fcntl(fd, F_GETFD)));
    return 0;
}
