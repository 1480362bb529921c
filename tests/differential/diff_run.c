/*
 * diff_run.c: run modules in tine and print everything that can be seen:
 * results, traps and where, exceptions, and after each call the memories,
 * globals and tables.  diff_node.mjs prints the same of node; differ.py
 * compares the two.
 *
 *     diff_run [--restart] [--compiled TINE-COMPILE [--half SEED | --loops]]
 *              LIST PLAN
 *
 * LIST has a line for each case: its name and the files of its modules, with
 * spaces between.  Modules may import functions from `env0`, which are the
 * host's, and from `m0` what the first module exports.  PLAN is written: which
 * calls were made with which arguments and what was looked at, for the engine
 * that cannot tell types.
 *
 * Compiled code may have left out or moved what nobody sees when it traps,
 * since programs end then. With --restart a trap ends the instances: no state
 * is shown, and the next call has new ones.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/vec.h"
#include "inprocess.h"
#include "native/attach.h"
#include "native/backtrace.h"
#include "rt/exception.h"

/* Calls of each function, frames shown of a backtrace, seconds for a case. */
enum {
    ROUNDS = 2,
    N_FRAMES = 8,
    SECONDS = 30,
    COMPILE_SECONDS = 60,
    MAX_MODULES = 2,
    FUEL = 400,
    GO_OVER = 5
};

struct linked {
    struct module *module;
    struct instance *inst;
    struct image_map *image; /* its code, or NULL */
    struct image_map *half;  /* --half: what it runs before that */
};

static struct run {
    struct thread thread;
    FILE *plan;
    const char *compiler; /* tine-compile, or NULL: interpret */
    bool restart;
    bool loops; /* interpret, but for loops of what has been called before */
    bool half;  /* begin with code of half of the functions, by this: */
    uint64_t seed;
    struct linked linked[MAX_MODULES];
    size_t n_linked;
    VEC(const struct tag *) tags; /* exported, in the order of the plan */
    struct pool pool;             /* of the host's functions */
    uint64_t host_hash;
    uint32_t n_host_calls;
    uint32_t n_halved; /* calls of the host, for when to go_over() */
    uint32_t n_calls;
} run;

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15;
    return hash ^ hash >> 29;
}

static bool is_nan(valtype t, uint64_t bits)
{
    return t == VT_F32 ? (bits & 0x7fffffff) > 0x7f800000
                       : t == VT_F64 && (bits & INT64_MAX) > 0x7ff0000000000000;
}

/* --- The host's functions: the result is a hash of the arguments --- */

static uint64_t host_result(valtype t, uint64_t hash)
{
    double d = (double)(int32_t)hash;
    float f = (float)(int16_t)hash;
    uint64_t bits = 0;

    switch (t) {
    case VT_I32:
        return (uint32_t)hash;
    case VT_F32:
        memcpy(&bits, &f, sizeof(f));
        return bits;
    case VT_F64:
        memcpy(&bits, &d, sizeof(d));
        return bits;
    case VT_I64:
        return hash;
    default:
        return 0;
    }
}

/* Functions that were called before begin in the interpreter again. */
static void interpret(struct instance *inst)
{
    uint32_t i, n = inst->module->n_funcs - inst->module->n_imported_funcs;

    for (i = 0; i < n; i++) {
        struct func *f = &inst->own_funcs[i];
        uint32_t units = f->code_units;

        func_init_stub(f);
        f->code_units = units;
        if (f->body)
            f->code = f->body;
    }
}

/* From code of half of the functions to that of all, which they may be in. */
static void go_over(void)
{
    struct error err = ERROR_INIT;
    size_t i;

    for (i = 0; i < run.n_linked; i++) {
        if (!native_attach(run.linked[i].inst, run.linked[i].image, &err))
            abort();
        if (run.loops)
            interpret(run.linked[i].inst);
    }
}

static uint64_t host_call(struct thread *t, const uint64_t *args,
                          const void *data)
{
    const struct functype *type = data;
    uint64_t hash = 1;
    uint32_t i;

    for (i = 0; i < type->n_params; i++, args++) {
        valtype param = type->params[i];
        uint64_t bits = *args;

        if (!valtype_is_num(param))
            bits = 0;
        else if (param == VT_I32 || param == VT_F32)
            bits = (uint32_t)bits;
        hash = mix(hash, is_nan(param, bits) ? 1 : bits);
    }
    run.host_hash = mix(run.host_hash, hash);
    if ((run.half || run.loops) && ++run.n_halved % GO_OVER == 0)
        go_over();
    run.n_host_calls++;
    return type->n_results ? host_result(type->results[0], hash) : 0;
}

static bool link_import(void *ctx, const struct import *import,
                        struct extern_ref *ret, struct error *err)
{
    const struct linked *from = &run.linked[0];
    const struct export *export = NULL;

    if (run.n_linked > 0 && name_is(import->module, "m0"))
        export = module_export_named(from->module, import->name);
    if (export) {
        *ret = instance_export(from->inst, export);
        return true;
    }
    if (import->type.kind == EXTERN_FUNC) {
        ret->kind = EXTERN_FUNC;
        ret->func = func_new_host(&run.pool, import->type.func, host_call,
                                  import->type.func);
        return ret->func != NULL;
    }
    return error_set(err, ERROR_UNLINKABLE, import->offset, "unknown import");
}

/* --- Values --- */

/* A letter for each type that both sides can show. */
static char letter(valtype t)
{
    switch (t) {
    case VT_I32:
        return 'i';
    case VT_I64:
        return 'l';
    case VT_F32:
        return 'f';
    case VT_F64:
        return 'd';
    case VT_V128:
        return 'v';
    case VT_EXTERNREF:
        return 'x';
    case VT_EXNREF:
    case VT_NULLEXNREF:
        return 'e';
    default:
        return 'r';
    }
}

static bool is_shown(valtype t)
{
    return !strchr("ve", letter(t));
}

static void print_value(valtype t, const uint64_t *slots)
{
    uint64_t bits = slots[0];

    switch (letter(t)) {
    case 'i':
        printf(" i:%08" PRIx32, (uint32_t)bits);
        break;
    case 'l':
        printf(" l:%016" PRIx64, bits);
        break;
    case 'f':
    case 'd':
        if (t == VT_F32)
            bits = (uint32_t)bits;
        if (is_nan(t, bits))
            printf(" %c:nan", letter(t));
        else
            printf(" %c:%0*" PRIx64, letter(t), t == VT_F32 ? 8 : 16, bits);
        break;
    case 'x':
        printf(" x:%" PRIu64, bits);
        break;
    case 'r':
        printf(" r:%s", bits ? "ref" : "null");
        break;
    default:
        printf(" %c:?", letter(t));
        break;
    }
}

/* An argument: often a small number, a power of two or near one. */
static uint64_t argument(valtype t, uint64_t hash)
{
    uint64_t bits = hash % 3 == 0   ? hash >> 8 & 15
                    : hash % 3 == 1 ? ((uint64_t)1 << (hash >> 8 & 63)) - 1
                                    : mix(hash, 1);
    double d = (double)(int64_t)bits / 16;
    float f = (float)(int32_t)bits / 16;

    switch (letter(t)) {
    case 'i':
        return (uint32_t)bits;
    case 'f':
        bits = 0;
        memcpy(&bits, &f, sizeof(f));
        return bits;
    case 'd':
        memcpy(&bits, &d, sizeof(d));
        return bits;
    case 'l':
        return bits;
    case 'x':
        return hash & 3;
    default:
        return 0;
    }
}

/* --- What can be seen between calls --- */

static void print_memory(const struct memory *memory)
{
    uint64_t size = memory->size, i;
    uint32_t hash = 1, word;

    for (i = 0; i < size; i += 4) {
        memcpy(&word, memory->base + i, sizeof(word));
        hash = (hash ^ word) * 0x9e3779b1u;
        hash ^= hash >> 15;
    }
    printf(" m:%" PRIu64 ":%08" PRIx32, size >> 16, hash);
}

/* A function of the host is known by the number of its import. */
static uint32_t host_index(const struct func *f)
{
    size_t m;
    uint32_t i;

    for (m = 0; m < run.n_linked; m++)
        for (i = 0; i < run.linked[m].module->n_imported_funcs; i++)
            if (run.linked[m].inst->funcs[i] == f)
                return i;
    return UINT32_MAX;
}

static void print_table(const struct table *table)
{
    uint32_t i;

    printf(" t:");
    for (i = 0; i < table->size; i++) {
        const struct func *f = table->elems[i];

        if (i > 0)
            putchar(',');
        if (!f)
            putchar('.');
        else if (letter(table->type.elem) == 'x')
            printf("%" PRIuPTR, (uintptr_t)f);
        else
            printf("f%" PRIu32, f->inst ? f->index : host_index(f));
    }
}

static void print_state(void)
{
    size_t m, i;

    printf(" host %" PRIu32 ":%016" PRIx64 "\n state", run.n_host_calls,
           run.host_hash);
    for (m = 0; m < run.n_linked; m++) {
        const struct module *module = run.linked[m].module;
        struct instance *inst = run.linked[m].inst;

        for (i = 0; i < module->n_exports; i++) {
            const struct export *export = &module->exports[i];
            struct extern_ref ref = instance_export(inst, export);

            if (ref.kind == EXTERN_MEMORY)
                print_memory(ref.memory);
            else if (ref.kind == EXTERN_GLOBAL &&
                     is_shown(ref.global->type.type))
                print_value(ref.global->type.type, ref.global->value);
            else if (ref.kind == EXTERN_TABLE && is_shown(ref.table->type.elem))
                print_table(ref.table);
        }
    }
    putchar('\n');
}

/* --- The plan --- */

static void plan_name(struct name name)
{
    uint32_t i;

    for (i = 0; i < name.len; i++)
        fprintf(run.plan, "%02x", (uint8_t)name.text[i]);
}

static void plan_exports(size_t m)
{
    const struct module *module = run.linked[m].module;
    uint32_t i, k;

    for (i = 0; i < module->n_exports; i++) {
        const struct export *export = &module->exports[i];
        struct extern_ref ref = instance_export(run.linked[m].inst, export);

        if (ref.kind == EXTERN_FUNC)
            continue;
        fprintf(run.plan, "%s %zu ", extern_kind_name(ref.kind), m);
        plan_name(export->name);
        if (ref.kind == EXTERN_GLOBAL)
            fprintf(run.plan, " %c", letter(ref.global->type.type));
        if (ref.kind == EXTERN_TABLE)
            fprintf(run.plan, " %c", letter(ref.table->type.elem));
        if (ref.kind == EXTERN_TAG) {
            fputc(' ', run.plan);
            for (k = 0; k < ref.tag->type->n_params; k++)
                fputc(letter(ref.tag->type->params[k]), run.plan);
        }
        fputc('\n', run.plan);
    }
}

/* The same order as in the plan. */
static void note_tags(const struct linked *linked)
{
    uint32_t i;

    for (i = 0; i < linked->module->n_exports; i++) {
        const struct export *export = &linked->module->exports[i];

        if (export->kind == EXTERN_TAG &&
            !vec_push(&run.tags, instance_export(linked->inst, export).tag))
            abort();
    }
}

/* --- Calls --- */

static void print_exception(void)
{
    const struct exception *exception = run.thread.exception;
    const struct functype *type = exception->tag->type;
    const uint64_t *slots = exception->slots;
    uint32_t i;
    size_t k;

    for (k = 0; k < run.tags.n; k++)
        if (run.tags.items[k] == exception->tag)
            break;
    printf(" exception %zu", k);
    for (i = 0; k < run.tags.n && i < type->n_params; i++) {
        if (valtype_is_num(type->params[i]))
            print_value(type->params[i], slots);
        else
            printf(" %c:?", letter(type->params[i]));
        slots += valtype_slots(type->params[i]);
    }
}

static void print_trap(enum trap trap)
{
    struct interp_frame frames[N_FRAMES];
    size_t n = backtrace_frames(&run.thread, frames, countof(frames)), i;

    if (trap == TRAP_UNCAUGHT_EXCEPTION) {
        print_exception();
        return;
    }
    printf(" trap %s", trap_text(trap));
    for (i = 0; i < n && trap != TRAP_STACK_OVERFLOW; i++)
        printf(" @%" PRIu32 ":%" PRIx32, frames[i].func, frames[i].offset);
}

/* True if f returned. */
static bool call(struct func *f, uint64_t *slots)
{
    uint32_t i;

    if (run.loops)
        go_over();
    if (!inprocess_call(&run.thread, f, slots)) {
        print_trap(run.thread.trap);
        return false;
    }
    for (i = 0; i < f->type->n_results; i++) {
        print_value(f->type->results[i], slots);
        slots += valtype_slots(f->type->results[i]);
    }
    return true;
}

/* Can an engine behind JavaScript be asked to call it? */
static bool is_callable(const struct functype *type)
{
    uint32_t i;

    for (i = 0; i < type->n_params; i++)
        if (!is_shown(type->params[i]) ||
            !valtype_is_defaultable(type->params[i]))
            return false;
    for (i = 0; i < type->n_results; i++)
        if (!is_shown(type->results[i]))
            return false;
    return true;
}

static void refuel(void)
{
    struct global *fuel = instance_global(run.linked[0].inst, "fuel");

    if (fuel && fuel->type.type == VT_I32)
        *fuel->value = FUEL;
}

/* --- Cases --- */

/* A new instance, started, of what comes next; false ends the case. */
static bool instantiate(void)
{
    struct linked *linked = &run.linked[run.n_linked];
    struct error err = ERROR_INIT;
    uint64_t slots[1];
    bool ok = instance_new(linked->module, link_import, NULL, false,
                           &linked->inst, &err);

    run.n_linked += linked->inst != NULL;
    if (ok && linked->image && !run.loops &&
        !native_attach(linked->inst,
                       linked->half ? linked->half : linked->image, &err))
        ok = false;
    if (!ok) {
        printf(" %s %s", err.kind == ERROR_TRAP ? "trap" : "unlinkable",
               err.text);
        return false;
    }
    /* Tags of a module that does not start are nobody's to know. */
    if (linked->module->has_start &&
        !call(linked->inst->funcs[linked->module->start], slots))
        return false;
    note_tags(linked);
    return true;
}

/* Load, compile and start one more module; false ends the case. */
static bool add_module(const char *path)
{
    struct linked *linked = &run.linked[run.n_linked];
    struct error err = ERROR_INIT;
    size_t before = run.n_linked;
    bool ok;

    printf("module");
    memset(linked, 0, sizeof(*linked));
    linked->module = inprocess_open(path, &err);
    if (linked->module && run.compiler)
        linked->image = inprocess_compile(
            run.compiler, "-O2", run.half || run.loops, linked->module, &err);
    if (linked->image && run.half) {
        linked->half = inprocess_compile_half(run.compiler, "-O2", run.seed++,
                                              linked->module, &err);
        linked->image->before = linked->half;
    }
    if (!linked->module || (run.compiler && !linked->image) ||
        (run.half && !linked->half)) {
        printf(" invalid: %s at 0x%" PRIx64 "\n", err.text, err.offset);
        module_free(linked->module);
        return false;
    }
    ok = instantiate();
    putchar('\n');
    if (run.n_linked == before) {
        image_close(linked->image);
        module_free(linked->module);
    }
    if (ok)
        plan_exports(before);
    return ok;
}

/* New instances of all modules, later ones first to go. */
static bool restart(void)
{
    size_t n = run.n_linked, i;

    for (i = n; i-- > 0;)
        instance_free(run.linked[i].inst);
    run.n_linked = 0;
    run.tags.n = 0;
    exception_drop_all();
    for (i = 0; i < n; i++) {
        run.linked[i].inst = NULL;
        if (!instantiate())
            break;
    }
    /* Those without an instance are still to be freed. */
    run.n_linked = n;
    return i == n;
}

/* True if later calls mean nothing: how deep the stack may be differs. */
static bool call_export(size_t m, uint32_t index, uint32_t round)
{
    static uint64_t slots[2 * (LIMIT_PARAMS + LIMIT_RESULTS)];
    const struct export *export = &run.linked[m].module->exports[index];
    struct func *f = run.linked[m].inst->funcs[export->index];
    bool over, trapped;
    uint32_t i;

    if (!is_callable(f->type))
        return false;
    fprintf(run.plan, "call %zu ", m);
    plan_name(export->name);
    fputs(" -", run.plan);
    for (i = 0; i < f->type->n_results; i++)
        fputc(letter(f->type->results[i]), run.plan);
    for (i = 0; i < f->type->n_params; i++) {
        slots[i] = argument(f->type->params[i],
                            mix(mix(round * 16 + m, index + 1), i + 1));
        fprintf(run.plan, " %c%" PRIx64, letter(f->type->params[i]), slots[i]);
    }
    fputc('\n', run.plan);
    printf("call %" PRIu32 ":", run.n_calls++);
    run.n_host_calls = 0;
    run.host_hash = 0;
    refuel();
    trapped = !call(f, slots) && run.thread.trap != TRAP_UNCAUGHT_EXCEPTION;
    over = trapped && run.thread.trap == TRAP_STACK_OVERFLOW;
    if (over || (trapped && run.restart))
        putchar('\n');
    else
        print_state();
    return over || (trapped && run.restart && !restart());
}

static void call_all(void)
{
    uint32_t round, i;
    size_t m;

    for (round = 0; round < ROUNDS; round++)
        for (m = 0; m < run.n_linked; m++)
            for (i = 0; i < run.linked[m].module->n_exports; i++)
                if (run.linked[m].module->exports[i].kind == EXTERN_FUNC &&
                    call_export(m, i, round))
                    return;
}

static void end_case(void)
{
    while (run.n_linked > 0) {
        struct linked *linked = &run.linked[--run.n_linked];

        instance_free(linked->inst);
        image_close(linked->image);
        module_free(linked->module);
    }
    run.tags.n = 0;
    run.n_calls = 0;
    exception_drop_all();
    pool_done(&run.pool);
    pool_init(&run.pool);
}

static void run_case(char *line)
{
    char *save;
    const char *name = strtok_r(line, " \n", &save);
    const char *path;
    bool ok = true;

    if (!name)
        return;
    printf("case %s\n", name);
    fprintf(run.plan, "case %s\n", name);
    (void)fflush(stdout);
    alarm(SECONDS + (run.compiler ? COMPILE_SECONDS : 0));
    while (ok && (path = strtok_r(NULL, " \n", &save))) {
        fprintf(run.plan, "module %s\n", path);
        ok = run.n_linked < MAX_MODULES && add_module(path);
    }
    alarm(SECONDS);
    if (ok)
        call_all();
    end_case();
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"restart", no_argument, NULL, 'r'},
        {"compiled", required_argument, NULL, 'c'},
        {"half", required_argument, NULL, 'h'},
        {"loops", no_argument, NULL, 'l'},
        {NULL, 0, NULL, 0},
    };
    struct error err = ERROR_INIT;
    char line[8192];
    bool bad = false;
    FILE *list;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        run.restart |= c == 'r';
        run.loops |= c == 'l';
        if (c == 'c')
            run.compiler = optarg;
        if (c == 'h') {
            run.half = true;
            run.seed = strtoull(optarg, NULL, 10);
        }
        bad |= c == '?';
    }
    if (bad || argc - optind != 2 ||
        ((run.half || run.loops) && !run.compiler)) {
        fputs("usage: diff_run [--restart] [--compiled TINE-COMPILE "
              "[--half SEED | --loops]] LIST PLAN\n",
              stderr);
        return 2;
    }
    list = fopen(argv[optind], "re");
    run.plan = fopen(argv[optind + 1], "we");
    if (!list || !run.plan) {
        perror("diff_run");
        return 2;
    }
    if (!inprocess_init(&run.thread, &err)) {
        fprintf(stderr, "diff_run: %s\n", err.text);
        return 2;
    }
    pool_init(&run.pool);
    while (fgets(line, sizeof(line), list))
        run_case(line);
    end_case();
    vec_done(&run.tags);
    pool_done(&run.pool);
    thread_done(&run.thread);
    (void)fclose(list);
    return fclose(run.plan) || fflush(stdout) ? 1 : 0;
}
