/* lines.c: see lines.h. */
#include "native/lines.h"

#include <elf.h>
#include <string.h>
#include <sys/mman.h>

#include "native/dwarf.h"

#define PAGE ((uint64_t)4096)

/* --- One unit --- */

enum {
    LNS_extended = 0,
    LNS_copy = 1,
    LNS_advance_pc = 2,
    LNS_advance_line = 3,
    LNS_const_add_pc = 8,
    LNS_fixed_advance_pc = 9,
    LNE_end_sequence = 1,
    LNE_set_address = 2,
};

struct unit {
    struct dwarf code;
    unsigned min_len, line_range, opcode_base;
    int line_base;
    uint8_t n_operands[256];
    uint64_t bias; /* from addresses in the file to the queries' */
    /* The state, and the row before. */
    uint64_t address;
    uint32_t line;
    uint64_t last_address;
    uint32_t last_line;
    struct lines_query *queries;
    size_t n;
};

/* What lies between the row before and this one belongs to that.  A row
 * without a line goes with the one in front of it. */
static void add_row(struct unit *u, bool end)
{
    uint64_t from = u->last_address + u->bias, to = u->address + u->bias;
    size_t i;

    if (u->last_line && from < to)
        for (i = 0; i < u->n; i++)
            if (u->queries[i].pc - from < to - from)
                u->queries[i].offset = u->last_line;
    u->last_address = u->address;
    if (u->line)
        u->last_line = u->line;
    if (end) {
        u->address = 0;
        u->line = 1;
        u->last_line = 0;
    }
}

static void run_extended(struct unit *u)
{
    uint64_t len = dwarf_take_u(&u->code);
    const uint8_t *next = u->code.p + len;
    unsigned op;

    if (len == 0 || len > (size_t)(u->code.end - u->code.p)) {
        u->code.failed = true;
        return;
    }
    op = (unsigned)dwarf_take(&u->code, 1);
    if (op == LNE_end_sequence)
        add_row(u, true);
    else if (op == LNE_set_address && len == 9)
        u->address = dwarf_take(&u->code, 8);
    u->code.p = next;
}

static void run_special(struct unit *u, unsigned op)
{
    unsigned n = op - u->opcode_base;

    u->address += (uint64_t)(n / u->line_range) * u->min_len;
    u->line += (uint32_t)(u->line_base + (int)(n % u->line_range));
    add_row(u, false);
}

static void run_standard(struct unit *u, unsigned op)
{
    struct dwarf *r = &u->code;
    unsigned i;

    switch (op) {
    case LNS_copy:
        add_row(u, false);
        break;
    case LNS_advance_pc:
        u->address += dwarf_take_u(r) * u->min_len;
        break;
    case LNS_advance_line:
        u->line += (uint32_t)dwarf_take_s(r);
        break;
    case LNS_const_add_pc:
        u->address +=
            (uint64_t)((255 - u->opcode_base) / u->line_range) * u->min_len;
        break;
    case LNS_fixed_advance_pc:
        u->address += dwarf_take(r, 2);
        break;
    default:
        for (i = 0; i < u->n_operands[op]; i++)
            (void)dwarf_take_u(r);
        break;
    }
}

static void run_unit(struct unit *u)
{
    u->address = 0;
    u->line = 1;
    u->last_line = 0;
    while (u->code.p < u->code.end && !u->code.failed) {
        unsigned op = (unsigned)dwarf_take(&u->code, 1);

        if (op >= u->opcode_base)
            run_special(u, op);
        else if (op == LNS_extended)
            run_extended(u);
        else
            run_standard(u, op);
    }
}

/* The head; what stands in it about files is passed over. */
static bool read_head(struct unit *u, struct dwarf *r)
{
    uint64_t version = dwarf_take(r, 2), head_len;
    const uint8_t *code;
    unsigned i;

    if (version < 4 || version > 5 || (version == 5 && dwarf_take(r, 2) != 8))
        return false;
    head_len = dwarf_take(r, 4);
    if (r->failed || head_len > (size_t)(r->end - r->p))
        return false;
    code = r->p + head_len;
    u->min_len = (unsigned)dwarf_take(r, 1);
    /* Operations of an instruction, whether rows are statements. */
    if (dwarf_take(r, 1) != 1)
        return false;
    (void)dwarf_take(r, 1);
    u->line_base = (int8_t)dwarf_take(r, 1);
    u->line_range = (unsigned)dwarf_take(r, 1);
    u->opcode_base = (unsigned)dwarf_take(r, 1);
    if (u->line_range == 0 || u->opcode_base == 0)
        return false;
    for (i = 1; i < u->opcode_base; i++)
        u->n_operands[i] = (uint8_t)dwarf_take(r, 1);
    u->code = (struct dwarf){code, r->end, false};
    return !r->failed;
}

static void run_units(const struct image_map *map, struct dwarf r,
                      struct lines_query *queries, size_t n)
{
    while (r.p < r.end && !r.failed) {
        struct unit u = {.queries = queries, .n = n, .bias = map->bias};
        uint64_t len = dwarf_take(&r, 4);
        struct dwarf one;

        /* 64-bit DWARF has a length that is none here. */
        if (r.failed || len > (size_t)(r.end - r.p))
            return;
        one = (struct dwarf){r.p, r.p + len, false};
        r.p += len;
        if (read_head(&u, &one))
            run_unit(&u);
    }
}

/* --- The section --- */

static bool read_at(const struct image_map *map, void *to, uint64_t at,
                    size_t n)
{
    return at <= map->file_size && n <= map->file_size - at &&
           pread(map->hfd, to, n, (off_t)at) == (ssize_t)n;
}

static bool find_section(const struct image_map *map, const char *wanted,
                         Elf64_Shdr *ret)
{
    Elf64_Ehdr head;
    Elf64_Shdr names;
    char name[32];
    size_t size = strlen(wanted) + 1;
    unsigned i;

    assert(size <= sizeof(name));
    if (!read_at(map, &head, 0, sizeof(head)) ||
        head.e_shentsize != sizeof(*ret) ||
        !read_at(map, &names, head.e_shoff + head.e_shstrndx * sizeof(names),
                 sizeof(names)))
        return false;
    for (i = 0; i < head.e_shnum; i++) {
        if (!read_at(map, ret, head.e_shoff + i * sizeof(*ret), sizeof(*ret)))
            return false;
        if (read_at(map, name, names.sh_offset + ret->sh_name, size) &&
            memcmp(name, wanted, size) == 0)
            return !(ret->sh_flags & SHF_COMPRESSED) &&
                   ret->sh_offset <= map->file_size &&
                   ret->sh_size <= map->file_size - ret->sh_offset;
    }
    return false;
}

void lines_find(const struct image_map *map, struct lines_query *queries,
                size_t n)
{
    Elf64_Shdr section;
    uint64_t skew;
    uint8_t *file;
    size_t i;

    for (i = 0; i < n; i++)
        queries[i].offset = 0;
    if (!find_section(map, ".debug_line", &section) || section.sh_size == 0)
        return;
    skew = section.sh_offset % PAGE;
    file = mmap(NULL, section.sh_size + skew, PROT_READ, MAP_PRIVATE, map->hfd,
                (off_t)(section.sh_offset - skew));
    if (file == MAP_FAILED)
        return;
    run_units(map,
              (struct dwarf){file + skew, file + skew + section.sh_size, false},
              queries, n);
    (void)munmap(file, section.sh_size + skew);
}
