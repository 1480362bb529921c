/*
 * pipe.c: bytes through a pipe from a child.
 *
 *     pipe MIB CHUNK      prints the time, in ns
 */
#include <sys/wait.h>

#include "bench.h"

static char buffer[1 << 20];

int main(int argc, char **argv)
{
    size_t left = (size_t)atoi(argv[1]) << 20;
    size_t chunk = (size_t)atoi(argv[2]);
    uint64_t start = now();
    int ends[2];
    pid_t pid;

    if (pipe(ends))
        return 1;
    pid = fork();
    if (pid == 0) {
        close(ends[0]);
        while (left > 0) {
            ssize_t n = write(ends[1], buffer, chunk);

            if (n <= 0)
                _exit(1);
            left -= (size_t)n < left ? (size_t)n : left;
        }
        _exit(0);
    }
    close(ends[1]);
    while (read(ends[0], buffer, chunk) > 0)
        ;
    waitpid(pid, NULL, 0);
    printf("%llu\n", (unsigned long long)(now() - start));
    return 0;
}
