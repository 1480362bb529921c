/*
 * ls.c: ls [-a1Fd] [file...]: the names in directories, sorted; with hidden
 * ones (-a), with / behind directories (-F), the directories themselves (-d).
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool all, classify, directories;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void put(const char *dir, const char *name)
{
    struct stat st;
    char *path;

    printf("%s", name);
    if (classify &&
        asprintf(&path, "%s%s%s", dir ? dir : "", dir ? "/" : "", name) >= 0) {
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
            putchar('/');
        free(path);
    }
    putchar('\n');
}

static int list(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    char **names = NULL;
    size_t n = 0;

    if (!dir)
        return -1;
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.' && !all)
            continue;
        names = realloc(names, (n + 1) * sizeof(*names));
        if (!names || !(names[n++] = strdup(entry->d_name)))
            return -1;
    }
    closedir(dir);
    if (n > 0)
        qsort(names, n, sizeof(*names), by_name);
    for (size_t i = 0; i < n; i++) {
        put(path, names[i]);
        free(names[i]);
    }
    free(names);
    return 0;
}

static int show(const char *path, bool with_name)
{
    struct stat st;
    bool is_dir;
    int error;

    error = stat(path, &st) && lstat(path, &st);
    is_dir = !error && S_ISDIR(st.st_mode) && !directories;
    if (!error && is_dir && with_name)
        printf("%s:\n", path);
    if (!error && is_dir)
        error = list(path);
    else if (!error)
        put(NULL, path);
    if (error)
        fprintf(stderr, "ls: %s: %s\n", path, strerror(errno));
    return error ? 2 : 0;
}

int main(int argc, char **argv)
{
    int status = 0;
    int option;

    while ((option = getopt(argc, argv, "a1Fd")) != -1) {
        all |= option == 'a';
        classify |= option == 'F';
        directories |= option == 'd';
        if (option == '?')
            return 2;
    }
    if (optind == argc)
        return show(".", false);
    for (int i = optind; i < argc; i++)
        status |= show(argv[i], argc - optind > 1);
    return status;
}
