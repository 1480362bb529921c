/*
 * mutate_test.c: damaged modules.  Whatever is done to the bytes, loading them
 * ends in success or in an error that says what and why, and never touches
 * memory that is not the module's (run it with the sanitizers).
 */
#include "unit/modbuild.h"

static struct modbuild rich;

/* A module with tags, try blocks of both forms and typed references. */
static void build_exceptions(void)
{
    static struct modbuild code;

    mb_init(&rich);
    mb_section(&rich, 1,
               BYTES(6, 0x60, 0, 0, 0x60, 2, VT_I32, VT_I64, 0, 0x60, 0, 3,
                     VT_I32, VT_I64, TYPE_REF, VT_EXNREF, 0x4e, 2, 0x60, 1,
                     TYPE_REF, 4, 0, 0x50, 0, 0x60, 0, 1, TYPE_REF_NULL, 3,
                     0x4f, 0, 0x60, 1, TYPE_REF_NULL, 5, 0, 0x60, 1,
                     VT_NULLFUNCREF, 0));
    mb_section(&rich, 2, BYTES(1, 1, 'm', 1, 't', 4, 0, 1));
    mb_section(&rich, 3, BYTES(2, 0, 0));
    mb_section(&rich, 4,
               BYTES(2, 0x40, 0, TYPE_REF, 0, 0, 1, OP_REF_FUNC, 0, OP_END,
                     VT_EXNREF, 0, 1));
    mb_section(&rich, 13, BYTES(1, 0, 0));
    mb_section(&rich, 6,
               BYTES(1, VT_EXNREF, 1, OP_REF_NULL, VT_NULLEXNREF, OP_END));
    mb_section(&rich, 7, BYTES(2, 1, 'a', 4, 0, 1, 'b', 4, 1));
    mb_section(&rich, 9, BYTES(1, 5, TYPE_REF, 0, 1, OP_REF_FUNC, 0, OP_END));
    code.n = 0;
    mb_u32(&code, 2);
    mb_code_body(&code,
                 BYTES(1, 1, TYPE_REF, 0, OP_REF_FUNC, 0, OP_LOCAL_SET, 0,
                       OP_BLOCK, 2, OP_BLOCK, VT_EMPTY, OP_TRY_TABLE, VT_EMPTY,
                       2, CATCH_REF, 0, 1, CATCH_ALL, 0, OP_I32_CONST, 1,
                       OP_I64_CONST, 2, OP_THROW, 0, OP_END, OP_END,
                       OP_LOCAL_GET, 0, OP_RETURN_CALL_REF, 0, OP_END,
                       OP_GLOBAL_SET, 0, OP_DROP, OP_DROP, OP_BLOCK, TYPE_REF,
                       0, OP_REF_NULL, 0, OP_BR_ON_NON_NULL, 0, OP_LOCAL_GET, 0,
                       OP_END, OP_CALL_REF, 0, OP_GLOBAL_GET, 0, OP_BR_ON_NULL,
                       0, OP_THROW_REF, OP_END));
    mb_code_body(&code,
                 BYTES(0, OP_TRY, VT_I32, OP_I32_CONST, 1, OP_CATCH, 0, OP_DROP,
                       OP_TRY, VT_EMPTY, OP_RETHROW, 1, OP_DELEGATE, 0,
                       OP_CATCH_ALL, OP_I32_CONST, 2, OP_BR, 0, OP_END, OP_DROP,
                       OP_REF_NULL, 0, OP_REF_AS_NON_NULL, OP_DROP, OP_END));
    mb_section(&rich, 10, code.bytes, code.n);
}

static void load_any(const uint8_t *bytes, size_t n)
{
    struct error err;
    uint8_t *copy;
    struct module *m = mb_load(bytes, n, &copy, &err);
    char name[16];

    if (m) {
        module_func_name(m, 1, name, sizeof(name));
        assert_non_null(memchr(name, '\0', sizeof(name)));
    } else {
        assert_int_not_equal(err.kind, ERROR_NONE);
        assert_true(err.text[0] != '\0');
        assert_true(err.offset <= n || err.offset == ERROR_NO_OFFSET);
    }
    mb_free(m, copy);
}

static void test_untouched(void **state)
{
    mb_expect_ok(&rich);
}

static void test_truncated(void **state)
{
    size_t n;

    for (n = 0; n < rich.n; n++)
        load_any(rich.bytes, n);
}

static void test_bit_flips(void **state)
{
    size_t bit;

    for (bit = 0; bit < rich.n * 8; bit++) {
        rich.bytes[bit / 8] ^= 1u << bit % 8;
        load_any(rich.bytes, rich.n);
        rich.bytes[bit / 8] ^= 1u << bit % 8;
    }
}

/* Each byte as each of the values that often mean something. */
static void test_byte_values(void **state)
{
    static const uint8_t values[] = {0x00, 0x01, 0x0b, 0x40, 0x60, 0x7f,
                                     0x80, 0xd2, 0xfc, 0xfd, 0xfe, 0xff};
    size_t i, k;

    for (i = 0; i < rich.n; i++) {
        uint8_t old = rich.bytes[i];

        for (k = 0; k < countof(values); k++) {
            rich.bytes[i] = values[k];
            load_any(rich.bytes, rich.n);
        }
        rich.bytes[i] = old;
    }
}

/* Knuth's generator, so that a failure can be had again. */
static uint32_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*seed >> 33);
}

static void test_random(void **state)
{
    static struct modbuild copy;
    uint64_t seed = 1;
    unsigned round, i;

    for (round = 0; round < 20000; round++) {
        unsigned n_changes = 1 + next_random(&seed) % 8;

        copy = rich;
        for (i = 0; i < n_changes; i++) {
            size_t at = next_random(&seed) % copy.n;
            size_t len = 1 + next_random(&seed) % 4;

            len = MIN(len, copy.n - at);
            switch (next_random(&seed) % 4) {
            case 0: /* take bytes out */
                memmove(copy.bytes + at, copy.bytes + at + len,
                        copy.n - at - len);
                copy.n -= len;
                break;
            case 1: /* repeat bytes */
                memmove(copy.bytes + at + len, copy.bytes + at, copy.n - at);
                copy.n += len;
                break;
            default:
                while (len--)
                    copy.bytes[at + len] = (uint8_t)next_random(&seed);
                break;
            }
        }
        load_any(copy.bytes, copy.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_untouched), cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_bit_flips), cmocka_unit_test(test_byte_values),
        cmocka_unit_test(test_random),
    };

    int failed;

    mb_rich(&rich);
    failed = cmocka_run_group_tests_name("rich", tests, NULL, NULL);
    build_exceptions();
    return failed +
           cmocka_run_group_tests_name("exceptions", tests, NULL, NULL);
}
