/*
 * fd_pipe_full.c: a pipe takes a limited number of bytes; short writes are
 * never split.
 */
#include "guest_test.h"

#define RECORD  512
#define WRITERS 4
#define RECORDS 200

int main(void)
{
    static char buf[RECORD];
    size_t filled = 0;
    int counts[WRITERS] = {0};
    int fds[2];
    ssize_t n;

    MUST(pipe2(fds, O_NONBLOCK) == 0);
    while ((n = write(fds[1], buf, sizeof(buf))) > 0)
        filled += (size_t)n;
    say("full: %s, %s\n", errno_name(),
        filled >= 4096 && filled <= (1 << 20) ? "plausible" : "wrong");
    while (filled > 0) {
        n = read(fds[0], buf, sizeof(buf));
        MUST(n > 0);
        filled -= (size_t)n;
    }
    say("empty: %s\n", outcome(read(fds[0], buf, 1)));
    MUST(fcntl(fds[0], F_SETFL, 0) == 0 && fcntl(fds[1], F_SETFL, 0) == 0);

    for (int i = 0; i < WRITERS; i++) {
        if (must_fork() == 0) {
            memset(buf, i, sizeof(buf));
            for (int j = 0; j < RECORDS; j++)
                MUST(write(fds[1], buf, sizeof(buf)) == RECORD);
            _exit(0);
        }
    }
    close(fds[1]);
    while ((n = read(fds[0], buf, sizeof(buf))) > 0) {
        while (n < RECORD)
            n += read(fds[0], buf + n, (size_t)(RECORD - n));
        for (int i = 1; i < RECORD; i++)
            MUST(buf[i] == buf[0]);
        counts[(int)buf[0]]++;
    }
    for (int i = 0; i < WRITERS; i++)
        say("writer %d: %d records\n", i, counts[i]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
