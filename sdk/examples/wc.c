/*
 * wc.c: wc [-lwc] [file...]: count lines, words and bytes.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct counts {
    unsigned long lines, words, bytes;
};

static bool show_lines, show_words, show_bytes;

static void put(const struct counts *c, const char *name)
{
    const char *separator = "";

    if (show_lines) {
        printf("%lu", c->lines);
        separator = " ";
    }
    if (show_words) {
        printf("%s%lu", separator, c->words);
        separator = " ";
    }
    if (show_bytes)
        printf("%s%lu", separator, c->bytes);
    printf("%s%s\n", name ? " " : "", name ? name : "");
}

static struct counts count(FILE *file)
{
    struct counts n = {0};
    bool in_word = false;
    int c;

    while ((c = getc(file)) != EOF) {
        n.bytes++;
        n.lines += c == '\n';
        n.words += !in_word && !isspace(c);
        in_word = !isspace(c);
    }
    return n;
}

int main(int argc, char **argv)
{
    struct counts total = {0}, n;
    int status = 0;
    int option;
    FILE *file;

    while ((option = getopt(argc, argv, "lwc")) != -1) {
        show_lines |= option == 'l';
        show_words |= option == 'w';
        show_bytes |= option == 'c';
        if (option == '?')
            return 2;
    }
    if (!show_lines && !show_words && !show_bytes)
        show_lines = show_words = show_bytes = true;
    if (optind == argc) {
        n = count(stdin);
        put(&n, NULL);
    }
    for (int i = optind; i < argc; i++) {
        file = fopen(argv[i], "r");
        if (!file) {
            fprintf(stderr, "wc: %s: %s\n", argv[i], strerror(errno));
            status = 1;
            continue;
        }
        n = count(file);
        fclose(file);
        put(&n, argv[i]);
        total.lines += n.lines;
        total.words += n.words;
        total.bytes += n.bytes;
    }
    if (argc - optind > 1)
        put(&total, "total");
    return status;
}
