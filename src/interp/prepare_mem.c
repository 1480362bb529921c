/*
 * prepare_mem.c: translation of addresses in memories that the plain loads and
 * stores cannot reach by themselves.
 *
 * Those take a 32-bit index into memory 0 and rely on its guard.  In front of
 * any other access stands `mem_addr`, which checks the bounds and makes the
 * address relative to memory 0, so that the access itself is the same.
 */
#include "interp/translate.h"

bool mem_is_guarded(const struct module *module, uint32_t memory)
{
    return memory == 0 && !module->memories[0].limits.is_64;
}

/* The entry `below` the top will be written to its own slot. */
static void make_own(struct translator *tr, uint32_t below)
{
    struct entry *entry = top_entry(tr, below);

    if (entry->place == PLACE_LOCAL)
        tr->local_refs[entry->local]--;
    entry->place = PLACE_OWN;
}

uint64_t emit_address(struct translator *tr, const struct instr *in,
                      uint32_t below)
{
    uint32_t height = height_of(tr) - 1 - below;
    uint32_t start, slot;
    bool acc;

    if (mem_is_guarded(tr->module, in->index))
        return in->mem.offset;
    acc = take_acc(tr, below);
    slot = acc ? 0 : entry_slot(tr, below);
    start = emit_op(tr, acc ? I_mem_addr_A_S : I_mem_addr_S_S);
    emit_unit(tr, in->index);
    if (!acc)
        emit_unit(tr, slot);
    emit_u64(tr, in->mem.offset);
    emit_unit(tr, 1u << in->info->align);
    make_own(tr, below);
    emit_result(tr, start, height, PLACES_RARE);
    return 0;
}
