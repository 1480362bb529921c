/*
 * sys_tty.c: the terminal.  The calls have no descriptor: they are about the
 * first of the guest's standard streams that is a terminal.
 *
 * line_feeds is whether a carriage return typed comes as a line feed: a guest
 * that wants raw input turns it off together with the rest.
 */
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "abi/layout.h"
#include "proc/hostabi.h"
#include "sys/sys.h"

#define N_STDIO 3

static bool is_tty(struct thread *t, int32_t fd)
{
    int hfd = fdtable_hfd(call_fds(t), fd);

    return hfd >= 0 && isatty(hfd);
}

/* What the terminal is set to. */
static enum wasi_errno look(struct thread *t, int *ret_hfd,
                            struct termios *ret_mode, struct winsize *ret_size)
{
    int32_t fd;

    for (fd = 0; fd < N_STDIO; fd++) {
        if (!is_tty(t, fd))
            continue;
        *ret_hfd = fdtable_hfd(call_fds(t), fd);
        if (tcgetattr(*ret_hfd, ret_mode) < 0 ||
            ioctl(*ret_hfd, TIOCGWINSZ, ret_size) < 0)
            return errno_from_host(errno);
        return WASI_OK;
    }
    return WASI_NOTTY;
}

enum wasi_errno sys_tty_get(struct thread *t, gaddr state_out)
{
    struct abi_tty state = {0};
    struct termios mode;
    struct winsize size;
    enum wasi_errno e;
    int hfd;

    if (!guest_writable(t, state_out, sizeof(state)))
        return WASI_MEMVIOLATION;
    e = look(t, &hfd, &mode, &size);
    if (e)
        return e;
    state.cols = size.ws_col;
    state.rows = size.ws_row;
    state.width = size.ws_xpixel;
    state.height = size.ws_ypixel;
    state.stdin_tty = is_tty(t, 0);
    state.stdout_tty = is_tty(t, 1);
    state.stderr_tty = is_tty(t, 2);
    state.echo = (mode.c_lflag & ECHO) != 0;
    state.line_buffered = (mode.c_lflag & ICANON) != 0;
    state.line_feeds = (mode.c_iflag & ICRNL) != 0;
    return guest_write(t, state_out, &state, sizeof(state));
}

static bool same_size(const struct abi_tty *state, const struct winsize *size)
{
    return state->cols == size->ws_col && state->rows == size->ws_row &&
           state->width == size->ws_xpixel && state->height == size->ws_ypixel;
}

static enum wasi_errno set_size(int hfd, const struct abi_tty *state)
{
    const struct winsize size = {
        .ws_col = (unsigned short)state->cols,
        .ws_row = (unsigned short)state->rows,
        .ws_xpixel = (unsigned short)state->width,
        .ws_ypixel = (unsigned short)state->height,
    };

    if (!same_size(state, &size))
        return WASI_INVAL; /* more than 16 bits */
    return ioctl(hfd, TIOCSWINSZ, &size) < 0 ? errno_from_host(errno) : WASI_OK;
}

static void set_bit(tcflag_t *word, tcflag_t bit, bool on)
{
    *word = on ? *word | bit : *word & ~bit;
}

static enum wasi_errno set_mode(int hfd, const struct abi_tty *state,
                                struct termios *mode)
{
    if (state->echo > 1 || state->line_buffered > 1 || state->line_feeds > 1)
        return WASI_INVAL;
    set_bit(&mode->c_lflag, ECHO, state->echo);
    set_bit(&mode->c_lflag, ICANON, state->line_buffered);
    set_bit(&mode->c_iflag, ICRNL, state->line_feeds);
    if (!state->line_buffered) {
        /* A read returns with the first character. */
        mode->c_cc[VMIN] = 1;
        mode->c_cc[VTIME] = 0;
    }
    return tcsetattr(hfd, TCSANOW, mode) < 0 ? errno_from_host(errno) : WASI_OK;
}

/* A libc that sets the size leaves the flags uninitialised, and one that sets
 * the flags leaves the size as it got it: a new size means only that. */
enum wasi_errno sys_tty_set(struct thread *t, gaddr state_in)
{
    struct abi_tty state;
    struct termios mode;
    struct winsize size;
    enum wasi_errno e;
    int hfd;

    e = guest_read(t, &state, state_in, sizeof(state));
    if (!e)
        e = look(t, &hfd, &mode, &size);
    if (e)
        return e;
    return same_size(&state, &size) ? set_mode(hfd, &state, &mode)
                                    : set_size(hfd, &state);
}
