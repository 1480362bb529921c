/* sys_misc_test.c: random numbers and yielding. */
#include "sys_fixture.h"

static void randomness(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    uint64_t a, b;
    unsigned zeros = 0;
    size_t i;

    fixture_init(&f);
    assert_int_equal(sys_random_get(t, 16, 8), WASI_OK);
    a = guest_u64(&f, 16);
    assert_int_equal(sys_random_get(t, 16, 8), WASI_OK);
    b = guest_u64(&f, 16);
    assert_true(a != b);
    assert_int_equal(guest_u64(&f, 24), 0);
    assert_int_equal(sys_random_get(t, 16, 0), WASI_OK);
    assert_true(guest_u64(&f, 16) == b);
    /* All of it is filled. */
    assert_int_equal(sys_random_get(t, 0, MEMORY_SIZE), WASI_OK);
    for (i = 0; i < MEMORY_SIZE; i += 8)
        zeros += guest_u64(&f, i) == 0;
    assert_int_equal(zeros, 0);
    assert_int_equal(sys_random_get(t, 1, MEMORY_SIZE), WASI_MEMVIOLATION);
    assert_int_equal(sys_sched_yield(t), WASI_OK);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(randomness)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
