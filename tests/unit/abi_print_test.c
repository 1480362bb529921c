/* abi_print_test.c: the table of calls for people. */
#include "sys_fixture.h"

#include "sys/abi_print.h"

static char *printed(bool markdown)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_true(abi_print(out, markdown));
    assert_int_equal(fclose(out), 0);
    return text;
}

static void text(void **state)
{
    AUTO_FREE char *got = printed(false);

    assert_non_null(
        strstr(got, "fd_write\n"
                    "  namespaces: wasi_unstable, wasi_snapshot_preview1, "
                    "wasix_32v1, wasix_64v1\n"
                    "  32-bit: (i32, i32, i32, i32) -> (i32)\n"
                    "  64-bit: (i32, i64, i64, i64) -> (i32)\n"
                    "  parameters: fd: FD, iovs: CIOVS, iovs_len: LEN, "
                    "nwritten_out: OUT_SIZE\n"
                    "  result: errno\n\n"));
    assert_non_null(strstr(got, "sock_open (not there yet)\n"));
    assert_non_null(strstr(got, "thread-spawn"));
}

static void markdown(void **state)
{
    AUTO_FREE char *got = printed(true);
    const char *at;
    size_t rows = 0;

    for (at = got; (at = strstr(at, "\n| `")) != NULL; at++)
        rows++;
    assert_int_equal(rows, n_calls);
    assert_non_null(strstr(
        got, "| `proc_exit` | wasi_unstable, wasi_snapshot_preview1, "
             "wasix_32v1, wasix_64v1 | `(i32) -> ()` | `(i32) -> ()` | rval: "
             "EXITCODE | does not return | yes |\n"));
}

static void failing(void **state)
{
    FILE *full = fopen("/dev/full", "w");

    assert_false(abi_print(full, false));
    (void)fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text),
        cmocka_unit_test(markdown),
        cmocka_unit_test(failing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
