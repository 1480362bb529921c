/*
 * cfi.c: see cfi.h.
 *
 * The image is trusted; what is checked is only that its tables are of the kind
 * that LLVM makes, and that nothing outside the image is read.
 */
#include "native/cfi.h"

#include <string.h>

#include "base/dwarf.h"

#define MAX_REMEMBERED 8

/* The entry whose length is at `at`, without the length. */
static struct dwarf entry_at(const struct image_map *map, uintptr_t at)
{
    struct dwarf r = {.failed = true};
    uint32_t len;

    if (at < map->start || at > map->end || map->end - at < 8)
        return r;
    len = load_le32((const void *)at);
    if (len >= 0xfffffff0u || len > map->end - at - 4)
        return r;
    r.p = (const uint8_t *)at + 4;
    r.end = r.p + len;
    r.failed = false;
    return r;
}

/* --- Finding the entry --- */

/* The sorted table behind the head of .eh_frame_hdr: pairs of function and
 * entry, relative to the head. */
static uintptr_t find_entry(const struct image_map *map, uint64_t pc)
{
    const uint8_t *table;
    uint32_t low = 0, high;

    if (!map->frames)
        return 0;
    table = map->frames + 12;
    high = load_le32(map->frames + 8);
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        int32_t start = (int32_t)load_le32(table + 8 * (size_t)mid);

        if ((uintptr_t)map->frames + (uintptr_t)(intptr_t)start <= pc)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == 0)
        return 0;
    return (uintptr_t)map->frames + (uintptr_t)(intptr_t)(int32_t)load_le32(
                                        table + 8 * (size_t)(low - 1) + 4);
}

/* --- Common information --- */

struct common {
    uint64_t code_align;
    int64_t data_align;
    unsigned lsda_bytes; /* of the pointer to a table; 0: there is none */
    struct dwarf code;
};

/* "zPLR" and what it says, as far as it is what LLVM writes. */
static bool take_augmentation(struct dwarf *r, struct common *ret)
{
    const char *text = (const char *)r->p;
    uint64_t len;
    struct dwarf data;

    while (dwarf_take(r, 1) != 0)
        if (r->failed)
            return false;
    ret->code_align = dwarf_take_u(r);
    ret->data_align = dwarf_take_s(r);
    if (dwarf_take_u(r) != CFI_RETURN || *text++ != 'z')
        return false;
    len = dwarf_take_u(r);
    if (r->failed || len > (size_t)(r->end - r->p))
        return false;
    data = (struct dwarf){r->p, r->p + len, false};
    r->p += len;
    for (; *text; text++) {
        uint64_t form = *text == 'S' ? DWARF_PCREL : dwarf_take(&data, 1);
        unsigned bytes = dwarf_pointer_size(form);

        if (!bytes)
            return false;
        if (*text == 'P')
            (void)dwarf_take(&data, bytes);
        else if (*text == 'L')
            ret->lsda_bytes = bytes;
        else if ((*text != 'R' && *text != 'S') || form != DWARF_PCREL)
            return false;
    }
    return !data.failed;
}

static bool read_common(const struct image_map *map, uintptr_t at,
                        struct common *ret)
{
    struct dwarf r = entry_at(map, at);

    memset(ret, 0, sizeof(*ret));
    if (r.failed || dwarf_take(&r, 4) != 0 || dwarf_take(&r, 1) != 1 ||
        !take_augmentation(&r, ret))
        return false;
    ret->code = r;
    return !r.failed;
}

/* --- Running the instructions --- */

struct machine {
    const struct common *common;
    struct cfi_row *row;
    uint64_t loc;           /* what the row is true from */
    uint64_t pc;            /* stop in front of a later one */
    struct cfi_row initial; /* as the common part has left it */
    struct cfi_row remembered[MAX_REMEMBERED];
    unsigned n_remembered;
};

enum {
    CFA_advance_loc = 0x40, /* the high bits; the operand is in the others */
    CFA_offset = 0x80,
    CFA_restore = 0xc0,
    CFA_nop = 0x00,
    CFA_advance_loc1 = 0x02,
    CFA_advance_loc2 = 0x03,
    CFA_advance_loc4 = 0x04,
    CFA_offset_extended = 0x05,
    CFA_restore_extended = 0x06,
    CFA_same_value = 0x08,
    CFA_remember_state = 0x0a,
    CFA_restore_state = 0x0b,
    CFA_def_cfa = 0x0c,
    CFA_def_cfa_register = 0x0d,
    CFA_def_cfa_offset = 0x0e,
    CFA_offset_extended_sf = 0x11,
    CFA_def_cfa_sf = 0x12,
    CFA_def_cfa_offset_sf = 0x13,
    CFA_GNU_args_size = 0x2e,
};

static bool set_saved(struct machine *m, uint64_t reg, int64_t factored)
{
    if (reg >= CFI_REGS)
        return false;
    m->row->saved[reg] = true;
    m->row->at[reg] = factored * m->common->data_align;
    return true;
}

static bool restore_one(struct machine *m, uint64_t reg)
{
    if (reg >= CFI_REGS)
        return false;
    m->row->saved[reg] = m->initial.saved[reg];
    m->row->at[reg] = m->initial.at[reg];
    return true;
}

/* The location, the lists of registers and the argument size are no part of
 * what is remembered; the last is of the same function, so that it may be. */
static bool remember(struct machine *m, bool back)
{
    if (back ? m->n_remembered == 0 : m->n_remembered == MAX_REMEMBERED)
        return false;
    if (back)
        *m->row = m->remembered[--m->n_remembered];
    else
        m->remembered[m->n_remembered++] = *m->row;
    return true;
}

static bool set_cfa(struct machine *m, uint64_t reg, int64_t offset)
{
    m->row->cfa_reg = (uint32_t)MIN(reg, (uint64_t)CFI_REGS);
    m->row->cfa_offset = offset;
    return reg < CFI_REGS && reg != CFI_RETURN &&
           ARCH_REG_OFFSET((unsigned)reg);
}

static bool run_other(struct machine *m, struct dwarf *r, unsigned op)
{
    struct cfi_row *row = m->row;
    uint64_t reg;

    switch (op) {
    case CFA_nop:
        return true;
    case CFA_offset_extended:
        reg = dwarf_take_u(r);
        return set_saved(m, reg, (int64_t)dwarf_take_u(r));
    case CFA_offset_extended_sf:
        reg = dwarf_take_u(r);
        return set_saved(m, reg, dwarf_take_s(r));
    case CFA_restore_extended:
    case CFA_same_value:
        return restore_one(m, dwarf_take_u(r));
    case CFA_remember_state:
        return remember(m, false);
    case CFA_restore_state:
        return remember(m, true);
    case CFA_def_cfa:
        reg = dwarf_take_u(r);
        return set_cfa(m, reg, (int64_t)dwarf_take_u(r));
    case CFA_def_cfa_sf:
        reg = dwarf_take_u(r);
        return set_cfa(m, reg, dwarf_take_s(r) * m->common->data_align);
    case CFA_def_cfa_register:
        return set_cfa(m, dwarf_take_u(r), row->cfa_offset);
    case CFA_def_cfa_offset:
        row->cfa_offset = (int64_t)dwarf_take_u(r);
        return true;
    case CFA_def_cfa_offset_sf:
        row->cfa_offset = dwarf_take_s(r) * m->common->data_align;
        return true;
    case CFA_GNU_args_size:
        row->args_size = dwarf_take_u(r);
        return true;
    default:
        return false;
    }
}

/* False if something is not understood. */
static bool run(struct machine *m, struct dwarf r)
{
    while (r.p < r.end && !r.failed) {
        unsigned op = (unsigned)dwarf_take(&r, 1);
        uint64_t delta = 0;

        switch (op & 0xc0) {
        case CFA_advance_loc:
            delta = op & 0x3f;
            break;
        case CFA_offset:
            if (!set_saved(m, op & 0x3f, (int64_t)dwarf_take_u(&r)))
                return false;
            continue;
        case CFA_restore:
            if (!restore_one(m, op & 0x3f))
                return false;
            continue;
        default:
            if (op >= CFA_advance_loc1 && op <= CFA_advance_loc4)
                delta = dwarf_take(&r, 1u << (op - CFA_advance_loc1));
            else if (!run_other(m, &r, op))
                return false;
        }
        m->loc += delta * m->common->code_align;
        if (m->loc > m->pc)
            return true;
    }
    return !r.failed;
}

bool cfi_find(const struct image_map *map, uint64_t pc, struct cfi_row *ret)
{
    struct dwarf r = entry_at(map, find_entry(map, pc));
    uint64_t start, len, augmentation;
    struct common common;
    struct machine m = {.common = &common, .row = ret};
    uintptr_t here;

    memset(ret, 0, sizeof(*ret));
    if (r.failed)
        return false;
    here = (uintptr_t)r.p;
    if (!read_common(map, here - dwarf_take(&r, 4), &common))
        return false;
    start = dwarf_take_pointer(&r, 4);
    len = dwarf_take(&r, 4);
    augmentation = dwarf_take_u(&r);
    if (r.failed || pc < start || pc - start >= len ||
        augmentation > (size_t)(r.end - r.p))
        return false;
    ret->start = start;
    if (common.lsda_bytes && augmentation >= common.lsda_bytes) {
        struct dwarf lsda = r;

        ret->lsda = (const uint8_t *)(uintptr_t)dwarf_take_pointer(
            &lsda, common.lsda_bytes);
    }
    r.p += augmentation;
    m.loc = start;
    m.pc = pc;
    if (!run(&m, common.code))
        return false;
    m.initial = *ret;
    return run(&m, r) && (ARCH_LINK || ret->saved[CFI_RETURN]);
}

/* --- Stepping --- */

void cfi_step(const struct cfi_row *row, struct native_regs *regs)
{
    uint64_t cfa = *arch_reg(regs, row->cfa_reg) + (uint64_t)row->cfa_offset;
    unsigned i;

    for (i = 0; i < CFI_REGS; i++) {
        uint64_t *reg = row->saved[i] ? arch_reg(regs, i) : NULL;

        if (reg)
            *reg = *(const uint64_t *)(uintptr_t)(cfa + (uint64_t)row->at[i]);
    }
    regs->pc = *arch_reg(regs, CFI_RETURN);
    regs->sp = cfa;
    regs->exact = 0;
}
