/*
 * exception_test.c: the memory of exceptions: what nobody refers to goes, what
 * somebody refers to stays, and there is an end to it.
 */
#include "rt/exception.h"

#include <stdio.h>

#include "base/limits.h"
#include "unit/runmod.h"

#define VOID   VT_EMPTY
#define EXN    VT_EXNREF
#define I32(n) OP_I32_CONST, (n)
#define GET(n) OP_LOCAL_GET, (n)
#define SET(n) OP_LOCAL_SET, (n)

/* A sanitizer's build gets less to do. */
#if TINE_ASAN
#define MANY 300000u
#else
#define MANY 10000000u
#endif

/* Tag 0: i32; tag 1: exnref.  Global 0 and table 0: exnref. */
enum {
    F_LOOP,   /* throw and catch so often */
    F_GLOBAL, /* keep tag 0 with the argument in the global */
    F_TABLE,  /* keep it in the table */
    F_FRAME,  /* keep it in a local while so many are thrown: 21 */
    F_GET,    /* throw the global's again: its value */
    F_GET_TABLE,
    F_CHAIN, /* so often: throw tag 1 with the global's, and keep that there */
    F_COUNT, /* how many are in that chain */
    N_FUNCS
};

static struct runmod run;

/* Count local 1 up to local 0 around what stands between. */
#define COUNT_BEGIN                                                            \
    OP_BLOCK, VOID, OP_LOOP, VOID, GET(1), GET(0), OP_I32_EQ, OP_BR_IF, 1,     \
        GET(1), I32(1), OP_I32_ADD, SET(1)
#define COUNT_END OP_BR, 0, OP_END, OP_END

/* What the code throws with tag 0 ends as i32 and exnref on the stack. */
#define CATCH_BOTH(...)                                                        \
    OP_BLOCK, 3, OP_TRY_TABLE, VOID, 1, CATCH_REF, 0, 0, __VA_ARGS__, OP_END,  \
        OP_UNREACHABLE, OP_END

static void build_code(struct modbuild *code)
{
    code->n = 0;
    mb_u32(code, N_FUNCS);
    mb_code_body(code, BYTES(1, 1, VT_I32, COUNT_BEGIN, OP_BLOCK, VT_I32,
                             OP_TRY_TABLE, VOID, 1, CATCH, 0, 0, GET(1),
                             OP_THROW, 0, OP_END, OP_UNREACHABLE, OP_END,
                             OP_DROP, COUNT_END, GET(1), OP_END));
    mb_code_body(code, BYTES(0, CATCH_BOTH(GET(0), OP_THROW, 0), OP_GLOBAL_SET,
                             0, OP_END));
    mb_code_body(code, BYTES(1, 1, EXN, CATCH_BOTH(GET(0), OP_THROW, 0), SET(1),
                             I32(1), GET(1), OP_TABLE_SET, 0, OP_END));
    mb_code_body(code,
                 BYTES(1, 1, EXN, CATCH_BOTH(I32(21), OP_THROW, 0), SET(1),
                       OP_DROP, GET(0), OP_CALL, F_LOOP, OP_DROP, OP_BLOCK,
                       VT_I32, OP_TRY_TABLE, VOID, 1, CATCH, 0, 0, GET(1),
                       OP_THROW_REF, OP_END, OP_UNREACHABLE, OP_END, OP_END));
    mb_code_body(code, BYTES(0, OP_BLOCK, VT_I32, OP_TRY_TABLE, VOID, 1, CATCH,
                             0, 0, OP_GLOBAL_GET, 0, OP_THROW_REF, OP_END,
                             OP_UNREACHABLE, OP_END, OP_END));
    mb_code_body(code, BYTES(0, OP_BLOCK, VT_I32, OP_TRY_TABLE, VOID, 1, CATCH,
                             0, 0, I32(1), OP_TABLE_GET, 0, OP_THROW_REF,
                             OP_END, OP_UNREACHABLE, OP_END, OP_END));
    mb_code_body(code,
                 BYTES(1, 1, VT_I32, COUNT_BEGIN, OP_BLOCK, EXN, OP_TRY_TABLE,
                       VOID, 1, CATCH_ALL_REF, 0, OP_GLOBAL_GET, 0, OP_THROW, 1,
                       OP_END, OP_UNREACHABLE, OP_END, OP_GLOBAL_SET, 0,
                       COUNT_END, GET(1), OP_END));
    mb_code_body(code, BYTES(1, 1, VT_I32, OP_LOOP, VOID, OP_GLOBAL_GET, 0,
                             OP_REF_IS_NULL, OP_IF, VOID, GET(1), OP_RETURN,
                             OP_END, GET(1), I32(1), OP_I32_ADD, SET(1),
                             OP_BLOCK, EXN, OP_TRY_TABLE, VOID, 1, CATCH, 1, 0,
                             OP_GLOBAL_GET, 0, OP_THROW_REF, OP_END,
                             OP_UNREACHABLE, OP_END, OP_GLOBAL_SET, 0, OP_BR, 0,
                             OP_END, OP_UNREACHABLE, OP_END));
}

static int setup(void **state)
{
    static struct modbuild mb, code;

    if (run_setup(state))
        return -1;
    mb_init(&mb);
    mb_section(&mb, 1,
               BYTES(4, 0x60, 1, VT_I32, 0, 0x60, 1, VT_I32, 1, VT_I32, 0x60, 1,
                     EXN, 0, 0x60, 0, 2, VT_I32, EXN));
    mb_section(&mb, 3, BYTES(N_FUNCS, 1, 1, 1, 1, 1, 1, 1, 1));
    mb_section(&mb, 4, BYTES(1, EXN, 0, 2));
    mb_section(&mb, 13, BYTES(2, 0, 0, 0, 2));
    mb_section(&mb, 6, BYTES(1, EXN, 1, OP_REF_NULL, EXN, OP_END));
    build_code(&code);
    mb_section(&mb, 10, code.bytes, code.n);
    run_load(&run, &mb, NULL);
    return 0;
}

static int teardown(void **state)
{
    run_free(&run);
    exception_drop_all();
    return run_teardown(state);
}

/* Pages that this process has in memory. */
static long resident(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long pages = 0;

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    (void)fclose(file);
    return pages;
}

static void test_bounded(void **state)
{
    long before, after;

    assert_int_equal(run_i32(&run, F_LOOP, 1000), 1000);
    before = resident();
    assert_int_equal(run_i32(&run, F_LOOP, MANY), MANY);
    after = resident();
    /* 4 MiB; all of them together would have been 320. */
    assert_true(after - before < 1024);
}

static void test_kept(void **state)
{
    assert_int_equal(run_i32(&run, F_GLOBAL, 33), 33);
    assert_int_equal(run_i32(&run, F_TABLE, 44), 44);
    assert_int_equal(run_i32(&run, F_FRAME, 200000), 21);
    assert_int_equal(run_i32(&run, F_GET, 0), 33);
    assert_int_equal(run_i32(&run, F_GET_TABLE, 0), 44);
}

/* Those that only other exceptions refer to stay too. */
static void test_chain(void **state)
{
    *run.inst->globals[0] = 0;
    assert_int_equal(run_i32(&run, F_CHAIN, 200000), 200000);
    assert_int_equal(run_i32(&run, F_LOOP, 200000), 200000);
    assert_int_equal(run_i32(&run, F_COUNT, 0), 200000);
}

static void test_roots(void **state)
{
    struct exception_roots a = {0}, b = {0};
    uint64_t slots[2] = {0};

    assert_int_equal(run_i32(&run, F_GLOBAL, 55), 55);
    slots[1] = *run.inst->globals[0];
    exception_roots_remove(&a);
    exception_roots_add(&a, slots, 2);
    exception_roots_add(&b, slots, 1);
    *run.inst->globals[0] = 0;
    assert_int_equal(run_i32(&run, F_LOOP, 200000), 200000);
    *run.inst->globals[0] = slots[1];
    exception_roots_remove(&a);
    assert_int_equal(run_i32(&run, F_GET, 0), 55);
    exception_roots_remove(&b);
}

static void test_limit(void **state)
{
    uint64_t slots[1] = {LIMIT_EXCEPTIONS / 16};

    assert_int_equal(run_func(&run, F_CHAIN, slots), TRAP_EXCEPTION_LIMIT);
    /* One that lets go can go on. */
    *run.inst->globals[0] = 0;
    assert_int_equal(run_i32(&run, F_LOOP, 1000), 1000);
    exception_drop_all();
    assert_int_equal(run_i32(&run, F_LOOP, 1000), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounded), cmocka_unit_test(test_kept),
        cmocka_unit_test(test_chain),   cmocka_unit_test(test_roots),
        cmocka_unit_test(test_limit),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
