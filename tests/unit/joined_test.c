/*
 * joined_test.c: which instructions become one with what follows them
 * (interp/joined.def).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "interp/translate.h"

static const struct {
    size_t n;
    code_unit ops[6];
    const char *name;
} rows[] = {
#define ROW(n, name, ...) {n, {__VA_ARGS__}, name},
#define JOIN_2(a, b)      ROW(2, #a " " #b, I_##a, I_##b)
#define JOIN_3(a, b, c)   ROW(3, #a " " #b " " #c, I_##a, I_##b, I_##c)
#define JOIN_4(a, b, c, d)                                                     \
    ROW(4, #a " " #b " " #c " " #d, I_##a, I_##b, I_##c, I_##d)
#define JOIN_5(a, b, c, d, e)                                                  \
    ROW(5, #a " " #b " " #c " " #d " " #e, I_##a, I_##b, I_##c, I_##d, I_##e)
#define JOIN_6(a, b, c, d, e, f)                                               \
    ROW(6, #a " " #b " " #c " " #d " " #e " " #f, I_##a, I_##b, I_##c, I_##d,  \
        I_##e, I_##f)
#include "interp/joined.def"
};
#define FIRST_JOINED (I_COUNT - (uint32_t)countof(rows))

static struct translator tr;

static void append(code_unit op)
{
    (void)emit_op(&tr, op);
    emit_u32(&tr, 0x12345678);
}

static void append_row(size_t row)
{
    size_t i;

    for (i = 0; i < rows[row].n; i++)
        append(rows[row].ops[i]);
}

static code_unit op_at(size_t n)
{
    return tr.code.items[tr.starts.items[n]];
}

static void clear(void)
{
    vec_done(&tr.code);
    vec_done(&tr.starts);
    memset(&tr, 0, sizeof(tr));
}

/* Each sequence becomes its row, and not a shorter one that it begins with; of
 * the others the numbers are left as they were for who jumps there, or are rows
 * themselves. */
static void test_rows(void **state)
{
    size_t row, i;

    for (row = 0; row < countof(rows); row++) {
        append_row(row);
        assert_int_equal(tr.starts.n, rows[row].n);
        join_code(&tr);
        if (op_at(0) != FIRST_JOINED + row)
            fail_msg("%s: %u", rows[row].name, op_at(0));
        for (i = 1; i < rows[row].n; i++) {
            code_unit op = op_at(i);

            assert_int_equal(op < FIRST_JOINED ? op
                                               : rows[op - FIRST_JOINED].ops[0],
                             rows[row].ops[i]);
        }
        for (i = 0; i < tr.starts.n; i++)
            assert_memory_equal(&tr.code.items[tr.starts.items[i] + 1],
                                "\x78\x56\x34\x12", 4);
        clear();
    }
}

/* What is no row stays, and so does what ends in the middle of one. */
static void test_others(void **state)
{
    size_t row;

    append(I_unreachable);
    append(I_unreachable);
    join_code(&tr);
    assert_int_equal(op_at(0), I_unreachable);
    clear();
    for (row = 0; row < countof(rows); row++) {
        append(rows[row].ops[0]);
        join_code(&tr);
        assert_int_equal(op_at(0), rows[row].ops[0]);
        append(I_unreachable);
        join_code(&tr);
        assert_int_equal(op_at(0), rows[row].ops[0]);
        clear();
    }
}

/* Only where an instruction begins does a number count. */
static void test_starts(void **state)
{
    size_t row = 0;
    code_unit first, second;

    while (rows[row].n > 2)
        row++;
    first = rows[row].ops[0];
    second = rows[row].ops[1];

    append(first);
    emit_unit(&tr, first);
    append(second);
    join_code(&tr);
    assert_int_equal(op_at(0), FIRST_JOINED + row);
    assert_int_equal(tr.code.items[3], first);
    clear();

    /* An instruction that another one takes in is none any longer. */
    append(I_unreachable);
    append(first);
    tr.op_start = 0;
    append(second);
    join_code(&tr);
    assert_int_equal(tr.starts.n, 2);
    assert_int_equal(tr.code.items[3], first);
    clear();

    append(first);
    append(second);
    tr.op_start = 0;
    join_code(&tr);
    assert_int_equal(tr.starts.n, 1);
    assert_int_equal(op_at(0), first);
    clear();

    /* A unit less: what is behind it moves. */
    append(I_unreachable);
    append(first);
    append(second);
    remove_unit(&tr, 2);
    assert_int_equal(tr.starts.items[1], 2);
    assert_int_equal(tr.starts.items[2], 5);
    remove_unit(&tr, 2);
    assert_int_equal(tr.starts.n, 2);
    assert_int_equal(tr.starts.items[1], 4);
    assert_int_equal(op_at(1), second);
    clear();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_starts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
