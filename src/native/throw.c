/*
 * throw.c: exceptions in compiled code.
 *
 * First the handler is looked for, from where the exception is thrown outwards
 * through frames of compiled code, by the tables that its landing pads have
 * (.gcc_except_table: the Itanium C++ ABI's), and frames of the interpreter
 * (interp/unwind.h), up to where the host has called.  Nothing has changed
 * until it is found: a trap tells where the exception was thrown.
 */
#include "base/dwarf.h"
#include "interp/interp.h"
#include "native/cfi.h"
#include "native/enter.h"

void native_throw(uint32_t tag, const uint64_t *slots);
void native_throw_ref(struct exception *exn);

/* --- The tables of landing pads --- */

struct pad {
    uint64_t at; /* 0: none */
    uint64_t selector;
};

/* The table of a function, behind its head. */
struct lsda {
    struct dwarf calls;
    unsigned call_bytes;  /* of a number in them; 0: LEB128 */
    const uint8_t *types; /* entry n stands n entries in front; NULL: none */
    unsigned type_bytes;  /* of an entry */
    bool indirect;
    const uint8_t *end; /* of the image */
};

enum { FORM_ULEB128 = 0x01, FORM_UDATA4 = 0x03 };

static bool read_lsda(const struct image_map *map, const uint8_t *at,
                      struct lsda *ret)
{
    struct dwarf r = {at, (const uint8_t *)map->end, false};
    uint64_t types_form, calls_form, len;

    ret->end = r.end;
    ret->types = NULL;
    ret->type_bytes = 0;
    ret->indirect = false;
    /* Landing pads count from the start of the function. */
    if (dwarf_take(&r, 1) != DWARF_OMITTED)
        return false;
    types_form = dwarf_take(&r, 1);
    if (types_form != DWARF_OMITTED) {
        len = dwarf_take_u(&r);
        ret->type_bytes = dwarf_pointer_size(types_form);
        if (!ret->type_bytes || len > (size_t)(r.end - r.p))
            return false;
        ret->types = r.p + len;
        ret->indirect = types_form & DWARF_INDIRECT;
    }
    calls_form = dwarf_take(&r, 1);
    len = dwarf_take_u(&r);
    if (r.failed || (calls_form != FORM_ULEB128 && calls_form != FORM_UDATA4) ||
        len > (size_t)(r.end - r.p))
        return false;
    ret->call_bytes = calls_form == FORM_UDATA4 ? 4 : 0;
    ret->calls = (struct dwarf){r.p, r.p + len, false};
    return true;
}

static uint64_t call_number(struct lsda *lsda)
{
    return lsda->call_bytes ? dwarf_take(&lsda->calls, lsda->call_bytes)
                            : dwarf_take_u(&lsda->calls);
}

/* The landing pad for a call at this offset in the function, and its first
 * action, from 1; false if it has none. */
static bool find_call(struct lsda *lsda, uint64_t offset, uint64_t *pad,
                      uint64_t *action)
{
    while (lsda->calls.p < lsda->calls.end && !lsda->calls.failed) {
        uint64_t start = call_number(lsda), len = call_number(lsda);

        *pad = call_number(lsda);
        *action = dwarf_take_u(&lsda->calls);
        if (offset >= start && offset - start < len)
            return *pad != 0 && *action != 0;
    }
    return false;
}

/* Does an entry of the table of types stand for the tag?  It leads to the index
 * of one, or to nothing: that is any. */
static bool is_type(const struct lsda *lsda, const struct instance *inst,
                    uint64_t filter, const struct tag *tag)
{
    const uint8_t *at = lsda->types - filter * lsda->type_bytes;
    struct dwarf r = {at, at + lsda->type_bytes, false};
    uint64_t place = dwarf_take_pointer(&r, lsda->type_bytes);

    if (!place)
        return true;
    if (lsda->indirect)
        place = *(const uint64_t *)(uintptr_t)place;
    return inst->tags[load_le32((const void *)(uintptr_t)place)] == tag;
}

static struct pad find_pad(const struct image_map *map,
                           const struct cfi_row *row,
                           const struct native_regs *regs,
                           const struct tag *tag)
{
    const struct pad none = {0, 0};
    struct lsda lsda;
    uint64_t pad, action;
    const uint8_t *actions;

    if (!row->lsda || !read_lsda(map, row->lsda, &lsda))
        return none;
    actions = lsda.calls.end;
    if (!find_call(&lsda, regs->pc - 1 - row->start, &pad, &action))
        return none;
    actions += action - 1;
    for (;;) {
        struct dwarf r = {actions, lsda.end, false};
        int64_t filter = dwarf_take_s(&r), next;
        const uint8_t *here = r.p;

        /* 0 is a cleanup, and negative ones are specifications. */
        if (filter > 0 && lsda.types &&
            is_type(&lsda, regs->native->inst, (uint64_t)filter, tag))
            return (struct pad){row->start + pad, (uint64_t)filter};
        next = dwarf_take_s(&r);
        if (next == 0 || r.failed)
            return none;
        actions = here + next;
    }
}

/* --- Searching --- */

static NORETURN void land(struct thread *t, const struct native_regs *regs,
                          const struct exception *exn, struct pad pad)
{
    for (;;) {
        native_set_current(regs->native);
        native_land(regs, exn, pad.selector, pad.at);
        t->ip = &native_mark;
        t->fp = (uint64_t *)(uintptr_t)regs;
        interp_attend(t);
    }
}

/* From registers outwards, through the frames of compiled code, up to the
 * activation that called all this.  Goes on at the handler if there is one. */
static struct native_activation *search_native(struct thread *t,
                                               struct native_regs *regs,
                                               uint64_t *value_sp,
                                               const struct exception *exn)
{
    for (;;) {
        struct native_activation *activation =
            native_activation_at(regs->pc, regs->sp);
        const struct image_map *map;
        struct cfi_row row;
        struct pad pad;

        if (activation)
            return activation;
        map = image_at(regs->pc - 1);
        if (!map || !cfi_find(map, regs->pc - 1, &row))
            return NULL;
        pad = find_pad(map, &row, regs, exn->tag);
        if (pad.at) {
            t->value_sp = value_sp;
            regs->sp += row.args_size;
            land(t, regs, exn, pad);
        }
        cfi_step(&row, regs);
    }
}

void native_throw_on(struct thread *t, const struct frame_place *from,
                     const struct exception *exn)
{
    struct frame_place place = *from;

    for (;;) {
        struct native_regs regs =
            *(const struct native_regs *)(const void *)place.fp;
        struct native_activation *activation =
            search_native(t, &regs, place.value_sp, exn);
        enum frame_end end;

        if (!activation || activation->caller == FRAME_HOST)
            return;
        place.ip = activation->ip;
        place.fp = activation->fp;
        if (activation->caller == FRAME_NATIVE)
            continue;
        /* The call stands before where it returns to. */
        place.ip--;
        end = unwind_search(&place, exn, &activation->landing);
        if (end == FRAME_INSIDE)
            native_leave(regs.sp);
        if (end == FRAME_HOST)
            return;
    }
}

/* --- Throwing --- */

static void stop(struct thread *t, enum trap trap)
{
    thread_trap(t, trap);
    stack_leave(t);
}

static void throw(struct thread *t, const struct exception *exn)
{
    const struct frame_place place = {t->ip, t->fp, t->ip_behind, t->value_sp};

    native_throw_on(t, &place, exn);
    t->exception = exn;
    stop(t, TRAP_UNCAUGHT_EXCEPTION);
}

void native_throw(uint32_t tag, const uint64_t *slots)
{
    struct thread *t = thread_current;
    const struct native_regs *regs =
        (const struct native_regs *)(const void *)t->fp;
    struct exception *exn =
        exception_new(t, regs->native->inst->tags[tag], slots);

    if (!exn)
        stop(t, TRAP_EXCEPTION_LIMIT);
    throw(t, exn);
}

void native_throw_ref(struct exception *exn)
{
    struct thread *t = thread_current;

    if (!exn)
        stop(t, TRAP_NULL_EXCEPTION);
    throw(t, exn);
}
