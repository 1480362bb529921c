/*
 * printf.c: printf FORMAT [word...]: %s %d %c %% and the escapes \n \t \\ and
 * \ooo; the format is used again while there are words left.
 */
#include <stdio.h>
#include <stdlib.h>

static const char *put_escape(const char *p)
{
    int code = 0;
    int n = 0;

    for (; n < 3 && p[n] >= '0' && p[n] <= '7'; n++)
        code = code * 8 + p[n] - '0';
    if (n > 0) {
        putchar(code);
        return p + n;
    }
    putchar(*p == 'n' ? '\n' : *p == 't' ? '\t' : *p);
    return *p ? p + 1 : p;
}

/* Once through the format; how many words it took. */
static int put(const char *format, char **words)
{
    int used = 0;
    const char *word;

    for (const char *p = format; *p;) {
        if (*p == '\\') {
            p = put_escape(p + 1);
            continue;
        }
        if (*p != '%' || !p[1]) {
            putchar(*p++);
            continue;
        }
        if (p[1] == '%') {
            putchar('%');
            p += 2;
            continue;
        }
        word = words[used] ? words[used++] : "";
        if (p[1] == 'd')
            printf("%ld", atol(word));
        else if (p[1] == 'c')
            printf("%.1s", word);
        else
            fputs(word, stdout);
        p += 2;
    }
    return used;
}

int main(int argc, char **argv)
{
    char **words = argv + 2;
    int used;

    if (argc < 2) {
        fputs("usage: printf FORMAT [word...]\n", stderr);
        return 2;
    }
    do {
        used = put(argv[1], words);
        words += used;
    } while (used > 0 && *words);
    return 0;
}
