/*
 * spawn.c: posix_spawn and wait, from a process that has touched some memory.
 *
 *     spawn PROG MIB ROUNDS    prints the median of the rounds, in ns
 */
#include <spawn.h>
#include <sys/wait.h>

#include "bench.h"

extern char **environ;

int main(int argc, char **argv)
{
    char *args[] = {argv[1], NULL};
    int rounds = atoi(argv[3]);

    touch_memory((size_t)atoi(argv[2]) << 20);
    for (int i = 0; i < rounds; i++) {
        uint64_t start = now();
        int status;
        pid_t pid;

        if (posix_spawn(&pid, argv[1], NULL, NULL, args, environ)) {
            perror(argv[1]);
            return 1;
        }
        waitpid(pid, &status, 0);
        if (status)
            return 1;
        sample(now() - start);
    }
    print_median();
    return 0;
}
