/*
 * compile.c: a whole module: cut into parts, each compiled by a process of its
 * own, and linked.  Processes, since LLVM's memory goes with them and two can
 * run at one time.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "aot/aot.h"
#include "native/lines.h"
#include "rt/arena.h"

/* Bytes of WebAssembly code in a part: at most so many, since LLVM takes some
 * hundred times that in memory; at least so many, since each part repeats the
 * declarations; in between, several for each core, so that all work to the
 * end. */
#define PART_MOST      400000u
#define PART_LEAST     20000u
#define PARTS_PER_CORE 4u

struct part {
    uint32_t first, end; /* functions that the module defines */
    size_t bytes;
};

struct job {
    struct plan plan;
    const uint8_t *hash;
    struct skeleton skeleton;
    VEC(struct part) parts;
    size_t n_started, n_done;
    size_t bytes_done, bytes_all;
};

static bool no_memory(struct error *err)
{
    return error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "out of memory");
}

/* --- The plan --- */

/* The canonical types of imported functions, whose declarations have none. */
static uint32_t *import_types(const struct module *m, const uint32_t *types)
{
    uint32_t *found = calloc(m->n_imported_funcs + 1, sizeof(*found));
    uint32_t i, k;

    for (i = 0; found && i < m->n_imported_funcs; i++) {
        for (k = 0; m->types[k] != m->funcs[i].type; k++)
            ;
        found[i] = types[k];
    }
    return found;
}

static uint32_t find_stack_pointer(const struct module *m)
{
    const struct export *export = module_export(m, "__stack_pointer");

    return export && export->kind == EXTERN_GLOBAL ? export->index : UINT32_MAX;
}

static bool plan_init(struct plan *plan, const struct module *m,
                      const struct aot_options *options, struct error *err)
{
    memset(plan, 0, sizeof(*plan));
    plan->module = m;
    plan->options = options;
    if (!native_layout_init(&plan->layout, m))
        return error_set(err, ERROR_UNSUPPORTED, ERROR_NO_OFFSET,
                         "too many globals, tables or types to compile");
    plan->types = native_types(m);
    if (plan->types)
        plan->import_types = import_types(m, plan->types);
    plan->symbols = symbols_new(m);
    if (!plan->types || !plan->import_types || !plan->symbols ||
        !scan_code(plan))
        return no_memory(err);
    plan->stack_pointer = find_stack_pointer(m);
    if (options->constant_base && m->n_memories > 0 &&
        !m->memories[0].limits.is_64)
        plan->memory_base = ARENA_MEMORY;
    return true;
}

static void plan_done(struct plan *plan)
{
    free(plan->types);
    free(plan->import_types);
    free(plan->absent);
    free(plan->called);
    vec_done(&plan->loops);
    symbols_free(plan->module, plan->symbols);
}

/* --- Parts --- */

/* Of what is compiled. */
static uint32_t body_size(const struct plan *plan, uint32_t func)
{
    const struct module *m = plan->module;
    const struct body *body = &m->bodies[func - m->n_imported_funcs];
    const struct entered_loop *loops;
    uint32_t times = (uint32_t)scan_loops(plan, func, &loops) + 1;

    return scan_is_present(plan, func) ? times * (body->end - body->offset) : 0;
}

static int by_size(const void *left, const void *right)
{
    const struct part *a = left, *b = right;

    return a->bytes != b->bytes ? (a->bytes > b->bytes ? -1 : 1)
                                : (a->first < b->first ? -1 : 1);
}

/* The largest first, so that no process works at it alone in the end. */
static bool cut(struct job *job)
{
    const struct plan *plan = &job->plan;
    const struct module *m = plan->module;
    struct part part = {m->n_imported_funcs, m->n_imported_funcs, 0};
    size_t enough;
    uint32_t i;

    for (i = m->n_imported_funcs; i < m->n_funcs; i++)
        job->bytes_all += body_size(plan, i);
    enough = job->bytes_all / (PARTS_PER_CORE * plan->options->jobs);
    enough = MAX(MIN(enough, PART_MOST), PART_LEAST);
    while (part.end < m->n_funcs) {
        part.bytes += body_size(plan, part.end++);
        if (part.bytes == 0 || (part.bytes < enough && part.end < m->n_funcs))
            continue;
        if (!vec_push(&job->parts, part))
            return false;
        part = (struct part){part.end, part.end, 0};
    }
    if (job->parts.n > 0)
        qsort(job->parts.items, job->parts.n, sizeof(part), by_size);
    return true;
}

#define OBJECT ".o"
#define FAULT  ".error" /* a struct error, of a process that failed */
/* What LLVM prints: warnings that mean nothing to users, and why it gave up. */
#define LOG ".log"

static void part_path(const struct job *job, size_t part, const char *suffix,
                      char *buf, size_t size)
{
    (void)snprintf(buf, size, "%s/%zu%s", job->plan.options->dir, part, suffix);
}

static bool write_file(const char *path, const void *bytes, size_t n,
                       struct error *err)
{
    FILE *file = fopen(path, "wb");
    bool ok = file && fwrite(bytes, 1, n, file) == n;

    if (file && fclose(file))
        ok = false;
    return ok || error_set_errno(err, ERROR_HOST, errno, "%s", path);
}

static bool make_glue(struct job *job, struct unit *u, struct error *err)
{
    char module_file[4200], memory_file[4200];

    (void)snprintf(module_file, sizeof(module_file), "%s/module",
                   job->plan.options->dir);
    (void)snprintf(memory_file, sizeof(memory_file), "%s/memory",
                   job->plan.options->dir);
    return write_file(module_file, job->skeleton.module,
                      job->skeleton.module_size, err) &&
           write_file(memory_file, job->skeleton.memory,
                      job->skeleton.memory_size, err) &&
           glue_make(u, job->hash, &job->skeleton, module_file, memory_file,
                     err);
}

/* The last line of it. */
static void read_log(const struct job *job, size_t i, char *line, int size)
{
    char path[4200];
    FILE *file;

    line[0] = '\0';
    part_path(job, i, LOG, path, sizeof(path));
    file = fopen(path, "re");
    while (file && fgets(line, size, file))
        line[strcspn(line, "\n")] = '\0';
    if (file)
        (void)fclose(file);
}

/* LLVM only prints that it does not, and goes on. */
static bool knows_processor(const struct job *job, size_t i, struct error *err)
{
    char line[256];

    read_log(job, i, line, sizeof(line));
    return !strstr(line, "not a recognized processor") ||
           error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "--cpu %s: LLVM knows no such processor for %s",
                     job->plan.options->cpu, job->plan.options->triple);
}

/* The function, and the same from each loop at which it is entered. */
static bool compile_func(struct unit *u, uint32_t func, struct error *err)
{
    const struct entered_loop *loops;
    size_t n = scan_loops(u->plan, func, &loops), i;
    bool ok = func_compile(u, func, err);

    for (i = 0; ok && i < n; i++)
        ok = func_compile_loop(u, &loops[i], err);
    return ok;
}

/* Part 0 is the glue; i is the (i - 1)th of job->parts. */
static bool compile_part(struct job *job, size_t i, struct error *err)
{
    struct unit u;
    char object[4200], name[32];
    bool ok;
    uint32_t k;

    part_path(job, i, OBJECT, object, sizeof(object));
    (void)snprintf(name, sizeof(name), "part %zu", i);
    ok = unit_init(&u, &job->plan, name, err) && knows_processor(job, i, err);
    if (ok && i == 0)
        ok = make_glue(job, &u, err);
    else if (ok)
        for (k = job->parts.items[i - 1].first;
             ok && k < job->parts.items[i - 1].end; k++)
            ok = !scan_is_present(&job->plan, k) || compile_func(&u, k, err);
    ok = ok && passes_run(&u, object, err);
    unit_done(&u);
    return ok;
}

/* --- Processes --- */

static bool redirect_stderr(const struct job *job, size_t i, struct error *err)
{
    char path[4200];
    AUTO_FD int hfd = -1;

    part_path(job, i, LOG, path, sizeof(path));
    hfd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return (hfd >= 0 && dup2(hfd, STDERR_FILENO) >= 0) ||
           error_set_errno(err, ERROR_HOST, errno, "%s", path);
}

NORETURN static void child(struct job *job, size_t i)
{
    struct error err = ERROR_INIT;
    char path[4200];

    if (redirect_stderr(job, i, &err) && compile_part(job, i, &err))
        _exit(0);
    part_path(job, i, FAULT, path, sizeof(path));
    (void)write_file(path, &err, sizeof(err), &err);
    _exit(1);
}

/* Of its own doing. */
static bool is_fault(int sig)
{
    return sig == SIGSEGV || sig == SIGILL || sig == SIGABRT || sig == SIGFPE;
}

static bool child_failed(const struct job *job, size_t i, int status,
                         struct error *err)
{
    char path[4200], line[256];
    FILE *file;

    part_path(job, i, FAULT, path, sizeof(path));
    file = fopen(path, "rb");
    if (file && fread(err, sizeof(*err), 1, file) == 1) {
        (void)fclose(file);
        return false;
    }
    if (file)
        (void)fclose(file);
    read_log(job, i, line, sizeof(line));
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return error_set(err, ERROR_UNSUPPORTED, ERROR_NO_OFFSET,
                         "it takes too much processor time to compile");
    if (WIFSIGNALED(status))
        return error_set(
            err, is_fault(WTERMSIG(status)) ? ERROR_UNSUPPORTED : ERROR_HOST,
            ERROR_NO_OFFSET, "a compiling process died of signal %d: %s",
            WTERMSIG(status), line);
    return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     "a compiling process failed: %s",
                     line[0] ? line
                             : "it could not write down why; the disk may be "
                               "full, or files be limited (ulimit -f)");
}

static void show_progress(struct job *job, size_t part)
{
    unsigned percent, i;

    if (part > 0)
        job->bytes_done += job->parts.items[part - 1].bytes;
    if (!job->plan.options->progress)
        return;
    percent = job->bytes_all
                  ? (unsigned)(job->bytes_done * 100 / job->bytes_all)
                  : 100;
    (void)fprintf(stderr, "\rcompiling [");
    for (i = 0; i < 40; i++)
        (void)fputc(i * 100 < percent * 40 ? '#' : ' ', stderr);
    (void)fprintf(stderr, "] %3u%%", percent);
    if (percent == 100)
        (void)fputc('\n', stderr);
    (void)fflush(stderr);
}

/* Compile all parts, so many at one time. */
static bool compile_parts(struct job *job, struct error *err)
{
    size_t n = job->parts.n + 1, running = 0;
    pid_t *pids = calloc(n, sizeof(*pids)), parent = getpid();
    bool ok = pids || no_memory(err);

    while (pids && (running > 0 || (ok && job->n_started < n))) {
        if (ok && running < job->plan.options->jobs && job->n_started < n) {
            size_t i = job->n_started++;

            pids[i] = fork();
            if (pids[i] == 0) {
                /* Nobody would read what it makes. */
                (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
                if (getppid() == parent)
                    child(job, i);
                _exit(1);
            }
            if (pids[i] < 0)
                ok = error_set_errno(err, ERROR_HOST, errno, "fork");
            else
                running++;
        } else {
            int status = 0;
            pid_t pid = waitpid(-1, &status, 0);
            size_t i = 0;

            while (i < n && pids[i] != pid)
                i++;
            if (i == n)
                continue;
            running--;
            if (status && ok)
                ok = child_failed(job, i, status, err);
            else if (ok)
                show_progress(job, i);
        }
    }
    free(pids);
    return ok;
}

/* --- Linking --- */

static bool run_linker(char *const argv[], struct error *err)
{
    pid_t parent = getpid(), pid = fork();
    int status = 0;

    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == parent)
            (void)execv(argv[0], argv);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        return error_set_errno(err, ERROR_HOST, errno, "%s", argv[0]);
    if (status == 0)
        return true;
    return error_set(err, ERROR_HOST, ERROR_NO_OFFSET,
                     WIFEXITED(status) && WEXITSTATUS(status) == 127
                         ? "cannot run the linker %s"
                         : "the linker %s failed",
                     argv[0]);
}

static bool link_parts(struct job *job, struct error *err)
{
    static const char *const options[] = {
        "-shared",       "--eh-frame-hdr",   "--no-undefined",
        "-Bsymbolic",    "--hash-style=gnu", "--build-id=none",
        "-znoexecstack", "-zseparate-code",  "-zcombreloc",
        "-O1",           "-etine_image",     "-zmax-page-size=4096",
    };
    const struct aot_options *o = job->plan.options;
    size_t n = countof(options), at = 0, i;
    char **argv = calloc(n + job->parts.n + 5, sizeof(*argv));
    char output[4200];
    bool ok = argv != NULL;

    (void)snprintf(output, sizeof(output), "%s/" AOT_OUTPUT, o->dir);
    if (argv)
        argv[at++] = strdup(o->linker);
    for (i = 0; argv && i < n; i++)
        argv[at++] = strdup(options[i]);
    for (i = 0; argv && i <= job->parts.n; i++) {
        char path[4200];

        part_path(job, i, OBJECT, path, sizeof(path));
        argv[at++] = strdup(path);
    }
    if (argv) {
        argv[at++] = strdup("-o");
        argv[at++] = strdup(output);
    }
    for (i = 0; i < at; i++)
        ok = ok && argv[i];
    ok = ok ? run_linker(argv, err) : no_memory(err);
    for (i = 0; i < at; i++)
        free(argv[i]);
    free(argv);
    return ok;
}

/* --- All of it --- */

bool aot_compile(const struct module *module, const uint8_t hash[32],
                 const struct aot_options *options, struct error *err)
{
    struct job job = {.hash = hash};
    bool ok = plan_init(&job.plan, module, options, err) &&
              (job.plan.absent || skeleton_make(module, &job.skeleton, err)) &&
              (cut(&job) || no_memory(err)) && compile_parts(&job, err) &&
              link_parts(&job, err);

    vec_done(&job.parts);
    skeleton_done(&job.skeleton);
    plan_done(&job.plan);
    return ok;
}
