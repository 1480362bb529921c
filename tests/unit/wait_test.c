/* wait_test.c: time-outs of calls that are made again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proc/wait.h"

#define SECOND UINT64_C(1000000000)

/* The first try of a call, then another. */
static uint64_t again(uint64_t first_ns, uint64_t then_ns)
{
    static struct thread t;

    memset(&t, 0, sizeof(t));
    (void)wait_deadline(&t, first_ns);
    t.restarting = true;
    return wait_deadline(&t, then_ns);
}

static void test_second_try_ends_with_the_first(void **state)
{
    static struct thread t;
    uint64_t first = wait_deadline(&t, SECOND);

    t.restarting = true;
    assert_true(wait_deadline(&t, SECOND) == first);
    t.restarting = false;
    assert_true(wait_deadline(&t, SECOND) > first);
    assert_true(again(WAIT_FOREVER, WAIT_FOREVER) == WAIT_FOREVER);
}

/* So a handler ends a wait that had not begun; sdk/README.md. */
static void test_changed_time_out_counts(void **state)
{
    assert_true(again(WAIT_FOREVER, 1) <= wait_now());
    assert_true(again(100 * SECOND, 1) <= wait_now());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_second_try_ends_with_the_first),
        cmocka_unit_test(test_changed_time_out_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
