/* opcode_test.c: the tables that are made from opcodes.def. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wasm/opcode.h"

static const struct row {
    uint32_t code;
    const char *text;
    const char *sig;
} rows[] = {
#define OPCODE(code, name, text, imm, sig, proposal) {code, text, sig},
#include "abi/opcodes.def"
#undef OPCODE
};

static valtype type_of(char c)
{
    switch (c) {
    case 'i':
        return VT_I32;
    case 'l':
        return VT_I64;
    case 'f':
        return VT_F32;
    case 'v':
        return VT_V128;
    default:
        assert_int_equal(c, 'd');
        return VT_F64;
    }
}

/* The compiler took the signatures apart as a reader does. */
static void check_signature(const struct opcode_info *info, const char *sig)
{
    uint32_t n = 0, i;

    for (; sig && sig[n] != ':'; n++)
        assert_int_equal(info->in[n], type_of(sig[n]));
    assert_int_equal(info->n_in, n);
    for (i = n; i < countof(info->in); i++)
        assert_int_equal(info->in[i], 0);
    if (sig && sig[n + 1])
        assert_int_equal(info->out, type_of(sig[n + 1]));
    else
        assert_int_equal(info->out, 0);
}

static void test_rows(void **state)
{
    size_t i;

    for (i = 0; i < countof(rows); i++) {
        const struct opcode_info *info = opcode_find(rows[i].code);

        assert_non_null(info);
        assert_int_equal(info->code, rows[i].code);
        assert_string_equal(info->text, rows[i].text);
        check_signature(info, rows[i].sig);
        assert_non_null(proposal_name(info->proposal));
        /* The order is that of the numbers, and no number has two rows. */
        assert_true(i == 0 || rows[i].code > rows[i - 1].code);
        assert_null(opcode_foreign(rows[i].code));
    }
}

static void test_no_others(void **state)
{
    static const uint32_t spaces[] = {0, 0xfb0000, 0xfc0000, 0xfd0000,
                                      0xfe0000};
    size_t i, n = 0;
    uint32_t number;

    for (i = 0; i < countof(spaces); i++) {
        for (number = 0; number < (i ? 0x10000u : 0x100u); number++)
            n += opcode_find(spaces[i] | number) != NULL;
    }
    assert_int_equal(n, countof(rows));
    assert_null(opcode_find(0xfc));
    assert_null(opcode_find(0xff0001));
    assert_null(opcode_find(0x1fc0001));
    assert_null(opcode_find(UINT32_MAX));
}

/* log2 of a lane's bytes, from the name: "i8x16.extract_lane_s". */
static unsigned lane(const char *text)
{
    switch (text[1]) {
    case '8':
        return 0;
    case '1':
        return 1;
    case '3':
        return 2;
    default:
        return 3;
    }
}

/* log2 of the bytes that an access has, from its name. */
static unsigned natural(const char *text)
{
    static const struct {
        const char *width;
        unsigned log2;
    } sizes[] = {{"8x8", 3}, {"16x4", 3}, {"32x2", 3}, {"8", 0},
                 {"16", 1},  {"32", 2},   {"64", 3}};
    const char *width = strstr(text, "load");
    size_t i;

    if (strstr(text, "notify"))
        return 2;
    if (strstr(text, "wait"))
        return strstr(text, "wait64") ? 3 : 2;
    width = width ? width + 4 : strstr(text, "store");
    if (width && !strncmp(width, "store", 5))
        width += 5;
    if (!width)
        width = strstr(text, "rmw") + 3;
    for (i = 0; i < countof(sizes); i++) {
        if (!strncmp(width, sizes[i].width, strlen(sizes[i].width)))
            return sizes[i].log2;
    }
    if (text[0] == 'v')
        return 4;
    return text[1] == '3' ? 2 : 3;
}

static void test_alignment(void **state)
{
    size_t i;

    for (i = 0; i < countof(rows); i++) {
        const struct opcode_info *info = opcode_find(rows[i].code);

        if (info->imm == IMM_MEMARG || info->imm == IMM_MEMARG_LANE)
            assert_int_equal(info->align, natural(info->text));
        else if (info->imm == IMM_LANE)
            assert_int_equal(info->align, lane(info->text));
        else
            assert_int_equal(info->align, 0);
    }
    assert_int_equal(opcode_find(OP_I64_LOAD32_U)->align, 2);
    assert_int_equal(opcode_find(OP_F64_STORE)->align, 3);
    assert_int_equal(opcode_find(OP_V128_LOAD)->align, 4);
    assert_int_equal(opcode_find(OP_V128_LOAD16X4_U)->align, 3);
    assert_int_equal(opcode_find(OP_V128_STORE16_LANE)->align, 1);
    assert_int_equal(opcode_find(OP_F32X4_REPLACE_LANE)->align, 2);
    assert_int_equal(opcode_find(OP_I64_ATOMIC_RMW8_CMPXCHG_U)->align, 0);
}

static void test_foreign(void **state)
{
    assert_string_equal(opcode_foreign(0xd3), "garbage collection");
    assert_string_equal(opcode_foreign(0xfb0000), "garbage collection");
    assert_string_equal(opcode_foreign(0xfc0012), "memory control");
    assert_null(opcode_foreign(0xfc0013));
    assert_string_equal(opcode_foreign(0xfd0120), "half precision");
    assert_null(opcode_foreign(0xfd009a));
    assert_null(opcode_foreign(0xff));
    assert_null(opcode_foreign(0xfdffff));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_no_others),
        cmocka_unit_test(test_alignment),
        cmocka_unit_test(test_foreign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
