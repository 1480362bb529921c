/* source.c: see source.h. */
#include "wasm/source.h"

#include <stdio.h>

#include "base/linetable.h"
#include "base/utf8.h"
#include "wasm/debuginfo.h"

struct search {
    struct debuginfo info;
    struct debug_unit unit;
    struct linetable lines;
    bool has_lines;
    uint64_t address;
    /* What the line table says of it. */
    bool has_line;
    uint64_t file;
    uint32_t line;
    struct source_place *places;
    size_t n, room;
};

/* --- The unit --- */

/* False: there is none, or none that is understood. */
static bool find_unit(struct search *s)
{
    struct dwarf r = s->info.sections[DEBUG_INFO];

    while (r.p < r.end && !r.failed) {
        if (debuginfo_unit(&s->info, &r, &s->unit) &&
            debuginfo_covers(&s->info, &s->unit, &s->unit.root, s->address))
            return true;
        debuginfo_unit_done(&s->unit);
    }
    return false;
}

/* --- Lines --- */

static void see_row(void *ctx, const struct line_row *row)
{
    struct search *s = ctx;

    if (s->address >= row->from && s->address < row->to) {
        s->file = row->file;
        s->line = row->line;
        s->has_line = true;
    }
}

static void find_line(struct search *s)
{
    const struct dwarf_value *at = &s->unit.root.lines;
    struct dwarf r;

    if (!at->form || !debuginfo_at(&s->info, DEBUG_LINE, at->number, &r))
        return;
    s->has_lines = linetable_init(&s->lines, &r, s->unit.format.address_size) &&
                   debuginfo_spend(&s->info, (uint64_t)(s->lines.code.end -
                                                        s->lines.code.p));
    if (s->has_lines)
        linetable_run(&s->lines, see_row, s);
}

/* The file as the compiler was told: relative names are relative to where it
 * ran. */
static void print_file(struct search *s, uint64_t number, char *to)
{
    const struct linetable *lines = &s->lines;
    struct dwarf_value name, folder;
    struct name text;
    size_t n = 0;

    if (!s->has_lines ||
        !debuginfo_spend(&s->info,
                         2 * (uint64_t)(lines->names.end - lines->names.p)) ||
        !linetable_file(lines, number, &name, &folder))
        return;
    if (debuginfo_text(&s->info, &s->unit, &folder, &text)) {
        (void)utf8_print(to, SOURCE_NAME - 1, text.text, text.len);
        n = strlen(to);
        to[n++] = '/';
    }
    to[n] = '\0';
    if (!debuginfo_text(&s->info, &s->unit, &name, &text))
        to[0] = '\0';
    else if (text.text[0] == '/')
        (void)utf8_print(to, SOURCE_NAME, text.text, text.len);
    else
        (void)utf8_print(to + n, SOURCE_NAME - n, text.text, text.len);
}

/* --- Functions --- */

static void print_func(struct search *s, const struct debug_entry *entry,
                       const char *otherwise, struct source_place *place)
{
    struct name name;

    if (debuginfo_name(&s->info, &s->unit, entry, &name))
        (void)utf8_print(place->func, sizeof(place->func), name.text, name.len);
    else
        (void)snprintf(place->func, sizeof(place->func), "%s", otherwise);
}

/* One more level, in front of those that are there: `entry` is what has been
 * inlined.  Where there is no room, one of the outer ones goes, but not the
 * last. */
static void push_inlined(struct search *s, const struct debug_entry *entry)
{
    struct source_place *place = &s->places[0];
    size_t kept = s->n == s->room ? s->room - 2 : s->n;

    memmove(s->places + 1, s->places, kept * sizeof(*s->places));
    s->n = MIN(s->n + 1, s->room);
    /* What was the innermost so far, if it is still there, is where the call
     * stood. */
    if (kept > 0) {
        place[1].line = (uint32_t)entry->call_line.number;
        print_file(s, entry->call_file.number, place[1].file);
    }
    memset(place, 0, sizeof(*place));
    print_func(s, entry, "?", place);
}

/* Entries come in order, those inside an entry right behind it: of those that
 * cover the address, each is inside the one before. */
static void find_inlined(struct search *s)
{
    struct dwarf r = s->unit.entries;
    struct debug_entry entry;
    uint64_t depth = 0, func_depth = UINT64_MAX;

    while (r.p < r.end && debuginfo_entry(&s->info, &s->unit, &r, &entry)) {
        bool in_func = func_depth != UINT64_MAX;
        bool is_end = entry.tag == 0;

        depth -= is_end && depth > 0;
        if (depth == 0 && is_end)
            return;
        if (in_func && depth <= func_depth)
            return;
        if (entry.tag == (in_func ? TAG_inlined_subroutine : TAG_subprogram) &&
            debuginfo_covers(&s->info, &s->unit, &entry, s->address)) {
            if (in_func) {
                push_inlined(s, &entry);
            } else {
                func_depth = depth;
                print_func(s, &entry, "", &s->places[0]);
            }
        }
        depth += entry.has_children;
    }
}

/* --- All of it --- */

size_t source_find(const struct module *module, uint32_t offset, uint64_t *work,
                   struct source_place *places, size_t n)
{
    struct search s = {.places = places, .room = n, .n = 1};

    assert(n >= 2);
    if (offset < module->code_offset || !debuginfo_init(&s.info, module, work))
        return 0;
    s.address = offset - module->code_offset;
    if (!find_unit(&s))
        return 0;
    memset(&places[0], 0, sizeof(places[0]));
    find_line(&s);
    find_inlined(&s);
    places[0].line = s.line;
    if (s.has_line)
        print_file(&s, s.file, places[0].file);
    debuginfo_unit_done(&s.unit);
    return s.n;
}
