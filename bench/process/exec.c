/*
 * exec.c: fork, exec, wait.
 *
 *     exec PROG ROUNDS    prints the median of the rounds, in ns
 */
#include <sys/wait.h>

#include "bench.h"

int main(int argc, char **argv)
{
    char *args[] = {argv[1], NULL};
    int rounds = atoi(argv[2]);

    for (int i = 0; i < rounds; i++) {
        uint64_t start = now();
        pid_t pid = fork();
        int status;

        if (pid == 0) {
            execv(argv[1], args);
            _exit(1);
        }
        waitpid(pid, &status, 0);
        if (status) {
            fprintf(stderr, "%s: status %d\n", argv[1], status);
            return 1;
        }
        sample(now() - start);
    }
    print_median();
    return 0;
}
