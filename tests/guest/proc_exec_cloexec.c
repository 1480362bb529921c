/*
 * proc_exec_cloexec.c: exec closes what is marked so, and nothing else.
 */
#include "guest_test.h"

#define N 7

int main(int argc, char **argv)
{
    static const char *const names[N] = {
        "open",        "open O_CLOEXEC",  "fcntl F_SETFD",  "set and cleared",
        "dup of such", "pipe2 O_CLOEXEC", "F_DUPFD_CLOEXEC"};
    char numbers[N][16];
    int fds[N];
    int pair[2];

    if (argc > N) {
        for (int i = 0; i < N; i++)
            say("%s: %s\n", names[i],
                outcome(fcntl(atoi(argv[i + 1]), F_GETFD)));
        return 0;
    }
    fds[0] = open("file", O_RDWR | O_CREAT, 0666);
    fds[1] = open("file", O_RDONLY | O_CLOEXEC);
    fds[2] = open("file", O_RDONLY);
    MUST(fcntl(fds[2], F_SETFD, FD_CLOEXEC) == 0);
    fds[3] = open("file", O_RDONLY | O_CLOEXEC);
    MUST(fcntl(fds[3], F_SETFD, 0) == 0);
    fds[4] = dup(fds[1]);
    MUST(pipe2(pair, O_CLOEXEC) == 0);
    fds[5] = pair[0];
    fds[6] = fcntl(fds[0], F_DUPFD_CLOEXEC, 0);
    for (int i = 0; i < N; i++) {
        MUST(fds[i] >= 0);
        snprintf(numbers[i], sizeof(numbers[i]), "%d", fds[i]);
    }
    execl(SELF, "prog", numbers[0], numbers[1], numbers[2], numbers[3],
          numbers[4], numbers[5], numbers[6], (char *)NULL);
    return 99;
}
