/*
 * sleep.c: sleep SECONDS, which may have a fraction.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    double seconds = argc == 2 ? strtod(argv[1], NULL) : -1;
    struct timespec time;

    if (seconds < 0) {
        fputs("usage: sleep SECONDS\n", stderr);
        return 2;
    }
    time.tv_sec = (time_t)seconds;
    time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
    while (nanosleep(&time, &time))
        ;
    return 0;
}
