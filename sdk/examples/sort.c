/*
 * sort.c: sort [-nru] [file...]: sort lines by bytes, or numbers (-n);
 * backwards (-r); without repetitions (-u).
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool numeric, reverse, unique;
static char **lines;
static size_t n_lines;

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_number(const void *a, const void *b)
{
    double x = strtod(*(char *const *)a, NULL);
    double y = strtod(*(char *const *)b, NULL);

    return (x > y) - (x < y);
}

static int compare(const void *a, const void *b)
{
    int order = numeric ? by_number(a, b) : 0;

    if (order == 0 && !(numeric && unique))
        order = by_bytes(a, b);
    return reverse ? -order : order;
}

static int read_lines(FILE *file)
{
    static size_t room;
    char *line = NULL;
    size_t size = 0;
    ssize_t len;

    while ((len = getline(&line, &size, file)) >= 0) {
        if (len > 0 && line[len - 1] == '\n')
            line[len - 1] = '\0';
        if (n_lines == room) {
            room = room * 2 + 64;
            lines = realloc(lines, room * sizeof(*lines));
        }
        if (!lines || !(lines[n_lines++] = strdup(line)))
            return -1;
    }
    free(line);
    return ferror(file) ? -1 : 0;
}

static int read_file(const char *name)
{
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");

    if (!file || read_lines(file)) {
        fprintf(stderr, "sort: %s: %s\n", name, strerror(errno));
        return 2;
    }
    if (file != stdin)
        fclose(file);
    return 0;
}

int main(int argc, char **argv)
{
    int option;

    while ((option = getopt(argc, argv, "nru")) != -1) {
        numeric |= option == 'n';
        reverse |= option == 'r';
        unique |= option == 'u';
        if (option == '?')
            return 2;
    }
    if (optind == argc && read_file("-"))
        return 2;
    for (int i = optind; i < argc; i++) {
        if (read_file(argv[i]))
            return 2;
    }
    if (n_lines > 0)
        qsort(lines, n_lines, sizeof(*lines), compare);
    for (size_t i = 0; i < n_lines; i++) {
        if (!unique || i == 0 || compare(&lines[i - 1], &lines[i]) != 0)
            puts(lines[i]);
    }
    return fflush(stdout) ? 2 : 0;
}
