/* report.c: see report.h. */
#include "cli/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "native/backtrace.h"
#include "rt/exception.h"
#include "wasm/source.h"

/* Names are cut off.  There is room for a backtrace of the longest, and for
 * lines of usual length: what has no room is left out. */
#define NAME_SIZE 256
#define TEXT_SIZE 65536

struct text {
    size_t len;
    char chars[TEXT_SIZE];
};

static void add(struct text *text, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void add(struct text *text, const char *fmt, ...)
{
    size_t room = sizeof(text->chars) - text->len;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(text->chars + text->len, room, fmt, ap);
    va_end(ap);
    if (n > 0)
        text->len += MIN((size_t)n, room - 1);
}

static void put(const struct text *text, int hfd)
{
    if (hfd >= 0)
        (void)!write(hfd, text->chars, text->len);
}

void report_error(const char *path, const struct error *err)
{
    struct text text = {.len = 0};

    add(&text, "tine: ");
    if (path)
        add(&text, "%s: ", path);
    add(&text, "%s", err->text);
    if (err->offset != ERROR_NO_OFFSET)
        add(&text, " (at byte 0x%" PRIx64 ")", err->offset);
    add(&text, "\n");
    put(&text, STDERR_FILENO);
}

int report_status(const struct error *err)
{
    switch (err->kind) {
    case ERROR_HOST:
        return EXIT_TINE;
    case ERROR_NOT_FOUND:
        return EXIT_NOT_FOUND;
    default:
        return EXIT_NO_MODULE;
    }
}

/* What was thrown. */
static void add_tag(struct text *text, const struct tag *tag)
{
    struct name name = module_tag_name(tag->inst->module, tag->index);
    char shown[NAME_SIZE];

    if (name.len == 0) {
        add(text, ": tag %" PRIu32, tag->index);
        return;
    }
    (void)utf8_print(shown, sizeof(shown), name.text, name.len);
    add(text, ": tag %s", shown);
}

static void add_place(struct text *text, const struct source_place *place)
{
    if (place->file[0])
        add(text, " at %s", place->file);
    if (place->file[0] && place->line)
        add(text, ":%" PRIu32, place->line);
}

/* Function and line; of inlined code first its own, a line each. */
static void add_frame(struct text *text, size_t i,
                      const struct interp_frame *frame, uint64_t *work)
{
    struct source_place places[LIMIT_DEBUG_INLINE];
    const struct module *module = frame->inst->module;
    size_t n =
        source_find(module, frame->offset, work, places, countof(places));
    char name[NAME_SIZE];
    bool has_name = module_func_name(module, frame->func, name, sizeof(name));
    size_t k;

    add(text, "  %2zu: 0x%06x ", i, frame->offset);
    for (k = 0; k + 1 < n; k++) {
        add(text, "%s", places[k].func);
        add_place(text, &places[k]);
        add(text, " (inlined)\n%15s", "");
    }
    add(text, "%s",
        !has_name && n > 0 && places[n - 1].func[0] ? places[n - 1].func
                                                    : name);
    if (n > 0)
        add_place(text, &places[n - 1]);
    add(text, "\n");
}

void report_trap(struct process *process)
{
    const struct thread *t = &process->main;
    struct interp_frame frames[LIMIT_BACKTRACE];
    size_t n = backtrace_frames(t, frames, countof(frames));
    struct text text = {.len = 0};
    uint64_t work = LIMIT_DEBUG_WORK;
    size_t i;

    add(&text, "tine: %s: process %d: trap: %s", process->program->path,
        process->env->pid, trap_text(t->trap));
    if (t->trap == TRAP_MEMORY_BOUNDS && t->trap_addr != UINT64_MAX)
        add(&text, " at address 0x%" PRIx64, t->trap_addr);
    if (t->trap == TRAP_UNCAUGHT_EXCEPTION)
        add_tag(&text, t->exception->tag);
    add(&text, "\n");
    for (i = 0; i < n; i++)
        add_frame(&text, i, &frames[i], &work);
    if (n == countof(frames))
        add(&text, "  ...\n");
    put(&text, fdtable_hfd(process->env->fds, STDERR_FILENO));
}
