/*
 * rm.c: rm [-fr] file...: remove files; with what is in them (-r); without a
 * word about those that are not there (-f).
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool force, recursive;

static int remove_path(const char *path);

/* The entries are read first: what is removed must not move the rest. */
static int remove_entries(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    char **paths = NULL;
    int status = 0;
    size_t n = 0;

    if (!dir)
        return 1;
    while ((entry = readdir(dir))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        paths = realloc(paths, (n + 1) * sizeof(*paths));
        if (!paths || asprintf(&paths[n++], "%s/%s", path, entry->d_name) < 0)
            exit(1);
    }
    closedir(dir);
    for (size_t i = 0; i < n; i++) {
        status |= remove_path(paths[i]);
        free(paths[i]);
    }
    free(paths);
    return status;
}

static int remove_path(const char *path)
{
    struct stat st;
    int status = 0;
    int failed = lstat(path, &st);

    if (!failed && S_ISDIR(st.st_mode) && recursive)
        status = remove_entries(path);
    if (!failed && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        failed = recursive ? rmdir(path) : -1;
    } else if (!failed) {
        failed = unlink(path);
    }
    if (failed && !(force && errno == ENOENT)) {
        fprintf(stderr, "rm: %s: %s\n", path, strerror(errno));
        status = 1;
    }
    return status;
}

int main(int argc, char **argv)
{
    int status = 0;
    int option;

    while ((option = getopt(argc, argv, "fr")) != -1) {
        force |= option == 'f';
        recursive |= option == 'r';
        if (option == '?')
            return 2;
    }
    for (int i = optind; i < argc; i++)
        status |= remove_path(argv[i]);
    return status;
}
