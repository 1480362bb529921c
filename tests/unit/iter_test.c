/* iter_test.c: walking bodies: every kind of immediate. */
#include "unit/modbuild.h"

#include "base/bytes.h"
#include "wasm/iter.h"

static struct module *rich;
static uint8_t *rich_copy;

static int setup(void **state)
{
    static struct modbuild mb;

    mb_rich(&mb);
    rich = mb_valid(&mb, &rich_copy);
    return 0;
}

static int teardown(void **state)
{
    mb_free(rich, rich_copy);
    return 0;
}

/* Move on to the next instruction of this opcode. */
static struct instr find(struct iter *it, uint32_t op)
{
    struct instr in;

    while (iter_next(it, &in)) {
        if (in.op == op)
            return in;
    }
    fail_msg("no instruction 0x%x", op);
    return in;
}

static void test_locals(void **state)
{
    static const valtype types[] = {VT_I32, VT_F64, VT_EXTERNREF};
    static const uint32_t counts[] = {300, 2, 1};
    struct iter it;
    uint32_t n;
    valtype type;
    size_t i;

    iter_body(&it, rich, &rich->bodies[0]);
    for (i = 0; i < countof(types); i++) {
        assert_true(iter_locals(&it, &n, &type));
        assert_int_equal(n, counts[i]);
        assert_int_equal(type, types[i]);
    }
    assert_false(iter_locals(&it, &n, &type));
    assert_int_equal(rich->bytes[iter_offset(&it)], OP_I32_CONST);
}

/* Every instruction is followed by the next one, to the very end; whether the
 * locals were read does not matter. */
static void test_whole(void **state)
{
    uint32_t i;

    for (i = 0; i < rich->n_funcs - rich->n_imported_funcs; i++) {
        struct iter it;
        struct instr in;
        uint32_t depth = 1;

        iter_body(&it, rich, &rich->bodies[i]);
        while (iter_next(&it, &in)) {
            assert_non_null(in.info);
            assert_int_equal(in.info->code, in.op);
            assert_true(depth > 0);
            depth += in.op == OP_BLOCK || in.op == OP_LOOP || in.op == OP_IF;
            depth -= in.op == OP_END;
        }
        assert_int_equal(depth, 0);
        assert_int_equal(iter_offset(&it), rich->bodies[i].end);
    }
}

static void test_numbers(void **state)
{
    struct iter it;
    struct instr in;

    iter_body(&it, rich, &rich->bodies[0]);
    assert_true(iter_next(&it, &in));
    assert_int_equal(in.op, OP_I32_CONST);
    assert_int_equal(in.bits, (uint32_t)-123456);
    in = find(&it, OP_LOCAL_TEE);
    assert_int_equal(in.index, 128);
    in = find(&it, OP_I64_CONST);
    assert_int_equal(in.bits, (uint64_t)INT64_MIN);
    in = find(&it, OP_F32_CONST);
    assert_int_equal(in.bits, 0x7fc00000);
    in = find(&it, OP_F64_CONST);
    assert_int_equal(in.bits, 0x3ff8000000000000);
    assert_int_equal(load_le64(rich->bytes + in.offset + 1), in.bits);
}

static void test_memory(void **state)
{
    struct iter it;
    struct instr in;

    iter_body(&it, rich, &rich->bodies[0]);
    in = find(&it, OP_I32_LOAD);
    assert_int_equal(in.mem.align, 2);
    assert_int_equal(in.mem.offset, 4);
    assert_int_equal(in.index, 0);
    in = find(&it, OP_I32_STORE8);
    assert_int_equal(in.mem.align, 0);
    assert_int_equal(in.mem.offset, 65552);
    in = find(&it, OP_I64_ATOMIC_RMW_ADD);
    assert_int_equal(in.mem.align, 3);
    (void)find(&it, OP_ATOMIC_FENCE);
    assert_true(iter_next(&it, &in));
    assert_int_equal(in.op, OP_I32_CONST);
    in = find(&it, OP_MEMORY_INIT);
    assert_int_equal(in.index, 1);
    assert_int_equal(in.index2, 0);
    in = find(&it, OP_DATA_DROP);
    assert_int_equal(in.index, 1);
    in = find(&it, OP_MEMORY_COPY);
    assert_int_equal(in.index, 0);
    assert_int_equal(in.index2, 0);
}

static void test_tables(void **state)
{
    struct iter it;
    struct instr in;

    iter_body(&it, rich, &rich->bodies[0]);
    in = find(&it, OP_TABLE_INIT);
    assert_int_equal(in.index, 1);
    assert_int_equal(in.index2, 0);
    in = find(&it, OP_REF_NULL);
    assert_int_equal(in.type, VT_EXTERNREF);
    in = find(&it, OP_TABLE_GROW);
    assert_int_equal(in.index, 1);
    in = find(&it, OP_REF_FUNC);
    assert_int_equal(in.index, 2);
    in = find(&it, OP_SELECT_T);
    assert_int_equal(in.type, VT_FUNCREF);
    in = find(&it, OP_GLOBAL_SET);
    assert_int_equal(in.index, 1);
}

static void test_control(void **state)
{
    static const uint32_t labels[] = {0, 1, 1};
    struct iter it;
    struct instr in;
    const uint8_t *p;
    size_t i;

    iter_body(&it, rich, &rich->bodies[1]);
    in = find(&it, OP_BLOCK);
    assert_int_equal(in.block->n_results, 1);
    assert_int_equal(in.block->results[0], VT_I32);
    in = find(&it, OP_LOOP);
    assert_ptr_equal(in.block, rich->types[3]);
    in = find(&it, OP_BR_IF);
    assert_int_equal(in.index, 0);
    in = find(&it, OP_BR_TABLE);
    assert_int_equal(in.labels.n, 2);
    p = in.labels.bytes;
    for (i = 0; i < countof(labels); i++)
        assert_int_equal(leb_get_u32(&p), labels[i]);
    in = find(&it, OP_CALL);
    assert_int_equal(in.index, 0);
    in = find(&it, OP_CALL_INDIRECT);
    assert_int_equal(in.index, 1);
    assert_int_equal(in.index2, 0);
}

static void test_constexpr(void **state)
{
    struct iter it;
    struct instr in;

    iter_constexpr(&it, rich, rich->globals[1].init);
    assert_true(iter_next(&it, &in));
    assert_int_equal(in.op, OP_GLOBAL_GET);
    assert_true(iter_next(&it, &in));
    assert_int_equal(in.bits, 4);
    assert_true(iter_next(&it, &in));
    assert_true(iter_next(&it, &in));
    assert_int_equal(in.op, OP_END);
    assert_false(iter_next(&it, &in));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_locals),    cmocka_unit_test(test_whole),
        cmocka_unit_test(test_numbers),   cmocka_unit_test(test_memory),
        cmocka_unit_test(test_tables),    cmocka_unit_test(test_control),
        cmocka_unit_test(test_constexpr),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
