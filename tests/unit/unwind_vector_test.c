/*
 * unwind_vector_test.c: exceptions that carry a vector, which takes two slots,
 * between values that take one; in both encodings.
 */
#include "unit/runmod.h"

/*
 * Types: 0 (i32 v128 i64) -> (); 1 (i32) -> (i64); 2 () -> (i32 v128 i64);
 * 3 () -> (i32 v128 i64 exnref).  The tag has type 0.
 */
enum {
    F_CATCH,  /* catches what it throws */
    F_AGAIN,  /* with the reference, throws that on, catches it again */
    F_THROW,  /* throws the same, not caught */
    F_CALL,   /* catches what F_THROW throws */
    F_LEGACY, /* the encoding before */
    F_RETHROW,
    N_FUNCS
};

#define VOID    VT_EMPTY
#define GET(n)  OP_LOCAL_GET, (n)
#define SET(n)  OP_LOCAL_SET, (n)
#define I64(n)  OP_I64_CONST, (n)
#define LANE(n) 0xfd, 0x1d, (n) /* i64x2.extract_lane */

/* The argument; a vector of it and 5; 7. */
#define THROW                                                                  \
    GET(0), GET(0), OP_I64_EXTEND_I32_U, 0xfd, 0x12, I64(5), 0xfd, 0x1e, 1,    \
        I64(7), OP_THROW, 0
/* Those four as the digits of a number, the first the last. */
#define SUM                                                                    \
    SET(1), SET(2), OP_I64_EXTEND_I32_U, GET(2), LANE(0), I64(10), OP_I64_MUL, \
        OP_I64_ADD, GET(2), LANE(1), OP_I64_CONST, 0xe4, 0, OP_I64_MUL,        \
        OP_I64_ADD, GET(1), OP_I64_CONST, 0xe8, 7, OP_I64_MUL, OP_I64_ADD,     \
        OP_END
#define LOCALS 3, 1, VT_I64, 1, VT_V128, 1, VT_EXNREF

static struct runmod run;

static void build_code(struct modbuild *code)
{
    code->n = 0;
    mb_u32(code, N_FUNCS);
    mb_code_body(code, BYTES(LOCALS, OP_BLOCK, 2, OP_TRY_TABLE, VOID, 1, CATCH,
                             0, 0, THROW, OP_END, OP_UNREACHABLE, OP_END, SUM));
    mb_code_body(code,
                 BYTES(LOCALS, OP_BLOCK, 2, OP_TRY_TABLE, VOID, 1, CATCH, 0, 0,
                       OP_BLOCK, 3, OP_TRY_TABLE, VOID, 1, CATCH_REF, 0, 0,
                       THROW, OP_END, OP_UNREACHABLE, OP_END, SET(3), OP_DROP,
                       OP_DROP, OP_DROP, GET(3), OP_THROW_REF, OP_END,
                       OP_UNREACHABLE, OP_END, SUM));
    mb_code_body(code, BYTES(0, THROW, OP_END));
    mb_code_body(code, BYTES(LOCALS, OP_BLOCK, 2, OP_TRY_TABLE, VOID, 1, CATCH,
                             0, 0, GET(0), OP_CALL, F_THROW, OP_DROP, OP_END,
                             OP_UNREACHABLE, OP_END, SUM));
    mb_code_body(code,
                 BYTES(LOCALS, OP_TRY, 2, THROW, OP_CATCH, 0, OP_END, SUM));
    mb_code_body(code, BYTES(LOCALS, OP_TRY, 2, OP_TRY, 2, GET(0), OP_CALL,
                             F_THROW, OP_UNREACHABLE, OP_CATCH, 0, OP_RETHROW,
                             0, OP_END, OP_CATCH, 0, OP_END, SUM));
}

static int setup(void **state)
{
    static struct modbuild mb, code;

    if (run_setup(state))
        return -1;
    mb_init(&mb);
    mb_section(&mb, 1,
               BYTES(4, 0x60, 3, VT_I32, VT_V128, VT_I64, 0, 0x60, 1, VT_I32, 1,
                     VT_I64, 0x60, 0, 3, VT_I32, VT_V128, VT_I64, 0x60, 0, 4,
                     VT_I32, VT_V128, VT_I64, VT_EXNREF));
    mb_section(&mb, 3, BYTES(N_FUNCS, 1, 1, 1, 1, 1, 1));
    mb_section(&mb, 13, BYTES(1, 0, 0));
    build_code(&code);
    mb_section(&mb, 10, code.bytes, code.n);
    run_load(&run, &mb, NULL);
    return 0;
}

static int teardown(void **state)
{
    run_free(&run);
    return run_teardown(state);
}

static void expect(uint32_t func)
{
    uint64_t slots[8] = {3};

    assert_int_equal(run_func(&run, func, slots), TRAP_NONE);
    assert_int_equal(slots[0], 7533);
}

static void test_final(void **state)
{
    expect(F_CATCH);
    expect(F_AGAIN);
    expect(F_CALL);
}

static void test_legacy(void **state)
{
    expect(F_LEGACY);
    expect(F_RETHROW);
}

static void test_uncaught(void **state)
{
    uint64_t slots[8] = {3};

    assert_int_equal(run_func(&run, F_THROW, slots), TRAP_UNCAUGHT_EXCEPTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_final),
        cmocka_unit_test(test_legacy),
        cmocka_unit_test(test_uncaught),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
