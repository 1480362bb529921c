/*
 * decode.c: the binary format of a module (specification, section 5): the
 * preamble, the framing and the order of sections.  What is inside a section
 * is read in decode_section.c and decode_custom.c; function bodies are only
 * found, and read when they are validated.
 */
#include "wasm/decode.h"

#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"

#define PREAMBLE_SIZE 8u

static const char magic[4] = {'\0', 'a', 's', 'm'};

static const struct {
    const char *name;
    uint8_t order; /* sections stand in this order; 0: anywhere */
} sections[SECTION_IDS] = {
    [SECTION_CUSTOM] = {"custom", 0},
    [SECTION_TYPE] = {"type", 1},
    [SECTION_IMPORT] = {"import", 2},
    [SECTION_FUNCTION] = {"function", 3},
    [SECTION_TABLE] = {"table", 4},
    [SECTION_MEMORY] = {"memory", 5},
    [SECTION_TAG] = {"tag", 6},
    [SECTION_GLOBAL] = {"global", 7},
    [SECTION_EXPORT] = {"export", 8},
    [SECTION_START] = {"start", 9},
    [SECTION_ELEMENT] = {"element", 10},
    [SECTION_DATA_COUNT] = {"data count", 11},
    [SECTION_CODE] = {"code", 12},
    [SECTION_DATA] = {"data", 13},
};

const char *decode_section_name(uint8_t id)
{
    return id < SECTION_IDS ? sections[id].name : "unknown";
}

bool decode_no_memory(struct decoder *d)
{
    return error_set(d->r.err, ERROR_HOST, ERROR_NO_OFFSET,
                     "out of memory for the decoded module");
}

static bool check_preamble(struct reader *r)
{
    const uint8_t *bytes;

    if (reader_left(r) < sizeof(magic) ||
        memcmp(r->p, magic, sizeof(magic)) != 0)
        return error_set(r->err, ERROR_MALFORMED, 0,
                         "magic header not detected");
    r->p += sizeof(magic);
    if (!reader_bytes(r, "the version", 4, &bytes))
        return false;
    if (load_le32(bytes) != 1)
        return error_set(r->err, ERROR_MALFORMED, sizeof(magic),
                         "unknown binary version 0x%x%s", load_le32(bytes),
                         load_le32(bytes) == 0x1000d ? " (a component)" : "");
    return true;
}

/* Read one section's header, and move behind the section. */
static bool read_frame(struct reader *r, struct section *ret)
{
    const uint8_t *at = r->p;
    uint32_t len;

    if (!reader_u8(r, "a section id", &ret->id))
        return false;
    if (ret->id >= SECTION_IDS)
        return error_set(r->err, ERROR_MALFORMED, reader_offset_of(r, at),
                         "malformed section id %u", ret->id);
    if (!reader_u32(r, "the size of a section", &len))
        return false;
    if (len > reader_left(r))
        return error_set(r->err, ERROR_MALFORMED, reader_offset_of(r, at),
                         "length out of bounds: the %s section has %u bytes, "
                         "the module has %zu left: unexpected end",
                         decode_section_name(ret->id), len, reader_left(r));
    ret->offset = reader_offset(r);
    ret->len = len;
    ret->n = 0;
    r->p += len;
    return true;
}

/* Walk the sections without looking inside: fill *list, or only count when it
 * is NULL. */
static bool read_frames(struct reader r, struct section *list, uint32_t *n,
                        uint32_t *n_customs)
{
    uint8_t last = 0;
    struct section section;

    *n = 0;
    *n_customs = 0;
    while (r.p < r.end) {
        const uint8_t *at = r.p;
        uint8_t order;

        if (!read_frame(&r, &section))
            return false;
        order = sections[section.id].order;
        if (order && order <= last)
            return error_set(r.err, ERROR_MALFORMED, reader_offset_of(&r, at),
                             "unexpected content after last section: the %s "
                             "section stands twice or too late",
                             decode_section_name(section.id));
        last = order ? order : last;
        *n_customs += section.id == SECTION_CUSTOM;
        if (*n_customs > LIMIT_CUSTOM_SECTIONS)
            return error_set(r.err, ERROR_UNSUPPORTED, reader_offset_of(&r, at),
                             "more than %u custom sections",
                             LIMIT_CUSTOM_SECTIONS);
        if (list)
            list[*n] = section;
        ++*n;
    }
    return true;
}

/* Find the sections, and make room for what is known of each. */
static bool find_sections(struct decoder *d)
{
    struct module *m = d->module;
    uint32_t n_customs;

    if (!read_frames(d->r, NULL, &m->n_sections, &n_customs))
        return false;
    m->sections = pool_array(&m->pool, m->n_sections, sizeof(*m->sections));
    m->customs = pool_array(&m->pool, n_customs, sizeof(*m->customs));
    if (!m->sections || !m->customs)
        return decode_no_memory(d);
    return read_frames(d->r, m->sections, &m->n_sections, &n_customs);
}

static bool read_section(struct decoder *d, struct section *section)
{
    d->r.p = d->module->bytes + section->offset;
    d->r.end = d->r.p + section->len;
    d->r.within = "section or function";
    if (!decode_section(d, section->id, &section->n))
        return error_prefix(d->r.err,
                            "%s section: ", decode_section_name(section->id));
    if (d->r.p < d->r.end)
        return error_set(d->r.err, ERROR_MALFORMED, reader_offset(&d->r),
                         "section size mismatch: %zu bytes are left over in "
                         "the %s section",
                         reader_left(&d->r), decode_section_name(section->id));
    return true;
}

/* What sections promise of each other. */
static bool check_counts(struct decoder *d)
{
    struct module *m = d->module;
    uint32_t n_defined = m->n_funcs - m->n_imported_funcs;

    if (d->n_bodies != n_defined)
        return error_set(d->r.err, ERROR_MALFORMED, m->size,
                         "function and code section have inconsistent "
                         "lengths: %u functions, %u bodies",
                         n_defined, d->n_bodies);
    if (m->has_data_count && m->data_count != m->n_datas)
        return error_set(d->r.err, ERROR_MALFORMED, m->size,
                         "data count and data section have inconsistent "
                         "lengths: %u promised, %u segments",
                         m->data_count, m->n_datas);
    return true;
}

static bool decode_all(struct decoder *d)
{
    struct module *m = d->module;
    uint32_t i;

    if (!check_preamble(&d->r) || !find_sections(d))
        return false;
    for (i = 0; i < m->n_sections; i++) {
        if (!read_section(d, &m->sections[i]))
            return false;
    }
    return decode_imported_spaces(d) && check_counts(d);
}

static struct module *module_new(const char *path, const uint8_t *bytes,
                                 size_t size)
{
    struct pool pool;
    struct module *m;

    pool_init(&pool);
    m = pool_alloc(&pool, sizeof(*m));
    if (!m)
        return NULL;
    m->pool = pool;
    m->bytes = bytes;
    m->size = (uint32_t)size;
    m->path = pool_string(&m->pool, path, strlen(path));
    if (!m->path) {
        module_free(m);
        return NULL;
    }
    return m;
}

struct module *module_decode(const char *path, const uint8_t *bytes,
                             size_t size, struct error *err)
{
    struct decoder d = {0};
    bool ok;

    if (size > LIMIT_MODULE) {
        error_set(err, ERROR_UNSUPPORTED, ERROR_NO_OFFSET,
                  "the module has %zu bytes, and the limit is %u", size,
                  LIMIT_MODULE);
        return NULL;
    }
    d.r = (struct reader){
        .bytes = bytes,
        .p = bytes,
        .end = bytes + size,
        .within = "module",
        .err = err,
    };
    d.module = module_new(path, bytes, size);
    if (!d.module) {
        decode_no_memory(&d);
        return NULL;
    }
    d.r.module = d.module;
    ok = decode_all(&d);
    vec_done(&d.imports);
    if (!ok) {
        module_free(d.module);
        return NULL;
    }
    return d.module;
}
