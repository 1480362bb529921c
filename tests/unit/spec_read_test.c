/* spec_read_test.c: scripts of the specification's test suite, and what is
 * refused in them. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "spec/spec_read.h"

static bool read_text(struct spec_script *script, const char *text,
                      struct error *err)
{
    return spec_script_read(script, text, strlen(text), err);
}

/* A script of one command; the caller calls spec_script_done. */
static struct spec_command *read_one(struct spec_script *script,
                                     const char *command)
{
    struct error err = ERROR_INIT;
    char text[4096];

    (void)snprintf(text, sizeof(text), "{\"commands\": [%s]}", command);
    if (!read_text(script, text, &err))
        fail_msg("%s", err.text);
    assert_int_equal(script->n, 1);
    return &script->commands[0];
}

static void refuse(const char *script_text, const char *message)
{
    struct error err = ERROR_INIT;
    struct spec_script script;

    assert_false(read_text(&script, script_text, &err));
    assert_int_equal(err.kind, ERROR_MALFORMED);
    assert_string_equal(err.text, message);
    spec_script_done(&script);
}

static void refuse_one(const char *command, const char *message)
{
    char text[65536];

    (void)snprintf(text, sizeof(text), "{\"commands\": [%s]}", command);
    refuse(text, message);
}

/* --- What is read --- */

static void test_module(void **state)
{
    struct spec_script script;
    struct spec_command *c = read_one(
        &script, "{\"type\": \"module\", \"line\": 7, \"name\": \"$M\", "
                 "\"filename\": \"a.0.wasm\"}");

    assert_int_equal(c->kind, SPEC_MODULE);
    assert_int_equal(c->line, 7);
    assert_string_equal(c->name, "$M");
    assert_string_equal(c->file, "a.0.wasm");
    assert_false(c->is_text);
    spec_script_done(&script);
}

static void test_call(void **state)
{
    struct spec_script script;
    struct spec_command *c = read_one(
        &script,
        "{\"type\": \"assert_return\", \"line\": 1, \"action\": {\"type\": "
        "\"invoke\", \"module\": \"$M\", \"field\": \"a\\u0000b\", \"args\": "
        "[{\"type\": \"i64\", \"value\": \"18446744073709551615\"}, {\"type\": "
        "\"externref\", \"value\": \"5\"}]}, \"expected\": [{\"type\": "
        "\"f32\", \"value\": \"nan:canonical\"}]}");

    assert_int_equal(c->kind, SPEC_RETURN);
    assert_false(c->action.is_get);
    assert_string_equal(c->action.module, "$M");
    assert_int_equal(c->action.field.len, 3);
    assert_memory_equal(c->action.field.text, "a\0b", 3);
    assert_int_equal(c->action.n_args, 2);
    assert_int_equal(c->action.args[0].type, VT_I64);
    assert_true(c->action.args[0].bits[0] == UINT64_MAX);
    assert_int_equal(c->action.args[1].bits[0], 6);
    assert_int_equal(c->n_results, 1);
    assert_int_equal(c->results[0].nans[0], SPEC_NAN_CANONICAL);
    assert_false(c->is_either);
    spec_script_done(&script);
}

static void test_vector(void **state)
{
    struct spec_script script;
    struct spec_command *c = read_one(
        &script,
        "{\"type\": \"assert_return\", \"line\": 1, \"action\": {\"type\": "
        "\"get\", \"field\": \"g\"}, \"expected\": [{\"type\": \"v128\", "
        "\"lane_type\": \"i16\", \"value\": [\"1\", \"2\", \"3\", \"65535\", "
        "\"5\", \"0\", \"0\", \"8\"]}]}");
    uint64_t slots[2] = {0xffff000300020001, 0x0008000000000005};

    assert_true(c->action.is_get);
    assert_true(c->results[0].bits[0] == slots[0]);
    assert_true(c->results[0].bits[1] == slots[1]);
    assert_true(spec_value_matches(&c->results[0], VT_V128, slots));
    slots[1]++;
    assert_false(spec_value_matches(&c->results[0], VT_V128, slots));
    spec_script_done(&script);
}

static void test_matching(void **state)
{
    const struct spec_value canonical = {.type = VT_F32,
                                         .lane_bits = 32,
                                         .n_lanes = 1,
                                         .nans = {SPEC_NAN_CANONICAL}};
    const struct spec_value arithmetic = {.type = VT_F64,
                                          .lane_bits = 64,
                                          .n_lanes = 1,
                                          .nans = {SPEC_NAN_ARITHMETIC}};
    const struct spec_value seven = {
        .type = VT_I32, .lane_bits = 32, .n_lanes = 1, .bits = {7}};
    const struct spec_value any = {.type = VT_I32, .is_any = true};
    const struct spec_value func = {
        .type = VT_FUNCREF, .lane_bits = 64, .n_lanes = 1, .bits = {3}};
    const struct {
        const struct spec_value *want;
        valtype type;
        uint64_t slot;
        bool matches;
    } cases[] = {
        {&canonical, VT_F32, 0xffc00000, true},
        {&canonical, VT_F32, 0x7fc00001, false},
        {&arithmetic, VT_F64, 0x7ff8000000000001, true},
        {&arithmetic, VT_F64, 0x7ff0000000000001, false},
        {&seven, VT_I32, 7, true},
        {&seven, VT_I64, 7, false},
        {&seven, VT_I32, UINT64_C(7) << 32 | 7, false},
        {&any, VT_I32, 7, true},
        {&any, VT_F32, 7, false},
        /* Any function is one, null is none. */
        {&func, VT_FUNCREF, 7, true},
        {&func, VT_FUNCREF, 0, false},
    };
    size_t i;

    for (i = 0; i < countof(cases); i++)
        if (spec_value_matches(cases[i].want, cases[i].type, &cases[i].slot) !=
            cases[i].matches)
            fail_msg("case %zu", i);
}

/* Those that the fuzzer starts from. */
static void test_seeds(void **state)
{
    DIR *dir = opendir(SPEC_SEEDS);
    const struct dirent *entry;
    unsigned n = 0;

    assert_non_null(dir);
    while ((entry = readdir(dir))) {
        struct error err = ERROR_INIT;
        struct spec_script script;
        char path[4096], text[65536];
        FILE *file;
        size_t len;

        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof(path), "%s/%s", SPEC_SEEDS, entry->d_name);
        file = fopen(path, "r");
        assert_non_null(file);
        len = fread(text, 1, sizeof(text), file);
        (void)fclose(file);
        if (!spec_script_read(&script, text, len, &err))
            fail_msg("%s: %s", path, err.text);
        assert_true(script.n > 0);
        spec_script_done(&script);
        n++;
    }
    (void)closedir(dir);
    assert_true(n >= 5);
}

/* --- What is refused --- */

static void test_not_json(void **state)
{
    refuse("", "line 1 of the file: '[' or '{' expected near end of file");
    refuse("{\"commands\": [\n\n}",
           "line 3 of the file: unexpected token near '}'");
    refuse("{\"commands\": [], \"commands\": []}",
           "line 1 of the file: duplicate object key near '\"commands\"'");
    refuse("{\"commands\": []} x",
           "line 1 of the file: end of file expected near 'x'");
}

static void test_script(void **state)
{
    refuse("[]", "no array of commands");
    refuse("{}", "no array of commands");
    refuse("{\"commands\": {}}", "no array of commands");
    refuse("{\"commands\": [], \"source_filename\": 1}",
           "source_filename: not a string");
    refuse("{\"commands\": [], \"other\": 1}", "members that mean nothing");
    refuse("{\"commands\": [1]}", "command 0: not an object");
    refuse("{\"commands\": [[]]}", "command 0: not an object");
}

#define MODULE(line, file)                                                     \
    "{\"type\": \"module\", \"line\": " line ", \"filename\": " file "}"

static void test_line(void **state)
{
    refuse_one(MODULE("\"1\"", "\"a\""),
               "command 0: line: not a number from 0 on");
    refuse_one(MODULE("1.5", "\"a\""),
               "command 0: line: not a number from 0 on");
    refuse_one(MODULE("-1", "\"a\""),
               "command 0, line -1: line: not a number from 0 on");
    refuse_one(MODULE("2147483648", "\"a\""),
               "command 0, line 2147483648: line: not a number from 0 on");
    refuse_one("{\"type\": \"module\", \"filename\": \"a\"}",
               "command 0: no line");
}

static void test_file(void **state)
{
    static const char *const names[] = {"",     ".",    "..",  "/a",
                                        "../a", "a/..", "a/b", "a/"};
    char text[512], message[256], name[257];
    size_t i;

    for (i = 0; i < countof(names); i++) {
        (void)snprintf(text, sizeof(text), MODULE("3", "\"%s\""), names[i]);
        (void)snprintf(message, sizeof(message),
                       "command 0, line 3: filename: not the name of a file "
                       "beside the script: '%s'",
                       names[i]);
        refuse_one(text, message);
    }
    refuse_one(MODULE("3", "1"), "command 0, line 3: filename: not a string");
    refuse_one(MODULE("3", "\"a\\u0000b\""),
               "command 0, line 3: filename: a string with a NUL in it");
    refuse_one(MODULE("3", "\"a\\nb/\""),
               "command 0, line 3: filename: not the name of a file beside the "
               "script: 'a\\x0ab/'");
    memset(name, 'x', 256);
    name[256] = '\0';
    (void)snprintf(text, sizeof(text), MODULE("3", "\"%s\""), name);
    (void)snprintf(message, sizeof(message),
                   "command 0, line 3: filename: not the name of a file beside "
                   "the script: '%.47s'",
                   name);
    refuse_one(text, message);
}

static void test_members(void **state)
{
    refuse_one("{\"line\": 3}", "command 0, line 3: no command: ''");
    refuse_one("{\"line\": 3, \"type\": \"assert\"}",
               "command 0, line 3: no command: 'assert'");
    refuse_one("{\"line\": 3, \"type\": 4}",
               "command 0, line 3: no command: ''");
    refuse_one("{\"line\": 3, \"type\": \"module\"}",
               "command 0, line 3: no filename");
    refuse_one("{\"line\": 3, \"type\": \"register\", \"as\": 3}",
               "command 0, line 3: as: not a string");
    refuse_one("{\"line\": 3, \"type\": \"register\", \"text\": \"x\"}",
               "command 0, line 3: a register has no 'text'");
    refuse_one("{\"line\": 3, \"type\": \"module\", \"filename\": \"a\", "
               "\"definition\": \"false\"}",
               "command 0, line 3: definition: not true: 'false'");
    refuse_one("{\"line\": 3, \"type\": \"module\", \"filename\": \"a\", "
               "\"definition\": \"true\", \"name\": \"$M\"}",
               "command 0, line 3: members that exclude each other");
    refuse_one("{\"line\": 3, \"type\": \"assert_invalid\", \"filename\": "
               "\"a\", \"text\": \"x\", \"module_type\": \"json\"}",
               "command 0, line 3: module_type: neither text nor binary: "
               "'json'");
    refuse_one("{\"line\": 3, \"type\": \"assert_unlinkable\", \"filename\": "
               "\"a\", \"text\": \"x\", \"module_type\": \"text\"}",
               "command 0, line 3: a module in text");
}

#define ACTION(action)                                                         \
    "{\"type\": \"assert_return\", \"line\": 3, \"expected\": [], "            \
    "\"action\": " action "}"

static void test_action(void **state)
{
    refuse_one(ACTION("1"), "command 0, line 3: action: not an object");
    refuse_one(ACTION("{}"), "command 0, line 3: action: type: neither invoke "
                             "nor get: ''");
    refuse_one(ACTION("{\"type\": \"call\"}"),
               "command 0, line 3: action: type: neither invoke nor get: "
               "'call'");
    refuse_one(ACTION("{\"type\": \"get\", \"x\": 1}"),
               "command 0, line 3: action: field: not a string");
    refuse_one(ACTION("{\"type\": \"get\", \"field\": \"g\", \"args\": []}"),
               "command 0, line 3: action: members that mean nothing");
    refuse_one(ACTION("{\"type\": \"invoke\", \"field\": \"g\", \"args\": 1}"),
               "command 0, line 3: action: args: not an array");
    refuse_one("{\"type\": \"assert_return\", \"line\": 3, \"action\": "
               "{\"type\": \"get\", \"field\": \"g\"}}",
               "command 0, line 3: no results");
    refuse_one("{\"type\": \"assert_return\", \"line\": 3, \"expected\": [], "
               "\"either\": [], \"action\": {\"type\": \"get\", \"field\": "
               "\"g\"}}",
               "command 0, line 3: either: nothing");
}

static void refuse_value(const char *role, const char *value,
                         const char *message)
{
    bool is_arg = strcmp(role, "args") == 0;
    char text[1024], whole[1024];

    (void)snprintf(text, sizeof(text),
                   "{\"type\": \"%s\", \"line\": 3, %s \"action\": {\"type\": "
                   "\"invoke\", \"field\": \"f\", \"args\": [%s]}, "
                   "\"expected\": [%s]}",
                   strcmp(role, "type") == 0 ? "assert_trap" : "assert_return",
                   strcmp(role, "type") == 0 ? "\"text\": \"x\"," : "",
                   is_arg ? value : "", is_arg ? "" : value);
    (void)snprintf(whole, sizeof(whole), "command 0, line 3: %svalue 0: %s",
                   is_arg ? "action: args: " : "expected: ", message);
    refuse_one(text, whole);
}

#define VALUE(type, value) "{\"type\": \"" type "\", \"value\": " value "}"
#define LANES(type, value)                                                     \
    "{\"type\": \"v128\", \"lane_type\": \"" type "\", \"value\": " value "}"

static void test_values(void **state)
{
    refuse_value("args", "1", "not an object");
    refuse_value("args", VALUE("i31", "\"1\""), "no type for a value: 'i31'");
    refuse_value("args", "{\"value\": \"1\"}", "no type for a value: ''");
    refuse_value("args", "{\"type\": \"i32\"}", "no value");
    refuse_value("args", VALUE("i32", "1"), "a value is no string of digits");
    refuse_value("args", VALUE("i32", "\"1\\u0000\""),
                 "a value is no string of digits");
    refuse_value("args", VALUE("i32", "\"\""), "not a number: ''");
    refuse_value("args", VALUE("i32", "\"-1\""), "not a number: '-1'");
    refuse_value("args", VALUE("i32", "\"0x1\""), "not a number: '0x1'");
    refuse_value("args", VALUE("i32", "\"4294967296\""),
                 "4294967296 does not fit into 32 bits");
    refuse_value("args", VALUE("f64", "\"18446744073709551616\""),
                 "number too large: 18446744073709551616");
    refuse_value("args", VALUE("f32", "\"nan:canonical\""),
                 "not a number: 'nan:canonical'");
    refuse_value("expected", VALUE("i32", "\"nan:canonical\""),
                 "not a number: 'nan:canonical'");
    refuse_value("args", VALUE("funcref", "\"1\""),
                 "a reference that is given to a function is not null");
    refuse_value("args", VALUE("externref", "\"4294967296\""),
                 "4294967296 does not fit into 32 bits");
    refuse_value("args", VALUE("externref", "0"),
                 "a reference is no string of digits");
    refuse_value("expected", "{\"type\": \"i32\"}", "no value");
    refuse_value("type", VALUE("i32", "\"1\""), "members that mean nothing");
    refuse_value("args", "{\"type\": \"i32\", \"value\": \"1\", \"x\": 1}",
                 "members that mean nothing");
}

static void test_lanes(void **state)
{
    refuse_value("args", VALUE("v128", "[]"), "members that mean nothing");
    refuse_value("args", LANES("v128", "[]"),
                 "lane_type: no type for a value: 'v128'");
    refuse_value("args", LANES("i64", "\"1\""), "not 2 lanes");
    refuse_value("args", LANES("i64", "[\"1\"]"), "not 2 lanes");
    refuse_value("args", LANES("i64", "[\"1\", \"2\", \"3\"]"), "not 2 lanes");
    refuse_value("args", LANES("i64", "[\"1\", 2]"),
                 "lane 1: a value is no string of digits");
    refuse_value("args",
                 LANES("i16", "[\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\","
                              "\"65536\"]"),
                 "lane 7: 65536 does not fit into 16 bits");
    refuse_value("args", LANES("f64", "[\"1\", \"nan:arithmetic\"]"),
                 "lane 1: not a number: 'nan:arithmetic'");
}

static void test_counts(void **state)
{
    static char text[LIMIT_PARAMS * 40 + 400];
    size_t at = 0, i;

    at += (size_t)sprintf(text, "{\"type\": \"assert_return\", \"line\": 3, "
                                "\"expected\": [], \"action\": {\"type\": "
                                "\"invoke\", \"field\": \"f\", \"args\": [");
    for (i = 0; i <= LIMIT_PARAMS; i++)
        at += (size_t)sprintf(text + at, "%s" VALUE("i32", "\"1\""),
                              i ? "," : "");
    (void)sprintf(text + at, "]}}");
    refuse_one(text, "command 0, line 3: action: args: 1001 values, at most "
                     "1000");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_module), cmocka_unit_test(test_call),
        cmocka_unit_test(test_vector), cmocka_unit_test(test_matching),
        cmocka_unit_test(test_seeds),  cmocka_unit_test(test_not_json),
        cmocka_unit_test(test_script), cmocka_unit_test(test_line),
        cmocka_unit_test(test_file),   cmocka_unit_test(test_members),
        cmocka_unit_test(test_action), cmocka_unit_test(test_values),
        cmocka_unit_test(test_lanes),  cmocka_unit_test(test_counts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
