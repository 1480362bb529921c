/* constexpr_test.c: constant expressions: their end, their type, their value.
 */
#include "unit/modbuild.h"

#include "base/limits.h"
#include "wasm/constexpr.h"

/* A module whose defined global 3 has this type and expression.  Imported:
 * 0 i32, 1 mutable i32, 2 i64.  Function 0 is imported. */
static void build(struct modbuild *mb, valtype type, const uint8_t *expr,
                  size_t n)
{
    static struct modbuild content;

    mb_init(mb);
    mb_section(mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(mb, 2,
               BYTES(4, 1, 'm', 1, 'a', 3, VT_I32, 0, 1, 'm', 1, 'b', 3, VT_I32,
                     1, 1, 'm', 1, 'c', 3, VT_I64, 0, 1, 'm', 1, 'f', 0, 0));
    content.n = 0;
    mb_u32(&content, 1);
    mb_u32(&content, type);
    mb_u32(&content, 0);
    mb_bytes(&content, expr, n);
    mb_section(mb, 6, content.bytes, content.n);
}

static uint64_t global_value(void *ctx, uint32_t global)
{
    *(uint32_t *)ctx += 1;
    return global == 2 ? 0x100000001 : 1000;
}

static uint64_t func_value(void *ctx, uint32_t func)
{
    return 0xf0 + func;
}

static void check_value(valtype type, const uint8_t *expr, size_t n,
                        uint64_t want)
{
    static struct modbuild mb;
    uint32_t n_globals = 0;
    const struct constexpr_env env = {&n_globals, global_value, func_value};
    struct module *m;
    uint8_t *copy;
    uint64_t value;

    build(&mb, type, expr, n);
    m = mb_valid(&mb, &copy);
    assert_int_equal(m->globals[3].init.len, n);
    value = constexpr_eval(m, m->globals[3].init, &env);
    assert_true(value == want);
    mb_free(m, copy);
}

static void test_v128(void **state)
{
    static struct modbuild mb;
    uint64_t value[2];
    uint32_t global;
    struct module *m;
    uint8_t *copy;

    build(&mb, VT_V128,
          BYTES(0xfd, 0x0c, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                16, OP_END));
    m = mb_valid(&mb, &copy);
    assert_true(constexpr_v128(m, m->globals[3].init, value, &global));
    assert_true(value[0] == 0x0807060504030201 &&
                value[1] == 0x100f0e0d0c0b0a09);
    mb_free(m, copy);
    build(&mb, VT_I32,
          BYTES(0xfd, 0x0c, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
                16, OP_END));
    mb_expect_error(&mb, ERROR_INVALID, "gives v128, expected i32");
}

static void test_values(void **state)
{
    check_value(VT_I32, BYTES(OP_I32_CONST, 0x7f, OP_END), UINT32_MAX);
    check_value(VT_I64, BYTES(OP_I64_CONST, 0x7f, OP_END), UINT64_MAX);
    check_value(VT_F32, BYTES(OP_F32_CONST, 1, 2, 3, 4, OP_END), 0x04030201);
    check_value(VT_F64, BYTES(OP_F64_CONST, 1, 2, 3, 4, 5, 6, 7, 8, OP_END),
                0x0807060504030201);
    check_value(VT_FUNCREF, BYTES(OP_REF_NULL, VT_FUNCREF, OP_END), 0);
    check_value(VT_FUNCREF, BYTES(OP_REF_FUNC, 0, OP_END), 0xf0);
    check_value(VT_I32, BYTES(OP_GLOBAL_GET, 0, OP_END), 1000);
    check_value(VT_I64, BYTES(OP_GLOBAL_GET, 2, OP_END), 0x100000001);
}

static void test_arithmetic(void **state)
{
    /* 1000 - 1001, and around the end of 32 bits. */
    check_value(
        VT_I32,
        BYTES(OP_GLOBAL_GET, 0, OP_I32_CONST, 0xe9, 7, OP_I32_SUB, OP_END),
        UINT32_MAX);
    check_value(VT_I32,
                BYTES(OP_I32_CONST, 0x7f, OP_I32_CONST, 2, OP_I32_ADD, OP_END),
                1);
    check_value(
        VT_I32,
        BYTES(OP_I32_CONST, 0x7f, OP_I32_CONST, 0x7f, OP_I32_MUL, OP_END), 1);
    check_value(VT_I64,
                BYTES(OP_GLOBAL_GET, 2, OP_I64_CONST, 3, OP_I64_MUL,
                      OP_I64_CONST, 5, OP_I64_CONST, 7, OP_I64_SUB, OP_I64_ADD,
                      OP_END),
                0x300000001);
}

static void check_error(valtype type, const uint8_t *expr, size_t n,
                        enum error_kind kind, const char *text)
{
    static struct modbuild mb;

    build(&mb, type, expr, n);
    mb_expect_error(&mb, kind, text);
}

static void test_types(void **state)
{
    check_error(VT_I64, BYTES(OP_I32_CONST, 1, OP_END), ERROR_INVALID,
                "type mismatch: constant expression gives i32, expected i64");
    check_error(VT_I32, BYTES(OP_END), ERROR_INVALID, "type mismatch");
    check_error(VT_I32, BYTES(OP_I32_CONST, 1, OP_I32_CONST, 1, OP_END),
                ERROR_INVALID, "gives 2 values");
    check_error(VT_I32, BYTES(OP_I32_CONST, 1, OP_I32_ADD, OP_END),
                ERROR_INVALID, "type mismatch: i32.add expects i32");
    check_error(VT_I32,
                BYTES(OP_I32_CONST, 1, OP_I64_CONST, 1, OP_I32_ADD, OP_END),
                ERROR_INVALID, "type mismatch: i32.add expects i32");
    check_error(VT_EXTERNREF, BYTES(OP_REF_NULL, VT_FUNCREF, OP_END),
                ERROR_INVALID, "type mismatch");
}

static void test_globals(void **state)
{
    check_error(VT_I32, BYTES(OP_GLOBAL_GET, 1, OP_END), ERROR_INVALID,
                "constant expression required, global 1 is mutable");
    /* Itself is not defined yet, and what is behind it is not either. */
    check_error(VT_I32, BYTES(OP_GLOBAL_GET, 3, OP_END), ERROR_INVALID,
                "unknown global 3");
    check_error(VT_FUNCREF, BYTES(OP_REF_FUNC, 1, OP_END), ERROR_INVALID,
                "unknown function 1");
}

/* A global defined before this one may be used. */
static void test_previous(void **state)
{
    static struct modbuild mb;

    mb_init(&mb);
    mb_section(&mb, 6,
               BYTES(2, VT_I32, 0, OP_I32_CONST, 1, OP_END, VT_I32, 0,
                     OP_GLOBAL_GET, 0, OP_END));
    mb_expect_ok(&mb);
    mb_init(&mb);
    mb_section(&mb, 6,
               BYTES(2, VT_I32, 1, OP_I32_CONST, 1, OP_END, VT_I32, 0,
                     OP_GLOBAL_GET, 0, OP_END));
    mb_expect_error(&mb, ERROR_INVALID, "global 1: constant expression");
}

static void test_not_constant(void **state)
{
    check_error(VT_I32, BYTES(OP_NOP, OP_I32_CONST, 1, OP_END), ERROR_INVALID,
                "constant expression required, found nop");
    check_error(VT_I32,
                BYTES(OP_I32_CONST, 1, OP_I32_CONST, 1, OP_I32_XOR, OP_END),
                ERROR_INVALID, "constant expression required, found i32.xor");
    check_error(VT_I32, BYTES(0xff, OP_END), ERROR_MALFORMED,
                "illegal opcode 0xff");
    check_error(VT_V128, BYTES(0xfd, 0x0c, OP_END), ERROR_MALFORMED,
                "unexpected end");
    check_error(VT_I32, BYTES(OP_I32_CONST, 1, 0xfd, 0x0f, OP_END),
                ERROR_INVALID, "found i8x16.splat");
    check_error(VT_FUNCREF, BYTES(OP_REF_NULL, 0x6e, OP_END), ERROR_UNSUPPORTED,
                "garbage collection is not supported");
    check_error(VT_FUNCREF, BYTES(OP_REF_NULL, 0x05, OP_END), ERROR_INVALID,
                "unknown type 5");
    check_error(VT_FUNCREF, BYTES(OP_REF_NULL, 0x7f, OP_END), ERROR_MALFORMED,
                "malformed heap type");
    check_error(VT_I32, BYTES(OP_I32_CONST, 1), ERROR_MALFORMED,
                "unexpected end");
    check_error(VT_I32, BYTES(OP_I32_CONST, 0x80), ERROR_MALFORMED,
                "unexpected end");
    check_error(VT_F64, BYTES(OP_F64_CONST, 1, 2, OP_END), ERROR_MALFORMED,
                "unexpected end");
}

/* The operands on the stack are limited, the length is not. */
static void test_depth(void **state)
{
    static struct modbuild expr, mb;
    uint32_t depth, i;

    for (depth = LIMIT_CONST_DEPTH; depth <= LIMIT_CONST_DEPTH + 1; depth++) {
        expr.n = 0;
        for (i = 0; i < depth; i++)
            mb_bytes(&expr, BYTES(OP_I32_CONST, 1));
        for (i = 1; i < depth; i++)
            mb_bytes(&expr, BYTES(OP_I32_ADD));
        mb_bytes(&expr, BYTES(OP_END));
        if (depth == LIMIT_CONST_DEPTH) {
            check_value(VT_I32, expr.bytes, expr.n, depth);
            continue;
        }
        build(&mb, VT_I32, expr.bytes, expr.n);
        mb_expect_error(&mb, ERROR_UNSUPPORTED, "256 operands");
    }
    expr.n = 0;
    mb_bytes(&expr, BYTES(OP_I32_CONST, 0));
    for (i = 0; i < 5000; i++)
        mb_bytes(&expr, BYTES(OP_I32_CONST, 1, OP_I32_ADD));
    mb_bytes(&expr, BYTES(OP_END));
    check_value(VT_I32, expr.bytes, expr.n, 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),   cmocka_unit_test(test_arithmetic),
        cmocka_unit_test(test_types),    cmocka_unit_test(test_globals),
        cmocka_unit_test(test_previous), cmocka_unit_test(test_not_constant),
        cmocka_unit_test(test_depth),    cmocka_unit_test(test_v128),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
