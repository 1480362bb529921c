/*
 * decode_type.c: the type section: function types, each by itself or in
 * recursion groups (specification, 5.3.9 and 5.5.4).
 */
#include "wasm/decode.h"

#include <string.h>

#include "base/limits.h"
#include "base/vec.h"

/* The forms of types that we have. */
#define FORM_FUNC      0x60
#define FORM_SUB       0x50
#define FORM_SUB_FINAL 0x4f
#define FORM_REC       0x4e

/* The proposal that a form of types belongs to, or NULL. */
static const char *form_foreign(uint8_t form)
{
    switch (form) {
    case 0x5f: /* struct */
    case 0x5e: /* array */
        return "garbage collection";
    case 0x5d: /* cont */
        return "stack switching";
    default:
        return NULL;
    }
}

static bool no_supertypes(struct decoder *d)
{
    uint32_t offset = reader_offset(&d->r), n;

    if (!reader_u32(&d->r, "the number of supertypes", &n))
        return false;
    return n == 0 || error_set(d->r.err, ERROR_UNSUPPORTED, offset,
                               "garbage collection is not supported: a type "
                               "with a supertype");
}

/* A form that is no recursion group; *final: it has no subtypes. */
static bool read_form(struct decoder *d, bool *final)
{
    uint32_t offset = reader_offset(&d->r);
    uint8_t form = 0;

    if (!reader_u8(&d->r, "the form of a type", &form))
        return false;
    *final = form != FORM_SUB;
    if (form == FORM_SUB || form == FORM_SUB_FINAL) {
        if (!no_supertypes(d))
            return false;
        offset = reader_offset(&d->r);
        if (!reader_u8(&d->r, "the form of a type", &form))
            return false;
    }
    if (form_foreign(form))
        return error_set(d->r.err, ERROR_UNSUPPORTED, offset,
                         "%s is not supported: a type that is not a function",
                         form_foreign(form));
    return form == FORM_FUNC ||
           error_set(d->r.err, ERROR_MALFORMED, offset,
                     "malformed definition type 0x%x", form);
}

/* A vector of at most `limit` value types, for which *ret has room. */
static bool read_types(struct decoder *d, const char *what, uint32_t limit,
                       valtype *ret, uint32_t *n)
{
    uint32_t i;

    if (!reader_count(&d->r, what, limit, 1, n))
        return false;
    for (i = 0; i < *n; i++) {
        if (!reader_valtype(&d->r, "a value type", &ret[i]))
            return false;
    }
    return true;
}

/* `values` has room for the longest lists. */
static bool read_member(struct decoder *d, valtype *values,
                        struct group_member *ret)
{
    ret->values = values;
    return read_form(d, &ret->final) &&
           read_types(d, "the number of parameters", LIMIT_PARAMS, values,
                      &ret->n_params) &&
           read_types(d, "the number of results", LIMIT_RESULTS,
                      values + ret->n_params, &ret->n_results);
}

/* Make room for n more types in the module. */
static bool reserve(struct decoder *d, uint32_t n)
{
    struct module *m = d->module;
    const struct functype **types;
    uint32_t want = m->n_types + n;

    if (want <= d->types_room)
        return true;
    want = MAX(want, 2 * d->types_room);
    types = pool_array(&m->pool, want, sizeof(*types));
    if (!types)
        return decode_no_memory(d);
    if (m->n_types)
        memcpy(types, m->types, m->n_types * sizeof(*types));
    m->types = types;
    d->types_room = want;
    return true;
}

/* A group is read: its types become the module's. */
static bool add_group(struct decoder *d, const struct group_member *members,
                      uint32_t n)
{
    struct module *m = d->module;

    if (!functype_intern_group(members, n, m->types + m->n_types))
        return decode_no_memory(d);
    m->n_types += n;
    d->r.n_members = 0;
    return true;
}

/* A type by itself may refer to itself too. */
static bool read_single(struct decoder *d)
{
    valtype values[LIMIT_PARAMS + LIMIT_RESULTS];
    struct group_member member;

    d->r.n_members = 1;
    return reserve(d, 1) && read_member(d, values, &member) &&
           add_group(d, &member, 1);
}

/* What a group of several types is read into. */
struct group {
    VEC(struct group_member) members;
    VEC(valtype) values; /* of all members */
};

static bool read_members(struct decoder *d, struct group *group, uint32_t n)
{
    valtype values[LIMIT_PARAMS + LIMIT_RESULTS];
    size_t i, at = 0;

    if (!vec_reserve(&group->members, n))
        return decode_no_memory(d);
    for (i = 0; i < n; i++) {
        struct group_member *member = &group->members.items[i];
        size_t n_values;

        if (!read_member(d, values, member))
            return false;
        n_values = (size_t)member->n_params + member->n_results;
        if (!vec_reserve(&group->values, n_values + 1))
            return decode_no_memory(d);
        memcpy(group->values.items + group->values.n, values,
               n_values * sizeof(*values));
        group->values.n += n_values;
    }
    /* They have stopped moving. */
    for (i = 0; i < n; i++) {
        struct group_member *member = &group->members.items[i];

        member->values = group->values.items + at;
        at += (size_t)member->n_params + member->n_results;
    }
    return true;
}

static bool read_group(struct decoder *d)
{
    uint32_t room = LIMIT_TYPES - d->module->n_types, n;
    struct group group = {0};
    bool ok;

    d->r.p++;
    if (!reader_count(&d->r, "the number of types in a group", room, 3, &n) ||
        !reserve(d, n))
        return false;
    d->r.n_members = n;
    ok = read_members(d, &group, n) && add_group(d, group.members.items, n);
    vec_done(&group.members);
    vec_done(&group.values);
    return ok;
}

bool decode_type_section(struct decoder *d, uint32_t *n)
{
    uint32_t i;

    if (!reader_count(&d->r, "the number of types", LIMIT_TYPES, 2, n) ||
        !reserve(d, *n))
        return false;
    for (i = 0; i < *n; i++) {
        bool group = reader_left(&d->r) && *d->r.p == FORM_REC;

        if (!group && d->module->n_types == LIMIT_TYPES)
            return error_set(d->r.err, ERROR_UNSUPPORTED, reader_offset(&d->r),
                             "the number of types is above %u", LIMIT_TYPES);
        if (!(group ? read_group(d) : read_single(d)))
            return false;
    }
    return true;
}
