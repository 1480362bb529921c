/* xlat_test.c: times and attributes. */
#include "sys_fixture.h"

#include "sys/xlat.h"

static void times(void **state)
{
    struct timespec ts = {.tv_sec = 1, .tv_nsec = 5};

    assert_true(xlat_time(&ts) == 1000000005);
    ts.tv_sec = -1;
    assert_true(xlat_time(&ts) == 0);
    ts.tv_sec = 18446744073;
    ts.tv_nsec = 709551615;
    assert_true(xlat_time(&ts) == UINT64_MAX);
    ts.tv_nsec = 709551616;
    assert_true(xlat_time(&ts) == UINT64_MAX);
    ts = xlat_timespec(1000000005);
    assert_int_equal(ts.tv_sec, 1);
    assert_int_equal(ts.tv_nsec, 5);
}

static void set_times(void **state)
{
    struct timespec ts[2];

    assert_int_equal(xlat_set_times(7, 9, 0, ts), WASI_OK);
    assert_int_equal(ts[0].tv_nsec, UTIME_OMIT);
    assert_int_equal(ts[1].tv_nsec, UTIME_OMIT);
    assert_int_equal(
        xlat_set_times(7, 9, WASI_FSTFLAGS_ATIM | WASI_FSTFLAGS_MTIM_NOW, ts),
        WASI_OK);
    assert_int_equal(ts[0].tv_nsec, 7);
    assert_int_equal(ts[1].tv_nsec, UTIME_NOW);
    assert_int_equal(
        xlat_set_times(7, 9, WASI_FSTFLAGS_ATIM | WASI_FSTFLAGS_ATIM_NOW, ts),
        WASI_INVAL);
    assert_int_equal(
        xlat_set_times(7, 9, WASI_FSTFLAGS_MTIM | WASI_FSTFLAGS_MTIM_NOW, ts),
        WASI_INVAL);
    assert_int_equal(xlat_set_times(7, 9, 1 << 4, ts), WASI_INVAL);
}

static void narrow_links(void **state)
{
    struct abi_filestat stat = {.nlink = UINT32_MAX, .size = 3};
    struct abi_filestat_unstable old;

    assert_int_equal(xlat_filestat_unstable(&stat, &old), WASI_OK);
    assert_int_equal(old.nlink, UINT32_MAX);
    assert_int_equal(old.size, 3);
    stat.nlink++;
    assert_int_equal(xlat_filestat_unstable(&stat, &old), WASI_OVERFLOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times),
        cmocka_unit_test(set_times),
        cmocka_unit_test(narrow_links),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
