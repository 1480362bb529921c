/* program.c: see program.h. */
#include "proc/program.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/utf8.h"
#include "native/attach.h"
#include "native/cache.h"
#include "native/compiler.h"

static bool use_compiled;

void program_use_compiled(void)
{
    use_compiled = true;
}

static bool no_memory(struct error *err)
{
    return error_set_errno(err, ERROR_HOST, ENOMEM, "program");
}

/* --- Loading --- */

static bool unknown_import(const struct import *import, struct error *err)
{
    char module[64], name[128];

    (void)utf8_print(module, sizeof(module), import->module.text,
                     import->module.len);
    (void)utf8_print(name, sizeof(name), import->name.text, import->name.len);
    return error_set(err, ERROR_UNLINKABLE, import->offset,
                     "unknown import: %s %s.%s",
                     extern_kind_name(import->type.kind), module, name);
}

/* Functions are bound now; the one memory that a program may import is made
 * to its own wishes when it starts. */
static bool link_all(struct program *program, program_link_fn *link,
                     struct error *err)
{
    const struct module *m = program->module;
    uint32_t i;

    program->imports =
        pool_array(&program->pool, m->n_imports, sizeof(*program->imports));
    if (!program->imports)
        return no_memory(err);
    for (i = 0; i < m->n_imports; i++) {
        const struct import *import = &m->imports[i];
        struct extern_ref *ref = &program->imports[i];

        ref->kind = import->type.kind;
        switch (import->type.kind) {
        case EXTERN_FUNC:
            if (!link(program, import, ref, err))
                return false;
            break;
        case EXTERN_MEMORY:
            if (!name_is(import->module, "env") ||
                !name_is(import->name, "memory"))
                return unknown_import(import, err);
            break;
        default:
            return unknown_import(import, err);
        }
    }
    return true;
}

static bool check_entry(const struct module *m, const char *entry,
                        struct error *err)
{
    const struct export *export;
    const struct functype *type;

    if (!entry)
        return true;
    export = module_export(m, entry);
    if (!export || export->kind != EXTERN_FUNC)
        return error_set(err, ERROR_NOT_MODULE, ERROR_NO_OFFSET,
                         "not a program: it exports no function %s", entry);
    type = m->funcs[export->index].type;
    if (type->n_params || type->n_results)
        return error_set(err, ERROR_NOT_MODULE, ERROR_NO_OFFSET,
                         "not a program: %s takes parameters or has results",
                         entry);
    return true;
}

/* The first WASIX libc is known by the proc_join that it imports.  Nobody sent
 * its programs SIGCHLD, and its handler's wrapper does not stand it. */
static bool is_of_2022(const struct module *m)
{
    uint32_t i;

    for (i = 0; i < m->n_imports; i++)
        if (m->imports[i].type.kind == EXTERN_FUNC &&
            name_is(m->imports[i].name, "proc_join"))
            return m->imports[i].type.func->n_params == 2;
    return false;
}

/* --- Opening --- */

/* The module that the image carries; nothing of it is copied. */
static bool open_shell(struct program *program, struct error *err)
{
    const struct image *image = program->image->image;

    program->module = module_decode(
        program->path, image_place(program->image, image->module_at),
        image->module_size, err);
    if (!program->module || !module_validate_shell(program->module, err))
        return false;
    program->module->code_offset = image->code_offset;
    return true;
}

/* From the cache.  Whatever is wrong there: false, and nothing is opened. */
static bool open_compiled(struct program *program, int hfd)
{
    struct error err = ERROR_INIT;

    program->image = cache_load(hfd, &program->id);
    if (!program->image)
        return false;
    program->is_shell = open_shell(program, &err);
    if (program->is_shell)
        return true;
    module_free(program->module);
    program->module = NULL;
    image_close(program->image);
    program->image = NULL;
    return false;
}

static bool open_module(struct program *program, int hfd, struct error *err)
{
    struct module *module;
    struct hashing hashing;
    bool late = use_compiled && tierup_is_late(), valid;

    if (use_compiled && !late && open_compiled(program, hfd)) {
        /* Good enough for now, if somebody wanted it quickly. */
        if (program->id.level < COMPILER_LEVEL)
            tierup_request(program, hfd);
        return true;
    }
    module = program->module = module_open(program->path, hfd, err);
    if (!module)
        return false;
    if (!use_compiled)
        return module_validate(module, err);
    cache_confirm(hfd, &program->id);
    cache_hash_begin(&hashing, &program->id, module->bytes, module->size);
    valid = module_validate(module, err);
    cache_hash_end(&hashing, &program->id);
    if (!valid)
        return false;
    program->image = cache_find(&program->id);
    if (program->id.level < COMPILER_LEVEL)
        tierup_request(program, hfd);
    if (late) {
        image_close(program->image);
        program->image = NULL;
        program->id.level = CACHE_NONE;
    }
    return true;
}

struct program *program_load(const char *path, int hfd, const char *entry,
                             program_link_fn *link, struct error *err)
{
    struct program *program = calloc(1, sizeof(*program));

    if (!program) {
        (void)no_memory(err);
        return NULL;
    }
    pool_init(&program->pool);
    program->path = strdup(path);
    if (!program->path) {
        (void)no_memory(err);
        program_free(program);
        return NULL;
    }
    if (!open_module(program, hfd, err) || !link_all(program, link, err) ||
        !check_entry(program->module, entry, err)) {
        program_free(program);
        return NULL;
    }
    program->of_2022 = is_of_2022(program->module);
    return program;
}

/* --- Starting --- */

static bool link_bound(void *ctx, const struct import *import,
                       struct extern_ref *ret, struct error *err)
{
    struct program *program = ctx;

    *ret = program->imports[import - program->module->imports];
    if (import->type.kind != EXTERN_MEMORY)
        return true;
    program->memory = memory_new(&import->type.memory, true, err);
    ret->memory = program->memory;
    return program->memory != NULL;
}

/* Where the module that runs is the image's, its data are there too. */
static bool init_memory(const struct program *program, struct error *err)
{
    const struct image *image = program->image->image;
    const struct instance *inst = program->inst;

    if (!program->is_shell || image->memory_size == 0)
        return true;
    if (inst->module->n_memories > 0 &&
        memory_init(inst->memories[0], image->memory_addr,
                    image_place(program->image, image->memory_at),
                    image->memory_size, program->image->hfd,
                    program->image->memory_offset))
        return true;
    return error_set_errno(err, ERROR_HOST, errno, "initial memory");
}

/* The runtime writes to it: to a reference that would be forgery. */
static bool is_stack_pointer(const struct global *sp, uint32_t ptr_size)
{
    return sp && sp->type.mutable &&
           sp->type.type == (ptr_size == 8 ? VT_I64 : VT_I32);
}

/* The first ones are written all the time, like the stack's middle. */
static void place_globals(struct instance *inst, const struct stack *stack)
{
    const struct module *m = inst->module;
    uint32_t n = MIN(m->n_globals - m->n_imported_globals, STACK_GLOBALS), i;

    for (i = 0; i < n; i++)
        instance_move_global(inst, m->n_imported_globals + i,
                             &stack->globals[(size_t)2 * i]);
}

bool program_start(struct program *program, struct thread *t, struct error *err)
{
    const struct global *sp;

    if (!instance_new(program->module, link_bound, program, true,
                      &program->inst, err))
        return false;
    place_globals(program->inst, &t->stack);
    t->inst = program->inst;
    t->ptr_size = module_ptr_size(program->module);
    sp = instance_global(program->inst, "__stack_pointer");
    t->stack_pointer = is_stack_pointer(sp, t->ptr_size) ? sp->value : NULL;
    tierup_begin(program);
    return !program->image ||
           (init_memory(program, err) &&
            native_attach(program->inst, program->image, err));
}

void program_free(own struct program *program)
{
    if (!program)
        return;
    instance_free(program->inst);
    memory_free(program->memory);
    module_free(program->module);
    image_close(program->image);
    pool_done(&program->pool);
    free(program->path);
    free(program);
}

void program_forget_bytes(struct program *program)
{
    program->module->mapped = false;
}

void program_dontfork(struct program *program, bool on)
{
    const struct module *m = program->module;
    uint32_t i;

    for (i = 0; program->inst && i < m->n_memories; i++)
        memory_dontfork(program->inst->memories[i], on);
    if (m->mapped)
        (void)madvise((void *)(uintptr_t)m->bytes, m->size,
                      on ? MADV_DONTFORK : MADV_DOFORK);
}
