/*
 * echo.c: echo [-n] [word...]: the words, separated by blanks; no newline (-n).
 */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    int n = argc > 1 && strcmp(argv[1], "-n") == 0;

    for (int i = 1 + n; i < argc; i++)
        printf("%s%s", i > 1 + n ? " " : "", argv[i]);
    if (!n)
        putchar('\n');
    return 0;
}
