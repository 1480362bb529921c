/*
 * proc_fork_stdio.c: what a stream has not written yet is written by both
 * sides, at one common offset.
 */
#include "guest_test.h"

int main(void)
{
    FILE *file = fopen("out", "w");
    char text[64] = "";
    pid_t pid;
    int fd;

    MUST(file);
    fputs("before ", file);
    pid = must_fork();
    if (pid == 0) {
        fputs("child ", file);
        exit(0);
    }
    reap("child", pid);
    fputs("parent", file);
    MUST(fclose(file) == 0);
    fd = open("out", O_RDONLY);
    MUST(read(fd, text, sizeof(text) - 1) > 0);
    say("%s\n", text);
    return 0;
}
