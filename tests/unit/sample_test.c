/*
 * sample_test.c: which functions are found to be hot.  Samples are taken
 * where the test wants them: in a call of the host.
 */
#include "proc/sample.h"

#include "proc/tierup.h"
#include "unit/runmod.h"

#define I32(n) OP_I32_CONST, (n)
#define GET(n) OP_LOCAL_GET, (n)

/* Functions; all but the first are the module's own, of type (i32) -> (i32).
 */
enum {
    F_SAMPLE, /* the host's: take a sample if it is not 0 */
    F_HOT,    /* calls it */
    F_MAIN,   /* (n): calls F_HOT n times */
    F_ONCE,   /* calls F_MAIN */
    F_NEVER,
    F_DEEP,  /* (n): calls itself n times, then F_HOT */
    F_LARGE, /* is much code, and calls it */
    F_ALSO,  /* the same, but the samples that see it do not count */
    N_FUNCS
};

/* Bytes that do nothing in the large ones: two have more than is compiled. */
#define LARGE 50000

static struct runmod test_run;
static enum sample last;
static unsigned n_taken;

static uint64_t take(struct thread *t, const uint64_t *args, const void *data)
{
    if (args[0]) {
        (void)sample_note();
        last = sample_take(t);
        n_taken++;
    }
    return args[0];
}

static bool link_host(void *ctx, const struct import *import,
                      struct extern_ref *ret, struct error *err)
{
    static struct func host;

    host.type = import->type.func;
    host.host = take;
    func_init_stub(&host);
    ret->kind = EXTERN_FUNC;
    ret->func = &host;
    return true;
}

/* The bodies of the small functions, in a code section. */
static void small_bodies(struct modbuild *code)
{
    mb_code_body(code, BYTES(0, GET(0), OP_CALL, F_SAMPLE, OP_END));
    mb_code_body(code, BYTES(0, OP_LOOP, VT_EMPTY, I32(1), OP_CALL, F_HOT,
                             OP_DROP, GET(0), I32(1), OP_I32_SUB, OP_LOCAL_TEE,
                             0, OP_BR_IF, 0, OP_END, GET(0), OP_END));
    mb_code_body(code, BYTES(0, GET(0), OP_CALL, F_MAIN, OP_END));
    mb_code_body(code, BYTES(0, GET(0), OP_END));
    mb_code_body(code, BYTES(0, GET(0), OP_IF, VT_I32, GET(0), I32(1),
                             OP_I32_SUB, OP_CALL, F_DEEP, OP_ELSE, I32(1),
                             OP_CALL, F_HOT, OP_END, OP_END));
}

static void large_body(struct modbuild *module, const uint8_t *end, size_t n)
{
    static uint8_t nothing[LARGE];

    mb_u32(module, (uint32_t)(1 + sizeof(nothing) + n));
    mb_bytes(module, BYTES(0));
    memset(nothing, OP_NOP, sizeof(nothing));
    mb_bytes(module, nothing, sizeof(nothing));
    mb_bytes(module, end, n);
}

/* A module of several buffers' size. */
static uint8_t bytes[4 * LARGE];

static size_t build(void)
{
    static struct modbuild mb, code;
    static uint8_t content[3 * LARGE];
    static const uint8_t section = 10;
    size_t n = 0, len = 0;

    code.n = 0;
    mb_u32(&code, N_FUNCS - 1);
    small_bodies(&code);
    memcpy(content, code.bytes, code.n);
    n = code.n;
    code.n = 0;
    large_body(&code, BYTES(GET(0), OP_CALL, F_SAMPLE, OP_END));
    memcpy(content + n, code.bytes, code.n);
    n += code.n;
    code.n = 0;
    large_body(&code, BYTES(GET(0), OP_CALL, F_SAMPLE, OP_END));
    memcpy(content + n, code.bytes, code.n);
    n += code.n;

    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 1, VT_I32, 1, VT_I32));
    mb_section(&mb, 2, BYTES(1, 0, 1, 's', 0, 0));
    mb_section(&mb, 3, BYTES(N_FUNCS - 1, 0, 0, 0, 0, 0, 0, 0));
    mb_bytes(&mb, &section, 1);
    mb_u32(&mb, (uint32_t)n);
    memcpy(bytes, mb.bytes, mb.n);
    len = mb.n + n;
    memcpy(bytes + mb.n, content, n);
    return len;
}

static int setup(void **state)
{
    struct error err;
    sigset_t set;

    /* The timer runs, and is not heard. */
    sigemptyset(&set);
    sigaddset(&set, SIGNAL_SAMPLE);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    if (run_setup(state))
        return -1;
    test_run.module = mb_load(bytes, build(), &test_run.copy, &err);
    if (!test_run.module || !instance_new(test_run.module, link_host, NULL,
                                          false, &test_run.inst, &err))
        print_error("%s\n", err.text);
    return test_run.inst ? 0 : -1;
}

static int teardown(void **state)
{
    run_free(&test_run);
    return run_teardown(state);
}

/* The place of a function in the list; N_FUNCS: it is none of them. */
static size_t place(uint32_t func, size_t room)
{
    uint32_t list[N_FUNCS];
    size_t n = sample_list(list, room), i;

    assert_true(n <= room);
    for (i = 0; i < n; i++)
        if (list[i] == func)
            return i;
    return N_FUNCS;
}

/* Calls count, callers too, and what has not run is not there. */
static void test_order(void **state)
{
    sample_begin(test_run.inst);
    n_taken = 0;
    assert_int_equal(run_i32(&test_run, F_ONCE, 9), 0);
    assert_int_equal(n_taken, 9);
    assert_int_equal(run_i32(&test_run, F_ALSO, 0), 0);
    assert_int_equal(place(F_HOT, N_FUNCS), 0);
    assert_int_equal(place(F_MAIN, N_FUNCS), 1);
    assert_int_equal(place(F_ONCE, N_FUNCS), 2);
    assert_int_equal(place(F_ALSO, N_FUNCS), 3);
    assert_int_equal(place(F_NEVER, N_FUNCS), N_FUNCS);
    /* No more than there is room for: the first ones. */
    assert_int_equal(place(F_HOT, 1), 0);
    assert_int_equal(place(F_MAIN, 1), N_FUNCS);
    assert_int_equal(place(F_HOT, 0), N_FUNCS);
    sample_end();
}

/* Frames of a recursion, more than are looked at; it is one function. */
static void test_recursion(void **state)
{
    sample_begin(test_run.inst);
    assert_int_equal(run_i32(&test_run, F_DEEP, 100), 1);
    assert_true(place(F_DEEP, N_FUNCS) <= 1);
    assert_true(place(F_HOT, N_FUNCS) <= 1);
    sample_end();
}

/* A large function that has run only is not compiled beside another one; the
 * one in which all samples were taken is, however large. */
static void test_budget(void **state)
{
    unsigned i;

    sample_begin(test_run.inst);
    for (i = 0; i < 9; i++)
        assert_int_equal(run_i32(&test_run, F_LARGE, 1), 1);
    assert_int_not_equal(place(F_LARGE, N_FUNCS), N_FUNCS);
    assert_int_equal(place(F_ALSO, N_FUNCS), N_FUNCS);
    sample_end();
}

/* It is told when lists are worth sending, and that the last one is. */
static void test_telling(void **state)
{
    unsigned some = 0, i;

    sample_begin(test_run.inst);
    last = SAMPLE_NOTHING;
    for (i = 0; i < 10000 && last != SAMPLE_ENOUGH; i++) {
        (void)run_i32(&test_run, F_HOT, 1);
        some += last == SAMPLE_SOME;
    }
    assert_int_equal(last, SAMPLE_ENOUGH);
    assert_in_range(some, 2, 8);
    assert_int_not_equal(place(F_HOT, N_FUNCS), N_FUNCS);
    /* What was counted is gone, and nothing is any more. */
    sample_end();
    assert_int_equal(place(F_HOT, N_FUNCS), N_FUNCS);
    assert_false(sample_note());
    assert_int_equal(sample_take(&run_thread), SAMPLE_NOTHING);
}

/* Samples in handlers do not count: what they see has run, no more, and the
 * other large function, which has too, comes first. */
static void test_handler(void **state)
{
    unsigned i;

    sample_begin(test_run.inst);
    (void)run_i32(&test_run, F_LARGE, 0);
    run_thread.handling = 1;
    for (i = 0; i < 9; i++)
        (void)run_i32(&test_run, F_ALSO, 1);
    run_thread.handling = 0;
    assert_int_not_equal(place(F_LARGE, N_FUNCS), N_FUNCS);
    assert_int_equal(place(F_ALSO, N_FUNCS), N_FUNCS);
    sample_end();
}

/* Small modules are not worth it. */
static void test_pays(void **state)
{
    assert_false(sample_pays(test_run.module));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),   cmocka_unit_test(test_recursion),
        cmocka_unit_test(test_budget),  cmocka_unit_test(test_telling),
        cmocka_unit_test(test_handler), cmocka_unit_test(test_pays),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
