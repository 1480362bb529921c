/*
 * validate.c: is a decoded module valid (specification, 3.5)?  This file has
 * the rules for everything but function bodies, which are validate_body.c's.
 */
#include "wasm/validate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "wasm/constexpr.h"

#define NAME_SHOWN 128 /* bytes of a function's name in a message */

static bool invalid(struct error *err, uint32_t offset, const char *what,
                    uint32_t index)
{
    return error_set(err, ERROR_INVALID, offset, "%s %u", what, index);
}

/* Limits against the largest size there can be; `at` for the message. */
static bool check_limits(const struct limits *limits, uint64_t most,
                         const char *too_large, uint64_t offset,
                         struct error *err)
{
    if (limits->min > most || (limits->has_max && limits->max > most))
        return error_set(err, ERROR_INVALID, offset, "%s", too_large);
    if (limits->has_max && limits->min > limits->max)
        return error_set(err, ERROR_INVALID, offset,
                         "size minimum must not be greater than maximum: "
                         "%" PRIu64 " and %" PRIu64,
                         limits->min, limits->max);
    return true;
}

static bool check_memory(const struct memtype *type, struct error *err)
{
    bool is_64 = type->limits.is_64;

    if (!check_limits(&type->limits, is_64 ? WASM_MAX_PAGES_64 : WASM_MAX_PAGES,
                      is_64 ? "memory size must be at most 2^48 pages"
                            : "memory size must be at most 65536 pages (4GiB)",
                      ERROR_NO_OFFSET, err))
        return false;
    if (type->shared && !type->limits.has_max)
        return error_set(err, ERROR_INVALID, ERROR_NO_OFFSET,
                         "shared memory must have maximum");
    return true;
}

static bool check_memories(const struct module *m, struct error *err)
{
    uint32_t i;

    for (i = 0; i < m->n_memories; i++) {
        if (!check_memory(&m->memories[i], err))
            return error_prefix(err, "memory %u: ", i);
    }
    return true;
}

static bool check_tables(struct module *m, struct error *err)
{
    uint32_t i;

    for (i = 0; i < m->n_tables; i++) {
        const struct table_decl *table = &m->tables[i];
        uint64_t most = table->type.limits.is_64 ? UINT64_MAX : UINT32_MAX;

        if (!check_limits(&table->type.limits, most,
                          "table size must be at most 2^32-1", ERROR_NO_OFFSET,
                          err))
            return error_prefix(err, "table %u: ", i);
        if (i >= m->n_imported_tables && !table->init.len &&
            !valtype_is_defaultable(table->type.elem))
            return error_set(err, ERROR_INVALID, ERROR_NO_OFFSET,
                             "type mismatch: table %u of %s needs a value for "
                             "its elements",
                             i, valtype_name(table->type.elem));
        /* The globals that the module defines are made behind the tables. */
        if (table->init.len &&
            !constexpr_validate(m, table->init, table->type.elem,
                                m->n_imported_globals, err))
            return error_prefix(err, "table %u: ", i);
    }
    return true;
}

static bool check_tags(const struct module *m, struct error *err)
{
    uint32_t i;

    for (i = 0; i < m->n_tags; i++) {
        if (m->tags[i]->n_results)
            return error_set(err, ERROR_INVALID, ERROR_NO_OFFSET,
                             "non-empty tag result type: tag %u", i);
    }
    return true;
}

static bool check_globals(struct module *m, struct error *err)
{
    uint32_t i;

    for (i = m->n_imported_globals; i < m->n_globals; i++) {
        const struct global_decl *global = &m->globals[i];

        if (!constexpr_validate(m, global->init, global->type.type, i, err))
            return error_prefix(err, "global %u: ", i);
    }
    return true;
}

static bool check_elem_items(struct module *m, const struct elem_segment *elem,
                             struct error *err)
{
    uint32_t i;

    for (i = 0; i < elem->n; i++) {
        if (elem->exprs) {
            if (!constexpr_validate(m, elem->exprs[i], elem->type, m->n_globals,
                                    err))
                return false;
            continue;
        }
        if (elem->funcs[i] >= m->n_funcs)
            return invalid(err, elem->file_offset, "unknown function",
                           elem->funcs[i]);
        m->funcs[elem->funcs[i]].declared = true;
    }
    return true;
}

static bool check_elem(struct module *m, const struct elem_segment *elem,
                       struct error *err)
{
    if (elem->mode == SEGMENT_ACTIVE) {
        if (elem->table >= m->n_tables)
            return invalid(err, elem->file_offset, "unknown table",
                           elem->table);
        if (!valtype_match(elem->type, m->tables[elem->table].type.elem))
            return error_set(err, ERROR_INVALID, elem->file_offset,
                             "type mismatch: a segment of %s for a table of "
                             "%s",
                             valtype_name(elem->type),
                             valtype_name(m->tables[elem->table].type.elem));
        if (!constexpr_validate(
                m, elem->offset,
                limits_addr(&m->tables[elem->table].type.limits), m->n_globals,
                err))
            return false;
    }
    return check_elem_items(m, elem, err);
}

static bool check_elems(struct module *m, struct error *err)
{
    uint32_t i;

    for (i = 0; i < m->n_elems; i++) {
        if (!check_elem(m, &m->elems[i], err))
            return error_prefix(err, "element segment %u: ", i);
    }
    return true;
}

static bool check_data(struct module *m, const struct data_segment *data,
                       struct error *err)
{
    if (data->mode != SEGMENT_ACTIVE)
        return true;
    if (data->memory >= m->n_memories)
        return invalid(err, data->file_offset, "unknown memory", data->memory);
    return constexpr_validate(m, data->offset,
                              limits_addr(&m->memories[data->memory].limits),
                              m->n_globals, err);
}

static bool check_datas(struct module *m, struct error *err)
{
    uint32_t i;

    for (i = 0; i < m->n_datas; i++) {
        if (!check_data(m, &m->datas[i], err))
            return error_prefix(err, "data segment %u: ", i);
    }
    return true;
}

/* Entries in the index space of a kind. */
static uint32_t space_size(const struct module *m, enum extern_kind kind)
{
    switch (kind) {
    case EXTERN_FUNC:
        return m->n_funcs;
    case EXTERN_TABLE:
        return m->n_tables;
    case EXTERN_MEMORY:
        return m->n_memories;
    case EXTERN_GLOBAL:
        return m->n_globals;
    case EXTERN_TAG:
        return m->n_tags;
    }
    return 0;
}

static uint32_t name_offset(const struct module *m, struct name name)
{
    return (uint32_t)((const uint8_t *)name.text - m->bytes);
}

static bool check_exports(struct module *m, struct error *err)
{
    const struct export *twice;
    uint32_t i;

    for (i = 0; i < m->n_exports; i++) {
        const struct export *export = &m->exports[i];

        if (export->index >= space_size(m, export->kind))
            return error_set(err, ERROR_INVALID, name_offset(m, export->name),
                             "export %u: unknown %s %u", i,
                             extern_kind_name(export->kind), export->index);
        if (export->kind == EXTERN_FUNC)
            m->funcs[export->index].declared = true;
    }
    twice = module_sort_exports(m);
    if (twice)
        return error_set(err, ERROR_INVALID, name_offset(m, twice->name),
                         "duplicate export name");
    return true;
}

static bool check_start(const struct module *m, struct error *err)
{
    const struct functype *type;

    if (!m->has_start)
        return true;
    if (m->start >= m->n_funcs)
        return error_set(err, ERROR_INVALID, ERROR_NO_OFFSET,
                         "unknown function %u as start function", m->start);
    type = m->funcs[m->start].type;
    if (type->n_params || type->n_results)
        return error_set(err, ERROR_INVALID, ERROR_NO_OFFSET,
                         "start function %u has parameters or results",
                         m->start);
    return true;
}

/* Put in front of a message which function it is about. */
static bool prefix_function(const struct module *m, uint32_t func,
                            struct error *err)
{
    char name[NAME_SHOWN], none[NAME_SHOWN];

    module_func_name(m, func, name, sizeof(name));
    (void)snprintf(none, sizeof(none), "func[%u]", func);
    if (strcmp(name, none) == 0)
        return error_prefix(err, "function %u: ", func);
    return error_prefix(err, "function %u '%s': ", func, name);
}

static bool check_bodies(struct validator *v)
{
    const struct module *m = v->module;
    uint32_t i;

    v->stack = malloc(LIMIT_FRAME_SLOTS * sizeof(*v->stack));
    if (!v->stack)
        return error_set(v->r.err, ERROR_HOST, ERROR_NO_OFFSET,
                         "out of memory for validation");
    v->limit = v->stack + LIMIT_FRAME_SLOTS;
    for (i = m->n_imported_funcs; i < m->n_funcs; i++) {
        if (!validate_body(v, i))
            return prefix_function(m, i, v->r.err);
    }
    return true;
}

static bool check_code(const struct module *m, struct error *err)
{
    struct validator v = {.r = {.bytes = m->bytes, .err = err, .module = m},
                          .module = m};
    bool ok = check_bodies(&v);

    free(v.stack);
    vec_done(&v.frames);
    vec_done(&v.runs);
    vec_done(&v.inits);
    free(v.init_body);
    return ok;
}

bool module_validate_shell(struct module *module, struct error *err)
{
    return check_memories(module, err) && check_tables(module, err) &&
           check_tags(module, err) && check_globals(module, err) &&
           check_exports(module, err) && check_start(module, err) &&
           check_elems(module, err) && check_datas(module, err);
}

bool module_validate(struct module *module, struct error *err)
{
    /* Bodies come last: they may refer only to functions that something else
     * has declared. */
    return module_validate_shell(module, err) && check_code(module, err);
}
