/*
 * cp.c: cp FILE TARGET | cp FILE... DIRECTORY
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int copy(int from, int to)
{
    static char buf[65536];
    ssize_t n, m;

    while ((n = read(from, buf, sizeof(buf))) > 0) {
        for (char *p = buf; n > 0; p += m, n -= m) {
            m = write(to, p, (size_t)n);
            if (m < 0)
                return -1;
        }
    }
    return n < 0 ? -1 : 0;
}

static int copy_file(const char *from, const char *to)
{
    int in = open(from, O_RDONLY);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    int failed = out < 0 || copy(in, out);

    if (failed)
        fprintf(stderr, "cp: %s: %s\n", in < 0 ? from : to, strerror(errno));
    if (out >= 0)
        close(out);
    if (in >= 0)
        close(in);
    return failed;
}

int main(int argc, char **argv)
{
    const char *target = argv[argc - 1];
    struct stat st;
    int status = 0;

    if (argc < 3) {
        fputs("usage: cp FILE... TARGET\n", stderr);
        return 2;
    }
    if (stat(target, &st) != 0 || !S_ISDIR(st.st_mode)) {
        if (argc == 3)
            return copy_file(argv[1], target);
        fprintf(stderr, "cp: %s: %s\n", target, strerror(ENOTDIR));
        return 1;
    }
    for (int i = 1; i < argc - 1; i++) {
        const char *slash = strrchr(argv[i], '/');
        char *path;

        if (asprintf(&path, "%s/%s", target, slash ? slash + 1 : argv[i]) < 0)
            return 1;
        status |= copy_file(argv[i], path);
        free(path);
    }
    return status;
}
