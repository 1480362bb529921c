/*
 * grep.c: grep [-civnq] STRING [file...]: lines that contain a string, as it
 * stands; without regard to case (-i), those that do not (-v), with their
 * numbers (-n), only how many (-c), or nothing (-q).  0 if there are any, else
 * 1.  ^ at the start and $ at the end of the string tie it to the line's.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static bool only_count, ignore_case, invert, numbers, quiet;
static bool at_start, at_end;
static const char *pattern;
static size_t pattern_len;
static unsigned long n_found;

static bool equal(const char *s)
{
    return (ignore_case ? strncasecmp(s, pattern, pattern_len)
                        : strncmp(s, pattern, pattern_len)) == 0;
}

static bool matches(const char *line, size_t len)
{
    if (pattern_len > len)
        return false;
    for (size_t i = 0; i <= len - pattern_len; i++) {
        if ((!at_start || i == 0) && (!at_end || i == len - pattern_len) &&
            equal(line + i))
            return true;
    }
    return false;
}

static void search(FILE *file, const char *name)
{
    char *line = NULL;
    size_t size = 0;
    unsigned long number = 0, n = 0;
    ssize_t len;

    while ((len = getline(&line, &size, file)) >= 0) {
        number++;
        if (len > 0 && line[len - 1] == '\n')
            line[--len] = '\0';
        if (matches(line, (size_t)len) == invert)
            continue;
        n++;
        if (quiet || only_count)
            continue;
        if (name)
            printf("%s:", name);
        if (numbers)
            printf("%lu:", number);
        puts(line);
    }
    free(line);
    n_found += n;
    if (only_count && !quiet)
        printf("%s%s%lu\n", name ? name : "", name ? ":" : "", n);
}

static void set_pattern(const char *text)
{
    at_start = *text == '^';
    pattern = text + at_start;
    pattern_len = strlen(pattern);
    at_end = pattern_len > 0 && pattern[pattern_len - 1] == '$';
    pattern_len -= at_end;
}

int main(int argc, char **argv)
{
    int failed = 0;
    int option;

    while ((option = getopt(argc, argv, "civnq")) != -1) {
        only_count |= option == 'c';
        ignore_case |= option == 'i';
        invert |= option == 'v';
        numbers |= option == 'n';
        quiet |= option == 'q';
        if (option == '?')
            return 2;
    }
    if (optind == argc) {
        fputs("usage: grep [-civnq] STRING [file...]\n", stderr);
        return 2;
    }
    set_pattern(argv[optind++]);
    if (optind == argc)
        search(stdin, NULL);
    for (int i = optind; i < argc; i++) {
        FILE *file = fopen(argv[i], "r");

        if (!file) {
            fprintf(stderr, "grep: %s: %s\n", argv[i], strerror(errno));
            failed = 2;
            continue;
        }
        search(file, argc - optind > 1 ? argv[i] : NULL);
        fclose(file);
    }
    return failed ? failed : n_found == 0;
}
