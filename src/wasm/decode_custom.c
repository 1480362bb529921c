/*
 * decode_custom.c: custom sections.  Decoding only notes where they are: what
 * is in them never decides whether a module is accepted.  The name section is
 * read when a name is asked for.
 */
#include "wasm/decode.h"

#include <stdio.h>

#include "base/utf8.h"

/* Subsection of the name section that holds the names of functions. */
#define NAMES_FUNCTIONS 1

bool decode_custom(struct decoder *d)
{
    struct module *m = d->module;
    struct custom_section *custom = &m->customs[m->n_customs];

    if (!reader_name(&d->r, "the name of a custom section", &custom->name))
        return false;
    custom->offset = reader_offset(&d->r);
    custom->len = (uint32_t)reader_left(&d->r);
    d->r.p = d->r.end;
    m->n_customs++;
    return true;
}

/* A vector of bytes, of which nothing is believed. */
static bool next_bytes(const uint8_t **p, const uint8_t *end, struct name *ret)
{
    uint32_t len;

    if (leb_read_u32(p, end, &len) != LEB_OK || len > (size_t)(end - *p))
        return false;
    ret->text = (const char *)*p;
    ret->len = len;
    *p += len;
    return true;
}

/* Find the function's name in a subsection of function names. */
static bool find_in_names(struct name names, uint32_t index, struct name *ret)
{
    const uint8_t *p = (const uint8_t *)names.text;
    const uint8_t *end = p + names.len;
    uint32_t n, at;

    if (leb_read_u32(&p, end, &n) != LEB_OK)
        return false;
    while (n--) {
        if (leb_read_u32(&p, end, &at) != LEB_OK || !next_bytes(&p, end, ret))
            return false;
        if (at == index)
            return ret->len != 0;
    }
    return false;
}

static bool find_in_section(const struct module *module, uint32_t index,
                            struct name *ret)
{
    const struct custom_section *custom = module_custom(module, "name");
    const uint8_t *p, *end;

    if (!custom)
        return false;
    p = module->bytes + custom->offset;
    end = p + custom->len;
    while (p < end) {
        uint8_t id = *p++;
        struct name content;

        if (!next_bytes(&p, end, &content))
            return false;
        if (id == NAMES_FUNCTIONS)
            return find_in_names(content, index, ret);
    }
    return false;
}

static bool find_in_exports(const struct module *module, uint32_t index,
                            struct name *ret)
{
    uint32_t i;

    for (i = 0; i < module->n_exports; i++) {
        const struct export *export = &module->exports[i];

        if (export->kind == EXTERN_FUNC && export->index == index) {
            *ret = export->name;
            return true;
        }
    }
    return false;
}

static bool find_in_imports(const struct module *module, uint32_t index,
                            struct name *ret)
{
    uint32_t i;

    for (i = 0; i < module->n_imports; i++) {
        const struct import *import = &module->imports[i];

        if (import->type.kind == EXTERN_FUNC && import->index == index) {
            *ret = import->name;
            return true;
        }
    }
    return false;
}

bool module_func_name(const struct module *module, uint32_t index, char *buf,
                      size_t size)
{
    struct name name;

    if (size == 0)
        return false;
    if (find_in_section(module, index, &name) ||
        find_in_exports(module, index, &name) ||
        find_in_imports(module, index, &name)) {
        (void)utf8_print(buf, size, name.text, name.len);
        return true;
    }
    (void)snprintf(buf, size, "func[%u]", index);
    return false;
}
