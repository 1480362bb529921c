/*
 * head.c: head [-n N | -N] [file...]: the first lines, 10 if not told.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int head(const char *name, long n)
{
    FILE *file = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    int c = 0;

    if (!file) {
        fprintf(stderr, "head: %s: %s\n", name, strerror(errno));
        return 1;
    }
    while (n > 0 && (c = getc(file)) != EOF) {
        putchar(c);
        n -= c == '\n';
    }
    if (file != stdin)
        fclose(file);
    return 0;
}

int main(int argc, char **argv)
{
    int status = 0;
    int first = 1;
    long n = 10;

    if (argc > 2 && strcmp(argv[1], "-n") == 0) {
        n = atol(argv[2]);
        first = 3;
    } else if (argc > 1 && argv[1][0] == '-' && argv[1][1]) {
        n = atol(argv[1] + 1);
        first = 2;
    }
    if (first == argc)
        return head("-", n);
    for (int i = first; i < argc; i++)
        status |= head(argv[i], n);
    return status;
}
