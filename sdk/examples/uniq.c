/*
 * uniq.c: uniq [-cdu] [file]: one of each run of equal lines; with their
 * number (-c), only repeated (-d) or only single ones (-u).
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool count, only_repeated, only_single;

static void put(const char *line, unsigned long n)
{
    if (n == 0 || (only_repeated && n == 1) || (only_single && n > 1))
        return;
    if (count)
        printf("%7lu ", n);
    fputs(line, stdout);
}

int main(int argc, char **argv)
{
    char *line = NULL, *previous = NULL, *swap;
    size_t size = 0, previous_size = 0;
    unsigned long n = 0;
    FILE *file = stdin;
    int option;

    while ((option = getopt(argc, argv, "cdu")) != -1) {
        count |= option == 'c';
        only_repeated |= option == 'd';
        only_single |= option == 'u';
        if (option == '?')
            return 2;
    }
    if (optind < argc)
        file = fopen(argv[optind], "r");
    if (!file) {
        fprintf(stderr, "uniq: %s: %s\n", argv[optind], strerror(errno));
        return 1;
    }
    while (getline(&line, &size, file) >= 0) {
        if (n > 0 && strcmp(line, previous) == 0) {
            n++;
            continue;
        }
        put(previous, n);
        n = 1;
        swap = previous;
        previous = line;
        line = swap;
        size_t swap_size = previous_size;
        previous_size = size;
        size = swap_size;
    }
    put(previous, n);
    free(line);
    free(previous);
    return fflush(stdout) ? 1 : 0;
}
