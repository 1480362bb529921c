/* hostabi_test.c: the host's numbers and WASI's. */
#include "sys_fixture.h"

#include "proc/hostabi.h"

static void errnos(void **state)
{
    assert_int_equal(errno_from_host(0), WASI_OK);
    assert_int_equal(errno_from_host(ENOENT), WASI_NOENT);
    assert_int_equal(errno_from_host(EWOULDBLOCK), WASI_AGAIN);
    assert_int_equal(errno_from_host(ENOTSUP), WASI_NOTSUP);
    assert_int_equal(errno_from_host(EPFNOSUPPORT), WASI_AFNOSUPPORT);
    assert_int_equal(errno_from_host(4711), WASI_UNKNOWN);
    assert_int_equal(errno_from_result(0), WASI_OK);
    assert_int_equal(errno_from_result(42), WASI_OK);
    assert_int_equal(errno_from_result(-EPIPE), WASI_PIPE);
    assert_int_equal(WASI_NOTCAPABLE, 76);
    assert_int_equal(WASI_MEMVIOLATION, 78);
}

static void flags(void **state)
{
    int host;

    assert_true(flags_to_host(GROUP_OFLAGS,
                              WASI_OFLAGS_CREAT | WASI_OFLAGS_TRUNC, &host));
    assert_int_equal(host, O_CREAT | O_TRUNC);
    assert_true(flags_to_host(GROUP_OFLAGS, 0, &host));
    assert_int_equal(host, 0);
    assert_false(flags_to_host(GROUP_OFLAGS, 1 << 4, &host));
    assert_false(flags_to_host(GROUP_FDFLAGS, 1 << 15, &host));
    assert_int_equal(flags_from_host(GROUP_FDFLAGS, O_APPEND | O_NONBLOCK),
                     WASI_FDFLAGS_APPEND | WASI_FDFLAGS_NONBLOCK);
    assert_int_equal(flags_from_host(GROUP_FDFLAGS, O_DSYNC),
                     WASI_FDFLAGS_DSYNC);
}

static void values(void **state)
{
    int host;

    assert_true(value_to_host(GROUP_WHENCE, 1, &host));
    assert_int_equal(host, SEEK_CUR);
    assert_true(value_to_host(GROUP_WHENCE_UNSTABLE, 1, &host));
    assert_int_equal(host, SEEK_END);
    assert_false(value_to_host(GROUP_WHENCE, 3, &host));
    assert_int_equal(value_from_host(GROUP_FILETYPE, S_IFDIR, 99),
                     WASI_FILETYPE_DIRECTORY);
    assert_int_equal(value_from_host(GROUP_FILETYPE, S_IFIFO, 99), 99);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errnos),
        cmocka_unit_test(flags),
        cmocka_unit_test(values),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
