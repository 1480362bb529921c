/*
 * proc_exec_garbage.c: a file that is no program cannot be run.
 */
#include "guest_test.h"

static void try(const char *name, const char *text, size_t len)
{
    char *argv[] = {(char *)"file", NULL};
    int fd = open("file", O_WRONLY | O_CREAT | O_TRUNC, 0777);

    MUST(fd >= 0 && write(fd, text, len) == (ssize_t)len);
    MUST(close(fd) == 0);
    say("%s: %s\n", name, execv("file", argv) ? "failed" : "ran");
}

int main(void)
{
    try("empty", "", 0);
    try("zeros", "\0\0\0\0\0\0\0\0", 8);
    try("only a magic number", "\0asm", 4);
    try("wrong version", "\0asm\2\0\0\0", 8);
    try("broken section", "\0asm\1\0\0\0\1\377\377\377\377\17", 14);
    say("still here\n");
    return 0;
}
