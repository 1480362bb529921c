/* sys_sockio_test.c: calls on sockets that the guest was given. */
#include "sys_fixture.h"

#include <netinet/in.h>
#include <sys/socket.h>

static int32_t pair(struct fixture *f, int type, int *ret_other)
{
    int hfds[2];

    assert_int_equal(socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, hfds), 0);
    *ret_other = hfds[1];
    return fixture_install(f, hfds[0]);
}

static void streams(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    char text[8] = "";
    int other;
    int32_t fd;

    fixture_init(&f);
    fd = pair(&f, SOCK_STREAM, &other);
    guest_put_iov(&f, 32, 1024, 2);
    guest_put_iov(&f, 40, 2048, 3);
    assert_int_equal(sys_sock_recv(t, fd, 32, 2, 0, 16, 20), WASI_AGAIN);
    assert_int_equal(write(other, "hello", 5), 5);
    assert_int_equal(
        sys_sock_recv(t, fd, 32, 2, WASI_RIFLAGS_RECV_PEEK, 16, 20), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 5);
    memset(f.memory.base + 1024, 0, 8);
    assert_int_equal(sys_sock_recv(t, fd, 32, 2, 0, 16, 20), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 5);
    assert_int_equal(guest_load_u16(t, 20), 0);
    assert_memory_equal(f.memory.base + 1024, "he", 3);
    assert_memory_equal(f.memory.base + 2048, "llo", 4);
    assert_int_equal(
        sys_sock_send(t, fd, 32, 2, WASI_SIFLAGS_SEND_DONT_WAIT, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 5);
    assert_int_equal(read(other, text, 8), 5);
    assert_string_equal(text, "hello");
    assert_int_equal(sys_sock_recv(t, fd, 32, 2, 1 << 4, 16, 20), WASI_INVAL);
    assert_int_equal(sys_sock_send(t, fd, 32, 2, 2, 16), WASI_INVAL);
    /* Half closed, and closed. */
    assert_int_equal(sys_sock_shutdown(t, fd, 0), WASI_INVAL);
    assert_int_equal(sys_sock_shutdown(t, fd, 4), WASI_INVAL);
    assert_int_equal(sys_sock_shutdown(t, fd, WASI_SDFLAGS_WR), WASI_OK);
    assert_int_equal(read(other, text, 8), 0);
    assert_int_equal(
        sys_sock_shutdown(t, fd, WASI_SDFLAGS_RD | WASI_SDFLAGS_WR), WASI_OK);
    assert_int_equal(sys_sock_recv(t, fd, 32, 2, 0, 16, 20), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 0);
    (void)close(other);
    fixture_done(&f);
}

static void datagrams(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    char text[8] = "";
    int other;
    int32_t fd;

    fixture_init(&f);
    fd = pair(&f, SOCK_DGRAM, &other);
    assert_int_equal(f.env.fds->entries[fd].file->filetype,
                     WASI_FILETYPE_SOCKET_DGRAM);
    guest_put_iov(&f, 32, 1024, 3);
    assert_int_equal(write(other, "hello", 5), 5);
    assert_int_equal(sys_sock_recv(t, fd, 32, 1, 0, 16, 20), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 3);
    assert_int_equal(guest_load_u16(t, 20), WASI_ROFLAGS_RECV_DATA_TRUNCATED);
    /* The rest is gone; asking for the whole length tells it. */
    assert_int_equal(write(other, "hello", 5), 5);
    assert_int_equal(
        sys_sock_recv(t, fd, 32, 1, WASI_RIFLAGS_RECV_DATA_TRUNCATED, 16, 20),
        WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 5);
    /* An empty message is a message. */
    guest_put_iov(&f, 32, 1024, 0);
    assert_int_equal(sys_fd_write(t, fd, 32, 1, 16), WASI_OK);
    assert_int_equal(read(other, text, 8), 0);
    assert_int_equal(read(other, text, 8), -1);
    (void)close(other);
    fixture_done(&f);
}

static void accepting(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int client = socket(AF_INET, SOCK_STREAM, 0);
    int32_t fd, got;

    fixture_init(&f);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(listener, (void *)&address, len), 0);
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (void *)&address, &len), 0);
    fd = fixture_install(&f, listener);
    assert_int_equal(sys_sock_accept(t, fd, 0, 16), WASI_AGAIN);
    assert_null(fdtable_entry(f.env.fds, fd + 1));
    assert_int_equal(sys_sock_accept(t, fd, WASI_FDFLAGS_APPEND, 16),
                     WASI_INVAL);
    assert_int_equal(connect(client, (void *)&address, len), 0);
    assert_int_equal(sys_sock_accept(t, fd, WASI_FDFLAGS_NONBLOCK, 16),
                     WASI_OK);
    got = (int32_t)guest_u32(&f, 16);
    assert_int_equal(got, fd + 1);
    assert_true(fcntl(fdtable_hfd(f.env.fds, got), F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(fdtable_hfd(f.env.fds, got), F_GETFD) & FD_CLOEXEC);
    assert_int_equal(f.env.fds->entries[got].file->filetype,
                     WASI_FILETYPE_SOCKET_STREAM);
    (void)close(client);
    fixture_done(&f);
}

static void no_sockets(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    (void)fixture_install(&f, open("/dev/null", O_RDWR));
    guest_put_iov(&f, 32, 1024, 3);
    assert_int_equal(sys_sock_recv(t, 0, 32, 1, 0, 16, 20), WASI_NOTSOCK);
    assert_int_equal(sys_sock_send(t, 0, 32, 1, 0, 16), WASI_NOTSOCK);
    assert_int_equal(sys_sock_accept(t, 0, 0, 16), WASI_NOTSOCK);
    assert_int_equal(sys_sock_shutdown(t, 0, WASI_SDFLAGS_RD), WASI_NOTSOCK);
    assert_int_equal(sys_sock_recv(t, 1, 32, 1, 0, 16, 20), WASI_BADF);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams),
        cmocka_unit_test(datagrams),
        cmocka_unit_test(accepting),
        cmocka_unit_test(no_sockets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
