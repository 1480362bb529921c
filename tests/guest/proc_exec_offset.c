/*
 * proc_exec_offset.c: a descriptor goes on where it was, in the new program and
 * in the parent that shares it.
 */
#include "guest_test.h"

static void read_some(const char *who, int fd)
{
    char text[4] = "";

    MUST(read(fd, text, 3) == 3);
    say("%s: %s\n", who, text);
}

int main(int argc, char **argv)
{
    char number[16];
    pid_t pid;
    int fd;

    if (argc > 1) {
        read_some("program", atoi(argv[1]));
        return 0;
    }
    fd = open("file", O_RDWR | O_CREAT, 0666);
    MUST(fd >= 0 && write(fd, "abcdefghijkl", 12) == 12);
    MUST(lseek(fd, 0, SEEK_SET) == 0);
    read_some("parent", fd);
    pid = must_fork();
    if (pid == 0) {
        read_some("child", fd);
        snprintf(number, sizeof(number), "%d", fd);
        execl(SELF, "prog", number, (char *)NULL);
        _exit(99);
    }
    reap("program", pid);
    read_some("parent", fd);
    return 0;
}
