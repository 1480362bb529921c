/*
 * module_test.c: opening modules from files, and questions about them: names,
 * exports, custom sections.
 */
#include "unit/modbuild.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>

static struct modbuild mb;

/* A file that holds n bytes. */
static int make_file(const uint8_t *bytes, size_t n)
{
    int hfd = memfd_create("module_test", MFD_CLOEXEC);

    assert_true(hfd >= 0);
    assert_int_equal(write(hfd, bytes, n), n);
    return hfd;
}

static struct module *open_bytes(const uint8_t *bytes, size_t n,
                                 struct error *err)
{
    AUTO_FD int hfd = make_file(bytes, n);

    *err = (struct error)ERROR_INIT;
    return module_open("file", hfd, err);
}

static void test_open(void **state)
{
    struct error err;
    struct module *m;

    mb_rich(&mb);
    m = open_bytes(mb.bytes, mb.n, &err);
    assert_non_null(m);
    assert_string_equal(m->path, "file");
    assert_int_equal(m->size, mb.n);
    assert_memory_equal(m->bytes, mb.bytes, mb.n);
    assert_true(module_validate(m, &err));
    module_free(m);
}

/* A file that changes, or becomes shorter, changes nothing of the module. */
static void test_changed(void **state)
{
    struct error err = ERROR_INIT;
    struct module *m;
    int hfd;

    mb_rich(&mb);
    hfd = make_file(mb.bytes, mb.n);
    m = module_open("file", hfd, &err);
    assert_non_null(m);
    assert_int_equal(pwrite(hfd, "\xff\xff\xff\xff", 4, 100), 4);
    assert_memory_equal(m->bytes, mb.bytes, mb.n);
    assert_int_equal(ftruncate(hfd, 0), 0);
    assert_memory_equal(m->bytes, mb.bytes, mb.n);
    assert_int_equal(close(hfd), 0);
    module_free(m);
}

/* Nor can this process change it by mistake. */
static void test_read_only(void **state)
{
    struct error err;
    struct module *m;
    int status;
    pid_t child;

    mb_rich(&mb);
    m = open_bytes(mb.bytes, mb.n, &err);
    assert_non_null(m);
    child = fork();
    if (child == 0) {
        (void)signal(SIGSEGV, SIG_DFL);
        *(volatile uint8_t *)(uintptr_t)(m->bytes + 20) = 0;
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    module_free(m);
}

static void test_not_module(void **state)
{
    struct error err = ERROR_INIT;
    int ends[2];

    assert_null(open_bytes((const uint8_t *)"", 0, &err));
    assert_int_equal(err.kind, ERROR_NOT_MODULE);
    assert_null(open_bytes((const uint8_t *)"#!/bin/sh\n", 10, &err));
    assert_int_equal(err.kind, ERROR_NOT_MODULE);
    assert_null(open_bytes((const uint8_t *)"\0as", 3, &err));
    assert_int_equal(err.kind, ERROR_NOT_MODULE);
    assert_null(open_bytes((const uint8_t *)"\0asm", 4, &err));
    assert_int_equal(err.kind, ERROR_MALFORMED);
    assert_int_equal(pipe(ends), 0);
    assert_null(module_open("pipe", ends[0], &err));
    assert_int_equal(err.kind, ERROR_NOT_MODULE);
    assert_int_equal(close(ends[0]) | close(ends[1]), 0);
    assert_null(module_open("none", -1, &err));
    assert_int_equal(err.kind, ERROR_HOST);
    module_free(NULL);
}

static void test_large_file(void **state)
{
    AUTO_FD int hfd = make_file(mb.bytes, 8);
    struct error err = ERROR_INIT;

    assert_int_equal(ftruncate(hfd, ((off_t)1 << 30) + 1), 0);
    assert_null(module_open("large", hfd, &err));
    assert_int_equal(err.kind, ERROR_UNSUPPORTED);
}

static void test_exports(void **state)
{
    static const char *const names[] = {"run", "t", "m", "g"};
    struct module *m;
    uint8_t *copy;
    size_t i;

    mb_rich(&mb);
    m = mb_valid(&mb, &copy);
    for (i = 0; i < countof(names); i++)
        assert_ptr_equal(module_export(m, names[i]), &m->exports[i]);
    assert_null(module_export(m, ""));
    assert_null(module_export(m, "ru"));
    assert_null(module_export(m, "runs"));
    assert_ptr_equal(module_export_type(m, &m->exports[0]).func, m->types[1]);
    assert_int_equal(module_export_type(m, &m->exports[1]).table.elem,
                     VT_FUNCREF);
    assert_true(module_export_type(m, &m->exports[2]).memory.shared);
    assert_int_equal(module_export_type(m, &m->exports[3]).global.type, VT_I32);
    mb_free(m, copy);
}

/* Many exports: each is found, and one name that is twice. */
static void test_many_exports(void **state)
{
    static struct modbuild content;
    struct error err;
    struct module *m;
    uint8_t *copy;
    char name[16];
    uint32_t n, i;

    for (n = 3000; n <= 3001; n++) {
        content.n = 0;
        mb_u32(&content, n);
        for (i = 0; i < n; i++) {
            int len = snprintf(name, sizeof(name), "e%u", i * 7919 % 3000);

            mb_u32(&content, (uint32_t)len);
            mb_bytes(&content, (const uint8_t *)name, (size_t)len);
            mb_bytes(&content, BYTES(2, 0));
        }
        mb_init(&mb);
        mb_section(&mb, 5, BYTES(1, 0, 0));
        mb_section(&mb, 7, content.bytes, content.n);
        if (n == 3001)
            break;
        m = mb_valid(&mb, &copy);
        for (i = 0; i < n; i++) {
            (void)snprintf(name, sizeof(name), "e%u", i * 7919 % 3000);
            assert_ptr_equal(module_export(m, name), &m->exports[i]);
        }
        mb_free(m, copy);
    }
    mb_expect_error(&mb, ERROR_INVALID, "duplicate export name");
    /* The second of the two is reported. */
    m = mb_load(mb.bytes, mb.n, &copy, &err);
    assert_null(m);
    assert_int_equal(err.offset, mb.n - 4);
    mb_free(m, copy);
}

static void test_custom(void **state)
{
    struct module *m;
    uint8_t *copy;

    mb_rich(&mb);
    m = mb_valid(&mb, &copy);
    assert_ptr_equal(module_custom(m, "note"), &m->customs[0]);
    assert_int_equal(module_custom(m, "note")->len, 3);
    assert_int_equal(m->bytes[module_custom(m, "note")->offset], 1);
    assert_ptr_equal(module_custom(m, "name"), &m->customs[1]);
    assert_null(module_custom(m, "names"));
    mb_free(m, copy);
}

static void check_name(const struct module *m, uint32_t func, const char *want)
{
    char buf[64];

    module_func_name(m, func, buf, sizeof(buf));
    assert_string_equal(buf, want);
}

static void test_func_names(void **state)
{
    struct module *m;
    uint8_t *copy;
    char buf[8];

    mb_rich(&mb);
    m = mb_valid(&mb, &copy);
    check_name(m, 1, "main"); /* the name section */
    check_name(m, 2, "f2");   /* comes before an export */
    check_name(m, 0, "f");    /* an import */
    check_name(m, 3, "func[3]");
    check_name(m, UINT32_MAX, "func[4294967295]");
    memset(buf, '#', sizeof(buf));
    module_func_name(m, 1, buf, 4);
    assert_string_equal(buf, "mai");
    assert_int_equal(buf[4], '#');
    module_func_name(m, 3, buf, 4);
    assert_string_equal(buf, "fun");
    module_func_name(m, 1, buf, 0);
    assert_string_equal(buf, "fun");
    mb_free(m, copy);
}

/* A module with one export of function 0 and this name section. */
static void check_broken(const uint8_t *bytes, size_t n, const char *want)
{
    static struct modbuild content;
    struct module *m;
    uint8_t *copy;

    mb_init(&mb);
    mb_section(&mb, 1, BYTES(1, 0x60, 0, 0));
    mb_section(&mb, 2, BYTES(1, 0, 3, 'i', 'm', 'p', 0, 0));
    mb_section(&mb, 7, BYTES(1, 3, 'e', 'x', 'p', 0, 0));
    content.n = 0;
    mb_bytes(&content, BYTES(4, 'n', 'a', 'm', 'e'));
    mb_bytes(&content, bytes, n);
    mb_section(&mb, 0, content.bytes, content.n);
    m = mb_valid(&mb, &copy);
    check_name(m, 0, want);
    mb_free(m, copy);
}

/* Whatever stands in a name section, the module is good. */
static void test_broken_names(void **state)
{
    check_broken(BYTES(1, 5, 1, 0, 2, 'o', 'k'), "ok");
    check_broken(BYTES(0, 1, 0, 1, 5, 1, 0, 2, 'o', 'k'), "ok");
    check_broken(BYTES(1), "exp");
    check_broken(BYTES(1, 0), "exp");
    check_broken(BYTES(1, 100, 1, 0, 2, 'o', 'k'), "exp");
    check_broken(BYTES(0, 0xff, 0xff, 0xff, 0xff, 0x0f), "exp");
    check_broken(BYTES(0, 0xff, 0xff, 0xff, 0xff, 0xff), "exp");
    check_broken(BYTES(1, 5, 1, 0, 3, 'o', 'k'), "exp");
    check_broken(BYTES(1, 4, 1, 0, 2, 'o', 'k'), "exp");
    check_broken(BYTES(1, 9, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 'o', 'k'),
                 "exp");
    check_broken(BYTES(1, 6, 1, 0x80, 0, 2, 'o', 'k'), "ok");
    check_broken(BYTES(1, 3, 1, 0, 0), "exp");
    check_broken(BYTES(1, 8, 2, 0, 2, 'o', 'k', 0, 1, 'x'), "ok");
    check_broken(BYTES(1, 5, 1, 0, 2, 0xff, 7), "\\xff\\x07");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_read_only),
        cmocka_unit_test(test_not_module),
        cmocka_unit_test(test_large_file),
        cmocka_unit_test(test_exports),
        cmocka_unit_test(test_many_exports),
        cmocka_unit_test(test_custom),
        cmocka_unit_test(test_func_names),
        cmocka_unit_test(test_broken_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
