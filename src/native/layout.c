/* layout.c: native_layout_init and native_types; see native.h.  The compiler
 * links this file too. */
#include "native/native.h"

#include "base/base.h"

/* Takes n items of `bytes` at *at; their offset. */
static uint32_t take(uint64_t *at, uint64_t n, uint32_t bytes)
{
    uint64_t from = ROUND_UP(*at, (uint64_t)bytes);

    *at = from + n * bytes;
    return (uint32_t)from;
}

bool native_layout_init(struct native_layout *layout,
                        const struct module *module)
{
    uint64_t at = sizeof(struct native);

    layout->globals = take(&at, module->n_globals, 16);
    layout->memories = take(&at, module->n_memories, 8);
    layout->tables = take(&at, module->n_tables, 8);
    layout->tags = take(&at, module->n_tags, 8);
    layout->imports = take(&at, module->n_imported_funcs, 8);
    layout->cells = take(&at, module->n_types, 8);
    layout->size = (uint32_t)at;
    return at < (uint64_t)1 << 30;
}

struct place {
    const struct functype *type;
    uint32_t index;
};

static int compare(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    if (a->type != b->type)
        return a->type->id < b->type->id ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

uint32_t *native_types(const struct module *module)
{
    uint32_t n = module->n_types;
    AUTO_FREE struct place *places = calloc(n + 1, sizeof(*places));
    uint32_t *first = calloc(n + 1, sizeof(*first));
    uint32_t i;

    if (!places || !first) {
        free(first);
        return NULL;
    }
    for (i = 0; i < n; i++)
        places[i] = (struct place){module->types[i], i};
    qsort(places, n, sizeof(*places), compare);
    for (i = 0; i < n; i++) {
        bool same = i > 0 && places[i].type == places[i - 1].type;

        first[places[i].index] =
            same ? first[places[i - 1].index] : places[i].index;
    }
    return first;
}
