/*
 * fused_test.c: instructions that do the work of two (interp/fused.def): the
 * same results as of both, with operands in registers and in slots; and the
 * traps of the loads and stores among them are where those are.
 */
#include "rt/fault.h"
#include "unit/runmod.h"

#define I32(n)   OP_I32_CONST, (n)
#define GET(n)   OP_LOCAL_GET, (n)
#define SET(n)   OP_LOCAL_SET, (n)
#define TEE(n)   OP_LOCAL_TEE, (n)
#define VOID     VT_EMPTY
#define LOAD(o)  OP_I32_LOAD, 2, (o)
#define LOADF(o) OP_F64_LOAD, 3, (o)
#define STORE(o) OP_I32_STORE, 2, (o)

/* Of type (i32) -> (i32) but for F_DIFF, (i32 i32) -> (i32). */
enum {
    F_HASH,      /* rotations, shifts and products, in a loop */
    F_HASH_ONCE, /* the same, once, with nothing in registers */
    F_SUM,       /* loaded words */
    F_DOT,       /* products of loaded doubles */
    F_STEP,      /* loops that count by what is in a local */
    F_STEP_SIGNED,
    F_SEQUENCE, /* jumps back behind copies and additions */
    F_COUNT,    /* and behind two additions, with a condition */
    F_CALLS,    /* what stands in front of a call, in a loop and not */
    F_DIFF,
    F_BOUNDS,      /* a load that is added traps */
    F_MOVED,       /* a load with a sum, in front of which a unit is removed */
    F_CHAIN,       /* a load from where was loaded */
    F_COPY,        /* a load and a store, whose address is in a slot */
    F_COPY_TO_SUM, /* and in the accumulator */
    F_SPILL,       /* two stores */
    F_LOADED,      /* a load and a return */
    F_ARGUMENT,    /* a load and a call */
    F_FRAME,       /* a stack pointer goes down and up again */
    F_GETTER,      /* the whole is one (interp/joined.def) */
    F_MIDDLE,      /* a jump to the second of two that are one */
    N_FUNCS
};

/* What is hashed once, from local 1 and 2 to there. */
#define HASH                                                                   \
    GET(1), GET(2), I32(7), OP_I32_ROTL, OP_I32_XOR, SET(1), GET(2), I32(3),   \
        OP_I32_ROTL, GET(2), I32(11), OP_I32_ROTR, OP_I32_XOR, GET(1),         \
        OP_I32_XOR, SET(1), GET(2), I32(3), OP_I32_SHR_U, GET(2), OP_I32_XOR,  \
        GET(0), I32(5), OP_I32_SHR_U, OP_I32_XOR, TEE(2), I32(33), OP_I32_MUL, \
        I32(12), OP_I32_ADD, GET(2), I32(21), OP_I32_MUL, GET(1), OP_I32_ADD,  \
        OP_I32_XOR, SET(2)

/* local = local - 1, and again if it is not zero */
#define AGAIN(local) GET(local), I32(1), OP_I32_SUB, TEE(local), OP_BR_IF, 0

static struct runmod test_run;

static void build_arithmetic(struct modbuild *code)
{
    mb_code_body(code, BYTES(1, 2, VT_I32, OP_LOOP, VOID, HASH, AGAIN(0),
                             OP_END, GET(1), GET(2), OP_I32_SUB, OP_END));
    mb_code_body(code,
                 BYTES(1, 2, VT_I32, HASH, GET(1), GET(2), OP_I32_SUB, OP_END));
    /* 1: where; 2: the sum */
    mb_code_body(code,
                 BYTES(1, 2, VT_I32, OP_LOOP, VOID, GET(2), GET(1), LOAD(0),
                       OP_I32_ADD, GET(1), I32(8), OP_I32_ADD, LOAD(4),
                       OP_I32_ADD, GET(1), LOAD(16), GET(2), OP_I32_ADD,
                       OP_I32_XOR, SET(2), GET(1), I32(4), OP_I32_ADD, SET(1),
                       AGAIN(0), OP_END, GET(2), OP_END));
    /* 1: where; 2: the sum */
    mb_code_body(code,
                 BYTES(2, 1, VT_I32, 1, VT_F64, OP_LOOP, VOID, GET(2), GET(1),
                       LOADF(8), GET(1), I32(24), OP_I32_ADD, LOADF(0),
                       OP_F64_MUL, GET(1), LOADF(16), GET(1), LOADF(32),
                       OP_F64_MUL, OP_F64_ADD, GET(1), LOADF(40), OP_F64_ADD,
                       GET(1), I32(16), OP_I32_ADD, LOADF(24), OP_F64_ADD,
                       OP_F64_ADD, SET(2), GET(1), I32(8), OP_I32_ADD, SET(1),
                       AGAIN(0), OP_END, GET(2), OP_I32_TRUNC_F64_S, OP_END));
}

static void build_loops(struct modbuild *code)
{
    /* 1: counts by 2, which is the argument */
    mb_code_body(code, BYTES(1, 3, VT_I32, GET(0), SET(2), OP_LOOP, VOID,
                             GET(3), I32(1), OP_I32_ADD, SET(3), GET(1), GET(2),
                             OP_I32_ADD, TEE(1), I32(63), OP_I32_LT_U, OP_BR_IF,
                             0, OP_END, GET(1), GET(3), OP_I32_ADD, OP_END));
    mb_code_body(code, BYTES(1, 3, VT_I32, I32(40), SET(2), OP_LOOP, VOID,
                             GET(3), GET(1), OP_I32_ADD, SET(3), GET(0), GET(1),
                             OP_I32_ADD, TEE(1), GET(2), OP_I32_LT_S, OP_BR_IF,
                             0, OP_END, GET(1), GET(3), OP_I32_SUB, OP_END));
    /* 1, 2: two numbers of Fibonacci's; 3: their sum; 4, 5: count */
    mb_code_body(code,
                 BYTES(1, 5, VT_I32, I32(1), SET(2), OP_BLOCK, VOID, OP_LOOP,
                       VOID, GET(4), GET(0), OP_I32_GE_U, OP_BR_IF, 1, GET(1),
                       GET(2), OP_I32_ADD, SET(3), GET(2), SET(1), GET(4),
                       I32(1), OP_I32_ADD, SET(4), OP_BLOCK, VOID, GET(4),
                       I32(1), OP_I32_AND, OP_BR_IF, 0, GET(3), SET(2), OP_BR,
                       1, OP_END, GET(3), SET(2), GET(5), I32(3), OP_I32_ADD,
                       SET(5), OP_BLOCK, VOID, GET(5), I32(4), OP_I32_AND,
                       OP_BR_IF, 0, GET(5), I32(1), OP_I32_ADD, SET(5), OP_BR,
                       1, OP_END, GET(5), I32(2), OP_I32_ADD, SET(5), GET(2),
                       I32(1), OP_I32_ADD, SET(2), OP_BR, 0, OP_END, OP_END,
                       GET(2), GET(5), OP_I32_ADD, OP_END));
    mb_code_body(code, BYTES(1, 2, VT_I32, OP_LOOP, VOID, GET(1), GET(2),
                             OP_I32_XOR, SET(1), GET(2), I32(5), OP_I32_ADD,
                             SET(2), AGAIN(0), OP_END, GET(1), OP_END));
}

static void build_calls(struct modbuild *code)
{
    mb_code_body(code,
                 BYTES(1, 3, VT_I32, GET(0), GET(0), I32(9), OP_I32_ADD,
                       OP_CALL, F_DIFF, SET(1), GET(1), GET(0), OP_CALL, F_DIFF,
                       SET(1), I32(3), GET(1), OP_CALL, F_DIFF, SET(1), OP_LOOP,
                       VOID, GET(1), GET(2), OP_I32_XOR, SET(1), GET(2), I32(3),
                       OP_I32_ADD, SET(2), GET(2), GET(1), OP_CALL, F_DIFF,
                       TEE(3), GET(1), OP_I32_ADD, SET(1), GET(1), GET(3),
                       I32(0), OP_CALL_INDIRECT, 1, 0, GET(2), OP_I32_XOR,
                       SET(2), GET(1), GET(2), OP_I32_ADD, SET(1), GET(1),
                       GET(2), OP_I32_XOR, SET(1), AGAIN(0), OP_END, GET(1),
                       GET(2), OP_I32_ADD, GET(0), I32(5), OP_I32_ADD, OP_CALL,
                       F_COUNT, OP_I32_ADD, OP_END));
    mb_code_body(code, BYTES(0, GET(0), GET(1), OP_I32_SUB, OP_END));
    mb_code_body(code, BYTES(0, GET(0), I32(1), OP_I32_ADD, GET(0), LOAD(0),
                             OP_I32_ADD, OP_END));
    mb_code_body(code, BYTES(0, GET(0), OP_F64_CONVERT_I32_S, GET(0), I32(16),
                             OP_I32_ADD, LOADF(0), OP_F64_MUL,
                             OP_I32_TRUNC_F64_S, OP_END));
}

static void build_accesses(struct modbuild *code)
{
    mb_code_body(
        code, BYTES(0, GET(0), LOAD(0), LOAD(4), I32(1), OP_I32_ADD, OP_END));
    mb_code_body(code, BYTES(0, GET(0), GET(0), LOAD(0), STORE(4), GET(0),
                             LOAD(4), OP_END));
    mb_code_body(code, BYTES(0, GET(0), I32(24), OP_I32_XOR, GET(0), LOAD(8),
                             STORE(16), GET(0), I32(24), OP_I32_XOR, LOAD(16),
                             OP_END));
    mb_code_body(code,
                 BYTES(0, GET(0), GET(0), STORE(8), GET(0), GET(0), STORE(12),
                       GET(0), LOAD(8), GET(0), LOAD(12), OP_I32_ADD, OP_END));
    mb_code_body(code, BYTES(0, GET(0), LOAD(20), OP_END));
    mb_code_body(code, BYTES(0, GET(0), GET(0), LOAD(28), OP_CALL, F_DIFF,
                             I32(3), OP_I32_ADD, OP_END));
    mb_code_body(
        code, BYTES(1, 1, VT_I32, OP_GLOBAL_GET, 0, I32(16), OP_I32_SUB, TEE(1),
                    OP_GLOBAL_SET, 0, GET(1), GET(0), STORE(12), OP_GLOBAL_GET,
                    0, LOAD(12), GET(1), I32(16), OP_I32_ADD, OP_GLOBAL_SET, 0,
                    OP_GLOBAL_GET, 0, I32(1), OP_I32_ADD, OP_I32_ADD, OP_END));
    mb_code_body(code, BYTES(1, 1, VT_I32, OP_GLOBAL_GET, 0, I32(16),
                             OP_I32_SUB, TEE(1), GET(0), STORE(12), GET(1),
                             LOAD(12), LOAD(4), OP_END));
    mb_code_body(code, BYTES(0, OP_BLOCK, VOID, GET(0), I32(32), OP_I32_LT_U,
                             OP_BR_IF, 0, GET(0), GET(0), I32(3), OP_I32_XOR,
                             STORE(8), OP_END, GET(0), LOAD(8), I32(1),
                             OP_I32_ADD, OP_END));
}

static int setup(void **state)
{
    static struct modbuild mb, code;
    static uint8_t data[256];
    size_t i;

    for (i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)(i % 8 == 7 ? 0x40 : i * 37 + 1);
    mb_init(&mb);
    mb_section(&mb, 1,
               BYTES(2, 0x60, 1, VT_I32, 1, VT_I32, 0x60, 2, VT_I32, VT_I32, 1,
                     VT_I32));
    mb_section(&mb, 3,
               BYTES(N_FUNCS, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
                     0, 0, 0, 0));
    mb_section(&mb, 4, BYTES(1, VT_FUNCREF, 0, 1));
    mb_section(&mb, 5, BYTES(1, 0, 1));
    mb_section(&mb, 6, BYTES(1, VT_I32, 1, I32(32), OP_END));
    mb_section(&mb, 9, BYTES(1, 0, I32(0), OP_END, 1, F_DIFF));
    mb_u32(&code, N_FUNCS);
    build_arithmetic(&code);
    build_loops(&code);
    build_calls(&code);
    build_accesses(&code);
    mb_section(&mb, 10, code.bytes, code.n);
    code.n = 0;
    mb_bytes(&code, BYTES(1, 0, I32(0), OP_END));
    mb_u32(&code, sizeof(data));
    mb_bytes(&code, data, sizeof(data));
    mb_section(&mb, 11, code.bytes, code.n);
    if (run_setup(state))
        return -1;
    run_load(&test_run, &mb, NULL);
    return 0;
}

static int teardown(void **state)
{
    run_free(&test_run);
    return run_teardown(state);
}

static const uint8_t *memory(uint32_t at)
{
    return test_run.inst->memories[0]->base + at;
}

static uint32_t word(uint32_t at)
{
    uint32_t value;

    memcpy(&value, memory(at), sizeof(value));
    return value;
}

static double number(uint32_t at)
{
    double value;

    memcpy(&value, memory(at), sizeof(value));
    return value;
}

static uint32_t rotl(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

static uint32_t hash(uint32_t n, bool once)
{
    uint32_t x = 0, y = 0;

    do {
        x ^= rotl(y, 7);
        x ^= rotl(y, 3) ^ rotl(y, 21);
        y ^= y >> 3 ^ n >> 5;
        y = (y * 33 + 12) ^ (y * 21 + x);
    } while (--n && !once);
    return x - y;
}

static void test_arithmetic(void **state)
{
    uint32_t n;

    for (n = 1; n < 100; n++)
        assert_int_equal(run_i32(&test_run, F_HASH, n), hash(n, false));
    for (n = 1; n < 4000; n += 77)
        assert_int_equal(run_i32(&test_run, F_HASH_ONCE, n), hash(n, true));
}

static void test_loads(void **state)
{
    uint32_t sum = 0, i;
    double dot = 0;

    for (i = 0; i < 40; i++)
        sum = (sum + word(4 * i) + word(4 * i + 12)) ^ (word(4 * i + 16) + sum);
    assert_int_equal(run_i32(&test_run, F_SUM, 40), sum);
    for (i = 0; i < 24; i++)
        dot += number(8 * i + 8) * number(8 * i + 24) +
               (number(8 * i + 16) * number(8 * i + 32) + number(8 * i + 40) +
                number(8 * i + 40));
    assert_int_equal(run_i32(&test_run, F_DOT, 24), (int32_t)dot);
}

static void test_loops(void **state)
{
    uint32_t n;

    for (n = 1; n < 70; n++) {
        uint32_t steps = n > 62 ? 1 : (62 + n) / n, i = 0, sum = 0, x = 0;

        assert_int_equal(run_i32(&test_run, F_STEP, n), steps * n + steps);
        do {
            sum += i;
            i += n;
        } while ((int32_t)i < 40);
        assert_int_equal(run_i32(&test_run, F_STEP_SIGNED, n), i - sum);
        for (i = 0; i < n; i++)
            x ^= 5 * i;
        assert_int_equal(run_i32(&test_run, F_COUNT, n), x);
    }
}

static void test_jumps(void **state)
{
    uint32_t n;

    for (n = 0; n < 50; n++) {
        uint32_t a = 0, b = 1, i = 0, j = 0;

        while (i < n) {
            uint32_t next = a + b;

            a = b;
            b = next;
            if (++i % 2 == 0)
                continue;
            j += 3;
            if (j & 4) {
                j += 2;
                b++;
            } else {
                j++;
            }
        }
        assert_int_equal(run_i32(&test_run, F_SEQUENCE, n), b + j);
    }
}

static uint32_t calls(uint32_t n)
{
    uint32_t x = 3 - (-9u - n), y = 0, z;

    do {
        x ^= y;
        y += 3;
        z = y - x;
        x += z;
        y ^= x - z;
        x += y;
        x ^= y;
    } while (--n);
    return x + y + (0 ^ 5 ^ 10 ^ 15 ^ 20);
}

static void test_calls(void **state)
{
    uint32_t n;

    for (n = 1; n < 50; n++)
        assert_int_equal(run_i32(&test_run, F_CALLS, n), calls(n));
}

static void put_word(uint32_t at, uint32_t value)
{
    memcpy(test_run.inst->memories[0]->base + at, &value, sizeof(value));
}

static void test_accesses(void **state)
{
    put_word(512, 600);
    put_word(604, 77);
    assert_int_equal(run_i32(&test_run, F_CHAIN, 512), 78);
    assert_int_equal(run_i32(&test_run, F_COPY, 512), 600);
    assert_int_equal(word(516), 600);
    put_word(520, 88);
    assert_int_equal(run_i32(&test_run, F_COPY_TO_SUM, 512), 88);
    assert_int_equal(word(512 + 24 + 16), 88);
    assert_int_equal(run_i32(&test_run, F_SPILL, 512), 1024);
    put_word(532, 99);
    assert_int_equal(run_i32(&test_run, F_LOADED, 512), 99);
    assert_int_equal(run_i32(&test_run, F_ARGUMENT, 504), 504 - 99 + 3);
    assert_int_equal(run_i32(&test_run, F_FRAME, 5), 5 + 32 + 1);
    assert_int_equal(word(16 + 12), 5);
    put_word(516, 111);
    assert_int_equal(run_i32(&test_run, F_GETTER, 512), 111);
    assert_int_equal(word(16 + 12), 512);
    put_word(24 + 8, 222);
    assert_int_equal(run_i32(&test_run, F_MIDDLE, 24), 223);
    assert_int_equal(run_i32(&test_run, F_MIDDLE, 512), (512 ^ 3) + 1);
}

/* What a function traps at, with which argument: the instruction and its
 * offset. */
static void test_traps(void **state)
{
    static const struct {
        uint32_t func;
        uint32_t at;
        uint8_t opcode;
        uint8_t offset;
    } rows[] = {
        {F_BOUNDS, 0x10000 - 3, OP_I32_LOAD, 0},
        {F_MOVED, 0x10000 - 16 - 7, OP_F64_LOAD, 0},
        {F_CHAIN, 0x10000 - 3, OP_I32_LOAD, 0},
        {F_CHAIN, 512, OP_I32_LOAD, 4},
        {F_COPY, 0x10000 - 3, OP_I32_LOAD, 0},
        {F_COPY, 0x10000 - 4, OP_I32_STORE, 4},
        {F_COPY_TO_SUM, 0x10000 - 11, OP_I32_LOAD, 8},
        {F_COPY_TO_SUM, 0x10000 - 32, OP_I32_STORE, 16},
        {F_SPILL, 0x10000 - 11, OP_I32_STORE, 8},
        {F_SPILL, 0x10000 - 12, OP_I32_STORE, 12},
        {F_LOADED, 0x10000 - 23, OP_I32_LOAD, 20},
        {F_ARGUMENT, 0x10000 - 31, OP_I32_LOAD, 28},
        {F_GETTER, 0x10000 - 7, OP_I32_LOAD, 4},
        {F_MIDDLE, 0x10000 - 11, OP_I32_STORE, 8},
    };
    struct interp_frame frame;
    size_t i;

    /* cmocka has handlers of its own for each test. */
    assert_true(fault_init());
    put_word(512, 0xfffffff0);
    assert_int_equal(run_i32(&test_run, F_BOUNDS, 4), 5 + word(4));
    assert_int_equal(run_i32(&test_run, F_MOVED, 8), (int32_t)(8 * number(24)));
    for (i = 0; i < countof(rows); i++) {
        uint64_t slots[1] = {rows[i].at};

        assert_int_equal(run_func(&test_run, rows[i].func, slots),
                         TRAP_MEMORY_BOUNDS);
        assert_int_equal(interp_frames(&run_thread, &frame, 1), 1);
        assert_int_equal(frame.func, rows[i].func);
        assert_int_equal(test_run.copy[frame.offset], rows[i].opcode);
        assert_int_equal(test_run.copy[frame.offset + 2], rows[i].offset);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_arithmetic), cmocka_unit_test(test_loads),
        cmocka_unit_test(test_loops),      cmocka_unit_test(test_jumps),
        cmocka_unit_test(test_calls),      cmocka_unit_test(test_accesses),
        cmocka_unit_test(test_traps),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
