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

#define JOIN(first, second) {I_##first, I_##second, #first " " #second},
static const struct {
    code_unit first;
    code_unit second;
    const char *name;
} rows[] = {
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
    code_unit second = rows[row].second;

    append(rows[row].first);
    if (second >= FIRST_JOINED)
        append_row(second - FIRST_JOINED);
    else
        append(second);
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

/* Each sequence becomes its row, of which all but the first number are left as
 * they were for who jumps there, or are rows themselves. */
static void test_rows(void **state)
{
    size_t row, n;

    for (row = 0; row < countof(rows); row++) {
        code_unit op = (code_unit)(FIRST_JOINED + row);

        append_row(row);
        join_code(&tr);
        for (n = 0; op >= FIRST_JOINED; n++) {
            if (op_at(n) != op)
                fail_msg("%s: %u in the place of %u", rows[row].name, op_at(n),
                         op);
            op = rows[op - FIRST_JOINED].second;
        }
        assert_int_equal(op_at(n), op);
        assert_int_equal(tr.starts.n, n + 1);
        for (n = 0; n < tr.starts.n; n++)
            assert_memory_equal(&tr.code.items[tr.starts.items[n] + 1],
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
        append(rows[row].first);
        join_code(&tr);
        assert_int_equal(op_at(0), rows[row].first);
        append(I_unreachable);
        join_code(&tr);
        assert_int_equal(op_at(0), rows[row].first);
        clear();
    }
}

/* Only where an instruction begins does a number count. */
static void test_starts(void **state)
{
    size_t row = 0;
    code_unit first, second;

    while (rows[row].second >= FIRST_JOINED)
        row++;
    first = rows[row].first;
    second = rows[row].second;

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
