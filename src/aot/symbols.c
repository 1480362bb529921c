/*
 * symbols.c: the names of functions as symbols of the object, which perf, gdb
 * and objdump show: from the name section where it has one, made unique, and
 * without what assemblers and linkers give a meaning.
 */
#include <stdio.h>
#include <string.h>

#include "aot/aot.h"
#include "wasm/reader.h"

#define SYMBOL_SIZE 256u

/* Symbols of our own begin so, and LLVM's intrinsics. */
static bool is_reserved(const char *name)
{
    return strncmp(name, "tine.", 5) == 0 || strncmp(name, "llvm.", 5) == 0 ||
           strcmp(name, "tine_image") == 0 || name[0] == '\0';
}

static char *make_symbol(struct name name)
{
    size_t len = MIN(name.len, SYMBOL_SIZE);
    char *symbol = malloc(len + 1);
    size_t i;

    if (!symbol)
        return NULL;
    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)name.text[i];

        symbol[i] =
            c <= ' ' || c >= 0x7f || strchr("\"\\@$", c) ? '_' : (char)c;
    }
    symbol[len] = '\0';
    return symbol;
}

/* The function names of the name section; nothing in it is believed. */
static bool read_names(const struct module *m, char **symbols)
{
    const struct custom_section *custom = module_custom(m, "name");
    const uint8_t *p, *end, *stop;
    uint32_t n, size, index, len;
    uint8_t id;

    if (!custom)
        return true;
    p = m->bytes + custom->offset;
    end = p + custom->len;
    while (p < end) {
        id = *p++;
        if (leb_read_u32(&p, end, &size) != LEB_OK || size > (size_t)(end - p))
            return true;
        stop = p + size;
        if (id != 1) {
            p = stop;
            continue;
        }
        if (leb_read_u32(&p, stop, &n) != LEB_OK)
            return true;
        while (n-- > 0) {
            if (leb_read_u32(&p, stop, &index) != LEB_OK ||
                leb_read_u32(&p, stop, &len) != LEB_OK ||
                len > (size_t)(stop - p))
                return true;
            if (index < m->n_funcs && !symbols[index]) {
                struct name name = {(const char *)p, len};

                symbols[index] = make_symbol(name);
                if (!symbols[index])
                    return false;
            }
            p += len;
        }
    }
    return true;
}

static bool name_exports(const struct module *m, char **symbols)
{
    uint32_t i;

    for (i = 0; i < m->n_exports; i++) {
        const struct export *export = &m->exports[i];

        if (export->kind != EXTERN_FUNC || symbols[export->index])
            continue;
        symbols[export->index] = make_symbol(export->name);
        if (!symbols[export->index])
            return false;
    }
    return true;
}

/* Put the function's number behind its name. */
static bool number(char **symbol, uint32_t index)
{
    const char *old = *symbol ? *symbol : "func";
    size_t size = strlen(old) + 16;
    char *text = malloc(size);

    if (!text)
        return false;
    (void)snprintf(text, size, "%s%s.%u", is_reserved(old) ? "_" : "", old,
                   index);
    free(*symbol);
    *symbol = text;
    return true;
}

static int compare(const void *left, const void *right)
{
    return strcmp(**(char **const *)left, **(char **const *)right);
}

/* Those that others have too get their number; a name that already looks so is
 * numbered as well, so that nobody has it in the end. */
static bool make_unique(const struct module *m, char **symbols)
{
    char ***sorted = calloc(m->n_funcs + 1, sizeof(*sorted));
    bool *again = calloc(m->n_funcs + 1, sizeof(*again));
    bool ok = sorted && again;
    uint32_t i;

    for (i = 0; ok && i < m->n_funcs; i++)
        sorted[i] = &symbols[i];
    if (ok)
        qsort(sorted, m->n_funcs, sizeof(*sorted), compare);
    for (i = 0; ok && i + 1 < m->n_funcs; i++)
        if (strcmp(*sorted[i], *sorted[i + 1]) == 0)
            again[sorted[i] - symbols] = again[sorted[i + 1] - symbols] = true;
    for (i = 0; ok && i < m->n_funcs; i++) {
        const char *dot = strrchr(symbols[i], '.');

        if (again[i] || is_reserved(symbols[i]) ||
            (dot && dot[1] && strspn(dot + 1, "0123456789") == strlen(dot + 1)))
            ok = number(&symbols[i], i);
    }
    free(sorted);
    free(again);
    return ok;
}

char **symbols_new(const struct module *m)
{
    char **symbols = calloc(m->n_funcs + 1, sizeof(*symbols));
    bool ok = symbols && read_names(m, symbols) && name_exports(m, symbols);
    uint32_t i;

    for (i = 0; ok && i < m->n_funcs; i++)
        if (!symbols[i])
            ok = number(&symbols[i], i);
    if (!ok || !make_unique(m, symbols)) {
        symbols_free(m, symbols);
        return NULL;
    }
    return symbols;
}

void symbols_free(const struct module *m, own char **symbols)
{
    uint32_t i;

    for (i = 0; symbols && i < m->n_funcs; i++)
        free(symbols[i]);
    free(symbols);
}
