/*
 * spec_run.c: run one script of the specification's test suite (spec_read.h) in
 * the interpreter, or each module as compiled code, of all functions or of half
 * of them; or first the one, then, after a few actions, the other.
 *
 *     spec_run [--compiled|--half|--other-half|--late TINE-COMPILE]
 *              SCRIPT.json [SKIP.txt]
 *
 * Prints each command that fails, and a summary line; the exit status is 0 if
 * nothing failed.  Malformed modules given as text are not ours to parse and
 * are counted as skipped; so are commands that SKIP.txt names, a line
 * `SCRIPT:LINE REASON` each.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/vec.h"
#include "inprocess.h"
#include "native/attach.h"
#include "spec_read.h"

struct entry {
    char *name; /* "$M", or NULL */
    char *as;   /* registered name, or NULL */
    struct module *module;
    struct instance *inst;
    struct image_map *image; /* its code, or NULL */
    unsigned used;           /* by actions */
};

/* Actions on an instance before it goes over to code of half of its functions,
 * and before it goes on to code of all. */
#define LATE_AFTER 2u
#define LATE_AGAIN 4u

enum tier { TIER_INTERP, TIER_COMPILED, TIER_HALF, TIER_OTHER_HALF, TIER_LATE };

struct run {
    const char *dir;
    char *compiler; /* tine-compile, or NULL: interpret */
    enum tier tier;
    struct thread thread;
    VEC(struct entry) entries;
    struct instance *current;
    bool unsupported; /* a module needed a feature that is not there: what
                         builds on it is skipped */
    unsigned passed, failed, skipped;
    int line;
    VEC(int) skips; /* lines of this script */
    struct pool pool;
    struct memory *memory;
    struct memory *shared_memory;
    struct table *table;
    struct table *table_64;
};

static void fail(struct run *run, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void fail(struct run *run, const char *fmt, ...)
{
    va_list ap;

    run->failed++;
    printf("line %d: ", run->line);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
}

/* What needs a feature that is not there. */
static void skip_unsupported(struct run *run, const struct error *err)
{
    run->skipped++;
    printf("line %d: skipped: %s\n", run->line, err->text);
}

/* What builds on a module that was skipped cannot be had. */
static bool skip_dependent(struct run *run)
{
    run->skipped += run->unsupported;
    return run->unsupported;
}

/* --- The host module "spectest" --- */

static uint64_t host_print(struct thread *t, const uint64_t *args,
                           const void *data)
{
    return 0;
}

static const struct {
    const char *name;
    uint32_t n;
    valtype params[2];
} prints[] = {
    {"print", 0, {0}},
    {"print_i32", 1, {VT_I32}},
    {"print_i64", 1, {VT_I64}},
    {"print_f32", 1, {VT_F32}},
    {"print_f64", 1, {VT_F64}},
    {"print_i32_f32", 2, {VT_I32, VT_F32}},
    {"print_f64_f64", 2, {VT_F64, VT_F64}},
};

static bool link_print(struct run *run, struct name name,
                       struct extern_ref *ret)
{
    size_t i;

    for (i = 0; i < countof(prints); i++)
        if (name_is(name, prints[i].name)) {
            ret->kind = EXTERN_FUNC;
            ret->func = func_new_host(
                &run->pool,
                functype_intern(prints[i].n, prints[i].params, 0, NULL),
                host_print, NULL);
            return true;
        }
    return false;
}

static bool link_global(struct run *run, struct name name,
                        struct extern_ref *ret)
{
    static const struct {
        const char *name;
        valtype type;
        uint64_t bits;
    } globals[] = {
        {"global_i32", VT_I32, 666},
        {"global_i64", VT_I64, 666},
        {"global_f32", VT_F32, 0x4426a666},
        {"global_f64", VT_F64, 0x4084d4cccccccccd},
    };
    size_t i;

    for (i = 0; i < countof(globals); i++)
        if (name_is(name, globals[i].name)) {
            struct global *global = pool_alloc(&run->pool, sizeof(*global));

            assert(global);
            global->type.type = globals[i].type;
            global->value = global->storage;
            global->storage[0] = globals[i].bits;
            ret->kind = EXTERN_GLOBAL;
            ret->global = global;
            return true;
        }
    return false;
}

static bool link_spectest(struct run *run, struct name name,
                          struct extern_ref *ret, struct error *err)
{
    static const struct memtype memtype = {
        .limits = {.min = 1, .max = 2, .has_max = true}};
    static const struct memtype shared = {
        .limits = {.min = 1, .max = 2, .has_max = true}, .shared = true};
    static const struct tabletype tabletype = {
        .limits = {.min = 10, .max = 20, .has_max = true}, .elem = VT_FUNCREF};
    static const struct tabletype tabletype_64 = {
        .limits = {.min = 10, .max = 20, .has_max = true, .is_64 = true},
        .elem = VT_FUNCREF};

    if (link_print(run, name, ret) || link_global(run, name, ret))
        return true;
    if (name_is(name, "memory")) {
        ret->kind = EXTERN_MEMORY;
        if (!run->memory)
            run->memory = memory_new(&memtype, false, err);
        ret->memory = run->memory;
        return ret->memory != NULL;
    }
    if (name_is(name, "shared_memory")) {
        ret->kind = EXTERN_MEMORY;
        if (!run->shared_memory)
            run->shared_memory = memory_new(&shared, false, err);
        ret->memory = run->shared_memory;
        return ret->memory != NULL;
    }
    if (name_is(name, "table")) {
        ret->kind = EXTERN_TABLE;
        if (!run->table)
            run->table = table_new(&tabletype, err);
        ret->table = run->table;
        return ret->table != NULL;
    }
    if (name_is(name, "table64")) {
        ret->kind = EXTERN_TABLE;
        if (!run->table_64)
            run->table_64 = table_new(&tabletype_64, err);
        ret->table = run->table_64;
        return ret->table != NULL;
    }
    return error_set(err, ERROR_UNLINKABLE, ERROR_NO_OFFSET, "unknown import");
}

static bool link_import(void *ctx, const struct import *import,
                        struct extern_ref *ret, struct error *err)
{
    struct run *run = ctx;
    size_t i;

    if (name_is(import->module, "spectest"))
        return link_spectest(run, import->name, ret, err);
    for (i = run->entries.n; i-- > 0;) {
        struct entry *entry = &run->entries.items[i];
        const struct export *export;

        if (!entry->as || !name_is(import->module, entry->as))
            continue;
        export = module_export_named(entry->module, import->name);
        if (!export)
            break;
        *ret = instance_export(entry->inst, export);
        return true;
    }
    return error_set(err, ERROR_UNLINKABLE, import->offset, "unknown import");
}

/* --- Modules --- */

static struct module *load(struct run *run, const char *file, struct error *err)
{
    char path[4096];

    if (snprintf(path, sizeof(path), "%s/%s", run->dir, file) >=
        (int)sizeof(path)) {
        (void)error_set(err, ERROR_NOT_FOUND, ERROR_NO_OFFSET,
                        "path too long: %s", file);
        return NULL;
    }
    return inprocess_open(path, err);
}

/* Call f; TRAP_NONE if it returned. */
static enum trap call(struct run *run, struct func *f, uint64_t *slots)
{
    return inprocess_call(&run->thread, f, slots) ? TRAP_NONE
                                                  : run->thread.trap;
}

/* From now on the instance runs compiled code, of half of the functions or of
 * all. */
static bool attach(struct run *run, struct instance *inst, bool half,
                   struct image_map **image, struct error *err)
{
    const struct module *m = inst->module;
    struct image_map *new =
        half ? inprocess_compile_half(run->compiler, "-O1",
                                      run->tier == TIER_OTHER_HALF, m, err)
             : inprocess_compile(run->compiler, "-O1", true, m, err);

    if (!new)
        return false;
    new->before = *image;
    *image = new;
    return native_attach(inst, new, err);
}

/* Instantiate and run the start function. */
static bool start(struct run *run, struct module *module, struct instance **ret,
                  struct image_map **ret_image, struct error *err)
{
    uint64_t slots[1];
    enum trap trap;

    if (!instance_new(module, link_import, run, false, ret, err))
        return false;
    if (run->compiler && run->tier != TIER_LATE &&
        !attach(run, *ret, run->tier != TIER_COMPILED, ret_image, err))
        return false;
    if (!module->has_start)
        return true;
    trap = call(run, (*ret)->funcs[module->start], slots);
    if (trap)
        return error_set(err, ERROR_TRAP, ERROR_NO_OFFSET, "%s",
                         trap_text(trap));
    return true;
}

static char *copy_of(const char *text)
{
    return text ? strdup(text) : NULL;
}

/* Keep the module and the instance, which others may refer to, to the end. */
static struct entry *keep(struct run *run, const char *name,
                          struct module *module, struct instance *inst,
                          struct image_map *image)
{
    struct entry entry = {copy_of(name), NULL, module, inst, image, 0};

    if (!vec_push(&run->entries, entry))
        abort();
    return &run->entries.items[run->entries.n - 1];
}

static void on_module(struct run *run, const struct spec_command *command)
{
    struct error err = ERROR_INIT;
    struct module *module = load(run, command->file, &err);
    struct instance *inst = NULL;
    struct image_map *image = NULL;

    run->current = NULL;
    if (!module) {
        if (err.kind == ERROR_UNSUPPORTED) {
            run->unsupported = true;
            skip_unsupported(run, &err);
        } else {
            fail(run, "module: %s at %" PRIu64, err.text, err.offset);
        }
        return;
    }
    if (command->kind == SPEC_DEFINITION) {
        /* Only to be valid: its instances would be other commands. */
        run->passed++;
        keep(run, NULL, module, NULL, NULL);
        return;
    }
    if (!start(run, module, &inst, &image, &err)) {
        if (err.kind != ERROR_UNLINKABLE || !skip_dependent(run))
            fail(run, "module: %s", err.text);
        keep(run, NULL, module, inst, image);
        return;
    }
    keep(run, command->name, module, inst, image);
    run->current = inst;
    run->passed++;
}

/* A module that must be refused.  What is invalid as text may be malformed as
 * a binary. */
static void on_bad_module(struct run *run, const struct spec_command *command)
{
    struct error err = ERROR_INIT;
    struct module *module;

    if (command->is_text) {
        run->skipped++;
        return;
    }
    module = load(run, command->file, &err);
    if (module) {
        fail(run, "accepted, but: %s", command->text);
        module_free(module);
    } else if (err.kind == ERROR_UNSUPPORTED) {
        skip_unsupported(run, &err);
    } else {
        run->passed++;
    }
}

static void on_bad_instance(struct run *run, const struct spec_command *command,
                            enum error_kind want)
{
    struct error err = ERROR_INIT;
    const char *text = command->text;
    struct module *module = load(run, command->file, &err);
    struct instance *inst = NULL;
    struct image_map *image = NULL;

    if (!module && err.kind == ERROR_UNSUPPORTED) {
        skip_unsupported(run, &err);
        return;
    }
    if (!module) {
        fail(run, "not even valid: %s", err.text);
        return;
    }
    if (start(run, module, &inst, &image, &err))
        fail(run, "instantiated, but: %s", text);
    else if (err.kind != want || !strstr(err.text, text)) {
        if (err.kind != ERROR_UNLINKABLE || !skip_dependent(run))
            fail(run, "'%s' instead of '%s'", err.text, text);
    } else
        run->passed++;
    keep(run, NULL, module, inst, image);
}

static void on_register(struct run *run, const struct spec_command *command)
{
    const char *name = command->name;
    size_t i;

    for (i = run->entries.n; i-- > 0;) {
        struct entry *entry = &run->entries.items[i];

        if (entry->inst && (name ? entry->name && strcmp(entry->name, name) == 0
                                 : entry->inst == run->current)) {
            free(entry->as);
            entry->as = copy_of(command->as);
            run->passed++;
            return;
        }
    }
    if (!skip_dependent(run))
        fail(run, "no module to register");
}

/* --- Actions --- */

static struct entry *action_entry(struct run *run,
                                  const struct spec_action *action)
{
    size_t i;

    for (i = run->entries.n; i-- > 0;) {
        struct entry *entry = &run->entries.items[i];

        if (action->module
                ? entry->name && strcmp(entry->name, action->module) == 0
                : entry->inst == run->current)
            return entry;
    }
    return NULL;
}

/* NULL: there is none, or its compiled code cannot be had. */
static struct instance *action_instance(struct run *run,
                                        const struct spec_action *action)
{
    struct entry *entry = action_entry(run, action);
    struct error err = ERROR_INIT;

    if (!entry || !entry->inst)
        return NULL;
    if (run->tier == TIER_LATE &&
        (entry->used == LATE_AFTER || entry->used == LATE_AGAIN) &&
        !attach(run, entry->inst, entry->used == LATE_AFTER, &entry->image,
                &err)) {
        fail(run, "%s", err.text);
        return NULL;
    }
    entry->used++;
    return entry->inst;
}

struct outcome {
    bool done;
    enum trap trap;
    uint32_t n;
    const valtype *types;
    valtype type; /* of a global */
    uint64_t slots[2 * MAX(LIMIT_PARAMS, LIMIT_RESULTS)];
};

/* Are these arguments of the function?  References are null but for host
 * values. */
static bool args_fit(const struct functype *type,
                     const struct spec_action *action)
{
    uint32_t i;

    if (action->n_args != type->n_params)
        return false;
    for (i = 0; i < action->n_args; i++) {
        valtype have = action->args[i].type;
        valtype want = type->params[i];

        if (!valtype_match(want, have) ||
            (want & VT_NON_NULL && action->args[i].bits[0] == 0))
            return false;
    }
    return true;
}

static void invoke(struct run *run, struct func *f,
                   const struct spec_action *action, struct outcome *out)
{
    uint32_t n = 0, i;

    if (!args_fit(f->type, action)) {
        fail(run, "%s does not take these arguments", action->field.text);
        return;
    }
    for (i = 0; i < action->n_args; i++)
        n += spec_value_store(&action->args[i], &out->slots[n]);
    out->trap = call(run, f, out->slots);
    out->n = f->type->n_results;
    out->types = f->type->results;
    out->done = true;
}

static void get(struct global *global, struct outcome *out)
{
    out->type = global->type.type;
    out->types = &out->type;
    out->n = 1;
    memcpy(out->slots, global->value,
           valtype_slots(out->type) * sizeof(*out->slots));
    out->done = true;
}

static void act(struct run *run, const struct spec_action *action,
                struct outcome *out)
{
    struct instance *inst = action_instance(run, action);
    const struct export *export;

    memset(out, 0, sizeof(*out));
    if (!inst) {
        if (!skip_dependent(run))
            fail(run, "no module for the action");
        return;
    }
    export = module_export_named(inst->module, action->field);
    if (!export ||
        export->kind != (action->is_get ? EXTERN_GLOBAL : EXTERN_FUNC))
        fail(run, "no exported %s %s", action->is_get ? "global" : "function",
             action->field.text);
    else if (action->is_get)
        get(instance_export(inst, export).global, out);
    else
        invoke(run, inst->funcs[export->index], action, out);
}

static void fail_result(struct run *run, const struct spec_command *command,
                        uint32_t i, const uint64_t *slots,
                        const struct spec_value *want)
{
    char text[512];

    spec_value_print(want, text, sizeof(text));
    fail(run, "%s: result %u is 0x%" PRIx64 " 0x%" PRIx64 ", not %s",
         command->action.field.text, i, slots[0], slots[1], text);
}

/* The one result is any of several (relaxed SIMD). */
static bool matches_either(const struct spec_command *command,
                           const struct outcome *out)
{
    uint32_t i;

    for (i = 0; out->n == 1 && i < command->n_results; i++)
        if (spec_value_matches(&command->results[i], out->types[0], out->slots))
            return true;
    return false;
}

/* Does what came out match?  Says so if it does not. */
static bool check_results(struct run *run, const struct spec_command *command,
                          const struct outcome *out)
{
    uint32_t at = 0, i;

    if (command->is_either) {
        if (matches_either(command, out))
            return true;
        fail_result(run, command, 0, out->slots, command->results);
        return false;
    }
    if (command->n_results != out->n) {
        fail(run, "%u results", out->n);
        return false;
    }
    for (i = 0; i < out->n; i++) {
        if (!spec_value_matches(&command->results[i], out->types[i],
                                &out->slots[at])) {
            fail_result(run, command, i, &out->slots[at], &command->results[i]);
            return false;
        }
        at += valtype_slots(out->types[i]);
    }
    return true;
}

static void on_return(struct run *run, const struct spec_command *command)
{
    struct outcome out;

    act(run, &command->action, &out);
    if (!out.done)
        return;
    if (out.trap)
        fail(run, "trapped: %s", trap_text(out.trap));
    else if (check_results(run, command, &out))
        run->passed++;
}

static void on_trap(struct run *run, const struct spec_command *command)
{
    const char *text = command->text;
    struct outcome out;

    act(run, &command->action, &out);
    if (!out.done)
        return;
    if (!out.trap)
        fail(run, "no trap, but: %s", text);
    else if (strncmp(text, trap_text(out.trap), strlen(trap_text(out.trap))) !=
                 0 &&
             strncmp(text, trap_text(out.trap), strlen(text)) != 0)
        fail(run, "'%s' instead of '%s'", trap_text(out.trap), text);
    else
        run->passed++;
}

static void on_exception(struct run *run, const struct spec_command *command)
{
    struct outcome out;

    act(run, &command->action, &out);
    if (!out.done)
        return;
    if (out.trap != TRAP_UNCAUGHT_EXCEPTION)
        fail(run, "no exception, but: %s", trap_text(out.trap));
    else
        run->passed++;
}

static bool is_skipped(const struct run *run)
{
    size_t i;

    for (i = 0; i < run->skips.n; i++)
        if (run->skips.items[i] == run->line)
            return true;
    return false;
}

static void on_command(struct run *run, const struct spec_command *command)
{
    run->line = command->line;
    if (is_skipped(run)) {
        run->skipped++;
        return;
    }
    switch (command->kind) {
    case SPEC_MODULE:
    case SPEC_DEFINITION:
        on_module(run, command);
        break;
    case SPEC_REGISTER:
        on_register(run, command);
        break;
    case SPEC_RETURN:
        on_return(run, command);
        break;
    case SPEC_TRAP:
        on_trap(run, command);
        break;
    case SPEC_EXCEPTION:
        on_exception(run, command);
        break;
    case SPEC_BAD_MODULE:
        on_bad_module(run, command);
        break;
    case SPEC_UNLINKABLE:
        on_bad_instance(run, command, ERROR_UNLINKABLE);
        break;
    case SPEC_UNINSTANTIABLE:
        on_bad_instance(run, command, ERROR_TRAP);
        break;
    }
}

/* The lines of `script` in the skip file. */
static bool read_skips(struct run *run, const char *path, const char *script)
{
    FILE *file = fopen(path, "re");
    char line[512];
    size_t len = strlen(script);
    bool ok = file != NULL;

    while (ok && fgets(line, sizeof(line), file))
        if (strncmp(line, script, len) == 0 && line[len] == ':')
            ok = vec_push(&run->skips, atoi(line + len + 1));
    if (file)
        (void)fclose(file);
    return ok;
}

static void run_done(struct run *run)
{
    size_t i;

    for (i = 0; i < run->entries.n; i++) {
        struct entry *entry = &run->entries.items[i];

        instance_free(entry->inst);
        image_close(entry->image);
        module_free(entry->module);
        free(entry->name);
        free(entry->as);
    }
    vec_done(&run->entries);
    vec_done(&run->skips);
    memory_free(run->memory);
    memory_free(run->shared_memory);
    table_free(run->table);
    table_free(run->table_64);
    pool_done(&run->pool);
    thread_done(&run->thread);
}

/* The whole file; heap, or NULL. */
static char *read_file(const char *path, size_t *ret_len, struct error *err)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
    VEC(char) bytes = {0};
    ssize_t n = -1;

    while (fd >= 0 && vec_reserve(&bytes, 65536) &&
           (n = read(fd, bytes.items + bytes.n, bytes.room - bytes.n)) > 0)
        bytes.n += (size_t)n;
    if (n == 0) {
        *ret_len = bytes.n;
        return bytes.items;
    }
    (void)error_set_errno(err, ERROR_HOST, errno, "cannot read it");
    vec_done(&bytes);
    return NULL;
}

static bool read_script(const char *path, struct spec_script *script,
                        struct error *err)
{
    size_t n;
    AUTO_FREE char *bytes = read_file(path, &n, err);

    return bytes && spec_script_read(script, bytes, n, err);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *option;
        enum tier tier;
    } tiers[] = {
        {"--compiled", TIER_COMPILED},
        {"--half", TIER_HALF},
        {"--other-half", TIER_OTHER_HALF},
        {"--late", TIER_LATE},
    };
    struct error err = ERROR_INIT;
    struct run run = {0};
    struct spec_script script = {0};
    char *dir;
    size_t i;

    for (i = 0; argc > 2 && i < countof(tiers); i++)
        if (strcmp(argv[1], tiers[i].option) == 0) {
            run.compiler = argv[2];
            run.tier = tiers[i].tier;
            argc -= 2;
            argv += 2;
        }
    if (argc != 2 && argc != 3) {
        fputs("usage: spec_run [--compiled|--half|--other-half|--late "
              "TINE-COMPILE] SCRIPT.json [SKIP.txt]\n",
              stderr);
        return 2;
    }
    if (!inprocess_init(&run.thread, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    if (!read_script(argv[1], &script, &err)) {
        fprintf(stderr, "%s: %s\n", argv[1], err.text);
        return 2;
    }
    dir = strdup(argv[1]);
    run.dir = dirname(dir);
    if (argc == 3 && !read_skips(&run, argv[2], basename(dir))) {
        fprintf(stderr, "%s: cannot read it\n", argv[2]);
        return 2;
    }
    pool_init(&run.pool);
    for (i = 0; i < script.n; i++)
        on_command(&run, &script.commands[i]);
    printf("%u passed, %u failed, %u skipped\n", run.passed, run.failed,
           run.skipped);
    run_done(&run);
    spec_script_done(&script);
    free(dir);
    return run.failed != 0;
}
