/* replace.c: see replace.h. */
#include "interp/replace.h"

#include <string.h>

#include "interp/frame.h"
#include "interp/prepare.h"
#include "interp/run.h"

bool interp_find_loop(struct func *f, uint32_t offset, struct interp_loop *ret)
{
    struct loop_query query = {.offset = offset};

    if (!f->body || !prepare_find_loop(f, &query))
        return false;
    *ret = (struct interp_loop){.head = f->body + query.unit,
                                .func = f,
                                .from = query.from,
                                .n = query.n};
    return true;
}

bool interp_is_at_loop(const struct thread *t)
{
    const struct func *f = t->ip_behind ? NULL : frame_func(t->ip);

    return f && t->ip != f->body;
}

uint32_t interp_loop_offset(const code_unit *ip)
{
    struct func *f = frame_func(ip);
    struct loop_query query = {0};

    if (!f)
        return 0;
    query.unit = (uint32_t)(ip - f->body);
    return prepare_find_loop(f, &query) ? query.offset : 0;
}

static void gather(const struct interp_loop *loop, const uint64_t *fp,
                   const uint64_t *regs, uint64_t *slots)
{
    uint32_t i;

    for (i = 0; i < loop->n; i++) {
        uint32_t from = loop->from[i];

        slots[i] = from >= LOOP_REG ? regs[from - LOOP_REG] : fp[from];
    }
}

enum replaced replace(const code_unit *ip, uint64_t *fp, const uint64_t *regs,
                      const code_unit **ret_to, struct landing *landing)
{
    struct thread *t = thread_current;
    struct instance *inst = run_inst;
    const struct interp_loop *loop =
        run_compiled ? run_compiled->loop_at(inst, ip) : NULL;
    const struct functype *type;
    const code_unit *ret;
    enum frame_end end;
    uint64_t *slots;
    bool returned;

    if (!loop)
        return REPLACED_NOT;
    type = loop->func->type;
    slots = fp + frame_slots(ip);
    if (slots + MAX(loop->n, type->result_slots) > t->stack.value_limit)
        return REPLACED_NOT;
    gather(loop, fp, regs, slots);
    ret = (const code_unit *)(uintptr_t)fp[loop->func->body[1]];
    end = frame_go_to_return(t, ret, fp);
    t->value_sp = slots + MAX(loop->n, type->result_slots);
    returned = run_compiled->go_on(t, loop, slots, end, landing);
    run_inst = inst;
    if (!returned)
        return REPLACED_LANDED;
    memcpy(fp, slots, type->result_slots * sizeof(*fp));
    *ret_to = ret;
    return REPLACED_RETURNED;
}
