/*
 * tail_test.c: tail calls between instances: a chain of them needs no more room
 * however long it is, and every function runs in its own instance.
 */
#include "unit/runmod.h"

#define I32(n) OP_I32_CONST, (n)
#define GET(n) OP_LOCAL_GET, (n)

/* A sanitizer's build gets less to do. */
#if TINE_ASAN
#define MANY 300000u
#else
#define MANY 3000000u
#endif

/* What a function of the one and of the other instance adds to the sum. */
#define ADDS_ONE   5
#define ADDS_OTHER 9

/* (n, sum) -> (sum): adds the instance's global, and goes on as `rest` does
 * with n - 1. */
#define STEP(...)                                                              \
    BYTES(0, GET(0), OP_I32_EQZ, OP_IF, VT_EMPTY, GET(1), OP_RETURN, OP_END,   \
          GET(0), I32(1), OP_I32_SUB, GET(1), OP_GLOBAL_GET, 0, OP_I32_ADD,    \
          __VA_ARGS__, OP_END)

/* (n) -> (sum): calls function 0 for that; adds the global a last time. */
#define START                                                                  \
    BYTES(0, GET(0), I32(0), OP_CALL, 0, OP_GLOBAL_GET, 0, OP_I32_ADD, OP_END)

static void build_types(struct modbuild *mb)
{
    mb_init(mb);
    mb_section(mb, 1,
               BYTES(2, 0x60, 2, VT_I32, VT_I32, 1, VT_I32, 0x60, 1, VT_I32, 1,
                     VT_I32));
}

/* Exports f, which goes on through the table t, and that. */
static void build_one(struct modbuild *mb)
{
    static struct modbuild code;

    build_types(mb);
    mb_section(mb, 3, BYTES(2, 0, 1));
    mb_section(mb, 4, BYTES(1, VT_FUNCREF, 0, 1));
    mb_section(mb, 6, BYTES(1, VT_I32, 0, I32(ADDS_ONE), OP_END));
    mb_section(mb, 7, BYTES(2, 1, 'f', 0, 0, 1, 't', 1, 0));
    code.n = 0;
    mb_u32(&code, 2);
    mb_code_body(&code, STEP(I32(0), OP_RETURN_CALL_INDIRECT, 0, 0));
    mb_code_body(&code, START);
    mb_section(mb, 10, code.bytes, code.n);
}

/* Puts into t a function that goes on with f. */
static void build_other(struct modbuild *mb)
{
    static struct modbuild code;

    build_types(mb);
    mb_section(mb, 2,
               BYTES(2, 0, 1, 'f', 0, 0, 0, 1, 't', 1, VT_FUNCREF, 0, 1));
    mb_section(mb, 3, BYTES(2, 0, 1));
    mb_section(mb, 6, BYTES(1, VT_I32, 0, I32(ADDS_OTHER), OP_END));
    mb_section(mb, 9, BYTES(1, 0, I32(0), OP_END, 1, 1));
    code.n = 0;
    mb_u32(&code, 2);
    mb_code_body(&code, STEP(OP_RETURN_CALL, 0));
    mb_code_body(&code, START);
    mb_section(mb, 10, code.bytes, code.n);
}

static uint32_t sum(uint32_t n, uint32_t last)
{
    return (n + 1) / 2 * ADDS_ONE + n / 2 * ADDS_OTHER + last;
}

static void test_instances(void **state)
{
    static const uint32_t lengths[] = {0, 1, 2, 3, 1000, MANY};
    static struct modbuild mb;
    struct runmod one, other;
    size_t i;

    build_one(&mb);
    run_load(&one, &mb, NULL);
    build_other(&mb);
    run_load(&other, &mb, one.inst);
    for (i = 0; i < countof(lengths); i++) {
        uint32_t n = lengths[i];

        assert_int_equal(run_i32(&one, 1, n), sum(n, ADDS_ONE));
        assert_int_equal(run_i32(&other, 2, n), sum(n, ADDS_OTHER));
    }
    run_free(&other);
    run_free(&one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instances),
    };

    return cmocka_run_group_tests(tests, run_setup, run_teardown);
}
