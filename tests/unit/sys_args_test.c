/* sys_args_test.c: arguments and environment. */
#include "sys_fixture.h"

static void lists(void **state)
{
    static const char want[] = "prog\0\0two words\0";
    struct fixture f;
    struct thread *t = fixture_thread(&f);

    fixture_init(&f);
    assert_int_equal(sys_args_sizes_get(t, 16, 20), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 0);
    assert_int_equal(guest_u32(&f, 20), 0);
    assert_int_equal(sys_args_get(t, 0, 0), WASI_OK);
    assert_true(strings_add(&f.env.argv, "prog", 4));
    assert_true(strings_add(&f.env.argv, "", 0));
    assert_true(strings_add(&f.env.argv, "two words", 9));
    assert_true(strings_add(&f.env.envp, "A=b", 3));
    assert_int_equal(sys_args_sizes_get(t, 16, 20), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 3);
    assert_int_equal(guest_u32(&f, 20), sizeof(want) - 1);
    assert_int_equal(sys_args_get(t, 64, 128), WASI_OK);
    assert_memory_equal(f.memory.base + 128, want, sizeof(want) - 1);
    assert_int_equal(guest_u32(&f, 64), 128);
    assert_int_equal(guest_u32(&f, 68), 133);
    assert_int_equal(guest_u32(&f, 72), 134);
    assert_int_equal(sys_args_get(t, 64, MEMORY_SIZE - 15), WASI_MEMVIOLATION);
    assert_int_equal(sys_args_get(t, MEMORY_SIZE - 11, 64), WASI_MEMVIOLATION);
    assert_int_equal(sys_environ_sizes_get(t, 16, 20), WASI_OK);
    assert_int_equal(guest_u32(&f, 16), 1);
    assert_int_equal(guest_u32(&f, 20), 4);
    assert_int_equal(sys_environ_get(t, 64, 128), WASI_OK);
    assert_memory_equal(f.memory.base + 128, "A=b", 4);
    t->ptr_size = 8;
    assert_int_equal(sys_args_get(t, 64, 128), WASI_OK);
    assert_true(guest_u64(&f, 72) == 133);
    assert_int_equal(sys_args_sizes_get(t, 16, 24), WASI_OK);
    assert_true(guest_u64(&f, 16) == 3);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
