/* backtrace.c: see backtrace.h. */
#include "native/backtrace.h"

#include "base/limits.h"
#include "native/cfi.h"
#include "native/lines.h"

struct walk {
    struct interp_frame *frames;
    size_t n, room;
    /* Of frames of compiled code, where they stand. */
    const struct image_map *maps[LIMIT_BACKTRACE];
    struct lines_query queries[LIMIT_BACKTRACE];
};

static void add_native(struct walk *walk, struct image_map *map, uint64_t pc,
                       const struct instance *inst, bool is_access)
{
    uint32_t func = image_func_at(map, pc);

    if (func == UINT32_MAX)
        return;
    walk->frames[walk->n] = (struct interp_frame){
        .inst = inst, .func = inst->module->n_imported_funcs + func};
    walk->maps[walk->n] = map;
    walk->queries[walk->n] =
        (struct lines_query){.pc = pc, .is_access = is_access};
    walk->n++;
}

/* From registers outwards, to the activation that called all this; NULL if
 * there is no room for more, or the way is lost.  `faulted`: an access is what
 * trapped, in the first frame if anywhere here. */
static const struct native_activation *walk_native(struct walk *walk,
                                                   struct native_regs regs,
                                                   bool faulted)
{
    while (walk->n < walk->room) {
        const struct native_activation *activation =
            regs.exact ? NULL : native_activation_at(regs.pc, regs.sp);
        uint64_t pc = regs.exact ? regs.pc : regs.pc - 1;
        struct image_map *map = image_at(pc);
        struct cfi_row row;

        if (activation)
            return activation;
        if (!map)
            return NULL;
        add_native(walk, map, pc, regs.native->inst,
                   walk->n == 0 && regs.exact && faulted);
        if (!cfi_find(map, pc, &row))
            return NULL;
        cfi_step(&row, &regs);
    }
    return NULL;
}

static void walk_all(struct walk *walk, const struct thread *t)
{
    struct frame_place place = {t->ip, t->fp, t->ip_behind, NULL};

    while (place.ip && walk->n < walk->room) {
        if (place.ip == &native_mark) {
            const struct native_activation *activation = walk_native(
                walk, *(const struct native_regs *)(const void *)place.fp,
                t->trap == TRAP_MEMORY_BOUNDS);

            if (!activation)
                return;
            place.ip = activation->ip;
            place.fp = activation->fp;
            place.behind = activation->behind;
        } else {
            if (!frame_describe(place.ip, place.behind, &walk->frames[walk->n]))
                return;
            walk->n++;
            (void)frame_caller(
                frame_func(place.behind ? place.ip - 1 : place.ip), &place);
        }
    }
}

/* Each image's table is read once. */
static void find_offsets(struct walk *walk)
{
    struct lines_query queries[LIMIT_BACKTRACE];
    size_t i, k, n;

    for (i = 0; i < walk->n; i++) {
        const struct image_map *map = walk->maps[i];

        if (!map)
            continue;
        for (k = i, n = 0; k < walk->n; k++)
            if (walk->maps[k] == map)
                queries[n++] = walk->queries[k];
        lines_find(map, queries, n);
        for (k = i, n = 0; k < walk->n; k++)
            if (walk->maps[k] == map) {
                walk->frames[k].offset = queries[n++].offset;
                walk->maps[k] = NULL;
            }
    }
}

size_t backtrace_frames(const struct thread *t, struct interp_frame *frames,
                        size_t n)
{
    struct walk walk = {.frames = frames,
                        .room = MIN(n, (size_t)LIMIT_BACKTRACE)};

    walk_all(&walk, t);
    find_offsets(&walk);
    return walk.n;
}

uintptr_t backtrace_place(const struct thread *t)
{
    if (t->ip == &native_mark)
        return ((const struct native_regs *)(const void *)t->fp)->pc;
    return (uintptr_t)t->ip;
}
