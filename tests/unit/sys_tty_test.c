/* sys_tty_test.c: the terminal. */
#include "sys_fixture.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "abi/layout.h"

/* A terminal as the guest's standard output; the controlling side. */
static int terminal(struct fixture *f)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    (void)fixture_install(f, open("/dev/null", O_RDWR));
    (void)fixture_install(f, open(ptsname(master), O_RDWR | O_NOCTTY));
    (void)fixture_install(f, open("/dev/null", O_RDWR));
    return master;
}

static struct abi_tty get(struct fixture *f)
{
    struct abi_tty tty;

    assert_int_equal(sys_tty_get(fixture_thread(f), 64), WASI_OK);
    memcpy(&tty, f->memory.base + 64, sizeof(tty));
    return tty;
}

static enum wasi_errno set(struct fixture *f, const struct abi_tty *tty)
{
    memcpy(f->memory.base + 64, tty, sizeof(*tty));
    return sys_tty_set(fixture_thread(f), 64);
}

static void modes(void **state)
{
    struct fixture f;
    struct termios mode;
    struct winsize size = {.ws_row = 30, .ws_col = 100};
    struct abi_tty tty;
    int master;

    fixture_init(&f);
    master = terminal(&f);
    assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
    tty = get(&f);
    assert_int_equal(tty.cols, 100);
    assert_int_equal(tty.rows, 30);
    assert_int_equal(tty.stdin_tty, 0);
    assert_int_equal(tty.stdout_tty, 1);
    assert_int_equal(tty.stderr_tty, 0);
    assert_int_equal(tty.echo, 1);
    assert_int_equal(tty.line_buffered, 1);
    assert_int_equal(tty.line_feeds, 1);
    tty.echo = 0;
    tty.line_buffered = 0;
    tty.line_feeds = 0;
    assert_int_equal(set(&f, &tty), WASI_OK);
    assert_int_equal(tcgetattr(fdtable_hfd(f.env.fds, 1), &mode), 0);
    assert_false(mode.c_lflag & (ECHO | ICANON));
    assert_false(mode.c_iflag & ICRNL);
    assert_true(mode.c_lflag & ISIG);
    assert_int_equal(mode.c_cc[VMIN], 1);
    assert_int_equal(mode.c_cc[VTIME], 0);
    tty = get(&f);
    assert_int_equal(tty.echo + tty.line_buffered + tty.line_feeds, 0);
    tty.echo = 1;
    assert_int_equal(set(&f, &tty), WASI_OK);
    assert_int_equal(get(&f).echo, 1);
    tty.echo = 7;
    assert_int_equal(set(&f, &tty), WASI_INVAL);
    (void)close(master);
    fixture_done(&f);
}

/* With a new size, the flags may be anything. */
static void sizes(void **state)
{
    struct fixture f;
    struct winsize size;
    struct abi_tty tty;
    int master;

    fixture_init(&f);
    master = terminal(&f);
    memset(&tty, 0, sizeof(tty));
    tty.cols = 80;
    tty.rows = 25;
    assert_int_equal(set(&f, &tty), WASI_OK);
    assert_int_equal(ioctl(master, TIOCGWINSZ, &size), 0);
    assert_int_equal(size.ws_col, 80);
    assert_int_equal(size.ws_row, 25);
    assert_int_equal(get(&f).echo, 1);
    tty.cols = 81;
    tty.echo = 77;
    assert_int_equal(set(&f, &tty), WASI_OK);
    assert_int_equal(get(&f).cols, 81);
    tty.cols = 65536;
    assert_int_equal(set(&f, &tty), WASI_INVAL);
    assert_int_equal(get(&f).cols, 81);
    (void)close(master);
    fixture_done(&f);
}

static void none(void **state)
{
    struct fixture f;
    struct abi_tty tty = {0};

    fixture_init(&f);
    assert_int_equal(sys_tty_get(fixture_thread(&f), 64), WASI_NOTTY);
    assert_int_equal(set(&f, &tty), WASI_NOTTY);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes),
        cmocka_unit_test(sizes),
        cmocka_unit_test(none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
