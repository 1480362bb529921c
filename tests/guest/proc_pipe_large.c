/*
 * proc_pipe_large.c: megabytes through eight processes in a row, each of which
 * changes every byte.
 */
#include "guest_test.h"

#define STAGES 8
#define TOTAL  (3 << 20)

static unsigned char buf[30000];

static void write_all(int fd, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = write(fd, buf + done, len - done);

        MUST(n > 0);
        done += (size_t)n;
    }
}

static int start(int in, unsigned char add)
{
    int fds[2];
    ssize_t n;

    MUST(pipe(fds) == 0);
    if (must_fork() != 0) {
        close(fds[1]);
        if (in >= 0)
            close(in);
        return fds[0];
    }
    close(fds[0]);
    if (in < 0) {
        for (size_t sent = 0; sent < TOTAL; sent += 1024) {
            memset(buf, (int)(sent / 1024), 1024);
            write_all(fds[1], 1024);
        }
        _exit(0);
    }
    while ((n = read(in, buf, sizeof(buf))) > 0) {
        for (ssize_t i = 0; i < n; i++)
            buf[i] = (unsigned char)(buf[i] + add);
        write_all(fds[1], (size_t)n);
    }
    _exit(n == 0 ? 0 : 1);
}

int main(void)
{
    unsigned long total = 0;
    unsigned sum = 0;
    int failures = 0;
    int fd = -1;
    int status;
    ssize_t n;

    for (int i = 0; i < STAGES; i++)
        fd = start(fd, (unsigned char)i);
    while ((n = read(fd, buf, sizeof(buf))) > 0) {
        for (ssize_t i = 0; i < n; i++)
            sum = sum * 31 + buf[i];
        total += (unsigned long)n;
    }
    while (wait(&status) > 0)
        failures += status != 0;
    say("%lu bytes, sum %u, %d failures\n", total, sum, failures);
    return 0;
}
