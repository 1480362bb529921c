/* dump_test.c: what people are shown of a module. */
#include "unit/modbuild.h"

#include "wasm/dump.h"

static struct modbuild mb;
static char text[1 << 16];

/* Everything but a function called "f". */
static bool has_others(void *ctx, const struct import *import)
{
    assert_ptr_equal(ctx, &mb);
    return !name_is(import->name, "f");
}

/* Print a module, or one of its functions, to `text`. */
static void dump(const struct modbuild *from, int func)
{
    FILE *out = fmemopen(text, sizeof(text), "w");
    struct module *m;
    uint8_t *copy;

    assert_non_null(out);
    m = mb_valid(from, &copy);
    if (func < 0)
        dump_module(out, m, has_others, &mb);
    else
        dump_function(out, m, (uint32_t)func);
    assert_int_equal(fclose(out), 0);
    mb_free(m, copy);
}

static void expect(const char *part)
{
    if (!strstr(text, part))
        print_error("missing: %s\nin:\n%s", part, text);
    assert_non_null(strstr(text, part));
}

static void test_module(void **state)
{
    mb_rich(&mb);
    dump(&mb, -1);
    expect("sections\n  0x0000000a          8 bytes  custom 'note'\n"
           "  0x00000014         20 bytes  type (4)\n");
    expect(" bytes  data count (3)\n");
    expect("          1 bytes  start\n");
    expect(" bytes  custom 'name'\nimports\n");
    expect("  env.f: function (i32) -> (i32)  (not in tine)\n"
           "  env.g: global i32\n");
    expect("exports\n"
           "  run: function (i32, i32) -> (i32)\n"
           "  t: table 4..8 funcref\n"
           "  m: memory 1..2 shared\n"
           "  g: global mutable i32\n"
           "start\n  function 1\n");
}

static void test_function(void **state)
{
    mb_rich(&mb);
    dump(&mb, 1);
    expect("1 'main' () -> ()\n  local i32 300\n  local f64 2\n");
    expect("   i32.const -123456\n");
    expect("   local.tee 128\n");
    expect("   i64.const -9223372036854775808\n");
    expect("   f32.const nan (0x7fc00000)\n");
    expect("   f64.const 1.5 (0x3ff8000000000000)\n");
    expect("   i32.store8 offset=65552 align=1\n");
    expect("   i64.atomic.rmw.add offset=0 align=8\n");
    expect("   memory.init 1 0\n");
    expect("   ref.null externref\n");
    expect("   select funcref\n");
    dump(&mb, 2);
    expect(" block () -> (i32)\n");
    expect("   loop (i32) -> (i32)\n");
    expect("     br_table 0 1 1\n");
    expect("   end\n");
    expect("   if (i32) -> (i32)\n");
    expect("     i32.eqz\n");
    expect("   else\n");
    expect("     return\n");
    expect(" call_indirect 1 0\n");
}

/* The offset of an instruction is where it stands in the file. */
static void test_offsets(void **state)
{
    char line[64];
    size_t at;

    mb_rich(&mb);
    dump(&mb, 4);
    for (at = mb.n - 2; memcmp(mb.bytes + at, BYTES(OP_RETURN_CALL, 2)) != 0;)
        at--;
    (void)snprintf(line, sizeof(line), "  0x%08zx   return_call 2\n", at);
    expect(line);
}

static void test_vectors(void **state)
{
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 1, VT_V128, 1, VT_V128));
    mb_section(&mb, 3, BYTES(1, 0));
    mb_section(&mb, 5, BYTES(1, 0, 1));
    mb_code(&mb,
            BYTES(1, 2, VT_V128, 0xfd, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
                  12, 13, 14, 15, 16, OP_LOCAL_GET, 0, 0xfd, 13, 0, 31, 2, 3, 4,
                  5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, OP_LOCAL_SET, 0,
                  OP_I32_CONST, 0, OP_LOCAL_GET, 0, 0xfd, 0x55, 1, 9, 7,
                  OP_LOCAL_GET, 1, 0xfd, 0x1d, 1, 0xfd, 0x1e, 0, OP_END));
    dump(&mb, 0);
    expect(" (v128) -> (v128)\n  local v128 2\n");
    expect(" v128.const i64x2 0x0807060504030201 0x100f0e0d0c0b0a09\n");
    expect(" i8x16.shuffle 0 31 2 3 4 5 6 7 8 9 10 11 12 13 14 15\n");
    expect(" v128.load16_lane offset=9 align=2 7\n");
    expect(" i64x2.extract_lane 1\n");
}

static void test_hostile_names(void **state)
{
    static struct modbuild content;
    uint32_t i;

    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, 2, BYTES(1, 2, 0x1b, 'c', 1, '\n', 0, 0));
    content.n = 0;
    mb_bytes(&content, BYTES(1));
    mb_u32(&content, 1000);
    for (i = 0; i < 500; i++)
        mb_bytes(&content, BYTES(0xc3, 0xbc));
    mb_bytes(&content, BYTES(0, 0));
    mb_section(&mb, 7, content.bytes, content.n);
    dump(&mb, -1);
    expect("  \\x1bc.\\x0a: function () -> ()\n");
    /* A long name is whole. */
    for (i = 0; i < 500; i++)
        assert_memory_equal(strstr(text, "exports\n  ") + 10 + 2 * i,
                            "\xc3\xbc", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_module),        cmocka_unit_test(test_function),
        cmocka_unit_test(test_offsets),       cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_hostile_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
