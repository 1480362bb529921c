/* linetable.c: see linetable.h. */
#include "base/linetable.h"

enum {
    LNS_extended = 0,
    LNS_copy = 1,
    LNS_advance_pc = 2,
    LNS_advance_line = 3,
    LNS_set_file = 4,
    LNS_set_column = 5,
    LNS_const_add_pc = 8,
    LNS_fixed_advance_pc = 9,
    LNE_end_sequence = 1,
    LNE_set_address = 2,
    LNCT_path = 1,
    LNCT_directory_index = 2,
};

/* --- The head --- */

/* Versions up to 3 have one operation an instruction, and do not say so. */
static bool read_head(struct linetable *t, struct dwarf *r)
{
    uint64_t head_len;

    t->format.version = (unsigned)dwarf_take(r, 2);
    if (t->format.version < 2 || t->format.version > 5)
        return false;
    if (t->format.version == 5) {
        t->format.address_size = (unsigned)dwarf_take(r, 1);
        if (dwarf_take(r, 1) != 0)
            return false;
    }
    head_len = dwarf_take(r, 4);
    if (r->failed || head_len > (size_t)(r->end - r->p))
        return false;
    t->code = (struct dwarf){r->p + head_len, r->end, false};
    r->end = t->code.p;
    t->min_len = (unsigned)dwarf_take(r, 1);
    if (t->format.version >= 4 && dwarf_take(r, 1) != 1)
        return false;
    (void)dwarf_take(r, 1); /* whether rows are statements */
    t->line_base = (int8_t)dwarf_take(r, 1);
    t->line_range = (unsigned)dwarf_take(r, 1);
    t->opcode_base = (unsigned)dwarf_take(r, 1);
    if (t->line_range == 0 || t->opcode_base == 0 || r->failed ||
        t->opcode_base - 1 > (size_t)(r->end - r->p))
        return false;
    t->n_operands = r->p - 1;
    r->p += t->opcode_base - 1;
    t->names = *r;
    return true;
}

bool linetable_init(struct linetable *table, struct dwarf *r,
                    unsigned address_size)
{
    uint64_t len = dwarf_take(r, 4);
    struct dwarf one;

    *table = (struct linetable){.format = {0, address_size}};
    /* The 64-bit format has a length that is none here. */
    if (r->failed || len > (size_t)(r->end - r->p)) {
        r->failed = true;
        return false;
    }
    one = (struct dwarf){r->p, r->p + len, false};
    r->p += len;
    return read_head(table, &one);
}

/* --- The program --- */

struct run {
    const struct linetable *table;
    struct dwarf code;
    uint64_t address, file;
    uint32_t line, column;
    struct line_row last; /* what the row before began */
    bool has_last;
    linetable_row_fn *row;
    void *ctx;
};

static void add_row(struct run *u, bool end)
{
    u->last.to = u->address;
    if (u->has_last && u->last.from <= u->last.to)
        u->row(u->ctx, &u->last);
    u->last.is_first = !u->has_last;
    u->last.from = u->address;
    u->last.file = u->file;
    u->last.line = u->line;
    u->last.column = u->column;
    u->has_last = !end;
    if (end) {
        u->address = 0;
        u->file = 1;
        u->line = 1;
        u->column = 0;
    }
}

static void run_extended(struct run *u)
{
    uint64_t len = dwarf_take_u(&u->code);
    const uint8_t *next;
    unsigned op;

    if (len == 0 || len > (size_t)(u->code.end - u->code.p)) {
        u->code.failed = true;
        return;
    }
    next = u->code.p + len;
    op = (unsigned)dwarf_take(&u->code, 1);
    if (op == LNE_end_sequence)
        add_row(u, true);
    else if (op == LNE_set_address && len <= 9)
        u->address = dwarf_take(&u->code, (unsigned)len - 1);
    u->code.p = next;
}

static void advance(struct run *u, uint64_t n)
{
    u->address += n * u->table->min_len;
}

static void run_special(struct run *u, unsigned op)
{
    unsigned n = op - u->table->opcode_base;

    advance(u, n / u->table->line_range);
    u->line +=
        (uint32_t)(u->table->line_base + (int)(n % u->table->line_range));
    add_row(u, false);
}

static void run_standard(struct run *u, unsigned op)
{
    const struct linetable *t = u->table;
    struct dwarf *r = &u->code;
    unsigned i;

    switch (op) {
    case LNS_copy:
        add_row(u, false);
        break;
    case LNS_advance_pc:
        advance(u, dwarf_take_u(r));
        break;
    case LNS_advance_line:
        u->line += (uint32_t)dwarf_take_s(r);
        break;
    case LNS_set_file:
        u->file = dwarf_take_u(r);
        break;
    case LNS_set_column:
        u->column = (uint32_t)dwarf_take_u(r);
        break;
    case LNS_const_add_pc:
        advance(u, (255 - t->opcode_base) / t->line_range);
        break;
    case LNS_fixed_advance_pc:
        u->address += dwarf_take(r, 2);
        break;
    default:
        for (i = 0; i < t->n_operands[op]; i++)
            (void)dwarf_take_u(r);
        break;
    }
}

void linetable_run(const struct linetable *table, linetable_row_fn *row,
                   void *ctx)
{
    struct run u = {
        .table = table,
        .code = table->code,
        .file = 1,
        .line = 1,
        .row = row,
        .ctx = ctx,
    };

    while (u.code.p < u.code.end && !u.code.failed) {
        unsigned op = (unsigned)dwarf_take(&u.code, 1);

        if (op >= table->opcode_base)
            run_special(&u, op);
        else if (op == LNS_extended)
            run_extended(&u);
        else
            run_standard(&u, op);
    }
}

/* --- Names of files --- */

struct entry {
    struct dwarf_value name;
    uint64_t folder;
};

static const struct dwarf_format any_format = {.version = 4, .address_size = 4};

/* Before DWARF 5: texts up to an empty one; files have three numbers besides.
 * The first is number 1; it is entry `wanted` that is kept. */
static bool read_list(struct dwarf *r, bool are_files, uint64_t wanted,
                      struct entry *ret)
{
    uint64_t i;

    for (i = 1; r->p < r->end && *r->p != 0; i++) {
        struct entry entry = {.folder = 0};

        if (!dwarf_take_form(r, any_format, FORM_string, &entry.name))
            return false;
        if (are_files) {
            entry.folder = dwarf_take_u(r);
            (void)dwarf_take_u(r);
            (void)dwarf_take_u(r);
        }
        if (i == wanted)
            *ret = entry;
    }
    (void)dwarf_take(r, 1);
    return !r->failed;
}

struct column {
    uint64_t content, form;
};

static bool read_row(struct dwarf *r, struct dwarf_format format,
                     const struct column *columns, size_t n, struct entry *ret)
{
    struct dwarf_value value;
    size_t i;

    *ret = (struct entry){.folder = 0};
    for (i = 0; i < n; i++) {
        if (!dwarf_take_form(r, format, columns[i].form, &value))
            return false;
        if (columns[i].content == LNCT_path)
            ret->name = value;
        else if (columns[i].content == LNCT_directory_index)
            ret->folder = value.number;
    }
    return true;
}

/* DWARF 5: a table that says of what its rows consist; from 0 on. */
static bool read_table(struct dwarf *r, struct dwarf_format format,
                       uint64_t wanted, struct entry *ret)
{
    struct column columns[LINETABLE_COLUMNS];
    size_t n = (size_t)dwarf_take(r, 1), i;
    uint64_t rows, k;
    struct entry entry;

    if (n == 0 || n > countof(columns))
        return false;
    for (i = 0; i < n; i++) {
        columns[i].content = dwarf_take_u(r);
        columns[i].form = dwarf_take_u(r);
    }
    rows = dwarf_take_u(r);
    for (k = 0; k < rows && !r->failed; k++) {
        const uint8_t *before = r->p;

        if (!read_row(r, format, columns, n, &entry))
            return false;
        if (k == wanted)
            *ret = entry;
        /* Rows of nothing could be told without end. */
        if (r->p == before)
            return false;
    }
    return !r->failed;
}

static bool read_names(const struct linetable *table, uint64_t folder,
                       uint64_t file, struct entry *ret_folder,
                       struct entry *ret_file)
{
    struct dwarf r = table->names;

    if (table->format.version < 5)
        return read_list(&r, false, folder, ret_folder) &&
               read_list(&r, true, file, ret_file);
    return read_table(&r, table->format, folder, ret_folder) &&
           read_table(&r, table->format, file, ret_file);
}

bool linetable_file(const struct linetable *table, uint64_t file,
                    struct dwarf_value *ret_name,
                    struct dwarf_value *ret_folder)
{
    struct entry found = {.folder = 0}, folder = {.folder = 0}, ignored;

    /* The folder is known when the file is. */
    if (!read_names(table, 0, file, &ignored, &found) || found.name.form == 0 ||
        !read_names(table, found.folder, file, &folder, &ignored))
        return false;
    *ret_name = found.name;
    *ret_folder = found.folder ? folder.name : (struct dwarf_value){.form = 0};
    return true;
}
