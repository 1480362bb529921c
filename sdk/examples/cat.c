/*
 * cat.c: cat [file...]: copy files, or standard input (also "-"), to standard
 * output.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int write_all(const char *buf, ssize_t len)
{
    ssize_t n;

    for (; len > 0; buf += n, len -= n) {
        n = write(1, buf, (size_t)len);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n < 0)
            n = 0;
    }
    return 0;
}

static int copy(int fd)
{
    static char buf[65536];
    ssize_t n;

    while ((n = read(fd, buf, sizeof(buf))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || write_all(buf, n))
            return -1;
    }
    return 0;
}

static int cat(const char *name)
{
    int fd = strcmp(name, "-") == 0 ? 0 : open(name, O_RDONLY);
    int failed = fd < 0 || copy(fd);

    if (failed)
        fprintf(stderr, "cat: %s: %s\n", name, strerror(errno));
    if (fd > 0)
        close(fd);
    return failed;
}

int main(int argc, char **argv)
{
    int status = 0;

    if (argc < 2)
        return cat("-");
    for (int i = 1; i < argc; i++)
        status |= cat(argv[i]);
    return status;
}
