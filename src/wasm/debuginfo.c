/* debuginfo.c: see debuginfo.h. */
#include "wasm/debuginfo.h"

#include "base/limits.h"
#include "base/vec.h"

enum {
    UT_compile = 1,
    UT_partial = 3,
    AT_name = 0x03,
    AT_stmt_list = 0x10,
    AT_low_pc = 0x11,
    AT_high_pc = 0x12,
    AT_abstract_origin = 0x31,
    AT_specification = 0x47,
    AT_ranges = 0x55,
    AT_call_file = 0x58,
    AT_call_line = 0x59,
    AT_linkage_name = 0x6e,
    AT_str_offsets_base = 0x72,
    AT_addr_base = 0x73,
    AT_rnglists_base = 0x74,
    RLE_end_of_list = 0,
    RLE_base_addressx = 1,
    RLE_startx_endx = 2,
    RLE_startx_length = 3,
    RLE_offset_pair = 4,
    RLE_base_address = 5,
    RLE_start_end = 6,
    RLE_start_length = 7,
};

/* From an inlined function to the one it is made of, to its declaration. */
#define MAX_ORIGINS 4u

static const char *const section_names[DEBUG_SECTIONS] = {
    [DEBUG_INFO] = ".debug_info",
    [DEBUG_ABBREV] = ".debug_abbrev",
    [DEBUG_LINE] = ".debug_line",
    [DEBUG_STR] = ".debug_str",
    [DEBUG_LINE_STR] = ".debug_line_str",
    [DEBUG_STR_OFFSETS] = ".debug_str_offsets",
    [DEBUG_ADDR] = ".debug_addr",
    [DEBUG_RANGES] = ".debug_ranges",
    [DEBUG_RNGLISTS] = ".debug_rnglists",
};

/* --- Sections --- */

bool debuginfo_is_section(struct name name)
{
    unsigned i;

    for (i = 0; i < DEBUG_SECTIONS; i++)
        if (name_is(name, section_names[i]))
            return true;
    return false;
}

bool debuginfo_init(struct debuginfo *info, const struct module *module,
                    uint64_t *work)
{
    unsigned i;

    for (i = 0; i < DEBUG_SECTIONS; i++) {
        const struct custom_section *custom =
            module_custom(module, section_names[i]);
        const uint8_t *p = module->bytes + (custom ? custom->offset : 0);

        info->sections[i] =
            (struct dwarf){p, p + (custom ? custom->len : 0), false};
    }
    info->work = work;
    return info->sections[DEBUG_INFO].p < info->sections[DEBUG_INFO].end;
}

bool debuginfo_spend(struct debuginfo *info, uint64_t bytes)
{
    if (bytes > *info->work) {
        *info->work = 0;
        return false;
    }
    *info->work -= bytes;
    return true;
}

bool debuginfo_at(const struct debuginfo *info, enum debug_section section,
                  uint64_t offset, struct dwarf *ret)
{
    *ret = info->sections[section];
    if (offset > (size_t)(ret->end - ret->p))
        return false;
    ret->p += offset;
    return true;
}

/* --- Kinds of entries --- */

/* The next of a list; its code is 0 behind the last one. */
static bool read_kind(struct debuginfo *info, struct dwarf *r,
                      struct debug_kind *ret)
{
    const uint8_t *start = r->p;
    uint64_t attribute, form;

    memset(ret, 0, sizeof(*ret));
    ret->code = dwarf_take_u(r);
    if (r->failed || ret->code == 0)
        return !r->failed;
    ret->tag = dwarf_take_u(r);
    ret->has_children = dwarf_take(r, 1) != 0;
    ret->attributes = r->p;
    do {
        attribute = dwarf_take_u(r);
        form = dwarf_take_u(r);
        if (form == FORM_implicit_const)
            (void)dwarf_take_s(r);
    } while (!r->failed && (attribute || form));
    return debuginfo_spend(info, (uint64_t)(r->p - start)) && !r->failed;
}

static bool read_kinds(struct debuginfo *info, struct debug_unit *unit)
{
    struct dwarf r = unit->kinds_text;
    VEC(struct debug_kind) kinds = {0};
    struct debug_kind kind;

    while (read_kind(info, &r, &kind))
        if (kind.code == 0 || kinds.n == LIMIT_DEBUG_KINDS ||
            !vec_push(&kinds, kind))
            break;
    unit->kinds = kinds.items;
    unit->n_kinds = kinds.n;
    return unit->kinds != NULL;
}

/* Codes are numbers from 1 on, in order, in all that is known. */
static bool find_kind(struct debuginfo *info, struct debug_unit *unit,
                      uint64_t code, struct debug_kind *ret)
{
    size_t i;

    if (!unit->kinds && !read_kinds(info, unit))
        return false;
    if (code <= unit->n_kinds && unit->kinds[code - 1].code == code) {
        *ret = unit->kinds[code - 1];
        return true;
    }
    for (i = 0; i < unit->n_kinds && debuginfo_spend(info, 1); i++)
        if (unit->kinds[i].code == code) {
            *ret = unit->kinds[i];
            return true;
        }
    return false;
}

/* --- Entries --- */

static struct dwarf_value *wanted(struct debug_entry *entry, uint64_t attribute)
{
    switch (attribute) {
    case AT_name:
        return &entry->name;
    case AT_linkage_name:
        return &entry->linkage_name;
    case AT_abstract_origin:
    case AT_specification:
        return &entry->origin;
    case AT_low_pc:
        return &entry->low;
    case AT_high_pc:
        return &entry->high;
    case AT_ranges:
        return &entry->ranges;
    case AT_stmt_list:
        return &entry->lines;
    case AT_call_file:
        return &entry->call_file;
    case AT_call_line:
        return &entry->call_line;
    case AT_str_offsets_base:
        return &entry->str_offsets_base;
    case AT_addr_base:
        return &entry->addr_base;
    case AT_rnglists_base:
        return &entry->rnglists_base;
    default:
        return NULL;
    }
}

static bool read_attributes(const struct debug_unit *unit,
                            const struct debug_kind *kind, struct dwarf *r,
                            struct debug_entry *ret)
{
    /* Read to the end before, by read_kind. */
    struct dwarf list = {kind->attributes, unit->kinds_text.end, false};

    for (;;) {
        uint64_t attribute = dwarf_take_u(&list);
        uint64_t form = dwarf_take_u(&list);
        struct dwarf_value value = {.form = form}, *to;

        if (list.failed || (!attribute && !form))
            return !list.failed;
        if (form == FORM_implicit_const)
            value.number = (uint64_t)dwarf_take_s(&list);
        else if (!dwarf_take_form(r, unit->format, form, &value))
            return false;
        to = wanted(ret, attribute);
        if (to)
            *to = value;
    }
}

static bool read_entry(struct debuginfo *info, struct debug_unit *unit,
                       const struct debug_kind *kind, struct dwarf *r,
                       struct debug_entry *ret)
{
    const uint8_t *start = r->p;

    ret->tag = kind->tag;
    ret->has_children = kind->has_children;
    if (!read_attributes(unit, kind, r, ret))
        return false;
    /* Of attributes that take no room there can be many. */
    return debuginfo_spend(info, (uint64_t)(r->p - start) + 1);
}

bool debuginfo_entry(struct debuginfo *info, struct debug_unit *unit,
                     struct dwarf *r, struct debug_entry *ret)
{
    uint64_t code = dwarf_take_u(r);
    struct debug_kind kind;

    memset(ret, 0, sizeof(*ret));
    if (r->failed || code == 0)
        return !r->failed && debuginfo_spend(info, 1);
    return find_kind(info, unit, code, &kind) &&
           read_entry(info, unit, &kind, r, ret);
}

/* --- Units --- */

/* Units are many, and most of them not the one that is looked for: of the kinds
 * only that of the root is read, which is the first one, or near it. */
static bool read_root(struct debuginfo *info, struct debug_unit *unit)
{
    struct dwarf r = unit->entries, kinds = unit->kinds_text;
    uint64_t code = dwarf_take_u(&r);
    struct debug_kind kind;

    do {
        if (!read_kind(info, &kinds, &kind) || kind.code == 0)
            return false;
    } while (kind.code != code);
    return read_entry(info, unit, &kind, &r, &unit->root);
}

static bool read_unit(struct debuginfo *info, struct dwarf one,
                      struct debug_unit *ret)
{
    struct dwarf *r = &one;
    uint64_t kinds_at = 0, type = UT_compile;

    ret->format.version = (unsigned)dwarf_take(r, 2);
    if (ret->format.version < 2 || ret->format.version > 5)
        return false;
    if (ret->format.version < 5) {
        kinds_at = dwarf_take(r, 4);
        ret->format.address_size = (unsigned)dwarf_take(r, 1);
    } else {
        type = dwarf_take(r, 1);
        ret->format.address_size = (unsigned)dwarf_take(r, 1);
        kinds_at = dwarf_take(r, 4);
    }
    if ((ret->format.address_size != 4 && ret->format.address_size != 8) ||
        (type != UT_compile && type != UT_partial) || r->failed ||
        !debuginfo_at(info, DEBUG_ABBREV, kinds_at, &ret->kinds_text))
        return false;
    ret->entries = one;
    return read_root(info, ret);
}

bool debuginfo_unit(struct debuginfo *info, struct dwarf *r,
                    struct debug_unit *ret)
{
    uint64_t len;

    memset(ret, 0, sizeof(*ret));
    ret->start = r->p;
    len = dwarf_take(r, 4);
    /* The 64-bit format has a length that is none here. */
    if (r->failed || len > (size_t)(r->end - r->p) ||
        !debuginfo_spend(info, 16)) {
        r->failed = true;
        return false;
    }
    r->p += len;
    return read_unit(info, (struct dwarf){r->p - len, r->p, false}, ret);
}

void debuginfo_unit_done(struct debug_unit *unit)
{
    free(unit->kinds);
    unit->kinds = NULL;
}

/* --- Addresses --- */

/* An entry of a table whose first one is at `base`. */
static bool take_indexed(const struct debuginfo *info,
                         enum debug_section section, uint64_t base,
                         uint64_t index, unsigned size, uint64_t *ret)
{
    struct dwarf r;
    uint64_t at;

    if (ckd_mul(&at, index, (uint64_t)size) || ckd_add(&at, at, base) ||
        !debuginfo_at(info, section, at, &r))
        return false;
    *ret = dwarf_take(&r, size);
    return !r.failed;
}

static bool address_of_index(const struct debuginfo *info,
                             const struct debug_unit *unit, uint64_t index,
                             uint64_t *ret)
{
    return take_indexed(info, DEBUG_ADDR, unit->root.addr_base.number, index,
                        unit->format.address_size, ret);
}

static bool address_of(const struct debuginfo *info,
                       const struct debug_unit *unit,
                       const struct dwarf_value *value, uint64_t *ret)
{
    switch (value->form) {
    case FORM_addr:
        *ret = value->number;
        return true;
    case FORM_addrx:
    case FORM_addrx1:
    case FORM_addrx2:
    case FORM_addrx3:
    case FORM_addrx4:
        return address_of_index(info, unit, value->number, ret);
    default:
        return false;
    }
}

/* A search in a list of ranges. */
struct ranges {
    struct debuginfo *info;
    const struct debug_unit *unit;
    struct dwarf r;
    uint64_t base; /* of ranges that are offsets */
    uint64_t address;
    bool found;
};

static void see_range(struct ranges *s, uint64_t from, uint64_t to)
{
    s->found |= s->address >= from && s->address < to;
}

/* Before DWARF 5: pairs; one of zeros is the end, one that begins with the
 * highest address gives the base of those behind it. */
static bool next_pair(struct ranges *s)
{
    unsigned size = s->unit->format.address_size;
    uint64_t from = dwarf_take(&s->r, size), to = dwarf_take(&s->r, size);

    if (s->r.failed || (!from && !to))
        return false;
    if (from == UINT64_MAX >> (64 - 8 * size))
        s->base = to;
    else
        see_range(s, s->base + from, s->base + to);
    return true;
}

/* DWARF 5, section 2.17.3. */
static bool next_range(struct ranges *s)
{
    unsigned size = s->unit->format.address_size;
    struct dwarf *r = &s->r;
    uint64_t from = 0, to = 0;

    switch (dwarf_take(r, 1)) {
    case RLE_base_addressx:
        return address_of_index(s->info, s->unit, dwarf_take_u(r), &s->base);
    case RLE_base_address:
        s->base = dwarf_take(r, size);
        return !r->failed;
    case RLE_startx_endx:
        if (!address_of_index(s->info, s->unit, dwarf_take_u(r), &from) ||
            !address_of_index(s->info, s->unit, dwarf_take_u(r), &to))
            return false;
        break;
    case RLE_startx_length:
        if (!address_of_index(s->info, s->unit, dwarf_take_u(r), &from))
            return false;
        to = from + dwarf_take_u(r);
        break;
    case RLE_offset_pair:
        from = s->base + dwarf_take_u(r);
        to = s->base + dwarf_take_u(r);
        break;
    case RLE_start_end:
        from = dwarf_take(r, size);
        to = dwarf_take(r, size);
        break;
    case RLE_start_length:
        from = dwarf_take(r, size);
        to = from + dwarf_take_u(r);
        break;
    default: /* RLE_end_of_list */
        return false;
    }
    if (!r->failed)
        see_range(s, from, to);
    return !r->failed;
}

/* Where the list is that an attribute names. */
static bool find_ranges(const struct debuginfo *info,
                        const struct debug_unit *unit,
                        const struct dwarf_value *value, struct dwarf *ret)
{
    uint64_t base = unit->root.rnglists_base.number, at = value->number;

    if (unit->format.version < 5)
        return debuginfo_at(info, DEBUG_RANGES, at, ret);
    if (value->form != FORM_rnglistx)
        return debuginfo_at(info, DEBUG_RNGLISTS, at, ret);
    return take_indexed(info, DEBUG_RNGLISTS, base, value->number, 4, &at) &&
           !ckd_add(&at, at, base) &&
           debuginfo_at(info, DEBUG_RNGLISTS, at, ret);
}

static bool in_ranges(struct debuginfo *info, const struct debug_unit *unit,
                      const struct debug_entry *entry, uint64_t address)
{
    struct ranges s = {.info = info, .unit = unit, .address = address};
    bool more = true;

    if (!find_ranges(info, unit, &entry->ranges, &s.r))
        return false;
    (void)!address_of(info, unit, &unit->root.low, &s.base);
    while (more && !s.found && debuginfo_spend(info, 4))
        more = unit->format.version < 5 ? next_pair(&s) : next_range(&s);
    return s.found;
}

bool debuginfo_covers(struct debuginfo *info, const struct debug_unit *unit,
                      const struct debug_entry *entry, uint64_t address)
{
    uint64_t low, high;

    if (entry->ranges.form)
        return in_ranges(info, unit, entry, address);
    if (!entry->high.form || !address_of(info, unit, &entry->low, &low))
        return false;
    /* The end, or how far that is. */
    if (!address_of(info, unit, &entry->high, &high))
        high = low + entry->high.number;
    return address >= low && address < high;
}

/* --- Texts --- */

static bool text_at(struct debuginfo *info, struct dwarf r, struct name *ret)
{
    size_t most = MIN((size_t)(r.end - r.p), (size_t)LIMIT_DEBUG_TEXT);

    ret->text = (const char *)r.p;
    ret->len = (uint32_t)strnlen(ret->text, most);
    return ret->len > 0 && debuginfo_spend(info, ret->len);
}

bool debuginfo_text(struct debuginfo *info, const struct debug_unit *unit,
                    const struct dwarf_value *value, struct name *ret)
{
    struct dwarf r = value->text;
    uint64_t at = value->number;

    switch (value->form) {
    case FORM_string:
        return text_at(info, r, ret);
    case FORM_strp:
        return debuginfo_at(info, DEBUG_STR, at, &r) && text_at(info, r, ret);
    case FORM_line_strp:
        return debuginfo_at(info, DEBUG_LINE_STR, at, &r) &&
               text_at(info, r, ret);
    case FORM_strx:
    case FORM_strx1:
    case FORM_strx2:
    case FORM_strx3:
    case FORM_strx4:
        return take_indexed(info, DEBUG_STR_OFFSETS,
                            unit->root.str_offsets_base.number, at, 4, &at) &&
               debuginfo_at(info, DEBUG_STR, at, &r) && text_at(info, r, ret);
    default:
        return false;
    }
}

/* --- Names --- */

/* The unit in which an offset of .debug_info is. */
static bool unit_around(struct debuginfo *info, uint64_t offset,
                        struct debug_unit *ret)
{
    struct dwarf r = info->sections[DEBUG_INFO];
    const uint8_t *wanted_at;

    if (offset >= (size_t)(r.end - r.p))
        return false;
    wanted_at = r.p + offset;
    while (r.p <= wanted_at && !r.failed) {
        bool ok = debuginfo_unit(info, &r, ret);

        if (r.p > wanted_at)
            return ok;
    }
    return false;
}

/* The entry that an attribute refers to, and its unit, which may be another
 * than the one where the attribute stands; that is closed then. */
static bool follow(struct debuginfo *info, struct debug_unit *unit,
                   const struct dwarf_value *value, struct debug_entry *ret)
{
    struct dwarf r = unit->entries;

    switch (value->form) {
    case FORM_ref1:
    case FORM_ref2:
    case FORM_ref4:
    case FORM_ref8:
    case FORM_ref_udata:
        if (value->number < (size_t)(r.p - unit->start) ||
            value->number >= (size_t)(r.end - unit->start))
            return false;
        r.p = unit->start + value->number;
        break;
    case FORM_ref_addr:
        debuginfo_unit_done(unit);
        if (!unit_around(info, value->number, unit))
            return false;
        r = unit->entries;
        if (value->number < (size_t)(r.p - info->sections[DEBUG_INFO].p))
            return false;
        r.p = info->sections[DEBUG_INFO].p + value->number;
        break;
    default:
        return false;
    }
    return debuginfo_entry(info, unit, &r, ret);
}

bool debuginfo_name(struct debuginfo *info, struct debug_unit *unit,
                    const struct debug_entry *entry, struct name *ret)
{
    /* A copy, since names may be in other units; its kinds are its own. */
    struct debug_unit at = *unit;
    struct debug_entry next = *entry;
    unsigned i;
    bool found = false;

    at.kinds = NULL;
    for (i = 0; i < MAX_ORIGINS; i++) {
        struct dwarf_value origin = next.origin;

        found = debuginfo_text(info, &at, &next.name, ret) ||
                debuginfo_text(info, &at, &next.linkage_name, ret);
        if (found || !origin.form || !follow(info, &at, &origin, &next))
            break;
    }
    debuginfo_unit_done(&at);
    return found;
}
