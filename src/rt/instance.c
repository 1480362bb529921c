/*
 * instance.c: instantiation (specification, 4.5.4) and what is exported; see
 * instance.h.
 */
#include "rt/instance.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "rt/codeindex.h"
#include "rt/exception.h"
#include "wasm/constexpr.h"

static struct instance *all_instances;

struct instance *instance_first(void)
{
    return all_instances;
}

const struct memory *instance_memory_at(const void *at)
{
    const struct instance *inst;
    uint32_t i;

    for (inst = all_instances; inst; inst = inst->next)
        for (i = 0; i < inst->module->n_memories; i++)
            if (inst->memories[i] && memory_owns(inst->memories[i], at))
                return inst->memories[i];
    return NULL;
}

static bool no_memory(struct error *err)
{
    return error_set_errno(err, ERROR_HOST, ENOMEM, "instance");
}

/* --- Allocation --- */

static bool alloc_instance(struct instance *inst, const struct module *m,
                           struct error *err)
{
    struct pool *pool = &inst->pool;
    uint32_t n_own_funcs = m->n_funcs - m->n_imported_funcs;

    inst->module = m;
    inst->funcs = pool_array(pool, m->n_funcs, sizeof(*inst->funcs));
    inst->own_funcs = pool_array(pool, n_own_funcs, sizeof(*inst->own_funcs));
    inst->globals = pool_array(pool, m->n_globals, sizeof(*inst->globals));
    inst->global_objs =
        pool_array(pool, m->n_globals, sizeof(*inst->global_objs));
    inst->tags = pool_array(pool, m->n_tags, sizeof(*inst->tags));
    inst->tables = pool_array(pool, m->n_tables, sizeof(*inst->tables));
    inst->memories = pool_array(pool, m->n_memories, sizeof(*inst->memories));
    inst->elem_dropped = pool_array(pool, m->n_elems, sizeof(bool));
    inst->data_dropped = pool_array(pool, m->n_datas, sizeof(bool));
    if (!inst->funcs || !inst->own_funcs || !inst->globals ||
        !inst->global_objs || !inst->tags || !inst->tables || !inst->memories ||
        !inst->elem_dropped || !inst->data_dropped)
        return no_memory(err);
    return true;
}

/* --- Imports --- */

struct externtype extern_type(const struct extern_ref *ref)
{
    struct externtype type = {.kind = ref->kind};

    switch (ref->kind) {
    case EXTERN_FUNC:
        type.func = ref->func->type;
        break;
    case EXTERN_TABLE:
        type.table = ref->table->type;
        type.table.limits.min = ref->table->size;
        break;
    case EXTERN_MEMORY:
        type.memory = ref->memory->type;
        type.memory.limits.min = ref->memory->size / WASM_PAGE_SIZE;
        break;
    case EXTERN_TAG:
        type.func = ref->tag->type;
        break;
    default:
        type.global = ref->global->type;
        break;
    }
    return type;
}

static bool check_import(const struct import *import,
                         const struct extern_ref *ref, struct error *err)
{
    struct externtype have = extern_type(ref);
    char want_text[160], have_text[160], module[64], name[128];

    if (externtype_match(&have, &import->type))
        return true;
    externtype_print(&import->type, want_text, sizeof(want_text));
    externtype_print(&have, have_text, sizeof(have_text));
    (void)utf8_print(module, sizeof(module), import->module.text,
                     import->module.len);
    (void)utf8_print(name, sizeof(name), import->name.text, import->name.len);
    return error_set(err, ERROR_UNLINKABLE, import->offset,
                     "incompatible import type: %s.%s is %s, the module "
                     "wants %s",
                     module, name, have_text, want_text);
}

static void bind_import(struct instance *inst, const struct import *import,
                        const struct extern_ref *ref)
{
    switch (ref->kind) {
    case EXTERN_FUNC:
        inst->funcs[import->index] = ref->func;
        break;
    case EXTERN_TABLE:
        inst->tables[import->index] = ref->table;
        break;
    case EXTERN_MEMORY:
        inst->memories[import->index] = ref->memory;
        break;
    case EXTERN_TAG:
        inst->tags[import->index] = ref->tag;
        break;
    default:
        inst->global_objs[import->index] = ref->global;
        inst->globals[import->index] = ref->global->value;
        break;
    }
}

static bool link_imports(struct instance *inst, link_fn *link, void *ctx,
                         struct error *err)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = 0; i < m->n_imports; i++) {
        struct extern_ref ref = {0};

        if (!link(ctx, &m->imports[i], &ref, err) ||
            !check_import(&m->imports[i], &ref, err))
            return false;
        bind_import(inst, &m->imports[i], &ref);
    }
    return true;
}

/* --- What the module defines --- */

static code_unit stub_translate, stub_host, stub_compiled;

void func_set_stubs(code_unit translate, code_unit host, code_unit compiled)
{
    stub_translate = translate;
    stub_host = host;
    stub_compiled = compiled;
}

void func_init_stub(struct func *f)
{
    f->stub[0] = f->inst ? stub_translate : stub_host;
    f->code = f->stub;
    f->code_units = 0;
}

void func_set_native(struct func *f, const void *native)
{
    f->native = native;
    f->stub[0] = stub_compiled;
    f->code = f->stub;
}

bool func_is_native(const struct func *f)
{
    return f->stub[0] == stub_compiled;
}

static void make_funcs(struct instance *inst)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = m->n_imported_funcs; i < m->n_funcs; i++) {
        struct func *f = &inst->own_funcs[i - m->n_imported_funcs];

        f->type = m->funcs[i].type;
        f->inst = inst;
        f->index = i;
        func_init_stub(f);
        inst->funcs[i] = f;
    }
}

static uint64_t env_global_get(void *ctx, uint32_t global)
{
    const struct instance *inst = ctx;

    return *inst->globals[global];
}

static uint64_t env_ref_func(void *ctx, uint32_t func)
{
    const struct instance *inst = ctx;

    return (uint64_t)(uintptr_t)inst->funcs[func];
}

static uint64_t eval(struct instance *inst, struct constexpr_ref ref)
{
    const struct constexpr_env env = {inst, env_global_get, env_ref_func};

    return constexpr_eval(inst->module, ref, &env);
}

static void init_global(struct instance *inst, struct global *global,
                        struct constexpr_ref init)
{
    uint32_t from;

    if (global->type.type != VT_V128)
        global->storage[0] = eval(inst, init);
    else if (!constexpr_v128(inst->module, init, global->storage, &from))
        memcpy(global->storage, inst->globals[from], sizeof(global->storage));
}

static bool make_globals(struct instance *inst, struct error *err)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = m->n_imported_globals; i < m->n_globals; i++) {
        struct global *global = pool_alloc(&inst->pool, sizeof(*global));

        if (!global)
            return no_memory(err);
        global->type = m->globals[i].type;
        global->value = global->storage;
        init_global(inst, global, m->globals[i].init);
        inst->global_objs[i] = global;
        inst->globals[i] = global->value;
    }
    return true;
}

static bool make_tags(struct instance *inst, struct error *err)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = m->n_imported_tags; i < m->n_tags; i++) {
        struct tag *tag = pool_alloc(&inst->pool, sizeof(*tag));

        if (!tag)
            return no_memory(err);
        *tag = (struct tag){.type = m->tags[i], .inst = inst, .index = i};
        inst->tags[i] = tag;
    }
    return true;
}

static bool make_tables(struct instance *inst, struct error *err)
{
    const struct module *m = inst->module;
    uint32_t i, k;

    for (i = m->n_imported_tables; i < m->n_tables; i++) {
        struct table *table = table_new(&m->tables[i].type, err);
        void *init;

        if (!table)
            return false;
        inst->tables[i] = table;
        if (m->tables[i].init.len == 0)
            continue;
        init = (void *)(uintptr_t)eval(inst, m->tables[i].init);
        for (k = 0; init && k < table->size; k++)
            table->elems[k] = init;
    }
    return true;
}

static bool make_memories(struct instance *inst, bool main, struct error *err)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = m->n_imported_memories; i < m->n_memories; i++) {
        inst->memories[i] = memory_new(&m->memories[i], main && i == 0, err);
        if (!inst->memories[i])
            return false;
    }
    inst->mem_base = m->n_memories > 0 ? inst->memories[0]->base : NULL;
    return true;
}

/* --- Segments --- */

enum trap instance_memory_init(struct instance *inst, uint32_t memory,
                               uint32_t segment, uint64_t dst, uint64_t src,
                               uint64_t n)
{
    const struct data_segment *data = &inst->module->datas[segment];
    uint64_t len = inst->data_dropped[segment] ? 0 : data->len;

    if (n > len || src > len - n ||
        !memory_covers(inst->memories[memory], dst, n))
        return TRAP_MEMORY_BOUNDS;
    if (n > 0)
        memcpy(inst->memories[memory]->base + dst, data->bytes + src, n);
    return TRAP_NONE;
}

enum trap instance_table_init(struct instance *inst, uint32_t table,
                              uint32_t segment, uint64_t dst, uint64_t src,
                              uint64_t n)
{
    const struct elem_segment *elem = &inst->module->elems[segment];
    struct table *to = inst->tables[table];
    uint64_t len = inst->elem_dropped[segment] ? 0 : elem->n;
    uint64_t i;

    if (n > len || src > len - n || !table_covers(to, dst, n))
        return TRAP_TABLE_BOUNDS;
    for (i = 0; i < n; i++) {
        uint64_t value = elem->funcs ? env_ref_func(inst, elem->funcs[src + i])
                                     : eval(inst, elem->exprs[src + i]);

        to->elems[dst + i] = (void *)(uintptr_t)value;
    }
    return TRAP_NONE;
}

static bool segment_trap(enum trap trap, const char *what, uint32_t i,
                         uint32_t offset, struct error *err)
{
    if (trap == TRAP_NONE)
        return true;
    return error_set(err, ERROR_TRAP, offset, "%s: %s segment %u",
                     trap_text(trap), what, i);
}

static bool init_tables(struct instance *inst, struct error *err)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = 0; i < m->n_elems; i++) {
        const struct elem_segment *elem = &m->elems[i];
        enum trap trap = TRAP_NONE;

        if (elem->mode == SEGMENT_ACTIVE)
            trap = instance_table_init(inst, elem->table, i,
                                       eval(inst, elem->offset), 0, elem->n);
        if (elem->mode != SEGMENT_PASSIVE)
            inst->elem_dropped[i] = true;
        if (!segment_trap(trap, "element", i, elem->file_offset, err))
            return false;
    }
    return true;
}

static bool init_memories(struct instance *inst, struct error *err)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = 0; i < m->n_datas; i++) {
        const struct data_segment *data = &m->datas[i];
        enum trap trap;

        if (data->mode != SEGMENT_ACTIVE)
            continue;
        trap = instance_memory_init(inst, data->memory, i,
                                    eval(inst, data->offset), 0, data->len);
        inst->data_dropped[i] = true;
        if (!segment_trap(trap, "data", i, data->file_offset, err))
            return false;
    }
    return true;
}

/* --- Life --- */

bool instance_new(const struct module *module, link_fn *link, void *ctx,
                  bool main, struct instance **ret, struct error *err)
{
    struct instance *inst = calloc(1, sizeof(*inst));

    *ret = NULL;
    if (!inst)
        return no_memory(err);
    pool_init(&inst->pool);
    inst->next = all_instances;
    if (!alloc_instance(inst, module, err)) {
        pool_done(&inst->pool);
        free(inst);
        return false;
    }
    all_instances = inst;
    make_funcs(inst);
    if (!link_imports(inst, link, ctx, err) || !make_tags(inst, err) ||
        !make_globals(inst, err) || !make_tables(inst, err) ||
        !make_memories(inst, main, err)) {
        instance_free(inst);
        return false;
    }
    *ret = inst;
    return init_tables(inst, err) && init_memories(inst, err);
}

static void forget(struct instance *inst)
{
    struct instance **at = &all_instances;

    while (*at != inst)
        at = &(*at)->next;
    *at = inst->next;
}

void instance_free(own struct instance *inst)
{
    const struct module *m;
    uint32_t i;

    if (!inst)
        return;
    m = inst->module;
    forget(inst);
    codeindex_drop(inst);
    for (i = m->n_imported_tables; i < m->n_tables; i++)
        table_free(inst->tables[i]);
    for (i = m->n_imported_memories; i < m->n_memories; i++)
        memory_free(inst->memories[i]);
    pool_done(&inst->pool);
    free(inst);
}

struct extern_ref instance_export(struct instance *inst,
                                  const struct export *export)
{
    struct extern_ref ref = {.kind = export->kind};

    switch (export->kind) {
    case EXTERN_FUNC:
        ref.func = inst->funcs[export->index];
        break;
    case EXTERN_TABLE:
        ref.table = inst->tables[export->index];
        break;
    case EXTERN_MEMORY:
        ref.memory = inst->memories[export->index];
        break;
    case EXTERN_TAG:
        ref.tag = inst->tags[export->index];
        break;
    default:
        ref.global = inst->global_objs[export->index];
        break;
    }
    return ref;
}

struct func *instance_func(struct instance *inst, const char *name)
{
    const struct export *export = module_export(inst->module, name);

    if (!export || export->kind != EXTERN_FUNC)
        return NULL;
    return inst->funcs[export->index];
}

struct global *instance_global(struct instance *inst, const char *name)
{
    const struct export *export = module_export(inst->module, name);

    if (!export || export->kind != EXTERN_GLOBAL)
        return NULL;
    return inst->global_objs[export->index];
}

void instance_move_global(struct instance *inst, uint32_t global, uint64_t *to)
{
    struct global *moved = inst->global_objs[global];

    memcpy(to, moved->value, sizeof(moved->storage));
    moved->value = to;
    inst->globals[global] = to;
}

struct func *func_new_host(struct pool *pool, const struct functype *type,
                           host_fn *host, const void *data)
{
    struct func *f = pool_alloc(pool, sizeof(*f));

    if (!f)
        return NULL;
    f->type = type;
    f->host = host;
    f->host_data = data;
    func_init_stub(f);
    return f;
}
