/* sys_clock_test.c: clocks. */
#include "sys_fixture.h"

#include <time.h>

static uint64_t guest_time(struct fixture *f, uint32_t id)
{
    assert_int_equal(sys_clock_time_get(fixture_thread(f), id, 0, 16), WASI_OK);
    return guest_u64(f, 16);
}

static void times(void **state)
{
    struct fixture f;
    struct timespec now;
    uint64_t first;
    uint32_t id;

    fixture_init(&f);
    for (id = 0; id < 4; id++) {
        first = guest_time(&f, id);
        assert_true(guest_time(&f, id) >= first);
        assert_int_equal(sys_clock_res_get(fixture_thread(&f), id, 16),
                         WASI_OK);
        assert_true(guest_u64(&f, 16) > 0);
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    assert_true(guest_time(&f, WASI_CLOCKID_REALTIME) / 1000000000 -
                    (uint64_t)now.tv_sec <
                2);
    assert_int_equal(sys_clock_time_get(fixture_thread(&f), 4, 0, 16),
                     WASI_INVAL);
    assert_int_equal(sys_clock_time_get(fixture_thread(&f), UINT32_MAX, 0, 16),
                     WASI_INVAL);
    assert_int_equal(sys_clock_res_get(fixture_thread(&f), 4, 16), WASI_INVAL);
    fixture_done(&f);
}

/* The host's clock is nobody's, not even root's. */
static void setting(void **state)
{
    struct fixture f;
    struct timespec before, after;

    fixture_init(&f);
    (void)clock_gettime(CLOCK_REALTIME, &before);
    assert_int_equal(
        sys_clock_time_set(fixture_thread(&f), WASI_CLOCKID_REALTIME, 1000),
        WASI_PERM);
    assert_int_equal(
        sys_clock_time_set(fixture_thread(&f), WASI_CLOCKID_MONOTONIC, 1000),
        WASI_INVAL);
    (void)clock_gettime(CLOCK_REALTIME, &after);
    assert_true(after.tv_sec >= before.tv_sec);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(setting),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
