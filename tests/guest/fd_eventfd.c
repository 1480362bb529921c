/*
 * fd_eventfd.c: event counters, also between processes.
 */
#include "guest_test.h"

#include <sys/eventfd.h>

int main(void)
{
    eventfd_t value = 0;
    pid_t pid;
    int fd;

    fd = eventfd(3, EFD_NONBLOCK | EFD_CLOEXEC);
    MUST(fd >= 0);
    say("read: %s", outcome(eventfd_read(fd, &value)));
    say(" %d\n", (int)value);
    say("empty: %s\n", outcome(eventfd_read(fd, &value)));
    MUST(eventfd_write(fd, 5) == 0 && eventfd_write(fd, 6) == 0);
    MUST(eventfd_read(fd, &value) == 0);
    say("sum: %d\n", (int)value);
    say("short: %s\n", outcome(read(fd, &value, 4)));
    say("too much: %s\n", outcome(eventfd_write(fd, UINT64_MAX)));
    say("flag: %d\n", fcntl(fd, F_GETFD) == FD_CLOEXEC);

    fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    MUST(fd >= 0);
    for (int i = 0; i < 3; i++) {
        value = 0;
        say("semaphore: %s", outcome(eventfd_read(fd, &value)));
        say(" %d\n", (int)value);
    }

    fd = eventfd(0, 0);
    MUST(fd >= 0);
    pid = must_fork();
    if (pid == 0) {
        sleep_ms(30);
        MUST(eventfd_write(fd, 42) == 0);
        _exit(0);
    }
    MUST(eventfd_read(fd, &value) == 0);
    say("from the child: %d\n", (int)value);
    reap("child", pid);
    return 0;
}
