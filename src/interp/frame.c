/* frame.c: see frame.h and interp_frames in interp.h. */
#include "interp/frame.h"

#include "interp/code.h"
#include "interp/prepare.h"
#include "interp/run.h"
#include "rt/codeindex.h"

struct func *frame_stub_func(const code_unit *ip)
{
    return container_of(ip, struct func, stub[0]);
}

struct func *frame_func(const code_unit *ip)
{
    return codeindex_find(ip);
}

/* Every function begins with `enter hdr frame n`. */
static uint32_t func_hdr(const struct func *f)
{
    return f->body[1];
}

uint32_t frame_slots(const code_unit *ip)
{
    const struct func *f = frame_func(ip);

    assert(f);
    return f->body[2];
}

enum frame_end frame_return(const code_unit *ret, uint64_t *args,
                            struct frame_place *place)
{
    uint64_t *at = args - ret[-1];

    if (ret == run_cross_code()) {
        ret = (const code_unit *)(uintptr_t)at[0];
        at -= ret[-1];
    }
    if (*ret == I_exit && ret[-1] == 0) {
        place->ip = (const code_unit *)(uintptr_t)at[-2];
        place->fp = (uint64_t *)(uintptr_t)at[-1];
        place->behind = at[-3] & FRAME_BEHIND;
        place->value_sp = at - FRAME_ENTRY_SLOTS;
        return (enum frame_end)(at[-3] & ~FRAME_BEHIND);
    }
    place->ip = ret;
    place->fp = at;
    place->behind = true;
    return FRAME_INSIDE;
}

enum frame_end frame_go_to_return(struct thread *t, const code_unit *ret,
                                  uint64_t *args)
{
    struct frame_place place;
    enum frame_end end = frame_return(ret, args, &place);

    t->ip = place.ip;
    t->fp = place.fp;
    t->ip_behind = place.behind;
    return end;
}

enum frame_end frame_caller(const struct func *f, struct frame_place *place)
{
    uint64_t ret = place->fp[func_hdr(f)];

    return frame_return((const code_unit *)(uintptr_t)ret, place->fp, place);
}

bool frame_describe(const code_unit *ip, bool behind, struct interp_frame *ret)
{
    const struct func *f = frame_func(behind ? ip - 1 : ip);

    if (!f)
        return false;
    ret->inst = f->inst;
    ret->func = f->index;
    ret->offset =
        prepare_offset(f, (uint32_t)(ip - f->body) - (behind ? 1 : 0));
    return true;
}

size_t interp_frames(const struct thread *t, struct interp_frame *frames,
                     size_t n)
{
    struct frame_place place = {t->ip, t->fp, t->ip_behind, NULL};
    size_t i = 0;

    while (place.ip && i < n) {
        if (!frame_describe(place.ip, place.behind, &frames[i]))
            break;
        /* On behind the host too; ip is NULL behind the outermost frame. */
        (void)frame_caller(frame_func(place.behind ? place.ip - 1 : place.ip),
                           &place);
        i++;
    }
    return i;
}
