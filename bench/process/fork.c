/*
 * fork.c: fork, exit, wait, from a process that has touched some memory.
 *
 *     fork MIB ROUNDS     prints the median of the rounds, in ns
 */
#include <sys/wait.h>

#include "bench.h"

int main(int argc, char **argv)
{
    size_t bytes = (size_t)atoi(argv[1]) << 20;
    int rounds = atoi(argv[2]);

    touch_memory(bytes);
    for (int i = 0; i < rounds; i++) {
        uint64_t start = now();
        pid_t pid = fork();

        if (pid == 0)
            _exit(0);
        waitpid(pid, NULL, 0);
        sample(now() - start);
    }
    print_median();
    return 0;
}
