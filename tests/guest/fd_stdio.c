/*
 * fd_stdio.c: streams over descriptors: fdopen, fopen's modes, freopen, and a
 * stream on a redirected descriptor.
 */
#include "guest_test.h"

int main(void)
{
    FILE *file = fopen("file", "w+e");
    char line[32];
    int saved, fd;

    MUST(file);
    say("e: %d\n", fcntl(fileno(file), F_GETFD) == FD_CLOEXEC);
    fputs("one\ntwo\n", file);
    rewind(file);
    MUST(fgets(line, sizeof(line), file));
    say("%s", line);
    fclose(file);
    say("exists: %s\n", fopen("file", "wx") ? "ok" : errno_name());
    say("missing: %s\n", fopen("nosuchfile", "r") ? "ok" : errno_name());
    say("bad mode: %s\n", fopen("file", "z") ? "ok" : errno_name());
    file = fopen("file", "a");
    MUST(file && fputs("three\n", file) >= 0 && fclose(file) == 0);

    /* Standard output goes into a file for a while. */
    fflush(stdout);
    saved = dup(1);
    fd = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    MUST(saved >= 0 && fd >= 0 && dup2(fd, 1) == 1);
    say("into the file\n");
    MUST(dup2(saved, 1) == 1 && close(saved) == 0 && close(fd) == 0);
    file = fdopen(open("out", O_RDONLY), "r");
    MUST(file && fgets(line, sizeof(line), file));
    say("out: %s", line);
    MUST(freopen("file", "r", file));
    for (int i = 0; i < 3 && fgets(line, sizeof(line), file); i++)
        say("file: %s", line);
    fclose(file);
    return 0;
}
