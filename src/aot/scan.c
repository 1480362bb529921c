/*
 * scan.c: what has to be known of all of a module's code before any of it is
 * compiled.
 *
 * An object may have code for some functions only.  The others are interpreted
 * when that code calls them, which takes place on the machine stack for as long
 * as the call lasts.  A chain of tail calls has no end, and may not take more
 * and more of it by going to and fro; so functions with tail calls are compiled
 * in any case, and one that is interpreted returns to who called it.
 */
#include <stdlib.h>
#include <string.h>

#include "aot/aot.h"

static bool is_tail_call(uint32_t op)
{
    return op == OP_RETURN_CALL || op == OP_RETURN_CALL_INDIRECT ||
           op == OP_RETURN_CALL_REF;
}

/* What one function needs of all code.  Has it tail calls? */
static bool scan_needs(struct plan *plan, const struct body *body)
{
    bool tail = false;
    struct instr in;
    struct iter it;

    iter_body(&it, plan->module, body);
    while (iter_next(&it, &in)) {
        tail |= is_tail_call(in.op);
        plan->throws |=
            in.op == OP_TRY || in.op == OP_TRY_TABLE || in.op == OP_THROW_REF;
    }
    plan->tailcc |= tail;
    return tail;
}

/* Note which absent functions the body calls. */
static void scan_calls(struct plan *plan, const struct body *body)
{
    struct instr in;
    struct iter it;

    iter_body(&it, plan->module, body);
    while (iter_next(&it, &in))
        if ((in.op == OP_CALL || in.op == OP_RETURN_CALL) &&
            plan->absent[in.index])
            plan->called[in.index] = true;
}

/* All are absent but those that are asked for. */
static bool init_absent(struct plan *plan)
{
    const struct aot_options *options = plan->options;
    const struct module *m = plan->module;
    uint32_t func;
    size_t i;

    plan->absent = calloc(m->n_funcs + 1, sizeof(*plan->absent));
    plan->called = calloc(m->n_funcs + 1, sizeof(*plan->called));
    if (!plan->absent || !plan->called)
        return false;
    for (func = m->n_imported_funcs; func < m->n_funcs; func++)
        plan->absent[func] = true;
    for (i = 0; i < options->n_functions; i++)
        if (options->functions[i] < m->n_funcs)
            plan->absent[options->functions[i]] = false;
    return true;
}

bool scan_is_present(const struct plan *plan, uint32_t func)
{
    return !plan->absent || !plan->absent[func];
}

static int by_number(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;

    return *a < *b ? -1 : *a > *b;
}

/* The loops of a function that are asked for; `wanted` is in order. */
static bool scan_entered(struct plan *plan, uint32_t func,
                         const uint32_t *wanted, size_t n)
{
    const struct module *m = plan->module;
    struct instr in;
    struct iter it;
    bool ok = true;

    iter_body(&it, m, &m->bodies[func - m->n_imported_funcs]);
    while (ok && iter_next(&it, &in)) {
        struct entered_loop loop = {func, in.offset};

        if (in.op == OP_LOOP &&
            (plan->options->all_loops ||
             bsearch(&in.offset, wanted, n, sizeof(*wanted), by_number)))
            ok = vec_push(&plan->loops, loop);
    }
    return ok;
}

static bool find_loops(struct plan *plan)
{
    const struct aot_options *options = plan->options;
    const struct module *m = plan->module;
    AUTO_FREE uint32_t *wanted = NULL;
    uint32_t func;

    if (options->n_loops == 0 && !options->all_loops)
        return true;
    wanted = calloc(options->n_loops + 1, sizeof(*wanted));
    if (!wanted)
        return false;
    if (options->n_loops > 0)
        memcpy(wanted, options->loops, options->n_loops * sizeof(*wanted));
    qsort(wanted, options->n_loops, sizeof(*wanted), by_number);
    for (func = m->n_imported_funcs; func < m->n_funcs; func++)
        if (scan_is_present(plan, func) &&
            !scan_entered(plan, func, wanted, options->n_loops))
            return false;
    return true;
}

size_t scan_loops(const struct plan *plan, uint32_t func,
                  const struct entered_loop **ret)
{
    const struct entered_loop *loops = plan->loops.items;
    size_t low = 0, high = plan->loops.n, n = 0;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (loops[mid].func < func)
            low = mid + 1;
        else
            high = mid;
    }
    while (low + n < plan->loops.n && loops[low + n].func == func)
        n++;
    *ret = loops ? &loops[low] : NULL;
    return n;
}

bool scan_code(struct plan *plan)
{
    const struct module *m = plan->module;
    const struct body *bodies = m->bodies;
    uint32_t first = m->n_imported_funcs, func;

    if (plan->options->functions && !init_absent(plan))
        return false;
    /* Without a tag of its own it can still catch, or throw again, what others
     * throw. */
    plan->throws = m->n_tags > 0;
    for (func = first; func < m->n_funcs; func++)
        if (scan_needs(plan, &bodies[func - first]) && plan->absent)
            plan->absent[func] = false;
    for (func = first; plan->absent && func < m->n_funcs; func++)
        if (!plan->absent[func])
            scan_calls(plan, &bodies[func - first]);
    return find_loops(plan);
}
