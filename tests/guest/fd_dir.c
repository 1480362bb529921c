/*
 * fd_dir.c: reading a directory, also one that a child fills.
 */
#include "guest_test.h"

#include <dirent.h>
#include <sys/stat.h>

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    char *names[64];
    int n = 0;

    MUST(dir);
    while ((entry = readdir(dir)) && n < 64) {
        if (entry->d_name[0] != '.')
            names[n++] = strdup(entry->d_name);
    }
    closedir(dir);
    qsort(names, (size_t)n, sizeof(*names), by_name);
    say("%s:", path);
    for (int i = 0; i < n; i++) {
        say(" %s", names[i]);
        free(names[i]);
    }
    say("\n");
}

int main(void)
{
    pid_t pid;

    MUST(mkdir("dir", 0777) == 0);
    list("dir");
    pid = must_fork();
    if (pid == 0) {
        MUST(chdir("dir") == 0);
        for (int i = 0; i < 20; i++) {
            char name[8];

            snprintf(name, sizeof(name), "f%02d", i);
            MUST(close(open(name, O_WRONLY | O_CREAT, 0666)) == 0);
        }
        MUST(mkdir("sub", 0777) == 0);
        list(".");
        _exit(0);
    }
    reap("child", pid);
    list("dir");
    say("not empty: %s\n", outcome(rmdir("dir")));
    say("no directory: %s\n", opendir("prog") ? "ok" : errno_name());
    say("missing: %s\n", opendir("x") ? "ok" : errno_name());
    return 0;
}
