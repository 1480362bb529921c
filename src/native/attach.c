/* attach.c: see attach.h. */
#include "native/attach.h"

#include <errno.h>
#include <string.h>

#include "native/enter.h"
#include "rt/exception.h"
#include "rt/thread.h"

STATIC_ASSERT(offsetof(struct func, native) == NATIVE_FUNC_NATIVE, "native.h");
STATIC_ASSERT(offsetof(struct func, cell) == NATIVE_FUNC_CELL, "native.h");
STATIC_ASSERT(sizeof(struct func) == NATIVE_FUNC_SIZE, "native.h");
STATIC_ASSERT(offsetof(struct memory, base) == NATIVE_MEMORY_BASE, "native.h");
STATIC_ASSERT(offsetof(struct memory, size) == NATIVE_MEMORY_SIZE, "native.h");
STATIC_ASSERT(offsetof(struct table, elems) == NATIVE_TABLE_ELEMS, "native.h");
STATIC_ASSERT(offsetof(struct table, size) == NATIVE_TABLE_SIZE, "native.h");
STATIC_ASSERT(offsetof(struct exception, tag) == NATIVE_EXN_TAG, "native.h");
STATIC_ASSERT(offsetof(struct exception, slots) == NATIVE_EXN_SLOTS,
              "native.h");

static uint64_t *slot_at(const struct compiled *compiled, uint32_t at,
                         uint32_t i, uint32_t bytes)
{
    return (uint64_t *)(void *)((char *)compiled->native + at +
                                (size_t)i * bytes);
}

static void put(const struct compiled *compiled, uint32_t at, uint32_t i,
                const void *pointer)
{
    *slot_at(compiled, at, i, 8) = (uint64_t)(uintptr_t)pointer;
}

/* --- Does it fit? --- */

static bool refuse(struct error *err, const char *why)
{
    return error_set(err, ERROR_NOT_MODULE, ERROR_NO_OFFSET,
                     "compiled code of another module: %s", why);
}

static bool fits(const struct instance *inst, const struct image_map *map,
                 const uint32_t *first, struct error *err)
{
    const struct module *m = inst->module;
    const struct image *image = map->image;
    const int32_t *entries = image_place(map, image->entries_at);
    const int32_t *foreigns = image_place(map, image->foreigns_at);
    uint32_t i;

    if (image->n_funcs != m->n_funcs - m->n_imported_funcs ||
        image->n_types != m->n_types)
        return refuse(err, "it has other functions or types");
    if (inst->compiled &&
        (inst->compiled->image->image->flags ^ image->flags) & IMAGE_TAILCC)
        return refuse(err, "it calls in another way");
    if (image->memory_base &&
        (m->n_memories == 0 ||
         (uintptr_t)inst->memories[0]->base != image->memory_base))
        return refuse(err, "it takes the memory to be elsewhere");
    for (i = m->n_imported_funcs; i < m->n_funcs; i++)
        if (!entries[first[m->funcs[i].type_index]] ||
            !foreigns[first[m->funcs[i].type_index]])
            return refuse(err, "functions cannot be entered");
    return true;
}

/* --- Filling --- */

static uint32_t count_results(const struct module *m)
{
    uint32_t most = 0, i;

    for (i = 0; i < m->n_types; i++)
        most = MAX(most, m->types[i]->result_slots);
    return most;
}

static void fill(const struct compiled *compiled, struct instance *inst)
{
    const struct module *m = inst->module;
    const struct native_layout *layout = &compiled->layout;
    struct native *native = compiled->native;
    uint32_t i;

    native->self = native;
    native->inst = inst;
    native->thread = thread_current;
    native->own_funcs = inst->own_funcs;
    for (i = 0; i < HELPER_COUNT; i++)
        native->helpers[i] = native_stubs[i];
    for (i = 0; i < m->n_memories; i++)
        put(compiled, layout->memories, i, inst->memories[i]);
    for (i = 0; i < m->n_tables; i++)
        put(compiled, layout->tables, i, inst->tables[i]);
    for (i = 0; i < m->n_tags; i++)
        put(compiled, layout->tags, i, inst->tags[i]);
    for (i = 0; i < m->n_imported_funcs; i++)
        put(compiled, layout->imports, i, inst->funcs[i]);
    for (i = 0; i < m->n_types; i++)
        put(compiled, layout->cells, i, slot_at(compiled, layout->cells, i, 8));
}

/* --- Globals --- */

/* Values of own globals move; whoever knows where they were is told. */
static void move_globals(const struct compiled *compiled, struct instance *inst)
{
    const struct module *m = inst->module;
    struct thread *t = thread_current;
    uint32_t i;

    for (i = m->n_imported_globals; i < m->n_globals; i++) {
        const struct global *global = inst->global_objs[i];
        uint64_t *to = slot_at(compiled, compiled->layout.globals, i, 16);

        if (t && t->stack_pointer == global->value)
            t->stack_pointer = to;
        instance_move_global(inst, i, to);
    }
}

static void find_globals(struct instance *inst)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = 0; i < m->n_globals; i++) {
        /* An instance that is being made has not all of them. */
        if (!inst->global_objs[i])
            continue;
        inst->globals[i] = inst->global_objs[i]->value;
        if (inst->compiled && i < m->n_imported_globals)
            *slot_at(inst->compiled, inst->compiled->layout.globals, i, 16) =
                (uint64_t)(uintptr_t)inst->globals[i];
    }
}

/* --- Functions --- */

/* Interpreted ones are called through the foreign thunk of their type. */
static void set_funcs(const struct compiled *compiled, struct instance *inst)
{
    const struct module *m = inst->module;
    uint32_t i;

    for (i = 0; i < m->n_funcs - m->n_imported_funcs; i++) {
        struct func *f = &inst->own_funcs[i];
        uint32_t type = m->funcs[f->index].type_index;
        const void *code = image_func(compiled->image, i);

        f->cell = slot_at(compiled, compiled->layout.cells,
                          compiled->first_types[type], 8);
        if (code)
            func_set_native(f, code);
        else if (!func_is_native(f))
            f->native = native_foreign_of(compiled, type);
    }
}

/* --- Loops --- */

/* Only what has been translated can be active in the interpreter.  Without
 * memory it stays there. */
static void find_loops(struct compiled *compiled, struct instance *inst)
{
    const struct image_loop *loops;
    size_t n = image_loops(compiled->image, &loops), i;
    struct interp_loop *found;

    compiled->n_loops = 0;
    found = n > 0 ? pool_array(&inst->pool, n, sizeof(*found)) : NULL;
    if (!found)
        return;
    for (i = 0; i < n; i++) {
        struct interp_loop *loop = &found[compiled->n_loops];

        if (!interp_find_loop(&inst->own_funcs[loops[i].func], loops[i].offset,
                              loop))
            continue;
        loop->code = image_loop_code(&loops[i]);
        compiled->n_loops++;
    }
    compiled->loops = found;
    if (compiled->n_loops > 0)
        thread_look();
}

const struct interp_loop *native_loop_at(const struct instance *inst,
                                         const code_unit *head)
{
    const struct compiled *compiled = inst->compiled;
    uint32_t i;

    for (i = 0; compiled && i < compiled->n_loops; i++)
        if (compiled->loops[i].head == head)
            return &compiled->loops[i];
    return NULL;
}

/* Everything but the code stays. */
static bool attach_again(struct instance *inst, struct image_map *image,
                         struct error *err)
{
    if (!fits(inst, image, inst->compiled->first_types, err))
        return false;
    inst->compiled->image = image;
    set_funcs(inst->compiled, inst);
    find_loops(inst->compiled, inst);
    return true;
}

static bool no_memory(struct error *err)
{
    return error_set_errno(err, ERROR_HOST, ENOMEM, "compiled code");
}

bool native_attach(struct instance *inst, struct image_map *image,
                   struct error *err)
{
    const struct module *m = inst->module;
    AUTO_FREE uint32_t *first = NULL;
    struct compiled *compiled;
    uint32_t *kept;
    struct instance *at;

    if (inst->compiled)
        return attach_again(inst, image, err);
    first = native_types(m);
    if (!first)
        return no_memory(err);
    if (!fits(inst, image, first, err))
        return false;
    compiled = pool_alloc(&inst->pool, sizeof(*compiled));
    kept = pool_array(&inst->pool, m->n_types, sizeof(*kept));
    if (!compiled || !kept)
        return no_memory(err);
    if (m->n_types)
        memcpy(kept, first, m->n_types * sizeof(*kept));
    compiled->image = image;
    compiled->first_types = kept;
    compiled->n_results = count_results(m);
    if (!native_layout_init(&compiled->layout, m))
        return refuse(err, "it is too large");
    compiled->native = pool_alloc(&inst->pool, compiled->layout.size);
    if (!compiled->native)
        return no_memory(err);
    fill(compiled, inst);
    move_globals(compiled, inst);
    inst->compiled = compiled;
    for (at = instance_first(); at; at = at->next)
        find_globals(at);
    set_funcs(compiled, inst);
    find_loops(compiled, inst);
    return true;
}

/* --- Thunks --- */

native_entry *native_entry_of(const struct func *f)
{
    const struct compiled *compiled = f->inst->compiled;
    const struct image_map *map = compiled->image;
    uint32_t type = f->inst->module->funcs[f->index].type_index;
    const int32_t *at = image_place(map, map->image->entries_at);
    const void *thunk = image_place(map, at[compiled->first_types[type]]);

    return (native_entry *)(uintptr_t)thunk;
}

const void *native_foreign_of(const struct compiled *compiled, uint32_t type)
{
    const struct image_map *map = compiled->image;
    const int32_t *at = image_place(map, map->image->foreigns_at);

    return image_place(map, at[compiled->first_types[type]]);
}
