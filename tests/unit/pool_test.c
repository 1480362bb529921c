/* pool_test.c: memory that is freed all at once. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/pool.h"

#define N_PIECES 3000

/* Pieces of many sizes are aligned, zeroed, and do not overlap. */
static void test_pieces(void **state)
{
    static char *pieces[N_PIECES];
    struct pool pool;
    size_t i, k;

    pool_init(&pool);
    assert_int_equal(pool.total, 0);
    for (i = 0; i < N_PIECES; i++) {
        size_t size = i * 7 % 1000;

        pieces[i] = pool_alloc(&pool, size);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        for (k = 0; k < size; k++)
            assert_int_equal(pieces[i][k], 0);
        memset(pieces[i], (int)(i % 255 + 1), size);
    }
    for (i = 0; i < N_PIECES; i++) {
        for (k = 0; k < i * 7 % 1000; k++)
            assert_int_equal((uint8_t)pieces[i][k], i % 255 + 1);
    }
    assert_true(pool.total >= N_PIECES * 400);
    pool_done(&pool);
    assert_int_equal(pool.total, 0);
    assert_null(pool.chunks);
}

static void test_large(void **state)
{
    struct pool pool;
    char *small, *large, *after;

    pool_init(&pool);
    small = pool_alloc(&pool, 100);
    large = pool_alloc(&pool, 10u << 20);
    after = pool_alloc(&pool, 100);
    assert_true(small && large && after);
    large[0] = large[(10u << 20) - 1] = 1;
    assert_int_equal(small[99], 0);
    assert_int_equal(after[0], 0);
    pool_done(&pool);
}

/* Sizes that no host has, and sums that wrap. */
static void test_impossible(void **state)
{
    struct pool pool;

    pool_init(&pool);
    assert_null(pool_alloc(&pool, SIZE_MAX));
    assert_null(pool_alloc(&pool, SIZE_MAX - 15));
    assert_null(pool_alloc(&pool, SIZE_MAX / 2));
    assert_null(pool_array(&pool, SIZE_MAX / 8 + 1, 8));
    assert_null(pool_array(&pool, (size_t)1 << 32, (size_t)1 << 32));
    assert_null(pool_string(&pool, "", SIZE_MAX));
    assert_int_equal(pool.total, 0);
    assert_non_null(pool_array(&pool, 0, 8));
    assert_non_null(pool_alloc(&pool, 1));
    pool_done(&pool);
    pool_done(&pool);
}

static void test_string(void **state)
{
    struct pool pool;
    char *text;

    pool_init(&pool);
    text = pool_string(&pool, "abcdef", 3);
    assert_string_equal(text, "abc");
    assert_string_equal(pool_string(&pool, "", 0), "");
    pool_done(&pool);
}

/* What a forked child sees at *p: 0, 1, or 2 when it dies of it. */
static int seen_by_child(const volatile char *p)
{
    int status;
    /* _Fork, since ThreadSanitizer's fork makes a thread in the child, whose
     * stack comes to lie where the memory was left out. */
    pid_t child = _Fork();

    assert_true(child >= 0);
    if (child == 0) {
        /* The default action, also where a sanitizer has its own. */
        (void)signal(SIGSEGV, SIG_DFL);
        _exit(*p);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? 2 : WEXITSTATUS(status);
}

static void test_dontfork(void **state)
{
    struct pool pool;
    char *p, *q;

    pool_init(&pool);
    p = pool_alloc(&pool, 1u << 20);
    q = pool_alloc(&pool, 1u << 20);
    *p = *q = 1;
    assert_int_equal(seen_by_child(p), 1);
    pool_dontfork(&pool, true);
    assert_int_equal(seen_by_child(p), 2);
    assert_int_equal(seen_by_child(q), 2);
    pool_dontfork(&pool, false);
    assert_int_equal(seen_by_child(p), 1);
    assert_int_equal(seen_by_child(q), 1);
    pool_done(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),     cmocka_unit_test(test_large),
        cmocka_unit_test(test_impossible), cmocka_unit_test(test_string),
        cmocka_unit_test(test_dontfork),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
