/*
 * idle.c: a process that has touched some memory and forks children, which
 * sleep; for measuring what each of them costs.
 *
 *     idle MIB CHILDREN   prints "ready", and ends when standard input does
 */
#include <sys/wait.h>

#include "bench.h"

int main(int argc, char **argv)
{
    int children = atoi(argv[2]);
    char byte;

    touch_memory((size_t)atoi(argv[1]) << 20);
    for (int i = 0; i < children; i++)
        if (fork() == 0) {
            while (read(0, &byte, 1) > 0)
                ;
            _exit(0);
        }
    puts("ready");
    fflush(stdout);
    while (wait(NULL) > 0)
        ;
    return 0;
}
