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
    return f->code[1];
}

uint32_t frame_slots(const code_unit *ip)
{
    const struct func *f = frame_func(ip);

    assert(f);
    return f->code[2];
}

bool frame_caller(const struct func *f, const code_unit **ip, uint64_t **fp)
{
    const code_unit *ret = (const code_unit *)(uintptr_t)(*fp)[func_hdr(f)];
    uint64_t *at = *fp - ret[-1];

    if (ret == run_cross_code()) {
        ret = (const code_unit *)(uintptr_t)at[0];
        at -= ret[-1];
    }
    if (*ret == I_exit && ret[-1] == 0) {
        *ip = (const code_unit *)(uintptr_t)at[-2];
        *fp = (uint64_t *)(uintptr_t)at[-1];
        return false;
    }
    *ip = ret;
    *fp = at;
    return true;
}

size_t interp_frames(const struct thread *t, struct interp_frame *frames,
                     size_t n)
{
    const code_unit *ip = t->ip;
    uint64_t *fp = t->fp;
    bool behind = t->ip_behind;
    size_t i = 0;

    while (ip && i < n) {
        const struct func *f = frame_func(behind ? ip - 1 : ip);

        if (!f)
            break;
        frames[i].inst = f->inst;
        frames[i].func = f->index;
        frames[i].offset =
            prepare_offset(f, (uint32_t)(ip - f->code) - (behind ? 1 : 0));
        i++;
        behind = true;
        /* On behind the host too; ip is NULL behind the outermost frame. */
        (void)frame_caller(f, &ip, &fp);
    }
    return i;
}
