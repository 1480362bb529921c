/*
 * prepare_loop.c: where values are at the head of a loop, for on-stack
 * replacement (replace.h).
 *
 * Entries of the operand stack are in their own slots there, locals in their
 * slots or, within a region, in registers.
 */
#include "interp/translate.h"

#if INTERP_REGS

/* The register of a local, as replace.h counts them, or NO_REG. */
static uint32_t reg_of(const struct translator *tr, uint32_t local)
{
    uint32_t reg = tr->regs[local];
    const struct reg_class *floats;

    if (reg == NO_REG)
        return NO_REG;
    floats = &tr->region->floats;
    return reg < floats->n && floats->locals[reg] == local ? INTERP_REGS + reg
                                                           : reg;
}

#else

static uint32_t reg_of(const struct translator *tr, uint32_t local)
{
    (void)tr, (void)local;
    return NO_REG;
}

#endif

static bool is_wide_local(const struct translator *tr, uint32_t local)
{
    return tr->local_wide && tr->local_wide[local];
}

static uint32_t *list_slots(const struct translator *tr, uint32_t *n)
{
    uint32_t room = 2 * tr->n_locals + height_of(tr) + 1, i;
    uint32_t *from = pool_array(&tr->f->inst->pool, room, sizeof(*from));

    *n = 0;
    for (i = 0; from && i < tr->n_locals; i++) {
        uint32_t reg = reg_of(tr, i);

        from[(*n)++] = reg == NO_REG ? tr->local_slots[i] : LOOP_REG + reg;
        if (is_wide_local(tr, i))
            from[(*n)++] = tr->local_slots[i] + 1;
    }
    for (i = 0; from && i < height_of(tr); i++)
        from[(*n)++] = own_slot(tr, i);
    return from;
}

void note_loop(struct translator *tr, uint32_t offset)
{
    struct loop_query *query = tr->query;
    uint32_t unit = (uint32_t)tr->code.n;

    if (!query || query->found || tr->failed ||
        (query->unit ? query->unit != unit : query->offset != offset))
        return;
    query->found = true;
    query->offset = offset;
    if (query->unit)
        return;
    query->unit = unit;
    query->from = list_slots(tr, &query->n);
    tr->failed = !query->from;
}
