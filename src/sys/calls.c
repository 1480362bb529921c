/*
 * calls.c: the table of calls (abi/wasix.def), how the engines call them, and
 * how imports are linked to them; see sys.h.
 *
 * An engine calls a thunk, which takes the arguments out of their 64-bit slots
 * and calls the handler.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "sys/sys.h"
#include "sys/trace.h"

/* An argument slot is 64 bits wide; what an i32 has in the upper half is not
 * said. */
#define SLOT_I32(ptr_size, ctype, slot) ((ctype)(uint32_t)(slot))
#define SLOT_I64(ptr_size, ctype, slot) ((ctype)(slot))
#define SLOT_PTR(ptr_size, ctype, slot)                                        \
    ((ptr_size) == 8 ? (ctype)(slot) : (ctype)(uint32_t)(slot))

#define KIND(name, wasm, ctype, style, group)                                  \
    static inline ctype take_##name(uint32_t ptr_size, uint64_t slot)          \
    {                                                                          \
        return SLOT_##wasm(ptr_size, ctype, slot);                             \
    }
#include "abi/kinds.def"
#undef KIND

/* The thunks. */
#define WALK_INDEX(name, kind) AT_##name,
#define WALK_ARG(name, kind)   , take_##kind(t->ptr_size, args[AT_##name])
#define RETURN_ERRNO(call)     return (call)
#define RETURN_TID(call)       return (uint32_t)(call)
#define RETURN_VOID(call)                                                      \
    (call);                                                                    \
    return 0
#define RETURN_NORETURN(call) RETURN_VOID(call)
#define CALL(ns, name, handler, result, params)                                \
    static uint64_t thunk_##handler(struct thread *t, const uint64_t *args,    \
                                    const void *data)                          \
    {                                                                          \
        enum { WALK(WALK_INDEX, params) AT_END };                              \
        RETURN_##result(sys_##handler(t WALK(WALK_ARG, params)));              \
    }
#define MISSING(ns, name, label, result, params)
#include "abi/wasix.def"
#undef CALL
#undef MISSING

/* The parameters of each row. */
#define WALK_INFO(name, kind) {#name, KIND_##kind},
#define CALL(ns, name, handler, result, params)                                \
    static const struct call_param params_##handler[] = {                      \
        WALK(WALK_INFO, params){NULL, 0}};
#define MISSING(ns, name, label, result, params)                               \
    CALL(ns, name, label, result, params)
#include "abi/wasix.def"
#undef CALL
#undef MISSING

#define ROW(ns, name, label, result, thunk)                                    \
    {name,                                                                     \
     sizeof(name) - 1,                                                         \
     (ns),                                                                     \
     (result),                                                                 \
     countof(params_##label) - 1,                                              \
     params_##label,                                                           \
     (thunk)},
#define CALL(ns, name, handler, result, params)                                \
    ROW(ns, name, handler, RESULT_##result, thunk_##handler)
#define MISSING(ns, name, label, result, params)                               \
    ROW(ns, name, label, RESULT_##result, NULL)

const struct call_info calls[] = {
#include "abi/wasix.def"
};
#undef CALL
#undef MISSING

#define N_CALLS countof(calls)
const size_t n_calls = N_CALLS;

const struct call_namespace call_namespaces[] = {
    {"wasi_unstable", NS_U, 0}, {"wasi_snapshot_preview1", NS_P, 0},
    {"wasi", NS_T, 4},          {"wasix_32v1", NS_X, 4},
    {"wasix_64v1", NS_X, 8},
};
const size_t n_call_namespaces = countof(call_namespaces);

struct kind_info {
    const char *name;
    enum call_wasm wasm;
};

static const struct kind_info kinds[] = {
#define KIND(name, wasm, ctype, style, group) {#name, CALL_##wasm},
#include "abi/kinds.def"
#undef KIND
};

const char *call_kind_name(enum call_kind kind)
{
    return kinds[kind].name;
}

enum call_wasm call_kind_wasm(enum call_kind kind)
{
    return kinds[kind].wasm;
}

uint64_t call_arg(enum call_kind kind, uint64_t slot, uint32_t ptr_size)
{
    switch (kind) {
#define KIND(name, wasm, ctype, style, group)                                  \
    case KIND_##name:                                                          \
        return (uint64_t)take_##name(ptr_size, slot);
#include "abi/kinds.def"
#undef KIND
    }
    return slot;
}

/* Types */

static valtype param_type(const struct call_info *info, uint32_t i,
                          uint32_t ptr_size)
{
    enum call_wasm wasm = call_kind_wasm(info->params[i].kind);

    if (wasm == CALL_PTR)
        wasm = ptr_size == 8 ? CALL_I64 : CALL_I32;
    return wasm == CALL_I64 ? VT_I64 : VT_I32;
}

static uint32_t n_results(const struct call_info *info)
{
    return info->result == RESULT_ERRNO || info->result == RESULT_TID;
}

static bool type_fits(const struct call_info *info, uint32_t ptr_size,
                      const struct functype *type)
{
    uint32_t i;

    if (type->n_params != info->n_params || type->n_results != n_results(info))
        return false;
    for (i = 0; i < type->n_params; i++)
        if (type->params[i] != param_type(info, i, ptr_size))
            return false;
    return type->n_results == 0 || type->results[0] == VT_I32;
}

#define MAX_PARAMS 16

void calls_print_type(const struct call_info *info, uint32_t ptr_size,
                      char *buf, size_t size)
{
    static const valtype result = VT_I32;
    valtype params[MAX_PARAMS];
    struct functype type = {
        .n_params = info->n_params,
        .n_results = n_results(info),
        .params = params,
        .results = &result,
    };
    uint32_t i;

    assert(info->n_params <= MAX_PARAMS);
    for (i = 0; i < info->n_params; i++)
        params[i] = param_type(info, i, ptr_size);
    functype_print(&type, buf, size);
}

/* Linking */

static const struct call_namespace *namespace_find(struct name name)
{
    size_t i;

    for (i = 0; i < n_call_namespaces; i++)
        if (name_is(name, call_namespaces[i].name))
            return &call_namespaces[i];
    return NULL;
}

static bool is_row(const struct call_info *info,
                   const struct call_namespace *ns, struct name name)
{
    return (info->namespaces & ns->bit) && info->name_len == name.len &&
           memcmp(info->name, name.text, name.len) == 0;
}

/* The types that the calls of that name have, joined with " or ". */
static void print_types(const struct call_namespace *ns, struct name name,
                        uint32_t ptr_size, char *buf, size_t size)
{
    size_t used = 0;
    size_t i;

    for (i = 0; i < n_calls; i++) {
        if (!is_row(&calls[i], ns, name) || used + 8 > size)
            continue;
        if (used)
            used += (size_t)snprintf(buf + used, size - used, " or ");
        calls_print_type(&calls[i], ptr_size, buf + used, size - used);
        used += strlen(buf + used);
    }
}

/* The import's full name, printable. */
static void print_import(struct name ns, struct name name, char *buf,
                         size_t size)
{
    size_t used;

    (void)utf8_print(buf, size / 2, ns.text, ns.len);
    used = strlen(buf);
    buf[used++] = '.';
    (void)utf8_print(buf + used, size - used, name.text, name.len);
}

bool calls_know(struct name ns_name, struct name name)
{
    const struct call_namespace *ns = namespace_find(ns_name);
    size_t i;

    for (i = 0; ns && i < n_calls; i++)
        if (is_row(&calls[i], ns, name))
            return true;
    return false;
}

const struct call_info *calls_find(struct name ns_name, struct name name,
                                   const struct functype *type,
                                   uint32_t ptr_size, struct error *err)
{
    const struct call_namespace *ns = namespace_find(ns_name);
    char import[128], have[160], want[160];
    size_t i;

    if (ns && ns->ptr_size)
        ptr_size = ns->ptr_size;
    for (i = 0; ns && i < n_calls; i++)
        if (is_row(&calls[i], ns, name) && type_fits(&calls[i], ptr_size, type))
            return &calls[i];
    print_import(ns_name, name, import, sizeof(import));
    if (!calls_know(ns_name, name)) {
        (void)error_set(err, ERROR_UNLINKABLE, ERROR_NO_OFFSET,
                        "unknown import %s", import);
        return NULL;
    }
    functype_print(type, have, sizeof(have));
    print_types(ns, name, ptr_size, want, sizeof(want));
    (void)error_set(err, ERROR_UNLINKABLE, ERROR_NO_OFFSET,
                    "import %s has type %s, but the call's type is %s", import,
                    have, want);
    return NULL;
}

/* Say on the guest's standard error that something was called that is not
 * there; *last is the pid that was told last. */
static void tell(const struct thread *t, int32_t *last, const char *import,
                 const char *what)
{
    const struct env *env = t->process->env;
    const char *program = env->argv.n ? env->argv.items[0] : "?";
    int hfd = fdtable_hfd(env->fds, STDERR_FILENO);
    char name[128], text[512];
    int len;

    if (*last == env->pid || hfd < 0)
        return;
    *last = env->pid;
    (void)utf8_print(name, sizeof(name), program, strlen(program));
    len = snprintf(text, sizeof(text), "tine: %s: %s was called, which %s\n",
                   name, import, what);
    if (write(hfd, text, (size_t)len) < 0)
        return; /* nobody to tell */
}

uint64_t call_missing(struct thread *t, const uint64_t *args, const void *data)
{
    static int32_t told[N_CALLS];
    const struct call_binding *binding = data;
    char import[128];

    (void)snprintf(import, sizeof(import), "%s.%s", binding->ns->name,
                   binding->info->name);
    tell(t, &told[binding->info - calls], import,
         "tine does not have yet (errno nosys)");
    switch (binding->info->result) {
    case RESULT_ERRNO:
        return WASI_NOSYS;
    case RESULT_TID:
        return (uint32_t)-WASI_NOSYS;
    case RESULT_NORETURN:
        /* There is nothing to return to. */
        thread_trap(t, TRAP_UNKNOWN_IMPORT);
        return 0;
    case RESULT_VOID:
        return 0;
    }
    return 0;
}

/* A function that no table has: what its object is made with. */
struct unknown {
    const struct import *import;
    const struct call_namespace *ns; /* NULL: not one of ours */
    int32_t told;
};

/*
 * Programs import more than they call, so that they start all the same.  In
 * our namespaces a call is errno nosys; of another's functions nobody knows
 * what they would return, and the guest traps.
 */
static uint64_t call_unknown(struct thread *t, const uint64_t *args,
                             const void *data)
{
    struct unknown *unknown = (struct unknown *)(uintptr_t)data;
    const struct import *import = unknown->import;
    const struct functype *type = import->type.func;
    bool errno_result =
        unknown->ns && type->n_results == 1 && type->results[0] == VT_I32;
    char name[256];

    print_import(import->module, import->name, name, sizeof(name));
    tell(t, &unknown->told, name,
         errno_result ? "tine does not know (errno nosys)"
                      : "tine does not know");
    if (errno_result)
        return WASI_NOSYS;
    thread_trap(t, TRAP_UNKNOWN_IMPORT);
    return 0;
}

/* Does the calling program import, from one of WASIX's namespaces, something
 * for which the predicate holds? */
static bool imports_from_wasix(const struct thread *t,
                               bool (*what)(struct name name))
{
    const struct module *m = t->inst->module;
    uint32_t i;

    for (i = 0; i < m->n_imports; i++) {
        const struct call_namespace *ns = namespace_find(m->imports[i].module);

        if (ns && (ns->bit & NS_X) && what(m->imports[i].name))
            return true;
    }
    return false;
}

static bool anything(struct name name)
{
    return true;
}

static bool path_of_preview1(struct name name)
{
    return name.len > 5 && memcmp(name.text, "path_", 5) == 0 &&
           !name_is(name, "path_open2");
}

bool call_from_wasix(const struct thread *t)
{
    return imports_from_wasix(t, anything);
}

bool call_from_old_wasix(const struct thread *t)
{
    return imports_from_wasix(t, path_of_preview1);
}

/* Is the namespace for programs with such a memory?  One without any can have
 * both. */
static bool check_memory(const struct module *m,
                         const struct call_namespace *ns,
                         const struct import *import, struct error *err)
{
    uint32_t ptr_size = module_ptr_size(m);

    if (!ns || ns->ptr_size == 0 || m->n_memories == 0 ||
        ns->ptr_size == ptr_size)
        return true;
    return error_set(err, ERROR_UNLINKABLE, import->offset,
                     "imports from %s, but has a %u-bit memory", ns->name,
                     8 * ptr_size);
}

static bool no_memory(const char *name, struct error *err)
{
    return error_set_errno(err, ERROR_HOST, ENOMEM, "import %s", name);
}

static bool bind_unknown(struct program *program, const struct import *import,
                         const struct call_namespace *ns,
                         struct extern_ref *ret)
{
    struct unknown *unknown = pool_alloc(&program->pool, sizeof(*unknown));

    if (!unknown)
        return false;
    unknown->import = import;
    unknown->ns = ns;
    ret->func =
        func_new_host(&program->pool, import->type.func, call_unknown, unknown);
    return ret->func != NULL;
}

static bool bind(struct program *program, const struct import *import,
                 bool trace, struct extern_ref *ret, struct error *err)
{
    const struct call_namespace *ns = namespace_find(import->module);
    struct call_binding *binding;
    char name[128];
    host_fn *fn;

    print_import(import->module, import->name, name, sizeof(name));
    if (import->type.kind != EXTERN_FUNC)
        return error_set(err, ERROR_UNLINKABLE, import->offset,
                         "unknown import %s (a %s)", name,
                         extern_kind_name(import->type.kind));
    ret->kind = EXTERN_FUNC;
    if (!calls_know(import->module, import->name))
        return bind_unknown(program, import, ns, ret) || no_memory(name, err);
    if (!check_memory(program->module, ns, import, err))
        return false;
    binding = pool_alloc(&program->pool, sizeof(*binding));
    if (!binding)
        return no_memory(name, err);
    binding->ns = ns;
    binding->info = calls_find(import->module, import->name, import->type.func,
                               module_ptr_size(program->module), err);
    if (!binding->info) {
        err->offset = import->offset;
        return false;
    }
    fn = binding->info->thunk ? binding->info->thunk : call_missing;
    ret->func = func_new_host(&program->pool, import->type.func,
                              trace ? trace_call : fn, binding);
    return ret->func || no_memory(name, err);
}

bool calls_link(struct program *program, const struct import *import,
                struct extern_ref *ret, struct error *err)
{
    return bind(program, import, false, ret, err);
}

bool calls_link_traced(struct program *program, const struct import *import,
                       struct extern_ref *ret, struct error *err)
{
    return bind(program, import, true, ret, err);
}
