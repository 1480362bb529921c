/*
 * tee.c: tee [-a] [file...]: standard input to standard output and to files,
 * at their end (-a).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILES 16

int main(int argc, char **argv)
{
    bool append = argc > 1 && strcmp(argv[1], "-a") == 0;
    int flags = O_WRONLY | O_CREAT | (append ? O_APPEND : O_TRUNC);
    static char buf[65536];
    int fds[MAX_FILES + 1] = {1};
    int n_fds = 1;
    int status = 0;
    ssize_t n;

    for (int i = append ? 2 : 1; i < argc && n_fds <= MAX_FILES; i++) {
        fds[n_fds] = open(argv[i], flags, 0666);
        if (fds[n_fds] < 0) {
            fprintf(stderr, "tee: %s: %s\n", argv[i], strerror(errno));
            status = 1;
            continue;
        }
        n_fds++;
    }
    while ((n = read(0, buf, sizeof(buf))) > 0) {
        for (int i = 0; i < n_fds; i++) {
            if (write(fds[i], buf, (size_t)n) != n)
                status = 1;
        }
    }
    return n < 0 ? 1 : status;
}
