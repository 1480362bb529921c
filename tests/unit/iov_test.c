/* iov_test.c: guest I/O vectors. */
#include "sys_fixture.h"

#include "sys/iov.h"

static void sums(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    struct iov iov;
    uint32_t i;

    fixture_init(&f);
    guest_put_iov(&f, 0, 100, 7);
    guest_put_iov(&f, 8, MEMORY_SIZE, 0);
    assert_int_equal(iov_pin(t, 0, 2, &iov), WASI_OK);
    assert_int_equal(iov.n, 2);
    assert_int_equal(iov.total, 7);
    assert_ptr_equal(iov.items[0].iov_base, f.memory.base + 100);
    assert_int_equal(iov_pin(t, MEMORY_SIZE, 0, &iov), WASI_OK);
    assert_int_equal(iov_pin(t, MEMORY_SIZE - 7, 1, &iov), WASI_MEMVIOLATION);
    assert_int_equal(iov_pin(t, 0, UINT32_MAX, &iov), WASI_INVAL);
    assert_int_equal(iov_pin(t, 0, UINT64_MAX, &iov), WASI_INVAL);
    fixture_done(&f);
    /* In a memory of 16 MiB, 1024 times all of it is more than 32 bits. */
    fixture_init(&f);
    free(f.memory.base);
    f.memory.base = calloc(1, 16 << 20);
    f.inst.mem_base = f.memory.base;
    atomic_store(&f.memory.size, 16 << 20);
    for (i = 0; i < LIMIT_IOVS; i++)
        guest_put_iov(&f, 8 * i, 0, 16 << 20);
    assert_int_equal(iov_pin(t, 0, 256, &iov), WASI_INVAL);
    assert_int_equal(iov_pin(t, 0, 255, &iov), WASI_OK);
    assert_int_equal(iov.total, 255u << 24);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sums)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
