/* guest_test.c: access to guest memory. */
#include "sys_fixture.h"

static void ranges(void **state)
{
    static const struct {
        uint64_t addr, len;
        bool ok;
    } cases[] = {
        {0, 0, true},
        {0, MEMORY_SIZE, true},
        {0, MEMORY_SIZE + 1, false},
        {MEMORY_SIZE, 0, true},
        {MEMORY_SIZE, 1, false},
        {MEMORY_SIZE + 1, 0, false},
        {MEMORY_SIZE - 4, 4, true},
        {MEMORY_SIZE - 3, 4, false},
        {UINT32_MAX, 1, false},
        {UINT64_MAX, 1, false},
        {1, UINT64_MAX, false},
        {UINT64_MAX, UINT64_MAX, false},
        {UINT64_MAX - 3, 4, false},
    };
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    size_t i;

    fixture_init(&f);
    for (i = 0; i < countof(cases); i++) {
        assert_int_equal(guest_readable(t, cases[i].addr, cases[i].len),
                         cases[i].ok);
        assert_int_equal(guest_writable(t, cases[i].addr, cases[i].len),
                         cases[i].ok);
        assert_int_equal(guest_pin(t, cases[i].addr, cases[i].len) != NULL,
                         cases[i].ok);
    }
    assert_true(guest_array_ok(t, 0, MEMORY_SIZE / 8, 8));
    assert_false(guest_array_ok(t, 0, MEMORY_SIZE / 8 + 1, 8));
    assert_false(guest_array_ok(t, 0, UINT64_MAX / 8 + 2, 8));
    f.inst.mem_base = NULL;
    assert_false(guest_readable(t, 0, 0));
    assert_null(guest_pin(t, 0, 0));
    fixture_done(&f);
}

static void copying(void **state)
{
    struct fixture f;
    struct thread *t = fixture_thread(&f);
    char buf[8] = "abcdefg";

    fixture_init(&f);
    assert_int_equal(guest_write(t, MEMORY_SIZE - 8, buf, 8), WASI_OK);
    assert_int_equal(guest_write(t, MEMORY_SIZE - 7, "xxxxxxx", 8),
                     WASI_MEMVIOLATION);
    memset(buf, 0, sizeof(buf));
    assert_int_equal(guest_read(t, buf, MEMORY_SIZE - 8, 8), WASI_OK);
    assert_string_equal(buf, "abcdefg");
    assert_int_equal(guest_read(t, buf, MEMORY_SIZE - 7, 8), WASI_MEMVIOLATION);
    guest_store_u64(t, 1, 0x1122334455667788);
    assert_int_equal(guest_load_u8(t, 1), 0x88);
    assert_int_equal(guest_load_u16(t, 2), 0x6677);
    assert_int_equal(guest_load_u32(t, 3), 0x33445566);
    assert_true(guest_load_u64(t, 1) == 0x1122334455667788);
    guest_store_u8(t, 1, 1);
    guest_store_u16(t, 2, 0x203);
    guest_store_u32(t, 4, 0x4050607);
    assert_true(guest_load_u64(t, 0) == 0x0405060702030100);
    guest_store_ptr(t, 0, 0x1234567890);
    assert_true(guest_load_ptr(t, 0) == 0x34567890);
    t->ptr_size = 8;
    guest_store_ptr(t, 0, 0x1234567890);
    assert_true(guest_load_ptr(t, 0) == 0x1234567890);
    fixture_done(&f);
}

/* A memory with 64-bit addresses, larger than 32 bits reach. */
static void wide(void **state)
{
    const gaddr far = (gaddr)5 << 30;
    const struct memtype type = {
        .limits = {.min = ((gaddr)6 << 30) / 65536, .is_64 = true}};
    struct error err = ERROR_INIT;
    struct fixture f;
    struct thread *t;
    struct memory *memory, *memories[1];
    char *text = NULL;

    fixture_init(&f);
    t = fixture_thread(&f);
    memory = memory_new(&type, false, &err);
    assert_non_null(memory);
    memories[0] = memory;
    f.inst.memories = memories;
    f.inst.mem_base = memory->base;
    t->ptr_size = 8;
    assert_true(guest_writable(t, far, 1 << 20));
    assert_false(guest_writable(t, (gaddr)6 << 30, 1));
    assert_false(guest_writable(t, UINT64_MAX, 2));
    assert_false(guest_writable(t, far, UINT64_MAX - 1));
    assert_false(guest_array_ok(t, 0, (uint64_t)1 << 61, 8));
    assert_int_equal(guest_write(t, far, "text", 5), WASI_OK);
    assert_int_equal(memory->base[far - ((gaddr)4 << 30)], 0);
    assert_int_equal(guest_cstring(t, far, 10, &text), WASI_OK);
    assert_string_equal(text, "text");
    free(text);
    guest_store_ptr(t, far, far + 1);
    assert_true(guest_load_ptr(t, far) == far + 1);
    memory_free(memory);
    f.inst.memories = f.memories;
    f.inst.mem_base = f.memory.base;
    fixture_done(&f);
}

static void check_string(struct fixture *f, gaddr at, gsize len, size_t max,
                         enum wasi_errno want, const char *text)
{
    char *got = NULL;

    assert_int_equal(guest_string(fixture_thread(f), at, len, max, &got), want);
    if (want == WASI_OK)
        assert_string_equal(got, text);
    else
        assert_null(got);
    free(got);
}

static void strings(void **state)
{
    struct fixture f;
    char *got = NULL;

    fixture_init(&f);
    (void)guest_put(&f, 16, "h\303\251llo");
    check_string(&f, 16, 6, 100, WASI_OK, "h\303\251llo");
    check_string(&f, 16, 6, 6, WASI_OK, "h\303\251llo");
    check_string(&f, 16, 6, 5, WASI_NAMETOOLONG, NULL);
    check_string(&f, 16, 0, 0, WASI_OK, "");
    check_string(&f, 16, 2, 100, WASI_INVAL, NULL); /* half a character */
    check_string(&f, 16, 7, 100, WASI_INVAL, NULL); /* a NUL */
    check_string(&f, MEMORY_SIZE - 1, 2, 100, WASI_MEMVIOLATION, NULL);
    check_string(&f, 0, UINT32_MAX, 100, WASI_MEMVIOLATION, NULL);
    assert_int_equal(guest_cstring(fixture_thread(&f), 16, 6, &got), WASI_OK);
    assert_string_equal(got, "h\303\251llo");
    free(got);
    got = NULL;
    assert_int_equal(guest_cstring(fixture_thread(&f), 16, 5, &got),
                     WASI_NAMETOOLONG);
    /* Any bytes will do, such as half a character. */
    assert_int_equal(guest_cstring(fixture_thread(&f), 18, 9, &got), WASI_OK);
    assert_string_equal(got, "\251llo");
    free(got);
    got = NULL;
    /* No NUL before the end of memory. */
    (void)guest_put(&f, MEMORY_SIZE - 3, "end");
    assert_int_equal(
        guest_cstring(fixture_thread(&f), MEMORY_SIZE - 3, 100, &got),
        WASI_MEMVIOLATION);
    assert_int_equal(
        guest_cstring(fixture_thread(&f), MEMORY_SIZE - 3, 2, &got),
        WASI_NAMETOOLONG);
    assert_int_equal(guest_cstring(fixture_thread(&f), MEMORY_SIZE, 100, &got),
                     WASI_MEMVIOLATION);
    assert_null(got);
    fixture_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges),
        cmocka_unit_test(copying),
        cmocka_unit_test(wide),
        cmocka_unit_test(strings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
