/* file_test.c: open files: types, rights, the standard descriptors. */
#include "sys_fixture.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void check_type(int hfd, uint8_t type, bool fifo)
{
    struct file *file = file_adopt(hfd);

    assert_true(hfd >= 0);
    assert_int_equal(file->filetype, type);
    assert_int_equal(file->fifo, fifo);
    file_unref(file);
    assert_int_equal(fcntl(hfd, F_GETFD), -1);
}

static void types(void **state)
{
    int fds[2];

    check_type(open("/", O_RDONLY), WASI_FILETYPE_DIRECTORY, false);
    check_type(open("/dev/null", O_RDONLY), WASI_FILETYPE_CHARACTER_DEVICE,
               false);
    check_type(open("/proc/self/maps", O_RDONLY), WASI_FILETYPE_REGULAR_FILE,
               false);
    check_type(eventfd(0, 0), WASI_FILETYPE_UNKNOWN, false);
    assert_int_equal(pipe(fds), 0);
    check_type(fds[0], WASI_FILETYPE_UNKNOWN, true);
    check_type(fds[1], WASI_FILETYPE_UNKNOWN, true);
    check_type(socket(AF_UNIX, SOCK_STREAM, 0), WASI_FILETYPE_SOCKET_STREAM,
               false);
    check_type(socket(AF_UNIX, SOCK_DGRAM, 0), WASI_FILETYPE_SOCKET_DGRAM,
               false);
    check_type(socket(AF_UNIX, SOCK_SEQPACKET, 0),
               WASI_FILETYPE_SOCKET_SEQPACKET, false);
}

static uint64_t rights_of(int hfd)
{
    struct file *file = file_adopt(hfd);
    uint64_t rights = file_rights(file, FILE_ASK_HOST);

    file_unref(file);
    return rights;
}

static void rights(void **state)
{
    const uint64_t rw = WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_WRITE;
    const uint64_t seek = WASI_RIGHTS_FD_SEEK | WASI_RIGHTS_FD_TELL;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    int slave;

    assert_true((rights_of(open("/dev/null", O_RDONLY)) & rw) ==
                WASI_RIGHTS_FD_READ);
    assert_true((rights_of(open("/dev/null", O_WRONLY)) & rw) ==
                WASI_RIGHTS_FD_WRITE);
    assert_true((rights_of(open("/dev/null", O_RDWR)) & rw) == rw);
    assert_true((rights_of(open("/dev/null", O_RDWR)) & seek) == seek);
    assert_false(rights_of(open("/dev/null", O_RDWR)) & WASI_RIGHTS_FD_READDIR);
    assert_true((rights_of(open("/", O_RDONLY)) &
                 (rw | seek | WASI_RIGHTS_FD_READDIR)) ==
                (WASI_RIGHTS_FD_READ | WASI_RIGHTS_FD_READDIR));
    /* How a guest's isatty works. */
    assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    assert_int_equal(file_type_of(slave), WASI_FILETYPE_CHARACTER_DEVICE);
    assert_true((rights_of(slave) & (rw | seek)) == rw);
    (void)close(master);
}

static void references(void **state)
{
    struct file *file = file_adopt(open("/dev/null", O_RDONLY));
    int hfd = file->hfd;

    assert_ptr_equal(file_ref(file), file);
    file_unref(file);
    assert_true(fcntl(hfd, F_GETFD) >= 0);
    file_unref(file);
    assert_int_equal(fcntl(hfd, F_GETFD), -1);
    file_unref(NULL);
}

/* In a process of its own: descriptors 0 and 2 are open, 1 is not. */
static int stdio_child(void)
{
    struct stat before, after;
    struct file *file;

    (void)close(1);
    file_stdio_init();
    if (!file_stdio_open(0) || file_stdio_open(1) || !file_stdio_open(2) ||
        file_stdio_open(3) || file_stdio_open(-1))
        return 1;
    /* Nothing else gets their numbers, neither at first ... */
    if (open("/dev/null", O_RDONLY) < 3)
        return 2;
    /* ... nor when the guest has closed them. */
    (void)fstat(2, &before);
    file = file_adopt(2);
    file_unref(file);
    if (open("/dev/null", O_RDONLY) < 3)
        return 3;
    if (fstat(2, &after) < 0 || before.st_ino == after.st_ino)
        return 4;
    return 0;
}

static void stdio(void **state)
{
    int status;
    pid_t child = fork();

    if (child == 0)
        _exit(stdio_child());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types),
        cmocka_unit_test(rights),
        cmocka_unit_test(references),
        cmocka_unit_test(stdio),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
