/*
 * posix_tty.c: termios and ioctl.  WASIX knows one terminal per process; a
 * descriptor must be a terminal, and then it is that one.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <wasi/api.h>
#include <wasix/api.h>

#include "guest.h"

#define ECHO_FLAGS (ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE)

_Static_assert(sizeof(struct __wasix_tty) == 24, "as in the ABI");

static const cc_t default_chars[NCCS] = {
    [VINTR] = 'C' & 31,    [VQUIT] = '\\' & 31,   [VERASE] = 127,
    [VKILL] = 'U' & 31,    [VEOF] = 'D' & 31,     [VMIN] = 1,
    [VSTART] = 'Q' & 31,   [VSTOP] = 'S' & 31,    [VSUSP] = 'Z' & 31,
    [VREPRINT] = 'R' & 31, [VDISCARD] = 'O' & 31, [VWERASE] = 'W' & 31,
    [VLNEXT] = 'V' & 31,
};

static int get_tty(int fd, struct __wasix_tty *tty)
{
    if (!isatty(fd))
        return -1;
    memset(tty, 0, sizeof(*tty));
    return __tine_result(__wasix_tty_get(tty));
}

int tcgetattr(int fd, struct termios *ret)
{
    struct __wasix_tty tty;

    if (get_tty(fd, &tty))
        return -1;
    memset(ret, 0, sizeof(*ret));
    ret->c_iflag = IXON | (tty.line_feeds ? ICRNL : 0);
    ret->c_oflag = OPOST | ONLCR;
    ret->c_cflag = B38400 | CS8 | CREAD;
    ret->c_lflag = ISIG | IEXTEN | (tty.line_buffered ? ICANON : 0) |
                   (tty.echo ? ECHO_FLAGS : 0);
    memcpy(ret->c_cc, default_chars, sizeof(ret->c_cc));
    ret->__c_ispeed = B38400;
    ret->__c_ospeed = B38400;
    return 0;
}

int tcsetattr(int fd, int when, const struct termios *set)
{
    struct __wasix_tty tty;

    if (when != TCSANOW && when != TCSADRAIN && when != TCSAFLUSH)
        return __tine_result(EINVAL);
    if (get_tty(fd, &tty))
        return -1;
    tty.echo = (set->c_lflag & ECHO) != 0;
    tty.line_buffered = (set->c_lflag & ICANON) != 0;
    tty.line_feeds = (set->c_iflag & ICRNL) != 0;
    return __tine_result(__wasix_tty_set(&tty));
}

/* Output goes out as it is written. */
int tcdrain(int fd)
{
    struct __wasix_tty tty;

    return get_tty(fd, &tty);
}

void cfmakeraw(struct termios *t)
{
    t->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR |
                              IGNCR | ICRNL | IXON);
    t->c_oflag &= ~(tcflag_t)OPOST;
    t->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    t->c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    t->c_cflag |= CS8;
    t->c_cc[VMIN] = 1;
    t->c_cc[VTIME] = 0;
}

speed_t cfgetispeed(const struct termios *t)
{
    return t->__c_ispeed;
}

speed_t cfgetospeed(const struct termios *t)
{
    return t->__c_ospeed;
}

int cfsetispeed(struct termios *t, speed_t speed)
{
    t->__c_ispeed = speed;
    return 0;
}

int cfsetospeed(struct termios *t, speed_t speed)
{
    t->__c_ospeed = speed;
    return 0;
}

static int get_size(int fd, struct winsize *ret)
{
    struct __wasix_tty tty;

    if (get_tty(fd, &tty))
        return -1;
    ret->ws_row = (unsigned short)tty.rows;
    ret->ws_col = (unsigned short)tty.cols;
    ret->ws_xpixel = (unsigned short)tty.width;
    ret->ws_ypixel = (unsigned short)tty.height;
    return 0;
}

static int set_size(int fd, const struct winsize *size)
{
    struct __wasix_tty tty;

    if (get_tty(fd, &tty))
        return -1;
    tty.rows = size->ws_row;
    tty.cols = size->ws_col;
    tty.width = size->ws_xpixel;
    tty.height = size->ws_ypixel;
    return __tine_result(__wasix_tty_set(&tty));
}

/* How many bytes can be read: the runtime tells it with the event that the
 * descriptor is readable. */
static int count_readable(int fd, int *ret)
{
    __wasi_subscription_t subs[2];
    __wasi_event_t events[2];
    __wasi_size_t n;

    memset(subs, 0, sizeof(subs));
    subs[0].u.tag = __WASI_EVENTTYPE_FD_READ;
    subs[0].u.u.fd_read.file_descriptor = fd;
    subs[1].u.tag = __WASI_EVENTTYPE_CLOCK;
    subs[1].u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
    subs[1].u.u.clock.timeout = 1;
    if (__tine_result(__wasi_poll_oneoff(subs, events, 2, &n)))
        return -1;
    *ret = 0;
    for (size_t i = 0; i < n; i++) {
        if (events[i].type != __WASI_EVENTTYPE_FD_READ)
            continue;
        if (__tine_result(events[i].error))
            return -1;
        *ret = (int)events[i].fd_readwrite.nbytes;
    }
    return 0;
}

static int set_nonblocking(int fd, bool on)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags < 0)
        return -1;
    return fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

int ioctl(int fd, int request, ...)
{
    va_list args;
    void *arg;

    va_start(args, request);
    arg = va_arg(args, void *);
    va_end(args);

    switch (request) {
    case TIOCGWINSZ:
        return get_size(fd, arg);
    case TIOCSWINSZ:
        return set_size(fd, arg);
    case FIONREAD:
        return count_readable(fd, arg);
    case FIONBIO:
        return set_nonblocking(fd, *(const int *)arg != 0);
    default:
        return __tine_result(EINVAL);
    }
}
