/* source_test.c: lines and inlined functions, from debugging information that
 * is right, and from some that is not. */
#include <stdio.h>

#include "modbuild.h"

#include "base/bytes.h"
#include "wasm/source.h"

/*
 * What there is in each module of these tests.  Addresses: `outer` is 10..90;
 * in it `sum`, inlined in 20..40 and 50..60 by the call at other.h:7; in that
 * `get`, inlined in 30..36 by the call at main.c:11.
 */
enum { OUTER = 10, SUM = 20, GET = 30, SUM_AGAIN = 50, END = 90 };

struct sections {
    struct modbuild info, abbrev, line, str, ranges;
};

static void put(struct modbuild *to, unsigned size, uint64_t value)
{
    uint8_t bytes[8];
    unsigned i;

    for (i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    mb_bytes(to, bytes, size);
}

static void put_text(struct modbuild *to, const char *text)
{
    mb_bytes(to, (const uint8_t *)text, strlen(text) + 1);
}

/* Put the length of what is behind them into the four bytes at `at`. */
static void close_length(struct modbuild *to, size_t at)
{
    store_le32(to->bytes + at, (uint32_t)(to->n - at - 4));
}

/* --- Kinds and entries --- */

static void make_abbrev(struct modbuild *to, unsigned version)
{
    uint8_t form = version < 4 ? 0x06 : 0x17; /* data4, sec_offset */

    /* 1: compile_unit: name, stmt_list, low_pc, high_pc */
    mb_bytes(to, BYTES(1, 0x11, 1, 0x03, 0x08, 0x10, form, 0x11, 0x01, 0x12,
                       0x06, 0, 0));
    /* 2: subprogram: name */
    mb_bytes(to, BYTES(2, 0x2e, 0, 0x03, 0x0e, 0, 0));
    /* 3: subprogram: name, low_pc, high_pc */
    mb_bytes(to, BYTES(3, 0x2e, 1, 0x03, 0x08, 0x11, 0x01, 0x12, 0x06, 0, 0));
    /* 4: inlined_subroutine: abstract_origin, ranges, call_file, call_line */
    mb_bytes(to, BYTES(4, 0x1d, 1, 0x31, 0x13, 0x55, form, 0x58, 0x0b, 0x59,
                       0x0b, 0, 0));
    /* 5: inlined_subroutine: abstract_origin, low_pc, high_pc, ... */
    mb_bytes(to, BYTES(5, 0x1d, 0, 0x31, 0x13, 0x11, 0x01, 0x12, 0x06, 0x58,
                       0x0b, 0x59, 0x0b, 0, 0));
    mb_u32(to, 0);
}

static void make_info(struct modbuild *to, unsigned version)
{
    uint32_t sum, get;

    put(to, 4, 0);
    put(to, 2, version);
    if (version == 5) {
        put(to, 1, 1); /* DW_UT_compile */
        put(to, 1, 4);
        put(to, 4, 0);
    } else {
        put(to, 4, 0);
        put(to, 1, 4);
    }
    mb_u32(to, 1);
    put_text(to, "main.c");
    put(to, 4, 0);
    put(to, 4, 0);
    put(to, 4, 100);
    sum = (uint32_t)to->n;
    mb_u32(to, 2);
    put(to, 4, 0);
    get = (uint32_t)to->n;
    mb_u32(to, 2);
    put(to, 4, 4);
    mb_u32(to, 3);
    put_text(to, "outer");
    put(to, 4, OUTER);
    put(to, 4, END - OUTER);
    mb_u32(to, 4);
    put(to, 4, sum);
    put(to, 4, 0);
    mb_bytes(to, BYTES(2, 7));
    mb_u32(to, 5);
    put(to, 4, get);
    put(to, 4, GET);
    put(to, 4, 6);
    mb_bytes(to, BYTES(1, 11));
    /* The ends of what is in `sum`, `outer` and the unit. */
    mb_bytes(to, BYTES(0, 0, 0));
    close_length(to, 0);
}

static void make_ranges(struct modbuild *to, unsigned version)
{
    if (version == 5) {
        /* offset_pair, start_length, end_of_list */
        mb_bytes(to, BYTES(4, SUM, 40, 7, SUM_AGAIN, 0, 0, 0, 10, 0));
        return;
    }
    put(to, 4, SUM);
    put(to, 4, 40);
    /* Base addresses are another way to say so. */
    put(to, 4, 0xffffffff);
    put(to, 4, 40);
    put(to, 4, 10);
    put(to, 4, 20);
    put(to, 4, 0);
    put(to, 4, 0);
}

/* --- Lines --- */

static void make_names(struct modbuild *to, unsigned version)
{
    if (version < 5) {
        put_text(to, "include");
        put(to, 1, 0);
        put_text(to, "main.c");
        mb_bytes(to, BYTES(0, 0, 0));
        put_text(to, "other.h");
        mb_bytes(to, BYTES(1, 0, 0));
        put(to, 1, 0);
        return;
    }
    /* Folders: a path, as a string; files: that, and a folder as udata. */
    mb_bytes(to, BYTES(1, 1, 0x08, 2));
    put_text(to, "/where/it/ran");
    put_text(to, "include");
    mb_bytes(to, BYTES(2, 1, 0x08, 2, 0x0b, 3));
    put_text(to, "main.c");
    put(to, 1, 0);
    put_text(to, "main.c");
    put(to, 1, 0);
    put_text(to, "other.h");
    put(to, 1, 1);
}

/* Advance the address, and say what is from there on. */
static void put_row(struct modbuild *to, uint8_t advance, uint8_t file,
                    int8_t lines)
{
    mb_bytes(to, BYTES(2, advance, 4, file, 3, (uint8_t)(lines & 0x7f), 1));
}

static void make_line(struct modbuild *to, unsigned version)
{
    size_t head;

    put(to, 4, 0);
    put(to, 2, version);
    if (version == 5)
        mb_bytes(to, BYTES(4, 0));
    head = to->n;
    put(to, 4, 0);
    put(to, 1, 1);
    if (version >= 4)
        put(to, 1, 1);
    mb_bytes(to, BYTES(1, 0xfb, 14, 10, 0, 1, 1, 1, 1, 0, 0, 0, 1));
    make_names(to, version);
    close_length(to, head);
    mb_bytes(to, BYTES(0, 5, 2, OUTER, 0, 0, 0));
    put_row(to, 0, 2, 4);   /* 10: include/other.h:5 */
    put_row(to, 10, 1, 3);  /* 20: main.c:8 */
    put_row(to, 10, 1, -5); /* 30: main.c:3 */
    put_row(to, 6, 1, -3);  /* 36: main.c:0, no line */
    put_row(to, 14, 1, 9);  /* 50: main.c:9 */
    put_row(to, 10, 2, 1);  /* 60: include/other.h:10 */
    /* A special opcode: 3 bytes on, the next line: 63: include/other.h:11 */
    mb_bytes(to, BYTES(10 + 3 * 14 + 5 + 1));
    mb_bytes(to, BYTES(2, END - 63, 0, 1, 1));
    close_length(to, 0);
}

/* --- Modules --- */

static void make_sections(struct sections *s, unsigned version)
{
    s->info.n = s->abbrev.n = s->line.n = s->str.n = s->ranges.n = 0;
    make_abbrev(&s->abbrev, version);
    make_info(&s->info, version);
    make_line(&s->line, version);
    put_text(&s->str, "sum");
    put_text(&s->str, "get");
    make_ranges(&s->ranges, version);
}

static void put_custom(struct modbuild *mb, const char *name,
                       const struct modbuild *contents)
{
    static struct modbuild section;

    section.n = 0;
    mb_u32(&section, (uint32_t)strlen(name));
    mb_bytes(&section, (const uint8_t *)name, strlen(name));
    mb_bytes(&section, contents->bytes, contents->n);
    mb_section(mb, 0, section.bytes, section.n);
}

static void make_module(struct modbuild *mb, const struct sections *s,
                        unsigned version)
{
    mb_init(mb);
    mb_section(mb, 10, BYTES(0));
    put_custom(mb, ".debug_info", &s->info);
    put_custom(mb, ".debug_abbrev", &s->abbrev);
    put_custom(mb, ".debug_line", &s->line);
    put_custom(mb, ".debug_str", &s->str);
    put_custom(mb, version == 5 ? ".debug_rnglists" : ".debug_ranges",
               &s->ranges);
}

static struct module *decode(const struct modbuild *mb)
{
    struct error err = ERROR_INIT;
    struct module *m = module_decode("test", mb->bytes, mb->n, &err);

    assert_non_null(m);
    return m;
}

/* What is known of an address, in one line. */
static const char *describe(const struct module *m, uint32_t address)
{
    static char text[4 * SOURCE_NAME];
    struct source_place places[8];
    uint64_t work = LIMIT_DEBUG_WORK;
    size_t n = source_find(m, m->code_offset + address, &work, places,
                           countof(places));
    size_t len = 0, i;

    text[0] = '\0';
    for (i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s@%s:%u",
                                i ? " " : "", places[i].func, places[i].file,
                                places[i].line);
    return text;
}

/* The module of these sections. */
static struct module *decode_sections(const struct sections *s,
                                      unsigned version)
{
    static struct modbuild mb;

    make_module(&mb, s, version);
    return decode(&mb);
}

static const unsigned versions[] = {2, 3, 4, 5};

static void test_places(void **state)
{
    static const struct {
        uint32_t address;
        const char *text;
    } cases[] = {
        {0, "@:0"}, /* of the unit, and of no function */
        {9, "@:0"},
        {OUTER, "outer@include/other.h:5"},
        {19, "outer@include/other.h:5"},
        {SUM, "sum@main.c:8 outer@include/other.h:7"},
        {GET, "get@main.c:3 sum@main.c:11 outer@include/other.h:7"},
        {35, "get@main.c:3 sum@main.c:11 outer@include/other.h:7"},
        {36, "sum@main.c:0 outer@include/other.h:7"},
        {40, "outer@main.c:0"},
        {SUM_AGAIN, "sum@main.c:9 outer@include/other.h:7"},
        {60, "outer@include/other.h:10"},
        {63, "outer@include/other.h:11"},
        {89, "outer@include/other.h:11"},
        {END, "@:0"},
        {100, ""}, /* of no unit */
    };
    static struct sections s;
    size_t i, k;

    for (i = 0; i < countof(versions); i++) {
        struct module *m;

        make_sections(&s, versions[i]);
        m = decode_sections(&s, versions[i]);
        for (k = 0; k < countof(cases); k++)
            assert_string_equal(describe(m, cases[k].address), cases[k].text);
        module_free(m);
    }
}

static void test_no_code(void **state)
{
    static struct sections s;
    static struct modbuild mb;
    struct source_place places[4];
    uint64_t work = LIMIT_DEBUG_WORK;
    struct module *m;

    make_sections(&s, 4);
    m = decode_sections(&s, 4);
    assert_int_equal(source_find(m, 0, &work, places, 4), 0);
    assert_int_equal(source_find(m, UINT32_MAX, &work, places, 4), 0);
    module_free(m);
    mb_init(&mb);
    m = decode(&mb);
    assert_string_equal(describe(m, 0), "");
    module_free(m);
}

/* Where there is room for two, the middle is left out. */
static void test_little_room(void **state)
{
    static struct sections s;
    struct source_place places[2];
    uint64_t work = LIMIT_DEBUG_WORK;
    struct module *m;

    make_sections(&s, 4);
    m = decode_sections(&s, 4);
    assert_int_equal(source_find(m, m->code_offset + GET, &work, places, 2), 2);
    assert_string_equal(places[0].func, "get");
    assert_int_equal(places[0].line, 3);
    assert_string_equal(places[1].func, "outer");
    assert_string_equal(places[1].file, "include/other.h");
    assert_int_equal(places[1].line, 7);
    module_free(m);
}

/* Names are for terminals. */
static void test_strange_names(void **state)
{
    static struct sections s;
    struct module *m;

    make_sections(&s, 4);
    memcpy(s.str.bytes, "s\33m", 3);
    m = decode_sections(&s, 4);
    assert_string_equal(describe(m, SUM),
                        "s\\x1bm@main.c:8 outer@include/other.h:7");
    module_free(m);
}

/* --- Damage --- */

static struct modbuild *section(struct sections *s, size_t i)
{
    struct modbuild *const all[] = {&s->info, &s->abbrev, &s->line, &s->str,
                                    &s->ranges};

    return i < countof(all) ? all[i] : NULL;
}

/* Nothing is asked but that it ends; the sanitizers see the rest. */
static void ask_all(const struct sections *s, unsigned version)
{
    static const uint32_t addresses[] = {0, GET, SUM_AGAIN, 63};
    struct module *m;
    size_t i;

    m = decode_sections(s, version);
    for (i = 0; i < countof(addresses); i++)
        (void)describe(m, addresses[i]);
    module_free(m);
}

static void test_cut_off(void **state)
{
    static struct sections s;
    size_t v, i, n;

    for (v = 0; v < countof(versions); v++)
        for (i = 0; make_sections(&s, versions[v]), section(&s, i); i++)
            for (n = section(&s, i)->n; n > 0; n--) {
                section(&s, i)->n = n - 1;
                ask_all(&s, versions[v]);
            }
}

static void test_changed_bytes(void **state)
{
    static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
    static struct sections s;
    size_t v, i, at, k;

    for (v = 0; v < countof(versions); v++)
        for (i = 0; make_sections(&s, versions[v]), section(&s, i); i++)
            for (at = 0; at < section(&s, i)->n; at++) {
                uint8_t before = section(&s, i)->bytes[at];

                for (k = 0; k < countof(values); k++) {
                    section(&s, i)->bytes[at] = values[k];
                    ask_all(&s, versions[v]);
                }
                section(&s, i)->bytes[at] = before;
            }
}

/* Many units that each have the same long list of kinds: work is what ends. */
static void test_work_is_limited(void **state)
{
    static struct sections s;
    struct source_place places[2];
    uint64_t work = 100000;
    struct module *m;
    unsigned i;

    make_sections(&s, 4);
    s.abbrev.n = s.info.n = 0;
    for (i = 0; i < 5000; i++)
        mb_bytes(&s.abbrev, BYTES(2, 0x11, 0, 0, 0));
    mb_bytes(&s.abbrev, BYTES(1, 0x11, 0, 0, 0));
    for (i = 0; i < 2000; i++)
        mb_bytes(&s.info, BYTES(8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 4, 1));
    m = decode_sections(&s, 4);
    assert_int_equal(source_find(m, m->code_offset + 1, &work, places, 2), 0);
    assert_int_equal(work, 0);
    module_free(m);
}

/* An entry that is made of itself has no name. */
static void test_origin_in_a_circle(void **state)
{
    static struct sections s;
    struct module *m;
    size_t at;

    make_sections(&s, 4);
    /* The reference of `get` that is inlined: behind its code, at the end. */
    at = s.info.n - 3 - 2 - 12;
    assert_int_equal(s.info.bytes[at - 1], 5);
    store_le32(s.info.bytes + at, (uint32_t)at - 1);
    m = decode_sections(&s, 4);
    assert_string_equal(describe(m, GET),
                        "?@main.c:3 sum@main.c:11 outer@include/other.h:7");
    module_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_no_code),
        cmocka_unit_test(test_little_room),
        cmocka_unit_test(test_strange_names),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_changed_bytes),
        cmocka_unit_test(test_work_is_limited),
        cmocka_unit_test(test_origin_in_a_circle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
