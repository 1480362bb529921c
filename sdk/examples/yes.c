/*
 * yes.c: yes [word...]: a line of the words, or "y", again and again, until
 * nobody reads them.
 */
#include <stdio.h>

int main(int argc, char **argv)
{
    do {
        if (argc < 2)
            putchar('y');
        for (int i = 1; i < argc; i++)
            printf("%s%s", i > 1 ? " " : "", argv[i]);
    } while (putchar('\n') != EOF);
    return 1;
}
