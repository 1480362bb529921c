/*
 * mkdir.c: mkdir [-p] directory...: with -p also those on the way, and no word
 * about those that are there.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int make_parents(char *path)
{
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(path, 0777) && errno != EEXIST)
            return -1;
        *p = '/';
    }
    if (mkdir(path, 0777) && errno != EEXIST)
        return -1;
    return 0;
}

int main(int argc, char **argv)
{
    bool parents = argc > 1 && strcmp(argv[1], "-p") == 0;
    int status = 0;

    for (int i = parents ? 2 : 1; i < argc; i++) {
        if (parents ? make_parents(argv[i]) : mkdir(argv[i], 0777)) {
            fprintf(stderr, "mkdir: %s: %s\n", argv[i], strerror(errno));
            status = 1;
        }
    }
    return status;
}
