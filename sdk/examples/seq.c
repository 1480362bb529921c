/*
 * seq.c: seq [FIRST [STEP]] LAST: whole numbers, one a line.
 */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    long first = argc > 2 ? atol(argv[1]) : 1;
    long step = argc > 3 ? atol(argv[2]) : 1;
    long last;

    if (argc < 2 || argc > 4 || step == 0) {
        fputs("usage: seq [FIRST [STEP]] LAST\n", stderr);
        return 2;
    }
    last = atol(argv[argc - 1]);
    for (long i = first; step > 0 ? i <= last : i >= last; i += step)
        printf("%ld\n", i);
    return 0;
}
