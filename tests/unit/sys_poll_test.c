/* sys_poll_test.c: waiting for descriptors and clocks. */
#include "sys_fixture.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>

#include "abi/layout.h"
#include "base/limits.h"

#define SUBS   1024
#define EVENTS 8192

#define MS ((uint64_t)1000000)

static uint64_t now_ns(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 * MS + (uint64_t)now.tv_nsec;
}

static void put_clock(struct fixture *f, uint32_t i, uint32_t id,
                      uint64_t timeout, uint16_t flags)
{
    struct abi_subscription sub = {
        .userdata = i,
        .tag = WASI_EVENTTYPE_CLOCK,
        .clock = {.id = id, .timeout = timeout, .flags = flags}};

    memcpy(f->memory.base + SUBS + i * sizeof(sub), &sub, sizeof(sub));
}

static void put_fd(struct fixture *f, uint32_t i, uint8_t tag, int32_t fd)
{
    struct abi_subscription sub = {.userdata = i, .tag = tag, .fd = fd};

    memcpy(f->memory.base + SUBS + i * sizeof(sub), &sub, sizeof(sub));
}

static enum wasi_errno do_poll(struct fixture *f, gsize n)
{
    memset(f->memory.base + EVENTS, 0xff, 32 * 64);
    return sys_poll_oneoff(fixture_thread(f), SUBS, EVENTS, n, 16);
}

static struct abi_event event(struct fixture *f, uint32_t i)
{
    struct abi_event got;

    assert_true(i < guest_u32(f, 16));
    memcpy(&got, f->memory.base + EVENTS + i * sizeof(got), sizeof(got));
    return got;
}

static void clocks(void **state)
{
    struct fixture f;
    uint64_t start = now_ns(CLOCK_MONOTONIC);

    fixture_init(&f);
    put_clock(&f, 0, WASI_CLOCKID_MONOTONIC, 20 * MS, 0);
    assert_int_equal(do_poll(&f, 1), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    assert_true(now_ns(CLOCK_MONOTONIC) - start >= 20 * MS);
    assert_true(now_ns(CLOCK_MONOTONIC) - start < 1000 * MS);
    assert_int_equal(event(&f, 0).type, WASI_EVENTTYPE_CLOCK);
    assert_int_equal(event(&f, 0).error, 0);
    assert_int_equal(event(&f, 0).nbytes, 0);
    /* The shortest counts. */
    start = now_ns(CLOCK_MONOTONIC);
    put_clock(&f, 0, WASI_CLOCKID_REALTIME, 10000 * MS, 0);
    put_clock(&f, 1, WASI_CLOCKID_REALTIME, 10 * MS, 0);
    put_clock(&f, 2, WASI_CLOCKID_MONOTONIC, UINT64_MAX, 0);
    assert_int_equal(do_poll(&f, 3), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    assert_true(event(&f, 0).userdata == 1);
    assert_true(now_ns(CLOCK_MONOTONIC) - start >= 10 * MS);
    assert_true(now_ns(CLOCK_MONOTONIC) - start < 1000 * MS);
    /* Points in time. */
    start = now_ns(CLOCK_MONOTONIC);
    put_clock(&f, 0, WASI_CLOCKID_MONOTONIC, start + 10 * MS, 1);
    put_clock(&f, 1, WASI_CLOCKID_REALTIME, now_ns(CLOCK_REALTIME) + 5000 * MS,
              1);
    assert_int_equal(do_poll(&f, 2), WASI_OK);
    assert_true(event(&f, 0).userdata == 0);
    assert_true(now_ns(CLOCK_MONOTONIC) - start >= 10 * MS);
    put_clock(&f, 0, WASI_CLOCKID_REALTIME, now_ns(CLOCK_REALTIME) + 10 * MS,
              1);
    assert_int_equal(do_poll(&f, 1), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    put_clock(&f, 0, WASI_CLOCKID_REALTIME, 1, 1);
    put_clock(&f, 1, WASI_CLOCKID_MONOTONIC, 1, 1);
    assert_int_equal(do_poll(&f, 2), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 2);
    fixture_done(&f);
}

/* Over at once: alone, and next to what never happens. */
static void zero_timeouts(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    put_clock(&f, 0, WASI_CLOCKID_MONOTONIC, 0, 0);
    assert_int_equal(do_poll(&f, 1), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    assert_int_equal(sys_fd_pipe(t, 32, 36), WASI_OK);
    put_fd(&f, 1, WASI_EVENTTYPE_FD_READ, 0);
    assert_int_equal(do_poll(&f, 2), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    assert_int_equal(event(&f, 0).type, WASI_EVENTTYPE_CLOCK);
    put_clock(&f, 0, WASI_CLOCKID_REALTIME, 1, 0);
    assert_int_equal(do_poll(&f, 2), WASI_OK);
    assert_int_equal(event(&f, 0).type, WASI_EVENTTYPE_CLOCK);
    fixture_done(&f);
}

static void bad_subscriptions(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    assert_int_equal(do_poll(&f, 0), WASI_INVAL);
    assert_int_equal(do_poll(&f, LIMIT_POLL + 1), WASI_INVAL);
    assert_int_equal(do_poll(&f, UINT64_MAX), WASI_INVAL);
    assert_int_equal(do_poll(&f, 60000), WASI_MEMVIOLATION);
    put_fd(&f, 0, 3, 0);
    assert_int_equal(do_poll(&f, 1), WASI_INVAL);
    put_clock(&f, 0, WASI_CLOCKID_REALTIME, 0, 0);
    assert_int_equal(sys_poll_oneoff(t, MEMORY_SIZE - 47, EVENTS, 1, 16),
                     WASI_MEMVIOLATION);
    assert_int_equal(sys_poll_oneoff(t, SUBS, MEMORY_SIZE - 31, 1, 16),
                     WASI_MEMVIOLATION);
    assert_int_equal(sys_poll_oneoff(t, SUBS, EVENTS, 1, MEMORY_SIZE - 3),
                     WASI_MEMVIOLATION);
    /* What cannot be waited for is an event, and ends the wait. */
    put_clock(&f, 0, WASI_CLOCKID_PROCESS_CPUTIME_ID, 1000000 * MS, 0);
    put_clock(&f, 1, WASI_CLOCKID_REALTIME, 1000000 * MS, 2);
    put_fd(&f, 2, WASI_EVENTTYPE_FD_READ, 77);
    put_fd(&f, 3, WASI_EVENTTYPE_FD_WRITE, -1);
    put_clock(&f, 4, WASI_CLOCKID_REALTIME, 1000000 * MS, 0);
    assert_int_equal(do_poll(&f, 5), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 4);
    assert_int_equal(event(&f, 0).error, WASI_INVAL);
    assert_int_equal(event(&f, 1).error, WASI_INVAL);
    assert_int_equal(event(&f, 2).error, WASI_BADF);
    assert_int_equal(event(&f, 2).type, WASI_EVENTTYPE_FD_READ);
    assert_int_equal(event(&f, 3).error, WASI_BADF);
    assert_true(event(&f, 3).userdata == 3);
    /* Also next to what would never happen. */
    assert_int_equal(sys_fd_pipe(t, 32, 36), WASI_OK);
    put_fd(&f, 0, WASI_EVENTTYPE_FD_READ, 0);
    put_fd(&f, 1, WASI_EVENTTYPE_FD_READ, 77);
    assert_int_equal(do_poll(&f, 2), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    assert_int_equal(event(&f, 0).error, WASI_BADF);
    fixture_done(&f);
}

static void descriptors(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct abi_event e;

    fixture_init(&f);
    assert_int_equal(sys_fd_pipe(t, 32, 36), WASI_OK); /* 0 and 1 */
    put_fd(&f, 0, WASI_EVENTTYPE_FD_READ, 0);
    put_fd(&f, 1, WASI_EVENTTYPE_FD_WRITE, 1);
    put_clock(&f, 2, WASI_CLOCKID_MONOTONIC, 0, 0);
    assert_int_equal(do_poll(&f, 3), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    e = event(&f, 0);
    assert_true(e.userdata == 1 && e.type == WASI_EVENTTYPE_FD_WRITE);
    assert_true(e.error == 0 && e.nbytes > 0 && e.flags == 0);
    /* With something in the pipe, both; the time-out is not told. */
    assert_int_equal(write(fdtable_hfd(f.env.fds, 1), "12345", 5), 5);
    assert_int_equal(do_poll(&f, 3), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 2);
    assert_int_equal(event(&f, 0).nbytes, 5);
    assert_int_equal(event(&f, 0).flags, 0);
    /* The writer goes: there is still something to read, then the end. */
    assert_int_equal(sys_fd_close(t, 1), WASI_OK);
    assert_int_equal(do_poll(&f, 1), WASI_OK);
    assert_int_equal(event(&f, 0).nbytes, 5);
    assert_int_equal(event(&f, 0).flags, WASI_EVENTRWFLAGS_HANGUP);
    /* The reader goes. */
    assert_int_equal(sys_fd_pipe(t, 32, 36), WASI_OK); /* 1 and 2 */
    assert_int_equal(sys_fd_close(t, 1), WASI_OK);
    put_fd(&f, 0, WASI_EVENTTYPE_FD_WRITE, 2);
    assert_int_equal(do_poll(&f, 1), WASI_OK);
    assert_int_equal(event(&f, 0).error, 0);
    assert_int_equal(event(&f, 0).flags, WASI_EVENTRWFLAGS_HANGUP);
    fixture_done(&f);
}

static void other_kinds(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    int pair[2];
    int32_t fd;

    fixture_init(&f);
    host_write(&f, "file", "0123456789");
    host_mkdir(&f, "m");
    fixture_mount(&f, "m::/m");
    fixture_preopen(&f);
    fd = fixture_install(&f, open(host_path(&f, "file"), O_RDWR));
    assert_int_equal(lseek(fdtable_hfd(f.env.fds, fd), 4, SEEK_SET), 4);
    put_fd(&f, 0, WASI_EVENTTYPE_FD_READ, fd);
    put_fd(&f, 1, WASI_EVENTTYPE_FD_WRITE, fd);
    put_fd(&f, 2, WASI_EVENTTYPE_FD_READ, 3); /* in no mount */
    assert_int_equal(do_poll(&f, 3), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 3);
    assert_int_equal(event(&f, 0).nbytes, 6);
    assert_int_equal(event(&f, 2).error, 0);
    assert_int_equal(sys_fd_event(t, 3, 0, 32), WASI_OK);
    put_fd(&f, 0, WASI_EVENTTYPE_FD_READ, (int32_t)guest_u32(&f, 32));
    assert_int_equal(do_poll(&f, 1), WASI_OK);
    assert_int_equal(event(&f, 0).nbytes, 8);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    fd = fixture_install(&f, pair[0]);
    assert_int_equal(write(pair[1], "abc", 3), 3);
    put_fd(&f, 0, WASI_EVENTTYPE_FD_READ, fd);
    assert_int_equal(do_poll(&f, 1), WASI_OK);
    assert_int_equal(event(&f, 0).nbytes, 3);
    (void)close(pair[1]);
    assert_int_equal(do_poll(&f, 1), WASI_OK);
    assert_int_equal(event(&f, 0).flags, WASI_EVENTRWFLAGS_HANGUP);
    fixture_done(&f);
}

/* More subscriptions than poll(2) takes descriptors. */
static void many(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct memory *memory = &f.memory;
    const size_t size = 32 << 20;
    const uint32_t n = 100000;
    struct abi_subscription sub = {.tag = WASI_EVENTTYPE_FD_WRITE};
    uint32_t i;

    fixture_init(&f);
    free(memory->base);
    memory->base = calloc(1, size);
    f.inst.mem_base = memory->base;
    atomic_store(&memory->size, size);
    (void)fixture_install(&f, open("/dev/null", O_RDWR));
    (void)fixture_install(&f, open("/dev/null", O_RDWR));
    for (i = 0; i < n; i++) {
        sub.fd = (int32_t)(i & 1);
        memcpy(memory->base + SUBS + i * sizeof(sub), &sub, sizeof(sub));
    }
    assert_int_equal(sys_poll_oneoff(t, SUBS, 16 << 20, n, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), n);
    fixture_done(&f);
}

static void old_layout(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct abi_subscription_unstable subs[2] = {
        {.userdata = 5,
         .tag = WASI_EVENTTYPE_CLOCK,
         .identifier = 7,
         .clock = {.id = WASI_CLOCKID_MONOTONIC, .timeout = 10000 * MS}},
        {.userdata = 6, .tag = WASI_EVENTTYPE_FD_WRITE, .fd = 0},
    };

    fixture_init(&f);
    (void)fixture_install(&f, open("/dev/null", O_RDWR));
    memcpy(f.memory.base + SUBS, subs, sizeof(subs));
    assert_int_equal(sys_poll_oneoff_unstable(t, SUBS, EVENTS, 2, 16), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    assert_true(event(&f, 0).userdata == 6);
    subs[0].clock.timeout = 0;
    memcpy(f.memory.base + SUBS, subs, sizeof(subs));
    assert_int_equal(sys_poll_oneoff_unstable(t, SUBS, EVENTS, 1, 16), WASI_OK);
    assert_true(event(&f, 0).userdata == 5);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clocks),      cmocka_unit_test(zero_timeouts),
        cmocka_unit_test(descriptors), cmocka_unit_test(bad_subscriptions),
        cmocka_unit_test(other_kinds), cmocka_unit_test(many),
        cmocka_unit_test(old_layout),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
