/*
 * decode_section.c: the contents of sections, one function for each
 * (specification, 5.5).  Only the format is checked, and what later sections
 * need to be read: that types exist.  The rest is validate.c's.
 */
#include "wasm/decode.h"

#include "base/limits.h"
#include "wasm/constexpr.h"

/* What stands in place of the kind, behind an empty name, where the compact
 * import section proposal has a group of imports from one module. */
#define IMPORTS_OF_ONE_TYPE 0x7e
#define IMPORTS_OF_ANY_TYPE 0x7f

/* Bits of the flags of limits. */
#define LIMITS_MAX       0x01u
#define LIMITS_SHARED    0x02u
#define LIMITS_64        0x04u
#define LIMITS_PAGE_SIZE 0x08u

/* Bits of the flags of an element segment. */
#define ELEM_NOT_ACTIVE 0x01u
#define ELEM_EXPLICIT   0x02u /* a table index; or it is declarative */
#define ELEM_EXPRS      0x04u

static bool malformed(const struct decoder *d, uint32_t offset,
                      const char *what, uint32_t value)
{
    return error_set(d->r.err, ERROR_MALFORMED, offset, "malformed %s 0x%x",
                     what, value);
}

static bool unsupported(const struct decoder *d, uint32_t offset,
                        const char *feature, const char *what)
{
    return error_set(d->r.err, ERROR_UNSUPPORTED, offset,
                     "%s is not supported: %s", feature, what);
}

/* A type index, and what it stands for. */
static bool read_type_use(struct decoder *d, uint32_t *index,
                          const struct functype **ret)
{
    uint32_t offset = reader_offset(&d->r);

    if (!reader_u32(&d->r, "the type of a function", index))
        return false;
    if (*index >= d->module->n_types)
        return error_set(d->r.err, ERROR_INVALID, offset, "unknown type %u",
                         *index);
    *ret = d->module->types[*index];
    return true;
}

/* The flags of limits; `allowed` are those that their kind can have. */
static bool read_limits_flags(struct decoder *d, uint32_t allowed,
                              uint32_t *flags)
{
    uint32_t offset = reader_offset(&d->r);
    uint8_t byte;

    if (!reader_u8(&d->r, "the flags of limits", &byte))
        return false;
    *flags = byte;
    if ((*flags & ~allowed) == 0)
        return true;
    if (*flags & ~(LIMITS_MAX | LIMITS_SHARED | LIMITS_64 | LIMITS_PAGE_SIZE))
        return malformed(d, offset, "limits flags", *flags);
    if (*flags & LIMITS_PAGE_SIZE)
        return unsupported(d, offset, "custom page sizes", "limits flags");
    return unsupported(d, offset, "shared-everything threads",
                       "a shared table");
}

static bool read_limits(struct decoder *d, uint32_t allowed, struct limits *ret,
                        uint32_t *flags)
{
    if (!read_limits_flags(d, allowed, flags))
        return false;
    *ret = (struct limits){.max = UINT64_MAX, .is_64 = *flags & LIMITS_64};
    /* 64 bits also where addresses have 32: validation looks at the size. */
    if (!reader_u64(&d->r, "a minimum size", &ret->min))
        return false;
    ret->has_max = *flags & LIMITS_MAX;
    return !ret->has_max || reader_u64(&d->r, "a maximum size", &ret->max);
}

static bool read_memtype(struct decoder *d, struct memtype *ret)
{
    uint32_t flags;

    if (!read_limits(d, LIMITS_MAX | LIMITS_SHARED | LIMITS_64, &ret->limits,
                     &flags))
        return false;
    ret->shared = flags & LIMITS_SHARED;
    return true;
}

static bool read_tabletype(struct decoder *d, struct tabletype *ret)
{
    uint32_t flags;

    return reader_reftype(&d->r, "the element type of a table", &ret->elem) &&
           read_limits(d, LIMITS_MAX | LIMITS_64, &ret->limits, &flags);
}

static bool read_globaltype(struct decoder *d, struct globaltype *ret)
{
    uint32_t offset;
    uint8_t mutable;

    if (!reader_valtype(&d->r, "the type of a global", &ret->type))
        return false;
    offset = reader_offset(&d->r);
    if (!reader_u8(&d->r, "the mutability of a global", &mutable))
        return false;
    if (mutable == 2 || mutable == 3)
        return unsupported(d, offset, "shared-everything threads",
                           "a shared global");
    if (mutable > 1)
        return malformed(d, offset, "mutability", mutable);
    ret->mutable = mutable;
    return true;
}

static bool read_extern_kind(struct decoder *d, const char *what,
                             enum extern_kind *ret)
{
    uint32_t offset = reader_offset(&d->r);
    uint8_t kind;

    if (!reader_u8(&d->r, what, &kind))
        return false;
    if (kind > EXTERN_TAG)
        return malformed(d, offset, what, kind);
    *ret = kind;
    return true;
}

static bool read_tagtype(struct decoder *d, uint32_t *index,
                         const struct functype **ret)
{
    uint32_t offset = reader_offset(&d->r);
    uint8_t attribute;

    if (!reader_u8(&d->r, "the attribute of a tag", &attribute))
        return false;
    if (attribute != 0)
        return malformed(d, offset, "tag attribute", attribute);
    return read_type_use(d, index, ret);
}

static bool read_externtype(struct decoder *d, struct externtype *ret)
{
    uint32_t index;

    switch (ret->kind) {
    case EXTERN_FUNC:
        return read_type_use(d, &index, &ret->func);
    case EXTERN_TABLE:
        return read_tabletype(d, &ret->table);
    case EXTERN_MEMORY:
        return read_memtype(d, &ret->memory);
    case EXTERN_TAG:
        return read_tagtype(d, &index, &ret->func);
    default:
        return read_globaltype(d, &ret->global);
    }
}

/* The count of imports of a kind. */
static uint32_t *imported_count(struct module *m, enum extern_kind kind)
{
    switch (kind) {
    case EXTERN_FUNC:
        return &m->n_imported_funcs;
    case EXTERN_TABLE:
        return &m->n_imported_tables;
    case EXTERN_MEMORY:
        return &m->n_imported_memories;
    case EXTERN_TAG:
        return &m->n_imported_tags;
    default:
        return &m->n_imported_globals;
    }
}

/* Does a group of imports begin here (compact imports)? */
static bool is_import_group(const struct decoder *d, struct name name)
{
    return name.len == 0 && reader_left(&d->r) &&
           (*d->r.p == IMPORTS_OF_ONE_TYPE || *d->r.p == IMPORTS_OF_ANY_TYPE);
}

static bool read_import_type(struct decoder *d, struct externtype *ret)
{
    return read_extern_kind(d, "import kind", &ret->kind) &&
           read_externtype(d, ret);
}

static bool add_import(struct decoder *d, struct import *import)
{
    if (d->imports.n == LIMIT_IMPORTS)
        return error_set(d->r.err, ERROR_UNSUPPORTED, import->offset,
                         "there are more imports than %u", LIMIT_IMPORTS);
    import->index = (*imported_count(d->module, import->type.kind))++;
    return vec_push(&d->imports, *import) || decode_no_memory(d);
}

/* A group: the module's name has been read, and is in *import. */
static bool read_import_group(struct decoder *d, struct import *import)
{
    bool one_type = *d->r.p++ == IMPORTS_OF_ONE_TYPE;
    uint32_t n, i;

    if (one_type && !read_import_type(d, &import->type))
        return false;
    if (!reader_count(&d->r, "the number of imports of a group", LIMIT_IMPORTS,
                      one_type ? 1 : 3, &n))
        return false;
    for (i = 0; i < n; i++) {
        import->offset = reader_offset(&d->r);
        if (!reader_name(&d->r, "the name of an import", &import->name) ||
            (!one_type && !read_import_type(d, &import->type)) ||
            !add_import(d, import))
            return false;
    }
    return true;
}

static bool read_import(struct decoder *d)
{
    struct import import = {.offset = reader_offset(&d->r)};

    if (!reader_name(&d->r, "the module of an import", &import.module) ||
        !reader_name(&d->r, "the name of an import", &import.name))
        return false;
    if (is_import_group(d, import.name))
        return read_import_group(d, &import);
    return read_import_type(d, &import.type) && add_import(d, &import);
}

/* The count of the section is of single imports and groups; *n becomes that
 * of imports. */
static bool read_import_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t n_entries, i;

    if (!reader_count(&d->r, "the number of imports", LIMIT_IMPORTS, 4,
                      &n_entries))
        return false;
    for (i = 0; i < n_entries; i++) {
        if (!read_import(d))
            return false;
    }
    *n = (uint32_t)d->imports.n;
    m->imports = pool_array(&m->pool, *n, sizeof(*m->imports));
    if (!m->imports)
        return decode_no_memory(d);
    if (*n)
        memcpy(m->imports, d->imports.items, *n * sizeof(*m->imports));
    m->n_imports = *n;
    return true;
}

/* Enter what one import adds to the index space of its kind. */
static void enter_import(struct module *m, const struct import *import)
{
    switch (import->type.kind) {
    case EXTERN_FUNC:
        m->funcs[import->index].type = import->type.func;
        break;
    case EXTERN_TABLE:
        m->tables[import->index].type = import->type.table;
        break;
    case EXTERN_MEMORY:
        m->memories[import->index] = import->type.memory;
        break;
    case EXTERN_TAG:
        m->tags[import->index] = import->type.func;
        break;
    default:
        m->globals[import->index].type = import->type.global;
        break;
    }
}

/* Allocate the index space of one kind, with room for n_defined behind the
 * imports, which are entered. */
static bool space_new(struct decoder *d, enum extern_kind kind,
                      uint32_t n_defined)
{
    struct module *m = d->module;
    size_t n = *imported_count(m, kind) + n_defined;
    void *space;
    uint32_t i;

    switch (kind) {
    case EXTERN_FUNC:
        space = m->funcs = pool_array(&m->pool, n, sizeof(*m->funcs));
        m->n_funcs = (uint32_t)n;
        break;
    case EXTERN_TABLE:
        space = m->tables = pool_array(&m->pool, n, sizeof(*m->tables));
        m->n_tables = (uint32_t)n;
        break;
    case EXTERN_MEMORY:
        space = m->memories = pool_array(&m->pool, n, sizeof(*m->memories));
        m->n_memories = (uint32_t)n;
        break;
    case EXTERN_TAG:
        space = m->tags = pool_array(&m->pool, n, sizeof(*m->tags));
        m->n_tags = (uint32_t)n;
        break;
    default:
        space = m->globals = pool_array(&m->pool, n, sizeof(*m->globals));
        m->n_globals = (uint32_t)n;
        break;
    }
    if (!space)
        return decode_no_memory(d);
    for (i = 0; i < m->n_imports; i++) {
        if (m->imports[i].type.kind == kind)
            enter_import(m, &m->imports[i]);
    }
    return true;
}

bool decode_imported_spaces(struct decoder *d)
{
    struct module *m = d->module;

    return (m->funcs || space_new(d, EXTERN_FUNC, 0)) &&
           (m->tables || space_new(d, EXTERN_TABLE, 0)) &&
           (m->memories || space_new(d, EXTERN_MEMORY, 0)) &&
           (m->tags || space_new(d, EXTERN_TAG, 0)) &&
           (m->globals || space_new(d, EXTERN_GLOBAL, 0));
}

static bool read_function_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t i;

    if (!reader_count(&d->r, "the number of functions", LIMIT_FUNCTIONS, 1,
                      n) ||
        !space_new(d, EXTERN_FUNC, *n))
        return false;
    for (i = m->n_imported_funcs; i < m->n_funcs; i++) {
        struct func_decl *func = &m->funcs[i];

        if (!read_type_use(d, &func->type_index, &func->type))
            return false;
    }
    return true;
}

static bool read_table(struct decoder *d, struct table_decl *ret)
{
    uint32_t offset = reader_offset(&d->r);
    uint8_t zero;

    /* 0x40 0x00 in front: an expression for the elements follows. */
    if (reader_left(&d->r) == 0 || *d->r.p != 0x40)
        return read_tabletype(d, &ret->type);
    d->r.p++;
    if (!reader_u8(&d->r, "the form of a table", &zero))
        return false;
    if (zero != 0)
        return malformed(d, offset, "table", zero);
    return read_tabletype(d, &ret->type) && constexpr_scan(&d->r, &ret->init);
}

static bool read_table_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t i;

    if (!reader_count(&d->r, "the number of tables", LIMIT_TABLES, 3, n) ||
        !space_new(d, EXTERN_TABLE, *n))
        return false;
    for (i = m->n_imported_tables; i < m->n_tables; i++) {
        if (!read_table(d, &m->tables[i]))
            return false;
    }
    return true;
}

static bool read_memory_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t i;

    if (!reader_count(&d->r, "the number of memories", LIMIT_MEMORIES, 2, n) ||
        !space_new(d, EXTERN_MEMORY, *n))
        return false;
    for (i = m->n_imported_memories; i < m->n_memories; i++) {
        if (!read_memtype(d, &m->memories[i]))
            return false;
    }
    return true;
}

static bool read_global_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t i;

    if (!reader_count(&d->r, "the number of globals", LIMIT_GLOBALS, 3, n) ||
        !space_new(d, EXTERN_GLOBAL, *n))
        return false;
    for (i = m->n_imported_globals; i < m->n_globals; i++) {
        struct global_decl *global = &m->globals[i];

        if (!read_globaltype(d, &global->type) ||
            !constexpr_scan(&d->r, &global->init))
            return false;
    }
    return true;
}

static bool read_export_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t i;

    if (!reader_count(&d->r, "the number of exports", LIMIT_EXPORTS, 3, n))
        return false;
    m->exports = pool_array(&m->pool, *n, sizeof(*m->exports));
    m->export_order = pool_array(&m->pool, *n, sizeof(*m->export_order));
    if (!m->exports || !m->export_order)
        return decode_no_memory(d);
    for (i = 0; i < *n; i++) {
        struct export *export = &m->exports[i];

        if (!reader_name(&d->r, "the name of an export", &export->name) ||
            !read_extern_kind(d, "export kind", &export->kind) ||
            !reader_u32(&d->r, "the index of an export", &export->index))
            return false;
    }
    m->n_exports = *n;
    return true;
}

static bool read_start_section(struct decoder *d, uint32_t *n)
{
    (void)n;
    d->module->has_start = true;
    return reader_u32(&d->r, "the start function", &d->module->start);
}

/* The type of the elements: an element kind for function indices, or a
 * reference type for expressions. */
static bool read_elem_type(struct decoder *d, uint32_t flags, valtype *ret)
{
    uint32_t offset = reader_offset(&d->r);
    uint8_t kind;

    if (flags & ELEM_EXPRS)
        return reader_reftype(&d->r, "the type of an element segment", ret);
    if (!reader_u8(&d->r, "the kind of an element segment", &kind))
        return false;
    if (kind != 0)
        return malformed(d, offset, "element kind", kind);
    *ret = valtype_non_null(VT_FUNCREF);
    return true;
}

static bool read_elem_funcs(struct decoder *d, struct elem_segment *ret)
{
    uint32_t *funcs;
    uint32_t i;

    if (!reader_count(&d->r, "the number of elements", LIMIT_ELEM_ITEMS, 1,
                      &ret->n))
        return false;
    funcs = pool_array(&d->module->pool, ret->n, sizeof(*funcs));
    if (!funcs)
        return decode_no_memory(d);
    for (i = 0; i < ret->n; i++) {
        if (!reader_u32(&d->r, "a function index", &funcs[i]))
            return false;
    }
    ret->funcs = funcs;
    return true;
}

static bool read_elem_exprs(struct decoder *d, struct elem_segment *ret)
{
    struct constexpr_ref *exprs;
    uint32_t i;

    if (!reader_count(&d->r, "the number of elements", LIMIT_ELEM_ITEMS, 1,
                      &ret->n))
        return false;
    exprs = pool_array(&d->module->pool, ret->n, sizeof(*exprs));
    if (!exprs)
        return decode_no_memory(d);
    for (i = 0; i < ret->n; i++) {
        if (!constexpr_scan(&d->r, &exprs[i]))
            return false;
    }
    ret->exprs = exprs;
    return true;
}

static bool read_elem(struct decoder *d, struct elem_segment *ret)
{
    uint32_t flags;

    ret->file_offset = reader_offset(&d->r);
    ret->mode = SEGMENT_ACTIVE;
    if (!reader_u32(&d->r, "the flags of an element segment", &flags))
        return false;
    /* References to functions by index cannot be null. */
    ret->type = flags & ELEM_EXPRS ? VT_FUNCREF : valtype_non_null(VT_FUNCREF);
    if (flags & ~(ELEM_NOT_ACTIVE | ELEM_EXPLICIT | ELEM_EXPRS))
        return malformed(d, ret->file_offset, "elements segment kind", flags);
    if (flags & ELEM_NOT_ACTIVE) {
        ret->mode =
            flags & ELEM_EXPLICIT ? SEGMENT_DECLARATIVE : SEGMENT_PASSIVE;
    } else {
        if ((flags & ELEM_EXPLICIT) &&
            !reader_u32(&d->r, "the table of a segment", &ret->table))
            return false;
        if (!constexpr_scan(&d->r, &ret->offset))
            return false;
    }
    /* The short active forms leave the type out. */
    if ((flags & (ELEM_NOT_ACTIVE | ELEM_EXPLICIT)) &&
        !read_elem_type(d, flags, &ret->type))
        return false;
    return flags & ELEM_EXPRS ? read_elem_exprs(d, ret)
                              : read_elem_funcs(d, ret);
}

static bool read_elem_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t i;

    if (!reader_count(&d->r, "the number of element segments", LIMIT_SEGMENTS,
                      3, n))
        return false;
    m->elems = pool_array(&m->pool, *n, sizeof(*m->elems));
    if (!m->elems)
        return decode_no_memory(d);
    for (i = 0; i < *n; i++) {
        if (!read_elem(d, &m->elems[i]))
            return false;
    }
    m->n_elems = *n;
    return true;
}

static bool read_body(struct decoder *d, struct body *ret)
{
    uint32_t at = reader_offset(&d->r);
    const uint8_t *bytes;
    uint32_t size;

    if (!reader_u32(&d->r, "the size of a function", &size))
        return false;
    if (size > LIMIT_BODY_SIZE)
        return error_set(d->r.err, ERROR_UNSUPPORTED, at,
                         "the function has %u bytes, and the limit is %u", size,
                         LIMIT_BODY_SIZE);
    if (!reader_bytes(&d->r, "a function", size, &bytes))
        return false;
    ret->offset = reader_offset_of(&d->r, bytes);
    ret->end = ret->offset + size;
    return true;
}

static bool read_code_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t i;

    m->code_offset = reader_offset(&d->r);
    if (!reader_count(&d->r, "the number of function bodies", LIMIT_FUNCTIONS,
                      1, n))
        return false;
    m->bodies = pool_array(&m->pool, *n, sizeof(*m->bodies));
    if (!m->bodies)
        return decode_no_memory(d);
    for (i = 0; i < *n; i++) {
        if (!read_body(d, &m->bodies[i]))
            return false;
    }
    d->n_bodies = *n;
    return true;
}

static bool read_data(struct decoder *d, struct data_segment *ret)
{
    uint32_t flags;

    ret->file_offset = reader_offset(&d->r);
    if (!reader_u32(&d->r, "the flags of a data segment", &flags))
        return false;
    if (flags > 2)
        return malformed(d, ret->file_offset, "data segment kind", flags);
    ret->mode = flags == 1 ? SEGMENT_PASSIVE : SEGMENT_ACTIVE;
    if (flags == 2 &&
        !reader_u32(&d->r, "the memory of a segment", &ret->memory))
        return false;
    if (ret->mode == SEGMENT_ACTIVE && !constexpr_scan(&d->r, &ret->offset))
        return false;
    return reader_u32(&d->r, "the size of a data segment", &ret->len) &&
           reader_bytes(&d->r, "a data segment", ret->len, &ret->bytes);
}

static bool read_data_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t i;

    if (!reader_count(&d->r, "the number of data segments", LIMIT_SEGMENTS, 2,
                      n))
        return false;
    m->datas = pool_array(&m->pool, *n, sizeof(*m->datas));
    if (!m->datas)
        return decode_no_memory(d);
    for (i = 0; i < *n; i++) {
        if (!read_data(d, &m->datas[i]))
            return false;
    }
    m->n_datas = *n;
    return true;
}

static bool read_data_count_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;

    if (!reader_u32(&d->r, "the number of data segments", n))
        return false;
    m->has_data_count = true;
    m->data_count = *n;
    return true;
}

static bool read_tag_section(struct decoder *d, uint32_t *n)
{
    struct module *m = d->module;
    uint32_t i, index;

    if (!reader_count(&d->r, "the number of tags", LIMIT_TAGS, 2, n) ||
        !space_new(d, EXTERN_TAG, *n))
        return false;
    for (i = m->n_imported_tags; i < m->n_tags; i++) {
        if (!read_tagtype(d, &index, &m->tags[i]))
            return false;
    }
    return true;
}

static bool read_custom_section(struct decoder *d, uint32_t *n)
{
    (void)n;
    return decode_custom(d);
}

bool decode_section(struct decoder *d, uint8_t id, uint32_t *n)
{
    static bool (*const readers[SECTION_IDS])(struct decoder *, uint32_t *) = {
        [SECTION_CUSTOM] = read_custom_section,
        [SECTION_TYPE] = decode_type_section,
        [SECTION_IMPORT] = read_import_section,
        [SECTION_FUNCTION] = read_function_section,
        [SECTION_TABLE] = read_table_section,
        [SECTION_MEMORY] = read_memory_section,
        [SECTION_GLOBAL] = read_global_section,
        [SECTION_EXPORT] = read_export_section,
        [SECTION_START] = read_start_section,
        [SECTION_ELEMENT] = read_elem_section,
        [SECTION_CODE] = read_code_section,
        [SECTION_DATA] = read_data_section,
        [SECTION_DATA_COUNT] = read_data_count_section,
        [SECTION_TAG] = read_tag_section,
    };

    return readers[id](d, n);
}
