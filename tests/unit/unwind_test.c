/*
 * unwind_test.c: where exceptions arrive, and what they find there: through
 * calls of all kinds, between instances, in frames far below.
 */
#include "rt/exception.h"
#include "unit/runmod.h"

#define VOID VT_EMPTY
#define EXN  VT_EXNREF

/*
 * Types: 0 () -> (); 1 (i32) -> (); 2 (i32) -> (i32); 3 (i32 i64) -> ();
 * 4 () -> (i32 i64 exnref); 5 () -> (i32 exnref).
 * Tags: 0 (i32), 1 (i32 i64), 2 ().
 */
enum {
    F_THROW,        /* (i32) -> (): throws tag 0 with it */
    F_INDIRECT,     /* catches what F_THROW, called by a table, throws */
    F_DEEP,         /* (i32) -> (): calls itself so often, then throws 7 */
    F_CATCH_DEEP,   /* catches that */
    F_THROW_RESULT, /* (i32) -> (i32): throws tag 0 */
    F_TAIL,         /* calls that at its end, inside a try_table */
    F_CATCH_TAIL,   /* catches it, and adds 1000 */
    F_STATE,        /* operands and locals in the handler */
    F_REF,          /* catches two values and the exception, throws it on */
    F_CATCH_REF,    /* catches that one again: 3 a + b */
    F_ALL,          /* catch_all_ref, throw_ref, catch_all */
    F_ORDER,        /* the first clause that fits; then the block around */
    F_LOOP,         /* a clause whose label is a loop: counts to the argument */
    F_RETURN,       /* a clause whose label is the function */
    F_CALL_REF,     /* through call_ref */
    F_NULL,         /* throw_ref of null */
    N_FUNCS
};

static struct runmod main_run;

#define I32(n) OP_I32_CONST, (n)
#define GET(n) OP_LOCAL_GET, (n)
#define SET(n) OP_LOCAL_SET, (n)

static void build_code(struct modbuild *code)
{
    code->n = 0;
    mb_u32(code, N_FUNCS);
    mb_code_body(code, BYTES(0, GET(0), OP_THROW, 0, OP_END));
    mb_code_body(code, BYTES(0, OP_BLOCK, VT_I32, OP_TRY_TABLE, VOID, 1, CATCH,
                             0, 0, GET(0), I32(0), OP_CALL_INDIRECT, 1, 0,
                             OP_END, I32(63), OP_END, OP_END));
    mb_code_body(code, BYTES(0, GET(0), OP_IF, VOID, GET(0), I32(1), OP_I32_SUB,
                             OP_CALL, F_DEEP, OP_ELSE, I32(7), OP_THROW, 0,
                             OP_END, OP_END));
    mb_code_body(code, BYTES(0, OP_BLOCK, VT_I32, OP_TRY_TABLE, VOID, 1, CATCH,
                             0, 0, GET(0), OP_CALL, F_DEEP, OP_END, I32(63),
                             OP_END, OP_END));
    mb_code_body(code, BYTES(0, GET(0), OP_THROW, 0, OP_END));
    mb_code_body(code, BYTES(0, OP_BLOCK, VT_I32, OP_TRY_TABLE, VOID, 1, CATCH,
                             0, 0, GET(0), OP_RETURN_CALL, F_THROW_RESULT,
                             OP_END, I32(63), OP_END, OP_DROP, I32(1), OP_END));
    mb_code_body(code,
                 BYTES(0, OP_BLOCK, VT_I32, OP_TRY_TABLE, VT_I32, 1, CATCH, 0,
                       0, GET(0), OP_CALL, F_TAIL, OP_END, OP_RETURN, OP_END,
                       I32(0xe8), 7, OP_I32_ADD, OP_END));
    /* 50 + (argument doubled) + what was thrown */
    mb_code_body(code, BYTES(0, I32(50), OP_BLOCK, VT_I32, OP_TRY_TABLE, VOID,
                             1, CATCH, 0, 0, GET(0), GET(0), GET(0), OP_I32_ADD,
                             SET(0), OP_THROW, 0, OP_END, OP_UNREACHABLE,
                             OP_END, GET(0), OP_I32_ADD, OP_I32_ADD, OP_END));
    mb_code_body(code, BYTES(1, 1, EXN, OP_BLOCK, 4, OP_TRY_TABLE, VOID, 1,
                             CATCH_REF, 1, 0, GET(0), OP_I64_CONST, 5, OP_THROW,
                             1, OP_END, OP_UNREACHABLE, OP_END, SET(1), OP_DROP,
                             OP_DROP, GET(1), OP_THROW_REF, OP_END));
    mb_code_body(code, BYTES(2, 1, VT_I64, 1, EXN, OP_BLOCK, 4, OP_TRY_TABLE,
                             VOID, 1, CATCH_REF, 1, 0, GET(0), OP_CALL, F_REF,
                             OP_DROP, OP_END, OP_UNREACHABLE, OP_END, SET(2),
                             SET(1), I32(3), OP_I32_MUL, GET(1),
                             OP_I32_WRAP_I64, OP_I32_ADD, OP_END));
    mb_code_body(code, BYTES(0, OP_BLOCK, VOID, OP_TRY_TABLE, VOID, 1,
                             CATCH_ALL, 0, OP_BLOCK, EXN, OP_TRY_TABLE, VOID, 1,
                             CATCH_ALL_REF, 0, OP_THROW, 2, OP_END,
                             OP_UNREACHABLE, OP_END, OP_THROW_REF, OP_END,
                             OP_UNREACHABLE, OP_END, GET(0), OP_END));
    /* 1: tag 0, caught inside; 2: tag 2, outside; 3: not reached */
    mb_code_body(code, BYTES(0, OP_BLOCK, VOID, OP_BLOCK, VT_I32, OP_TRY_TABLE,
                             VOID, 2, CATCH_ALL, 1, CATCH, 0, 0, OP_TRY_TABLE,
                             VOID, 2, CATCH, 0, 0 + 1, CATCH, 0, 1, GET(0),
                             OP_IF, VOID, OP_THROW, 2, OP_ELSE, I32(1),
                             OP_THROW, 0, OP_END, OP_END, OP_END, I32(3),
                             OP_END, OP_RETURN, OP_END, I32(2), OP_END));
    mb_code_body(code,
                 BYTES(1, 1, VT_I32, OP_LOOP, VOID, GET(1), GET(0), OP_I32_EQ,
                       OP_IF, VOID, GET(1), OP_RETURN, OP_END, GET(1), I32(1),
                       OP_I32_ADD, SET(1), OP_TRY_TABLE, VOID, 1, CATCH_ALL, 0,
                       OP_THROW, 2, OP_END, OP_END, OP_UNREACHABLE, OP_END));
    mb_code_body(code, BYTES(0, OP_TRY_TABLE, VOID, 1, CATCH, 0, 0, GET(0),
                             OP_CALL, F_THROW, OP_END, I32(63), OP_END));
    mb_code_body(code, BYTES(0, OP_BLOCK, VT_I32, OP_TRY_TABLE, VOID, 1, CATCH,
                             0, 0, GET(0), OP_REF_FUNC, F_THROW, OP_CALL_REF, 1,
                             OP_END, I32(63), OP_END, OP_END));
    mb_code_body(code, BYTES(0, OP_BLOCK, VOID, OP_TRY_TABLE, VOID, 1,
                             CATCH_ALL, 0, OP_REF_NULL, EXN, OP_THROW_REF,
                             OP_END, OP_END, I32(1), OP_END));
}

static void build_main(struct modbuild *mb)
{
    static struct modbuild code;

    mb_init(mb);
    mb_section(mb, 1,
               BYTES(6, 0x60, 0, 0, 0x60, 1, VT_I32, 0, 0x60, 1, VT_I32, 1,
                     VT_I32, 0x60, 2, VT_I32, VT_I64, 0, 0x60, 0, 3, VT_I32,
                     VT_I64, EXN, 0x60, 0, 2, VT_I32, EXN));
    mb_section(mb, 3,
               BYTES(N_FUNCS, 1, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2));
    mb_section(mb, 4, BYTES(1, VT_FUNCREF, 0, 1));
    mb_section(mb, 13, BYTES(3, 0, 1, 0, 3, 0, 0));
    mb_section(
        mb, 7,
        BYTES(3, 1, 't', 4, 0, 1, 'f', 0, F_THROW_RESULT, 1, 'd', 0, F_DEEP));
    mb_section(mb, 9, BYTES(1, 0, I32(0), OP_END, 1, F_THROW));
    build_code(&code);
    mb_section(mb, 10, code.bytes, code.n);
}

static int setup(void **state)
{
    static struct modbuild mb;

    build_main(&mb);
    if (run_setup(state))
        return -1;
    run_load(&main_run, &mb, NULL);
    return 0;
}

static int teardown(void **state)
{
    run_free(&main_run);
    return run_teardown(state);
}

static void test_calls(void **state)
{
    assert_int_equal(run_i32(&main_run, F_INDIRECT, 42), 42);
    assert_int_equal(run_i32(&main_run, F_CALL_REF, 43), 43);
    assert_int_equal(run_i32(&main_run, F_CATCH_DEEP, 0), 7);
    assert_int_equal(run_i32(&main_run, F_CATCH_DEEP, 10000), 7);
}

/* The frame of a function that has ended in a call catches nothing. */
static void test_tail_call(void **state)
{
    assert_int_equal(run_i32(&main_run, F_CATCH_TAIL, 5), 1005);
}

static void test_handlers(void **state)
{
    assert_int_equal(run_i32(&main_run, F_STATE, 4), 50 + 8 + 4);
    assert_int_equal(run_i32(&main_run, F_CATCH_REF, 9), 32);
    assert_int_equal(run_i32(&main_run, F_ALL, 3), 3);
    assert_int_equal(run_i32(&main_run, F_ORDER, 0), 1);
    assert_int_equal(run_i32(&main_run, F_ORDER, 1), 2);
    assert_int_equal(run_i32(&main_run, F_LOOP, 100), 100);
    assert_int_equal(run_i32(&main_run, F_RETURN, 77), 77);
}

static void test_uncaught(void **state)
{
    struct interp_frame frames[4];
    uint64_t slots[1] = {3};

    assert_int_equal(run_func(&main_run, F_DEEP, slots),
                     TRAP_UNCAUGHT_EXCEPTION);
    assert_ptr_equal(run_thread.exception->tag, main_run.inst->tags[0]);
    assert_int_equal(run_thread.exception->slots[0], 7);
    assert_int_equal(interp_frames(&run_thread, frames, 4), 4);
    assert_int_equal(frames[0].func, F_DEEP);
    assert_int_equal(run_func(&main_run, F_NULL, slots), TRAP_NULL_EXCEPTION);
}

/*
 * An instance that imports of the first one its tag 0, the function that
 * throws it, and the one that throws far below.  Function 2: catches function
 * 0; 3: ends in function 0 inside a try_table; 4: catches 3, and adds 2000;
 * 5: catches another tag of the same type.
 */
static void build_other(struct modbuild *mb)
{
    static struct modbuild code;

    mb_init(mb);
    mb_section(mb, 1, BYTES(2, 0x60, 1, VT_I32, 0, 0x60, 1, VT_I32, 1, VT_I32));
    mb_section(mb, 2,
               BYTES(3, 0, 1, 't', 4, 0, 0, 0, 1, 'f', 0, 1, 0, 1, 'd', 0, 0));
    mb_section(mb, 3, BYTES(4, 1, 1, 1, 1));
    mb_section(mb, 13, BYTES(1, 0, 0));
    code.n = 0;
    mb_u32(&code, 4);
    mb_code_body(&code, BYTES(0, OP_TRY_TABLE, VOID, 1, CATCH, 0, 0, GET(0),
                              OP_CALL, 1, OP_END, I32(63), OP_END));
    mb_code_body(&code, BYTES(0, OP_TRY_TABLE, VOID, 1, CATCH, 0, 0, GET(0),
                              OP_RETURN_CALL, 0, OP_END, I32(63), OP_END));
    mb_code_body(&code,
                 BYTES(0, OP_BLOCK, VT_I32, OP_TRY_TABLE, VT_I32, 1, CATCH, 0,
                       0, GET(0), OP_CALL, 3, OP_END, OP_RETURN, OP_END,
                       I32(0xd0), 0xf, OP_I32_ADD, OP_END));
    mb_code_body(&code, BYTES(0, OP_TRY_TABLE, VOID, 1, CATCH, 1, 0, GET(0),
                              OP_CALL, 0, OP_DROP, OP_END, I32(63), OP_END));
    mb_section(mb, 10, code.bytes, code.n);
}

static void test_instances(void **state)
{
    static struct modbuild mb;
    uint64_t slots[1] = {1};
    struct runmod other;

    build_other(&mb);
    run_load(&other, &mb, main_run.inst);
    assert_int_equal(run_i32(&other, 2, 100), 7);
    assert_int_equal(run_i32(&other, 4, 5), 2005);
    assert_int_equal(run_func(&other, 5, slots), TRAP_UNCAUGHT_EXCEPTION);
    run_free(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls),     cmocka_unit_test(test_tail_call),
        cmocka_unit_test(test_handlers),  cmocka_unit_test(test_uncaught),
        cmocka_unit_test(test_instances),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
