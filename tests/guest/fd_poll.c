/*
 * fd_poll.c: poll and select: readable, writable, the end, bad descriptors and
 * time-outs.
 */
#include "guest_test.h"

#include <poll.h>
#include <sys/select.h>

static void show(const char *name, int ready, const struct pollfd *fd)
{
    say("%s: %d%s%s%s\n", name, ready, fd->revents & POLLIN ? " in" : "",
        fd->revents & POLLOUT ? " out" : "",
        fd->revents & POLLNVAL ? " invalid" : "");
}

int main(void)
{
    struct timeval time = {0, 20000};
    struct pollfd pair[2];
    struct pollfd *in = &pair[0], *out = &pair[1];
    fd_set reads, writes;
    int fds[2];
    long start;
    char byte;
    pid_t pid;

    MUST(pipe(fds) == 0);
    *in = (struct pollfd){.fd = fds[0], .events = POLLIN};
    *out = (struct pollfd){.fd = fds[1], .events = POLLOUT};
    show("empty", poll(in, 1, 0), in);
    start = now_ms();
    show("empty for a while", poll(in, 1, 50), in);
    say("waited: %d\n", now_ms() - start >= 49);
    show("writable", poll(out, 1, -1), out);
    say("both: %d\n", poll(pair, 2, 0));
    MUST(write(fds[1], "x", 1) == 1);
    show("readable", poll(in, 1, -1), in);
    say("both: %d\n", poll(pair, 2, -1));
    MUST(read(fds[0], &byte, 1) == 1);
    in->fd = -1;
    show("negative", poll(in, 1, 0), in);
    in->fd = 77;
    show("bad", poll(in, 1, 1000), in);
    in->fd = fds[0];

    pid = must_fork();
    if (pid == 0) {
        sleep_ms(50);
        tell(fds);
        _exit(0);
    }
    show("from the child", poll(in, 1, 5000), in);
    reap("child", pid);

    FD_ZERO(&reads);
    FD_ZERO(&writes);
    FD_SET(fds[0], &reads);
    FD_SET(fds[1], &writes);
    say("select: %d\n", select(fds[1] + 1, &reads, &writes, NULL, NULL));
    say("sets: %d %d\n", FD_ISSET(fds[0], &reads) != 0,
        FD_ISSET(fds[1], &writes) != 0);
    MUST(read(fds[0], &byte, 1) == 1);
    FD_ZERO(&reads);
    FD_SET(fds[0], &reads);
    say("select: %d\n", select(fds[0] + 1, &reads, NULL, NULL, &time));
    say("sets: %d\n", FD_ISSET(fds[0], &reads) != 0);
    MUST(close(fds[1]) == 0);
    say("end: %d", poll(in, 1, 5000));
    say(" %s\n", in->revents & (POLLIN | POLLHUP) ? "told" : "not told");
    return 0;
}
