/*
 * skeleton.c: the module that an image carries, so that a start reads nothing
 * else: the original's sections, but function bodies that trap, no debugging
 * information that backtraces do not read (wasm/debuginfo.h), and, where the
 * initial memory is in the image, segments without their bytes.
 */
#include <string.h>

#include "aot/aot.h"
#include "wasm/constexpr.h"
#include "wasm/debuginfo.h"
#include "wasm/decode.h"

#define PAGE ((uint64_t)4096)

/* A memory that is mostly holes is better left in segments. */
#define HOLES_MAX ((uint64_t)1 << 20)

struct out {
    VEC(uint8_t) bytes;
    bool failed;
};

static void put(struct out *out, const void *bytes, size_t n)
{
    if (out->failed || !vec_reserve(&out->bytes, n)) {
        out->failed = true;
        return;
    }
    if (n)
        memcpy(out->bytes.items + out->bytes.n, bytes, n);
    out->bytes.n += n;
}

static void put_byte(struct out *out, uint8_t byte)
{
    put(out, &byte, 1);
}

static void put_u32(struct out *out, uint32_t value)
{
    while (value >= 0x80) {
        put_byte(out, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    put_byte(out, (uint8_t)value);
}

/* --- The initial memory --- */

static uint64_t no_global(void *ctx, uint32_t index)
{
    (void)ctx;
    (void)index;
    return 0;
}

/* Does the segment belong to the memory image?  Then where it is. */
static bool in_image(const struct module *m, const struct data_segment *data,
                     uint64_t *at)
{
    const struct constexpr_env env = {NULL, no_global, no_global};
    uint64_t size = m->memories[0].limits.min * WASM_PAGE_SIZE;
    uint8_t op = m->bytes[data->offset.offset];

    /* Nothing but a number: i32.const or i64.const, and end. */
    if (op != OP_I32_CONST && op != OP_I64_CONST)
        return false;
    *at = constexpr_eval(m, data->offset, &env);
    return data->len <= size && *at <= size - data->len;
}

/* The pages that active segments fill, if that is all of them. */
static bool find_extent(const struct module *m, uint64_t *from, uint64_t *to)
{
    uint64_t bytes = 0;
    uint32_t i;

    *from = UINT64_MAX;
    *to = 0;
    for (i = 0; i < m->n_datas; i++) {
        const struct data_segment *data = &m->datas[i];
        uint64_t at;

        if (data->mode != SEGMENT_ACTIVE)
            continue;
        if (data->memory != 0 || !in_image(m, data, &at))
            return false;
        if (data->len == 0)
            continue;
        *from = MIN(*from, at / PAGE * PAGE);
        *to = MAX(*to, ROUND_UP(at + data->len, PAGE));
        bytes += data->len;
    }
    return *to > *from && *to <= UINT32_MAX &&
           *to - *from <= 2 * bytes + HOLES_MAX;
}

static bool make_memory(const struct module *m, struct skeleton *ret)
{
    uint64_t from, to, at;
    uint32_t i;

    if (m->n_memories == 0 || !find_extent(m, &from, &to))
        return true;
    ret->memory = calloc(1, to - from);
    if (!ret->memory)
        return false;
    ret->memory_size = to - from;
    ret->memory_addr = (uint32_t)from;
    for (i = 0; i < m->n_datas; i++) {
        const struct data_segment *data = &m->datas[i];

        if (data->mode == SEGMENT_ACTIVE && data->len > 0 &&
            in_image(m, data, &at))
            memcpy(ret->memory + (at - from), data->bytes, data->len);
    }
    return true;
}

/* --- Sections --- */

static void put_section(struct out *out, uint8_t id, struct out *contents)
{
    put_byte(out, id);
    put_u32(out, (uint32_t)contents->bytes.n);
    put(out, contents->bytes.items, contents->bytes.n);
    out->failed |= contents->failed;
    vec_done(&contents->bytes);
}

static void put_code(struct out *out, const struct module *m)
{
    /* Size, no locals, unreachable, end. */
    static const uint8_t body[] = {3, 0, OP_UNREACHABLE, OP_END};
    uint32_t n = m->n_funcs - m->n_imported_funcs, i;
    struct out contents = {.failed = false};

    put_u32(&contents, n);
    for (i = 0; i < n; i++)
        put(&contents, body, sizeof(body));
    put_section(out, SECTION_CODE, &contents);
}

static void put_data(struct out *out, const struct module *m, bool have_memory)
{
    struct out contents = {.failed = false};
    uint32_t i;

    put_u32(&contents, m->n_datas);
    for (i = 0; i < m->n_datas; i++) {
        const struct data_segment *data = &m->datas[i];
        bool active = data->mode == SEGMENT_ACTIVE;
        uint32_t len = active && have_memory ? 0 : data->len;

        put_u32(&contents, !active ? 1 : data->memory == 0 ? 0 : 2);
        if (active && data->memory != 0)
            put_u32(&contents, data->memory);
        if (active)
            put(&contents, m->bytes + data->offset.offset, data->offset.len);
        put_u32(&contents, len);
        put(&contents, data->bytes, len);
    }
    put_section(out, SECTION_DATA, &contents);
}

/* The section that begins at `start` as it stands. */
static void put_copy(struct out *out, const struct module *m,
                     const struct section *section)
{
    put_byte(out, section->id);
    put_u32(out, section->len);
    put(out, m->bytes + section->offset, section->len);
}

/* Debugging information that is of no use here? */
static bool is_left_out(const struct module *m, const struct section *section)
{
    const uint8_t *p = m->bytes + section->offset;
    struct name name;

    if (section->id != SECTION_CUSTOM)
        return false;
    /* The decoder has seen that it is whole. */
    name.len = leb_get_u32(&p);
    name.text = (const char *)p;
    return name.len > 7 && memcmp(p, ".debug_", 7) == 0 &&
           !debuginfo_is_section(name);
}

bool skeleton_make(const struct module *m, struct skeleton *ret,
                   struct error *err)
{
    struct out out = {.failed = false};
    uint32_t i;

    memset(ret, 0, sizeof(*ret));
    out.failed = !make_memory(m, ret);
    put(&out, m->bytes, 8);
    for (i = 0; i < m->n_sections; i++) {
        const struct section *section = &m->sections[i];

        if (section->id == SECTION_CODE)
            put_code(&out, m);
        else if (section->id == SECTION_DATA)
            put_data(&out, m, ret->memory != NULL);
        else if (!is_left_out(m, section))
            put_copy(&out, m, section);
    }
    ret->module = out.bytes.items;
    ret->module_size = out.bytes.n;
    if (!out.failed)
        return true;
    skeleton_done(ret);
    return error_set(err, ERROR_HOST, ERROR_NO_OFFSET, "out of memory");
}

void skeleton_done(struct skeleton *skeleton)
{
    free(skeleton->module);
    free(skeleton->memory);
    memset(skeleton, 0, sizeof(*skeleton));
}
