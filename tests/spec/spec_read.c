/*
 * spec_read.c: see spec_read.h.
 *
 * Which commands there are and which members they have is a table; each member
 * has a function that reads it.  A member that nobody knows is an error: it may
 * be what a test is about.
 */
#include "spec_read.h"

#include <jansson.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

struct reader {
    struct pool *pool;
    struct error *err;
};

static bool bad(struct reader *r, const char *fmt, ...) PRINTF_LIKE(2, 3);

static bool bad(struct reader *r, const char *fmt, ...)
{
    char text[ERROR_TEXT_SIZE];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    return error_set(r->err, ERROR_MALFORMED, ERROR_NO_OFFSET, "%s", text);
}

static bool no_memory(struct reader *r)
{
    return error_set(r->err, ERROR_HOST, ERROR_NO_OFFSET, "out of memory");
}

/* --- Texts --- */

/* A text of the script, for a message. */
struct shown {
    char text[48];
};

static struct shown show(const char *text)
{
    struct shown shown;

    (void)utf8_print(shown.text, sizeof(shown.text), text, strlen(text));
    return shown;
}

static bool read_name(struct reader *r, const json_t *value, struct name *ret)
{
    size_t n = json_string_length(value);

    if (!json_is_string(value))
        return bad(r, "not a string");
    if (n > UINT32_MAX)
        return bad(r, "too long");
    ret->text = pool_string(r->pool, json_string_value(value), n);
    ret->len = (uint32_t)n;
    return ret->text || no_memory(r);
}

/* One without NUL bytes. */
static bool read_text(struct reader *r, const json_t *value, const char **ret)
{
    struct name name;

    if (!read_name(r, value, &name))
        return false;
    if (strlen(name.text) != name.len)
        return bad(r, "a string with a NUL in it");
    *ret = name.text;
    return true;
}

/* A decimal number that fits into so many bits. */
static bool read_number(struct reader *r, const char *text, unsigned bits,
                        uint64_t *ret)
{
    uint64_t n = 0;
    const char *p;

    for (p = text; *p >= '0' && *p <= '9'; p++)
        if (ckd_mul(&n, n, UINT64_C(10)) ||
            ckd_add(&n, n, (uint64_t)(*p - '0')))
            return bad(r, "number too large: %s", show(text).text);
    if (p == text || *p)
        return bad(r, "not a number: '%s'", show(text).text);
    if (bits < 64 && n >> bits != 0)
        return bad(r, "%s does not fit into %u bits", show(text).text, bits);
    *ret = n;
    return true;
}

/* --- Values --- */

enum role {
    ARGUMENT, /* of a call: its bits must be known */
    RESULT,
    TYPE, /* of a result that nobody sees: no value */
};

/* Types of values, then of lanes. */
static const struct kind {
    const char *name;
    valtype type;
    unsigned bits;
    bool is_float;
} kinds[] =
    {
        {"i32", VT_I32, 32, false},
        {"i64", VT_I64, 64, false},
        {"f32", VT_F32, 32, true},
        {"f64", VT_F64, 64, true},
        {"v128", VT_V128, 128, false},
        {"externref", VT_EXTERNREF, 64, false},
        {"funcref", VT_FUNCREF, 64, false},
        {"exnref", VT_EXNREF, 64, false},
},
  lane_kinds[] = {
      {"i8", VT_V128, 8, false},   {"i16", VT_V128, 16, false},
      {"i32", VT_V128, 32, false}, {"i64", VT_V128, 64, false},
      {"f32", VT_V128, 32, true},  {"f64", VT_V128, 64, true},
};

static const struct kind *find_kind(struct reader *r, const json_t *name,
                                    const struct kind *table, size_t n)
{
    const char *text = json_string_value(name);
    size_t i;

    for (i = 0; text && i < n; i++)
        if (strcmp(table[i].name, text) == 0)
            return &table[i];
    (void)bad(r, "no type for a value: '%s'", show(text ? text : "").text);
    return NULL;
}

/* A number or a lane of one; NaNs stand only where results are compared. */
static bool read_bits(struct reader *r, const json_t *value,
                      const struct kind *kind, enum role role,
                      enum spec_nan *nan, uint64_t *ret)
{
    const char *text = json_string_value(value);

    if (!text || strlen(text) != json_string_length(value))
        return bad(r, "a value is no string of digits");
    *nan = SPEC_BITS;
    *ret = 0;
    if (kind->is_float && role == RESULT) {
        if (strcmp(text, "nan:canonical") == 0)
            *nan = SPEC_NAN_CANONICAL;
        else if (strcmp(text, "nan:arithmetic") == 0)
            *nan = SPEC_NAN_ARITHMETIC;
    }
    return *nan != SPEC_BITS || read_number(r, text, kind->bits, ret);
}

static bool read_ref(struct reader *r, const json_t *value, enum role role,
                     struct spec_value *ret)
{
    const char *text = json_string_value(value);

    if (text && strcmp(text, "null") == 0)
        return true;
    if (!text || strlen(text) != json_string_length(value))
        return bad(r, "a reference is no string of digits");
    if (role == ARGUMENT && ret->type != VT_EXTERNREF)
        return bad(r, "a reference that is given to a function is not null");
    if (!read_number(r, text, 32, &ret->bits[0]))
        return false;
    ret->bits[0]++;
    return true;
}

static bool read_lanes(struct reader *r, const json_t *object,
                       const json_t *lanes, enum role role,
                       struct spec_value *ret)
{
    const struct kind *kind = find_kind(r, json_object_get(object, "lane_type"),
                                        lane_kinds, countof(lane_kinds));
    unsigned i;

    if (!kind)
        return error_prefix(r->err, "lane_type: ");
    ret->lane_bits = (uint8_t)kind->bits;
    ret->n_lanes = (uint8_t)(128 / kind->bits);
    if (!json_is_array(lanes) || json_array_size(lanes) != ret->n_lanes)
        return bad(r, "not %u lanes", ret->n_lanes);
    for (i = 0; i < ret->n_lanes; i++) {
        enum spec_nan nan;
        uint64_t bits;

        if (!read_bits(r, json_array_get(lanes, i), kind, role, &nan, &bits))
            return error_prefix(r->err, "lane %u: ", i);
        if (kind->is_float)
            ret->nans[i] = nan;
        ret->bits[i * kind->bits / 64] |= bits << i * kind->bits % 64;
    }
    return true;
}

static bool has_only(struct reader *r, const json_t *object, size_t n)
{
    return json_object_size(object) == n || bad(r, "members that mean nothing");
}

static bool read_value(struct reader *r, const json_t *object, enum role role,
                       struct spec_value *ret)
{
    const json_t *value;
    const struct kind *kind;

    memset(ret, 0, sizeof(*ret));
    if (!json_is_object(object))
        return bad(r, "not an object");
    kind = find_kind(r, json_object_get(object, "type"), kinds, countof(kinds));
    if (!kind)
        return false;
    ret->type = kind->type;
    ret->lane_bits = (uint8_t)MIN(kind->bits, 64u);
    ret->n_lanes = 1;
    ret->is_any = role == TYPE;
    if (ret->is_any)
        return has_only(r, object, 1);
    value = json_object_get(object, "value");
    if (!value)
        return bad(r, "no value");
    if (kind->type == VT_V128)
        return has_only(r, object, 3) &&
               read_lanes(r, object, value, role, ret);
    if (!has_only(r, object, 2))
        return false;
    if (valtype_is_ref(kind->type))
        return read_ref(r, value, role, ret);
    return read_bits(r, value, kind, role, &ret->nans[0], &ret->bits[0]);
}

static bool read_values(struct reader *r, const json_t *array, enum role role,
                        uint32_t limit, struct spec_value **ret,
                        uint32_t *ret_n)
{
    size_t n = json_array_size(array), i;
    struct spec_value *values;

    if (!json_is_array(array))
        return bad(r, "not an array");
    if (n > limit)
        return bad(r, "%zu values, at most %u", n, limit);
    values = pool_array(r->pool, n + 1, sizeof(*values));
    if (!values)
        return no_memory(r);
    for (i = 0; i < n; i++)
        if (!read_value(r, json_array_get(array, i), role, &values[i]))
            return error_prefix(r->err, "value %zu: ", i);
    *ret = values;
    *ret_n = (uint32_t)n;
    return true;
}

/* --- Members of commands --- */

/* Its name has been looked up already. */
static bool read_type(struct reader *r, const json_t *value,
                      struct spec_command *c)
{
    return true;
}

static bool read_line(struct reader *r, const json_t *value,
                      struct spec_command *c)
{
    json_int_t line = json_integer_value(value);

    if (!json_is_integer(value) || line < 0 || line > INT_MAX)
        return bad(r, "not a number from 0 on");
    c->line = (int)line;
    return true;
}

/* A name that leads out of the folder, or to a folder, is none. */
static bool read_filename(struct reader *r, const json_t *value,
                          struct spec_command *c)
{
    if (!read_text(r, value, &c->file))
        return false;
    if (c->file[0] == '\0' || strlen(c->file) > NAME_MAX ||
        strchr(c->file, '/') || strcmp(c->file, ".") == 0 ||
        strcmp(c->file, "..") == 0)
        return bad(r, "not the name of a file beside the script: '%s'",
                   show(c->file).text);
    return true;
}

static bool read_module_type(struct reader *r, const json_t *value,
                             struct spec_command *c)
{
    const char *text = "";

    if (!read_text(r, value, &text))
        return false;
    c->is_text = strcmp(text, "text") == 0;
    return c->is_text || strcmp(text, "binary") == 0 ||
           bad(r, "neither text nor binary: '%s'", show(text).text);
}

static bool read_definition(struct reader *r, const json_t *value,
                            struct spec_command *c)
{
    const char *text = "";

    if (!read_text(r, value, &text))
        return false;
    c->kind = SPEC_DEFINITION;
    return strcmp(text, "true") == 0 ||
           bad(r, "not true: '%s'", show(text).text);
}

static bool read_module_name(struct reader *r, const json_t *value,
                             struct spec_command *c)
{
    return read_text(r, value, &c->name);
}

static bool read_as(struct reader *r, const json_t *value,
                    struct spec_command *c)
{
    return read_text(r, value, &c->as);
}

static bool read_message(struct reader *r, const json_t *value,
                         struct spec_command *c)
{
    return read_text(r, value, &c->text);
}

static bool read_action(struct reader *r, const json_t *object,
                        struct spec_command *c)
{
    struct spec_action *action = &c->action;
    const json_t *module = json_object_get(object, "module");
    const json_t *args = json_object_get(object, "args");
    const char *type = json_string_value(json_object_get(object, "type"));

    if (!json_is_object(object))
        return bad(r, "not an object");
    if (!type || (strcmp(type, "invoke") != 0 && strcmp(type, "get") != 0))
        return bad(r, "type: neither invoke nor get: '%s'",
                   show(type ? type : "").text);
    action->is_get = strcmp(type, "get") == 0;
    if (!has_only(r, object, 2u + (module != NULL) + !action->is_get))
        return false;
    if (!read_name(r, json_object_get(object, "field"), &action->field))
        return error_prefix(r->err, "field: ");
    if (module && !read_text(r, module, &action->module))
        return error_prefix(r->err, "module: ");
    return action->is_get ||
           read_values(r, args, ARGUMENT, LIMIT_PARAMS, &action->args,
                       &action->n_args) ||
           error_prefix(r->err, "args: ");
}

static bool read_results(struct reader *r, const json_t *value,
                         struct spec_command *c)
{
    return read_values(r, value, RESULT, LIMIT_RESULTS, &c->results,
                       &c->n_results);
}

static bool read_types(struct reader *r, const json_t *value,
                       struct spec_command *c)
{
    return read_values(r, value, TYPE, LIMIT_RESULTS, &c->results,
                       &c->n_results);
}

static bool read_either(struct reader *r, const json_t *value,
                        struct spec_command *c)
{
    c->is_either = true;
    return read_results(r, value, c) && (c->n_results > 0 || bad(r, "nothing"));
}

/* --- Commands --- */

enum member {
    LINE,
    FILENAME,
    MODULE_TYPE,
    DEFINITION,
    NAME,
    AS,
    TEXT,
    ACTION,
    EXPECTED, /* results */
    TYPES,    /* under the same name: only their types */
    EITHER,
    TYPE_NAME,
    N_MEMBERS,
};

static const struct {
    const char *name;
    bool (*read)(struct reader *r, const json_t *value, struct spec_command *c);
} members[N_MEMBERS] = {
    [LINE] = {"line", read_line},
    [FILENAME] = {"filename", read_filename},
    [MODULE_TYPE] = {"module_type", read_module_type},
    [DEFINITION] = {"definition", read_definition},
    [NAME] = {"name", read_module_name},
    [AS] = {"as", read_as},
    [TEXT] = {"text", read_message},
    [ACTION] = {"action", read_action},
    [EXPECTED] = {"expected", read_results},
    [TYPES] = {"expected", read_types},
    [EITHER] = {"either", read_either},
    [TYPE_NAME] = {"type", read_type},
};

#define HAS(member) (1u << (member))
#define ALWAYS      (HAS(TYPE_NAME) | HAS(LINE))
#define BAD_MODULE  (ALWAYS | HAS(FILENAME) | HAS(TEXT) | HAS(MODULE_TYPE))
#define ENDS        (ALWAYS | HAS(ACTION) | HAS(TYPES))

static const struct form {
    const char *type;
    enum spec_kind kind;
    unsigned needs;
    unsigned may; /* one of these, or none */
    bool one;     /* but not none */
} forms[] = {
    {"module", SPEC_MODULE, ALWAYS | HAS(FILENAME), HAS(NAME) | HAS(DEFINITION),
     false},
    {"register", SPEC_REGISTER, ALWAYS | HAS(AS), HAS(NAME), false},
    {"assert_return", SPEC_RETURN, ALWAYS | HAS(ACTION),
     HAS(EXPECTED) | HAS(EITHER), true},
    {"action", SPEC_RETURN, ENDS, 0, false},
    {"assert_trap", SPEC_TRAP, ENDS | HAS(TEXT), 0, false},
    {"assert_exhaustion", SPEC_TRAP, ENDS | HAS(TEXT), 0, false},
    {"assert_exception", SPEC_EXCEPTION, ENDS, 0, false},
    {"assert_malformed", SPEC_BAD_MODULE, BAD_MODULE, 0, false},
    {"assert_invalid", SPEC_BAD_MODULE, BAD_MODULE, 0, false},
    {"assert_unlinkable", SPEC_UNLINKABLE, BAD_MODULE, 0, false},
    {"assert_uninstantiable", SPEC_UNINSTANTIABLE, BAD_MODULE, 0, false},
};

static const struct form *find_form(struct reader *r, const json_t *object)
{
    const char *type = json_string_value(json_object_get(object, "type"));
    size_t i;

    for (i = 0; type && i < countof(forms); i++)
        if (strcmp(forms[i].type, type) == 0)
            return &forms[i];
    (void)bad(r, "no command: '%s'", show(type ? type : "").text);
    return NULL;
}

/* The member of this name that such a command has; N_MEMBERS: none. */
static unsigned find_member(const struct form *form, const char *name)
{
    unsigned i;

    for (i = 0; i < N_MEMBERS; i++)
        if ((form->needs | form->may) & HAS(i) &&
            strcmp(members[i].name, name) == 0)
            break;
    return i;
}

static bool check_members(struct reader *r, const struct form *form,
                          unsigned seen)
{
    unsigned missing = form->needs & ~seen, i;
    unsigned others = seen & form->may;

    for (i = 0; i < N_MEMBERS; i++)
        if (missing & HAS(i))
            return bad(r, "no %s", members[i].name);
    if (others & (others - 1))
        return bad(r, "members that exclude each other");
    if (form->one && !others)
        return bad(r, "no results");
    return true;
}

static bool read_members(struct reader *r, json_t *object,
                         struct spec_command *c)
{
    const struct form *form = find_form(r, object);
    const char *name;
    json_t *value;
    unsigned seen = 0;

    if (!form)
        return false;
    c->kind = form->kind;
    json_object_foreach(object, name, value)
    {
        unsigned i = find_member(form, name);

        if (i == N_MEMBERS)
            return bad(r, "a %s has no '%s'", form->type, show(name).text);
        if (!members[i].read(r, value, c))
            return error_prefix(r->err, "%s: ", members[i].name);
        seen |= HAS(i);
    }
    if (!check_members(r, form, seen))
        return false;
    /* Only modules that are refused may be no binaries. */
    return !c->is_text || c->kind == SPEC_BAD_MODULE ||
           bad(r, "a module in text");
}

static bool read_command(struct reader *r, size_t at, json_t *object,
                         struct spec_command *c)
{
    const json_t *line = json_object_get(object, "line");

    if (!json_is_object(object))
        (void)bad(r, "not an object");
    else if (read_members(r, object, c))
        return true;
    if (json_is_integer(line))
        return error_prefix(r->err,
                            "command %zu, line %" JSON_INTEGER_FORMAT ": ", at,
                            json_integer_value(line));
    return error_prefix(r->err, "command %zu: ", at);
}

/* --- Scripts --- */

static bool read_script(struct reader *r, struct spec_script *script,
                        const json_t *json)
{
    json_t *commands = json_object_get(json, "commands");
    const json_t *source = json_object_get(json, "source_filename");
    size_t n = json_array_size(commands), i;

    if (!json_is_array(commands))
        return bad(r, "no array of commands");
    if (source && !json_is_string(source))
        return bad(r, "source_filename: not a string");
    if (!has_only(r, json, 1u + (source != NULL)))
        return false;
    script->commands =
        pool_array(&script->pool, n + 1, sizeof(*script->commands));
    if (!script->commands)
        return no_memory(r);
    for (i = 0; i < n; i++)
        if (!read_command(r, i, json_array_get(commands, i),
                          &script->commands[i]))
            return false;
    script->n = n;
    return true;
}

bool spec_script_read(struct spec_script *script, const char *bytes, size_t n,
                      struct error *err)
{
    struct reader r = {.pool = &script->pool, .err = err};
    json_error_t json_error;
    json_t *json;
    bool ok;

    memset(script, 0, sizeof(*script));
    pool_init(&script->pool);
    json = json_loadb(bytes, n, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES,
                      &json_error);
    if (!json) {
        char text[sizeof(json_error.text)];

        (void)utf8_print(text, sizeof(text), json_error.text,
                         strlen(json_error.text));
        return error_set(err, ERROR_MALFORMED, (uint64_t)json_error.position,
                         "line %d of the file: %s", json_error.line, text);
    }
    ok = read_script(&r, script, json);
    json_decref(json);
    return ok;
}

void spec_script_done(struct spec_script *script)
{
    pool_done(&script->pool);
    memset(script, 0, sizeof(*script));
}
