/* type_test.c: interned function types, matching, printing. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wasm/type.h"

#define N_TYPES   4000
#define N_THREADS 4

static const valtype kinds[] = {VT_I32, VT_I64,     VT_F32,
                                VT_F64, VT_FUNCREF, VT_V128};

/* A type for each number: its digits are the parameters. */
static const struct functype *numbered(uint32_t number)
{
    valtype params[16];
    uint32_t n = 0;

    while (number) {
        params[n++] = kinds[number % countof(kinds)];
        number /= countof(kinds);
    }
    return functype_intern(n, params, n % 2, params);
}

static void test_intern(void **state)
{
    static const valtype a[] = {VT_I32, VT_I64};
    static const valtype b[] = {VT_I32, VT_I64};
    const struct functype *t = functype_intern(2, a, 1, a);

    assert_non_null(t);
    assert_ptr_equal(t, functype_intern(2, b, 1, b));
    assert_int_equal(t->n_params, 2);
    assert_int_equal(t->n_results, 1);
    assert_int_equal(t->params[1], VT_I64);
    assert_int_equal(t->results[0], VT_I32);
    /* The arrays are copied. */
    assert_true(t->params != a && t->results != a);
    /* Where the border between parameters and results lies matters. */
    assert_ptr_not_equal(t, functype_intern(1, a, 2, a));
    assert_ptr_not_equal(t, functype_intern(2, a, 0, NULL));
    assert_ptr_not_equal(functype_intern(2, a, 0, NULL),
                         functype_intern(0, NULL, 2, a));
    assert_ptr_equal(functype_intern(0, NULL, 0, NULL),
                     functype_intern(0, a, 0, a));
}

/* A v128 takes two slots. */
static void test_slots(void **state)
{
    static const valtype a[] = {VT_I32, VT_V128, VT_F64, VT_V128};
    const struct functype *t = functype_intern(4, a, 2, a);

    assert_int_equal(t->param_slots, 6);
    assert_int_equal(t->result_slots, 3);
    assert_int_equal(functype_intern(0, NULL, 0, NULL)->param_slots, 0);
    assert_int_equal(functype_block(VT_V128)->result_slots, 2);
    assert_int_equal(functype_block(VT_F64)->result_slots, 1);
    assert_int_equal(functype_block(VT_EMPTY)->result_slots, 0);
}

static void test_many(void **state)
{
    static const struct functype *types[N_TYPES];
    uint32_t i;

    for (i = 0; i < N_TYPES; i++)
        types[i] = numbered(i);
    for (i = 0; i < N_TYPES; i++) {
        assert_ptr_equal(numbered(i), types[i]);
        assert_true(i == 0 || types[i]->id != types[i - 1]->id);
    }
}

static void *intern_all(void *arg)
{
    const struct functype **types = arg;
    uint32_t i;

    /* Types that test_many has not made. */
    for (i = 0; i < N_TYPES; i++)
        types[i] = numbered(1000000 + i);
    return NULL;
}

/* Threads that make the same types at once get the same ones. */
static void test_threads(void **state)
{
    static const struct functype *types[N_THREADS][N_TYPES];
    pthread_t threads[N_THREADS];
    int i;

    for (i = 0; i < N_THREADS; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, intern_all, types[i]), 0);
    for (i = 0; i < N_THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (i = 1; i < N_THREADS; i++)
        assert_memory_equal(types[i], types[0], sizeof(types[0]));
}

static void test_block(void **state)
{
    size_t i;

    assert_int_equal(functype_block(VT_EMPTY)->n_results, 0);
    assert_int_equal(functype_block(VT_EMPTY)->n_params, 0);
    for (i = 0; i < countof(kinds); i++) {
        assert_int_equal(functype_block(kinds[i])->n_results, 1);
        assert_int_equal(functype_block(kinds[i])->n_params, 0);
        assert_int_equal(functype_block(kinds[i])->results[0], kinds[i]);
    }
    assert_null(functype_block(VT_BOTTOM));
}

static void test_references(void **state)
{
    static const valtype a[] = {VT_I32, VT_I64};
    const struct functype *f = functype_intern(2, a, 0, NULL);
    const struct functype *g = functype_intern(1, a, 0, NULL);
    valtype null_f = valtype_to(f, true), null_g = valtype_to(g, true);
    valtype ref_f = valtype_to(f, false);

    assert_int_not_equal(null_f, null_g);
    assert_true(valtype_match(ref_f, null_f));
    assert_false(valtype_match(null_f, ref_f));
    assert_false(valtype_match(null_f, null_g));
    assert_true(valtype_match(null_f, VT_FUNCREF));
    assert_false(valtype_match(VT_FUNCREF, null_f));
    assert_true(valtype_match(VT_NULLFUNCREF, null_f));
    assert_false(valtype_match(VT_NULLFUNCREF, ref_f));
    assert_true(valtype_match(valtype_non_null(VT_NULLFUNCREF), ref_f));
    assert_false(valtype_match(VT_NULLEXTERNREF, null_f));
    assert_true(valtype_match(VT_NULLEXTERNREF, VT_EXTERNREF));
    assert_true(valtype_match(VT_NULLEXNREF, VT_EXNREF));
    assert_false(valtype_match(VT_EXNREF, VT_EXTERNREF));
    assert_false(valtype_match(VT_EXNREF, VT_NULLEXNREF));
    assert_true(valtype_match(VT_REF_BOTTOM, ref_f));
    assert_false(valtype_match(VT_REF_BOTTOM, VT_I32));
    assert_true(valtype_match(VT_BOTTOM, VT_I32));
    assert_false(valtype_match(VT_I32, VT_I64));
    assert_false(valtype_match(null_f, VT_I32));
    assert_false(valtype_is_ref(VT_I32) || valtype_is_ref(VT_V128));
    assert_true(valtype_is_ref(ref_f) && valtype_is_ref(VT_EXNREF));
    assert_false(valtype_is_exn(null_f) || !valtype_is_exn(VT_EXNREF));
}

/* Equal groups are the same types; others are not, though they look alike. */
static void test_groups(void **state)
{
    const valtype self[] = {valtype_to_member(0, false)};
    const valtype other[] = {valtype_to_member(1, true)};
    const struct group_member alone = {true, 1, 0, self};
    const struct group_member open = {false, 0, 0, NULL};
    const struct group_member pair[] = {{true, 1, 0, other},
                                        {true, 1, 0, self}};
    const struct group_member plain[] = {{true, 0, 0, NULL}};
    const struct functype *a, *b, *p[2], *q[2];

    assert_true(functype_intern_group(&alone, 1, &a));
    assert_true(functype_intern_group(&alone, 1, &b));
    assert_ptr_equal(a, b);
    assert_int_equal(a->params[0], valtype_to(a, false));
    assert_true(functype_intern_group(pair, 2, p));
    assert_true(functype_intern_group(pair, 2, q));
    assert_ptr_equal(p[0], q[0]);
    assert_ptr_equal(p[1], q[1]);
    assert_int_equal(p[0]->params[0], valtype_to(p[1], true));
    assert_int_equal(p[1]->params[0], valtype_to(p[0], false));
    /* Unrolled once it would be the same list of values. */
    assert_ptr_not_equal(functype_intern(1, a->params, 0, NULL), a);
    assert_true(functype_intern_group(plain, 1, &a));
    assert_ptr_equal(a, functype_intern(0, NULL, 0, NULL));
    assert_true(functype_intern_group(&open, 1, &b));
    assert_ptr_not_equal(a, b);
}

static void test_names(void **state)
{
    static const valtype some[] = {VT_I32, VT_EXTERNREF, VT_F64};
    char buf[64];

    assert_string_equal(valtype_name(VT_FUNCREF), "funcref");
    assert_string_equal(valtype_name(VT_BOTTOM), "unknown");
    assert_string_equal(valtype_name(VT_V128), "v128");
    assert_null(valtype_foreign(VT_V128));
    assert_string_equal(valtype_foreign(0x6e), "garbage collection");
    assert_string_equal(valtype_name(valtype_non_null(VT_EXNREF)), "(ref exn)");
    assert_null(valtype_foreign(VT_I32));
    assert_null(valtype_foreign(0x00));
    functype_print(functype_intern(3, some, 1, some), buf, sizeof(buf));
    assert_string_equal(buf, "(i32, externref, f64) -> (i32)");
    functype_print(functype_intern(0, NULL, 0, NULL), buf, sizeof(buf));
    assert_string_equal(buf, "() -> ()");
    /* Cut off, and nothing behind the end is written. */
    memset(buf, '#', sizeof(buf));
    functype_print(functype_intern(3, some, 1, some), buf, 8);
    assert_string_equal(buf, "(i32, e");
    assert_int_equal(buf[8], '#');
    functype_print(functype_intern(3, some, 1, some), buf, 0);
    assert_string_equal(buf, "(i32, e");
}

static struct limits limits(uint64_t min, uint64_t max)
{
    return (struct limits){
        .min = min, .max = max, .has_max = max != UINT64_MAX};
}

static struct externtype memory(uint64_t min, uint64_t max, bool shared)
{
    return (struct externtype){.kind = EXTERN_MEMORY,
                               .memory = {limits(min, max), shared}};
}

static struct externtype table(uint64_t min, uint64_t max, valtype elem)
{
    return (struct externtype){.kind = EXTERN_TABLE,
                               .table = {limits(min, max), elem}};
}

static struct externtype global(valtype type, bool mutable)
{
    return (struct externtype){.kind = EXTERN_GLOBAL,
                               .global = {type, mutable}};
}

static bool match(struct externtype have, struct externtype want)
{
    return externtype_match(&have, &want);
}

static void test_match(void **state)
{
    const uint64_t none = UINT64_MAX;
    struct externtype f = {.kind = EXTERN_FUNC, .func = numbered(5)};
    struct externtype g = {.kind = EXTERN_FUNC, .func = numbered(6)};
    struct externtype wide = memory(1, none, false);

    assert_true(match(f, f));
    assert_false(match(f, g));
    assert_false(match(f, global(VT_I32, false)));
    /* Memories: at least as large, at most as growable. */
    assert_true(match(memory(2, 5, false), memory(1, none, false)));
    assert_true(match(memory(2, 5, false), memory(2, 5, false)));
    assert_true(match(memory(2, 4, false), memory(2, 5, false)));
    assert_false(match(memory(2, 5, false), memory(3, none, false)));
    assert_false(match(memory(2, 5, false), memory(2, 4, false)));
    assert_false(match(memory(2, none, false), memory(2, 5, false)));
    assert_false(match(memory(1, 2, true), memory(1, 2, false)));
    assert_true(match(memory(1, 2, true), memory(1, 2, true)));
    wide.memory.limits.is_64 = true;
    assert_false(match(wide, memory(1, none, false)));
    /* Tables: the same, and the same elements. */
    assert_true(match(table(3, none, VT_FUNCREF), table(3, none, VT_FUNCREF)));
    assert_false(match(table(3, 9, VT_FUNCREF), table(3, 9, VT_EXTERNREF)));
    assert_false(match(table(3, none, VT_FUNCREF), table(3, 9, VT_FUNCREF)));
    /* Globals: exactly. */
    assert_true(match(global(VT_I64, true), global(VT_I64, true)));
    assert_false(match(global(VT_I64, true), global(VT_I64, false)));
    assert_false(match(global(VT_I64, false), global(VT_I64, true)));
    assert_false(match(global(VT_I64, false), global(VT_I32, false)));
}

static void check_print(struct externtype type, const char *want)
{
    char buf[64];

    externtype_print(&type, buf, sizeof(buf));
    assert_string_equal(buf, want);
}

static void test_print(void **state)
{
    check_print(memory(1, 3, true), "memory 1..3 shared");
    check_print(memory(0, UINT64_MAX, false), "memory 0..");
    check_print(table(2, 9, VT_FUNCREF), "table 2..9 funcref");
    check_print(global(VT_I32, true), "global mutable i32");
    check_print(global(VT_EXTERNREF, false), "global externref");
    check_print((struct externtype){.kind = EXTERN_FUNC,
                                    .func = functype_intern(0, NULL, 1, kinds)},
                "function () -> (i32)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intern),     cmocka_unit_test(test_many),
        cmocka_unit_test(test_threads),    cmocka_unit_test(test_block),
        cmocka_unit_test(test_references), cmocka_unit_test(test_groups),
        cmocka_unit_test(test_names),      cmocka_unit_test(test_match),
        cmocka_unit_test(test_print), cmocka_unit_test(test_slots),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
