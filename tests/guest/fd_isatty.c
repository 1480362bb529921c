/*
 * fd_isatty.c: what is not a terminal, and what cannot be asked of it.
 */
#include "guest_test.h"

#include <sys/ioctl.h>
#include <termios.h>

int main(void)
{
    struct termios settings;
    struct winsize size;
    int fds[2];
    int fd = open("file", O_RDWR | O_CREAT, 0666);
    int n = -1;

    MUST(fd >= 0 && pipe(fds) == 0);
    say("file: %d", isatty(fd));
    say(" %s\n", errno_name());
    say("pipe: %d\n", isatty(fds[0]));
    say("bad: %d", isatty(77));
    say(" %s\n", errno_name());
    say("tcgetattr: %s\n", outcome(tcgetattr(fd, &settings)));
    say("tcgetattr bad: %s\n", outcome(tcgetattr(77, &settings)));
    say("size: %s\n", outcome(ioctl(fd, TIOCGWINSZ, &size)));
    MUST(write(fds[1], "12345", 5) == 5);
    say("FIONREAD: %s", outcome(ioctl(fds[0], FIONREAD, &n)));
    say(" %d\n", n);
    return 0;
}
