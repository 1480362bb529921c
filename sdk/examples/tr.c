/*
 * tr.c: tr [-d] SET1 [SET2]: replace the characters of one set by those of
 * another, or delete them (-d).  Sets have ranges (a-z) and \n \t \\.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int escape(int c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

/* The members in order, at most 256; how many. */
static size_t expand(const char *text, unsigned char *set)
{
    size_t n = 0;

    while (*text && n < 256) {
        int first = (unsigned char)*text++;
        int last;

        if (first == '\\' && *text)
            first = escape((unsigned char)*text++);
        last = first;
        if (text[0] == '-' && text[1]) {
            last = (unsigned char)text[1];
            text += 2;
        }
        for (; first <= last && n < 256; first++)
            set[n++] = (unsigned char)first;
    }
    return n;
}

int main(int argc, char **argv)
{
    bool delete = argc > 1 && strcmp(argv[1], "-d") == 0;
    unsigned char from[256], to[256];
    size_t n_from, n_to = 0;
    int map[256];
    int c;

    if (argc != 3) {
        fputs("usage: tr SET1 SET2 | tr -d SET1\n", stderr);
        return 2;
    }
    n_from = expand(argv[delete ? 2 : 1], from);
    if (!delete)
        n_to = expand(argv[2], to);
    for (int i = 0; i < 256; i++)
        map[i] = i;
    for (size_t i = 0; i < n_from; i++)
        map[from[i]] = n_to == 0 ? -1 : to[i < n_to ? i : n_to - 1];
    while ((c = getchar()) != EOF) {
        if (map[c] >= 0)
            putchar(map[c]);
    }
    return 0;
}
