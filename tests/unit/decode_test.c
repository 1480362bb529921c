/*
 * decode_test.c: the binary format outside of function bodies: framing, order
 * and contents of sections, limits, and what is refused as not supported.
 */
#include "unit/modbuild.h"

#include "base/limits.h"

static struct modbuild mb;

/* One section alone that must be refused. */
static void check_section(uint8_t id, const uint8_t *bytes, size_t n,
                          enum error_kind kind, const char *text)
{
    mb_init(&mb);
    /* What later sections refer to. */
    if (id > 1)
        mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, id, bytes, n);
    if (kind == ERROR_NONE)
        mb_expect_ok(&mb);
    else
        mb_expect_error(&mb, kind, text);
}

static void check_bytes(const uint8_t *bytes, size_t n, const char *text)
{
    mb.n = 0;
    mb_bytes(&mb, bytes, n);
    mb_expect_error(&mb, ERROR_MALFORMED, text);
}

static void test_preamble(void **state)
{
    struct error err = ERROR_INIT;

    check_bytes(BYTES('w', 'a', 's', 'm', 1, 0, 0, 0),
                "magic header not detected");
    check_bytes(BYTES(0, 'a', 's'), "magic header not detected");
    check_bytes(BYTES(0, 'a', 's', 'm'), "unexpected end");
    check_bytes(BYTES(0, 'a', 's', 'm', 1, 0, 0), "unexpected end");
    check_bytes(BYTES(0, 'a', 's', 'm', 2, 0, 0, 0),
                "unknown binary version 0x2");
    check_bytes(BYTES(0, 'a', 's', 'm', 0x0d, 0, 1, 0), "a component");
    assert_null(module_decode("none", NULL, 0, &err));
    assert_int_equal(err.kind, ERROR_MALFORMED);
    mb_init(&mb);
    mb_expect_ok(&mb);
}

/* Too large to be looked at: the bytes need not be there. */
static void test_too_large(void **state)
{
    struct error err = ERROR_INIT;

    assert_null(module_decode("big", mb.bytes, (size_t)LIMIT_MODULE + 1, &err));
    assert_int_equal(err.kind, ERROR_UNSUPPORTED);
    assert_non_null(strstr(err.text, "1073741824"));
}

static void test_framing(void **state)
{
    mb_init(&mb);
    mb_bytes(&mb, BYTES(1));
    mb_expect_error(&mb, ERROR_MALFORMED,
                    "unexpected end of module (reading the size of a section)");
    mb_init(&mb);
    mb_bytes(&mb, BYTES(1, 2, 0));
    mb_expect_error(&mb, ERROR_MALFORMED, "length out of bounds");
    mb_init(&mb);
    mb_bytes(&mb, BYTES(1, 0x80, 0x80, 0x80, 0x80, 0x10));
    mb_expect_error(&mb, ERROR_MALFORMED, "integer too large");
    mb_init(&mb);
    mb_bytes(&mb, BYTES(1, 0x80, 0x80, 0x80, 0x80, 0x80, 0));
    mb_expect_error(&mb, ERROR_MALFORMED, "integer representation too long");
    mb_init(&mb);
    mb_bytes(&mb, BYTES(1, 0xff, 0xff, 0xff, 0xff, 0x0f));
    mb_expect_error(&mb, ERROR_MALFORMED, "length out of bounds");
    mb_init(&mb);
    mb_section(&mb, 14, BYTES(0));
    mb_expect_error(&mb, ERROR_MALFORMED, "malformed section id 14");
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(0, 0));
    mb_expect_error(&mb, ERROR_MALFORMED,
                    "section size mismatch: 1 bytes are left over in the type "
                    "section");
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(0));
    mb.bytes[9] = 0; /* the size: the count is behind the section */
    mb_expect_error(&mb, ERROR_MALFORMED, "unexpected end");
}

static void test_order(void **state)
{
    static const uint8_t order[] = {1, 2, 3, 4, 5, 6, 7, 9, 12, 10, 11};
    size_t i, k;

    /* All sections but the start, empty, in the order they have. */
    mb_init(&mb);
    for (i = 0; i < countof(order); i++)
        mb_section(&mb, order[i], BYTES(0));
    mb_expect_ok(&mb);
    for (i = 0; i < countof(order); i++) {
        for (k = 0; k <= i; k++) {
            mb_init(&mb);
            mb_section(&mb, order[i], BYTES(0));
            mb_section(&mb, 0, BYTES(0));
            mb_section(&mb, order[k], BYTES(0));
            mb_expect_error(&mb, ERROR_MALFORMED,
                            "unexpected content after last section");
        }
    }
}

static void test_custom(void **state)
{
    mb_init(&mb);
    mb_section(&mb, 0, BYTES(1, 'x', 1, 2, 3));
    mb_section(&mb, 0, BYTES(0));
    mb_section(&mb, 0, BYTES(4, 'n', 'a', 'm', 'e', 1, 0xff, 0xff));
    mb_expect_ok(&mb);
    check_section(0, BYTES(1, 0xff), ERROR_MALFORMED,
                  "malformed UTF-8 encoding (reading the name of a custom "
                  "section)");
    check_section(0, BYTES(5, 'x'), ERROR_MALFORMED, "unexpected end");
    mb_init(&mb);
    mb_bytes(&mb, BYTES(0, 0));
    mb_expect_error(&mb, ERROR_MALFORMED, "unexpected end");
}

static void test_too_many_customs(void **state)
{
    size_t n = 8 + 3 * ((size_t)LIMIT_CUSTOM_SECTIONS + 1), i;
    uint8_t *bytes = malloc(n), *copy;
    struct error err;
    struct module *m;

    assert_non_null(bytes);
    mb_init(&mb);
    memcpy(bytes, mb.bytes, 8);
    for (i = 8; i < n; i += 3)
        memcpy(bytes + i, "\0\1\0", 3);
    m = mb_load(bytes, n - 3, &copy, &err);
    assert_non_null(m);
    assert_int_equal(m->n_customs, LIMIT_CUSTOM_SECTIONS);
    mb_free(m, copy);
    m = mb_load(bytes, n, &copy, &err);
    assert_null(m);
    assert_int_equal(err.kind, ERROR_UNSUPPORTED);
    mb_free(m, copy);
    free(bytes);
}

static void test_types(void **state)
{
    check_section(1, BYTES(1, 0x61, 0, 0), ERROR_MALFORMED,
                  "malformed definition type 0x61");
    check_section(1, BYTES(1, 0x5f, 0, 0), ERROR_UNSUPPORTED,
                  "garbage collection is not supported");
    check_section(1, BYTES(1, 0x51, 0, 0), ERROR_MALFORMED,
                  "malformed definition type 0x51");
    check_section(1, BYTES(1, 0x5d, 0, 0), ERROR_UNSUPPORTED,
                  "stack switching is not supported");
    check_section(1, BYTES(1, 0x60, 1, 0x68, 0), ERROR_UNSUPPORTED,
                  "stack switching is not supported: type 0x68");
    check_section(1, BYTES(1, 0x60, 1, 0x64, 0x6e, 0), ERROR_UNSUPPORTED,
                  "garbage collection is not supported: type 0x6e");
    check_section(1, BYTES(1, 0x60, 1, 0x64, 0x7f, 0), ERROR_MALFORMED,
                  "malformed heap type 0x7f");
    check_section(1, BYTES(1, 0x60, 1, 0x63, 0xff, 0x7f, 0), ERROR_MALFORMED,
                  "malformed heap type");
    /* A type may refer to itself, not to one behind it. */
    check_section(1, BYTES(1, 0x60, 1, 0x64, 0, 0), ERROR_NONE, NULL);
    check_section(1, BYTES(2, 0x60, 1, 0x64, 1, 0, 0x60, 0, 0), ERROR_INVALID,
                  "unknown type 1");
    check_section(1, BYTES(1, 0x60, 1, 0x40, 0), ERROR_MALFORMED,
                  "malformed value type 0x40");
    /* More types than can follow: nothing is allocated for them. */
    check_section(1, BYTES(0xff, 0xff, 0xff, 0xff, 0x0f), ERROR_MALFORMED,
                  "unexpected end");
    check_section(1, BYTES(2, 0x60, 0, 0), ERROR_MALFORMED, "unexpected end");
}

/* Parameters are counted before they are read. */
static void test_type_limits(void **state)
{
    static struct modbuild content;
    uint32_t n, i;

    for (n = LIMIT_PARAMS; n <= LIMIT_PARAMS + 1; n++) {
        content.n = 0;
        mb_bytes(&content, BYTES(1, 0x60));
        mb_u32(&content, n);
        for (i = 0; i < n; i++)
            mb_bytes(&content, BYTES(VT_I64));
        mb_bytes(&content, BYTES(0));
        mb_init(&mb);
        mb_section(&mb, 1, content.bytes, content.n);
        if (n == LIMIT_PARAMS)
            mb_expect_ok(&mb);
        else
            mb_expect_error(&mb, ERROR_UNSUPPORTED,
                            "the number of parameters is 1001, and the limit "
                            "is 1000");
    }
}

static void test_imports(void **state)
{
    check_section(2, BYTES(1, 1, 'm', 1, 'n', 5, 0), ERROR_MALFORMED,
                  "malformed import kind 0x5");
    check_section(2, BYTES(1, 1, 'm', 1, 'n', 4, 0, 1), ERROR_INVALID,
                  "import section: unknown type 1");
    check_section(2, BYTES(1, 1, 'm', 1, 'n', 4, 1, 0), ERROR_MALFORMED,
                  "malformed tag attribute 0x1");
    check_section(2, BYTES(1, 1, 'm', 1, 'n', 0, 1), ERROR_INVALID,
                  "import section: unknown type 1");
    check_section(2, BYTES(1, 1, 0xc0, 1, 'n', 0, 0), ERROR_MALFORMED,
                  "malformed UTF-8 encoding (reading the module of an import");
    check_section(2, BYTES(1, 1, 'm', 2, 0xe0, 0x80, 0, 0), ERROR_MALFORMED,
                  "malformed UTF-8 encoding (reading the name of an import");
    check_section(2, BYTES(1, 1, 'm', 9, 'n', 0, 0), ERROR_MALFORMED,
                  "unexpected end");
    /* With a name it is a kind like any other. */
    check_section(2, BYTES(1, 1, 'm', 1, 'n', 0x7f, 1), ERROR_MALFORMED,
                  "malformed import kind 0x7f");
    check_section(2, BYTES(1, 1, 'm', 1, 'n', 3, VT_I32, 2), ERROR_UNSUPPORTED,
                  "shared-everything threads is not supported");
    check_section(2, BYTES(1, 1, 'm', 1, 'n', 3, VT_I32, 4), ERROR_MALFORMED,
                  "malformed mutability 0x4");
}

/* Two groups and a single import: globals a and b i32, c mutable f64, d. */
#define GROUPS                                                                 \
    3, 1, 'm', 0, 0x7e, 3, VT_I32, 0, 2, 1, 'a', 1, 'b', 1, 'n', 0, 0x7f, 1,   \
        1, 'c', 3, VT_F64, 1, 1, 'o', 1, 'd', 3, VT_I64, 0

static void test_import_groups(void **state)
{
    struct error err;
    uint8_t *copy;
    struct module *m;
    uint32_t i;

    mb_init(&mb);
    mb_section(&mb, 2, BYTES(GROUPS));
    m = mb_load(mb.bytes, mb.n, &copy, &err);
    assert_non_null(m);
    assert_int_equal(m->n_imports, 4);
    assert_int_equal(m->n_imported_globals, 4);
    for (i = 0; i < 4; i++) {
        assert_int_equal(m->imports[i].index, i);
        assert_memory_equal(m->imports[i].module.text, &"mmno"[i], 1);
        assert_memory_equal(m->imports[i].name.text, &"abcd"[i], 1);
    }
    assert_int_equal(m->globals[1].type.type, VT_I32);
    assert_int_equal(m->globals[2].type.type, VT_F64);
    assert_true(m->globals[2].type.mutable);
    mb_free(m, copy);

    /* No imports at all in a group. */
    mb_init(&mb);
    mb_section(&mb, 2, BYTES(1, 1, 'm', 0, 0x7f, 0));
    mb_expect_ok(&mb);
    /* The count is of groups: more, fewer. */
    check_section(2, BYTES(2, 1, 'm', 0, 0x7f, 1, 1, 'c', 3, VT_F64, 1),
                  ERROR_MALFORMED, "unexpected end");
    check_section(2, BYTES(0, 1, 'm', 0, 0x7f, 1, 1, 'c', 3, VT_F64, 1),
                  ERROR_MALFORMED, "section size mismatch");
    check_section(2, BYTES(1, 1, 'm', 0, 0x7f, 9, 1, 'c', 3, VT_F64, 1),
                  ERROR_MALFORMED, "unexpected end");
    /* Groups have no groups in them. */
    check_section(2, BYTES(1, 1, 'm', 0, 0x7f, 1, 0, 0x7f, 1, 1, 'c'),
                  ERROR_MALFORMED, "malformed import kind 0x7f");
    check_section(2, BYTES(1, 1, 'm', 0, 0x7d, 1, 0, 0), ERROR_MALFORMED,
                  "malformed import kind 0x7d");
}

static void test_limits_64(void **state)
{
    struct error err;
    uint8_t *copy;
    struct module *m;

    mb_init(&mb);
    mb_section(&mb, 4,
               BYTES(1, VT_FUNCREF, 5, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                     0xff, 0xff, 0xff, 1));
    mb_section(
        &mb, 5,
        BYTES(3, 4, 1, 0, 1, 7, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40));
    m = mb_load(mb.bytes, mb.n, &copy, &err);
    assert_non_null(m);
    assert_true(m->tables[0].type.limits.is_64);
    assert_int_equal(m->tables[0].type.limits.max, UINT64_MAX);
    assert_int_equal(m->n_memories, 3);
    assert_true(m->memories[0].limits.is_64);
    assert_false(m->memories[0].limits.has_max);
    assert_false(m->memories[1].limits.is_64);
    assert_true(m->memories[2].shared);
    assert_int_equal(m->memories[2].limits.max, (uint64_t)1 << 48);
    mb_free(m, copy);
    check_section(5, BYTES(1, 4, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40),
                  ERROR_INVALID, "memory size must be at most 2^48 pages");
    check_section(4, BYTES(1, VT_FUNCREF, 0, 0x80, 0x80, 0x80, 0x80, 0x10),
                  ERROR_INVALID, "table size must be at most 2^32-1");
}

static void test_limits(void **state)
{
    check_section(5, BYTES(1, 0x10, 0), ERROR_MALFORMED,
                  "malformed limits flags 0x10");
    check_section(5, BYTES(1, 0x08, 0, 0), ERROR_UNSUPPORTED,
                  "custom page sizes is not supported");
    check_section(4, BYTES(1, VT_FUNCREF, 0x03, 0, 1), ERROR_UNSUPPORTED,
                  "shared-everything threads is not supported");
    check_section(4, BYTES(1, VT_I32, 0, 0), ERROR_MALFORMED,
                  "malformed reference type 0x7f");
    check_section(4, BYTES(1, 0x40, 1, VT_FUNCREF, 0, 0), ERROR_MALFORMED,
                  "malformed table 0x1");
    check_section(
        5,
        BYTES(1, 1, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2),
        ERROR_MALFORMED, "integer too large (reading a maximum");
    check_section(5, BYTES(1, 1, 0, 0x80, 0x80, 0x80, 0x80, 0x10),
                  ERROR_INVALID, "memory size must be at most 65536 pages");
    check_section(5, BYTES(1, 1, 2, 1), ERROR_INVALID,
                  "size minimum must not be greater than maximum");
    check_section(5, BYTES(1, 0, 0x81, 0x80, 4), ERROR_INVALID,
                  "memory size must be at most 65536 pages (4GiB)");
    check_section(5, BYTES(1, 1, 0, 0x81, 0x80, 4), ERROR_INVALID,
                  "memory size must be at most 65536 pages (4GiB)");
    check_section(5, BYTES(1, 2, 1), ERROR_INVALID,
                  "shared memory must have maximum");
    check_section(4, BYTES(1, VT_FUNCREF, 1, 2, 1), ERROR_INVALID,
                  "table 0: size minimum must not be greater than maximum");
    check_section(5, BYTES(101), ERROR_MALFORMED, "unexpected end");
    mb_init(&mb);
    mb_section(&mb, 5, BYTES(1, 1, 0x80, 0x80, 4, 0x80, 0x80, 4));
    mb_expect_ok(&mb);
}

static void test_table_init(void **state)
{
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, 2, BYTES(1, 1, 'm', 1, 'f', 0, 0));
    mb_section(&mb, 4,
               BYTES(1, 0x40, 0, VT_FUNCREF, 0, 1, OP_REF_FUNC, 0, OP_END));
    mb_expect_ok(&mb);
    check_section(
        4,
        BYTES(1, 0x40, 0, VT_FUNCREF, 0, 1, OP_REF_NULL, VT_EXTERNREF, OP_END),
        ERROR_INVALID, "table 0: type mismatch");
}

static void test_exports(void **state)
{
    check_section(7, BYTES(1, 1, 'x', 0, 0), ERROR_INVALID,
                  "unknown function 0");
    check_section(7, BYTES(1, 1, 'x', 1, 0), ERROR_INVALID, "unknown table 0");
    check_section(7, BYTES(1, 1, 'x', 2, 0), ERROR_INVALID, "unknown memory 0");
    check_section(7, BYTES(1, 1, 'x', 3, 0), ERROR_INVALID, "unknown global 0");
    check_section(7, BYTES(1, 1, 'x', 4, 0), ERROR_INVALID, "unknown tag 0");
    check_section(7, BYTES(1, 1, 'x', 5, 0), ERROR_MALFORMED,
                  "malformed export kind 0x5");
    check_section(7, BYTES(1, 1, 0x80, 0, 0), ERROR_MALFORMED,
                  "malformed UTF-8 encoding");
    mb_init(&mb);
    mb_section(&mb, 5, BYTES(1, 0, 0));
    mb_section(&mb, 7, BYTES(3, 1, 'x', 2, 0, 2, 'x', 'x', 2, 0, 1, 'x', 2, 0));
    mb_expect_error(&mb, ERROR_INVALID, "duplicate export name");
}

static void test_start(void **state)
{
    check_section(8, BYTES(0), ERROR_INVALID, "unknown function 0");
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 1, VT_I32));
    mb_section(&mb, 2, BYTES(1, 1, 'm', 1, 'f', 0, 0));
    mb_section(&mb, 8, BYTES(0));
    mb_expect_error(&mb, ERROR_INVALID, "start function 0 has parameters");
}

static void test_tags(void **state)
{
    check_section(13, BYTES(0), ERROR_NONE, NULL);
    check_section(13, BYTES(1, 0, 0), ERROR_NONE, NULL);
    check_section(13, BYTES(1, 0, 1), ERROR_INVALID, "unknown type 1");
    check_section(13, BYTES(1, 2, 0), ERROR_MALFORMED,
                  "malformed tag attribute 0x2");
    check_section(13, BYTES(1, 0), ERROR_MALFORMED, "unexpected end");
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 1, VT_I32, 1, VT_I32));
    mb_section(&mb, 13, BYTES(1, 0, 0));
    mb_expect_error(&mb, ERROR_INVALID, "non-empty tag result type: tag 0");
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 1, VT_I32, 0));
    mb_section(&mb, 2, BYTES(1, 1, 'm', 1, 't', 4, 0, 0));
    mb_section(&mb, 13, BYTES(1, 0, 0));
    mb_section(&mb, 7, BYTES(2, 1, 'a', 4, 0, 1, 'b', 4, 1));
    mb_expect_ok(&mb);
}

static void test_groups(void **state)
{
    /* sub final is the plain form; sub without supertypes is another type. */
    check_section(1, BYTES(1, 0x4f, 0, 0x60, 0, 0), ERROR_NONE, NULL);
    check_section(1, BYTES(1, 0x50, 0, 0x60, 0, 0), ERROR_NONE, NULL);
    check_section(1, BYTES(2, 0x50, 0, 0x60, 0, 0, 0x50, 1, 0, 0x60, 0, 0),
                  ERROR_UNSUPPORTED,
                  "garbage collection is not supported: a type with a "
                  "supertype");
    check_section(1, BYTES(1, 0x50, 0, 0x5f, 0), ERROR_UNSUPPORTED,
                  "garbage collection is not supported: a type that is not a "
                  "function");
    check_section(1, BYTES(1, 0x4e, 0), ERROR_NONE, NULL);
    check_section(1, BYTES(1, 0x4e, 1, 0x4e, 0, 0), ERROR_MALFORMED,
                  "malformed definition type 0x4e");
    check_section(1,
                  BYTES(1, 0x4e, 2, 0x60, 1, 0x64, 1, 0, 0x60, 0, 1, 0x63, 0),
                  ERROR_NONE, NULL);
    check_section(1,
                  BYTES(1, 0x4e, 2, 0x60, 1, 0x64, 2, 0, 0x60, 0, 1, 0x63, 0),
                  ERROR_INVALID, "unknown type 2");
    check_section(1, BYTES(1, 0x4e, 0xff, 0xff, 0xff, 0xff, 0x0f),
                  ERROR_MALFORMED, "unexpected end");
}

/* An element section behind a table of funcref and one of externref. */
static void check_elem(const uint8_t *bytes, size_t n, enum error_kind kind,
                       const char *text)
{
    mb_init(&mb);
    mb_section(&mb, 4, BYTES(2, VT_FUNCREF, 0, 1, VT_EXTERNREF, 0, 1));
    mb_section(&mb, 9, bytes, n);
    if (kind == ERROR_NONE)
        mb_expect_ok(&mb);
    else
        mb_expect_error(&mb, kind, text);
}

static void test_elems(void **state)
{
    check_elem(BYTES(1, 8, 0, 0), ERROR_MALFORMED,
               "malformed elements segment kind 0x8");
    check_elem(BYTES(1, 1, 1, 0), ERROR_MALFORMED,
               "malformed element kind 0x1");
    check_elem(BYTES(1, 5, VT_I32, 0), ERROR_MALFORMED,
               "malformed reference type");
    check_elem(BYTES(1, 1, 0, 0), ERROR_NONE, NULL);
    check_elem(BYTES(1, 1, 0, 1, 0), ERROR_INVALID,
               "element segment 0: unknown function 0");
    check_elem(BYTES(1, 2, 2, OP_I32_CONST, 0, OP_END, 0, 0), ERROR_INVALID,
               "unknown table 2");
    check_elem(BYTES(1, 2, 1, OP_I32_CONST, 0, OP_END, 0, 0), ERROR_INVALID,
               "type mismatch: a segment of (ref func) for a table of "
               "externref");
    check_elem(BYTES(1, 6, 1, OP_I32_CONST, 0, OP_END, VT_EXTERNREF, 0),
               ERROR_NONE, NULL);
    check_elem(BYTES(1, 0, OP_I64_CONST, 0, OP_END, 0), ERROR_INVALID,
               "type mismatch");
    check_elem(BYTES(1, 5, VT_FUNCREF, 1, OP_I32_CONST, 0, OP_END),
               ERROR_INVALID, "type mismatch");
    check_elem(BYTES(1, 5, VT_FUNCREF, 0x80, 0x80, 0x80, 0x80, 1),
               ERROR_MALFORMED, "unexpected end");
}

static void test_data(void **state)
{
    check_section(11, BYTES(1, 3, 0), ERROR_MALFORMED,
                  "malformed data segment kind 0x3");
    check_section(11, BYTES(1, 0, OP_I32_CONST, 0, OP_END, 0), ERROR_INVALID,
                  "data segment 0: unknown memory 0");
    check_section(11, BYTES(1, 1, 2, 'x'), ERROR_MALFORMED, "unexpected end");
    mb_init(&mb);
    mb_section(&mb, 5, BYTES(1, 0, 1));
    mb_section(&mb, 11, BYTES(1, 2, 1, OP_I32_CONST, 0, OP_END, 0));
    mb_expect_error(&mb, ERROR_INVALID, "unknown memory 1");
    mb_init(&mb);
    mb_section(&mb, 12, BYTES(2));
    mb_section(&mb, 11, BYTES(1, 1, 0));
    mb_expect_error(&mb, ERROR_MALFORMED,
                    "data count and data section have inconsistent lengths");
    mb_init(&mb);
    mb_section(&mb, 12, BYTES(1));
    mb_expect_error(&mb, ERROR_MALFORMED,
                    "data count and data section have inconsistent lengths");
}

static void test_code(void **state)
{
    static const char *const text =
        "function and code section have inconsistent lengths";

    check_section(3, BYTES(1, 0), ERROR_MALFORMED, text);
    check_section(10, BYTES(1, 2, 0, OP_END), ERROR_MALFORMED, text);
    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, 3, BYTES(2, 0, 0));
    mb_section(&mb, 10, BYTES(1, 2, 0, OP_END));
    mb_expect_error(&mb, ERROR_MALFORMED, text);
    check_section(3, BYTES(1, 1), ERROR_INVALID, "unknown type 1");
    check_section(10, BYTES(1, 3, 0, OP_END), ERROR_MALFORMED,
                  "unexpected end of section or function (reading a function)");
    check_section(10, BYTES(1, 0xb2, 0x97, 0xd3, 3), ERROR_UNSUPPORTED,
                  "the function has 7654322 bytes, and the limit is 7654321");
}

/* What is kept of a module. */
static void test_result(void **state)
{
    struct module *m;
    uint8_t *copy;

    mb_rich(&mb);
    m = mb_valid(&mb, &copy);
    assert_string_equal(m->path, "test");
    assert_int_equal(m->n_types, 4);
    assert_int_equal(m->n_funcs, 5);
    assert_int_equal(m->n_imported_funcs, 1);
    assert_ptr_equal(m->funcs[0].type, m->types[3]);
    assert_int_equal(m->funcs[2].type_index, 1);
    assert_int_equal(m->n_tables, 2);
    assert_int_equal(m->tables[0].type.limits.max, 8);
    assert_false(m->tables[1].type.limits.has_max);
    assert_int_equal(m->n_memories, 1);
    assert_true(m->memories[0].shared);
    assert_int_equal(m->n_globals, 4);
    assert_int_equal(m->n_imported_globals, 1);
    assert_true(m->globals[1].type.mutable);
    assert_true(name_is(m->imports[1].name, "g"));
    assert_int_equal(m->imports[1].index, 0);
    assert_int_equal(m->bytes[m->imports[1].offset], 3);
    assert_int_equal(m->n_elems, 8);
    assert_int_equal(m->elems[0].mode, SEGMENT_ACTIVE);
    assert_int_equal(m->elems[0].funcs[0], 2);
    assert_int_equal(m->elems[3].mode, SEGMENT_DECLARATIVE);
    assert_int_equal(m->elems[6].table, 1);
    assert_int_equal(m->elems[6].type, VT_EXTERNREF);
    assert_int_equal(m->n_datas, 3);
    assert_memory_equal(m->datas[0].bytes, "hi", 2);
    assert_int_equal(m->datas[1].mode, SEGMENT_PASSIVE);
    assert_true(m->has_start && m->start == 1);
    /* By export, element segment or global; not by a body. */
    assert_true(m->funcs[4].declared && m->funcs[2].declared);
    assert_false(m->funcs[0].declared);
    assert_int_equal(m->n_sections, 14);
    assert_int_equal(m->sections[1].id, 1);
    assert_int_equal(m->sections[1].n, 4);
    assert_int_equal(m->sections[0].offset, 10);
    mb_free(m, copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_preamble),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_framing),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_custom),
        cmocka_unit_test(test_too_many_customs),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_type_limits),
        cmocka_unit_test(test_imports),
        cmocka_unit_test(test_import_groups),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_limits_64),
        cmocka_unit_test(test_table_init),
        cmocka_unit_test(test_exports),
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_elems),
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_code),
        cmocka_unit_test(test_result),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
