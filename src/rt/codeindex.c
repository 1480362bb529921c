/*
 * codeindex.c: see codeindex.h.
 *
 * A sorted array, and behind it what came since it was sorted: functions are
 * translated in bursts, and looked for in bursts.
 */
#include "rt/codeindex.h"

#include <string.h>

#include "base/vec.h"

static VEC(struct func *) all;
static size_t n_sorted;
static VEC(struct func *) sorting; /* as long as what is not sorted */

bool codeindex_add(struct func *f)
{
    /* Room for sorting too, which happens where nobody can fail. */
    if (!vec_reserve(&sorting, all.n - n_sorted + 1) || !vec_reserve(&all, 1))
        return false;
    all.items[all.n++] = f;
    return true;
}

static int compare(const void *a, const void *b)
{
    const code_unit *x = (*(struct func *const *)a)->body;
    const code_unit *y = (*(struct func *const *)b)->body;

    return x < y ? -1 : x > y;
}

/* Merge the new ones, sorted, into the others from behind. */
static void sort(void)
{
    size_t n_new = all.n - n_sorted;
    size_t old = n_sorted, new = n_new, at = all.n;

    memcpy(sorting.items, all.items + n_sorted, n_new * sizeof(*all.items));
    qsort(sorting.items, n_new, sizeof(*all.items), compare);
    while (new > 0) {
        if (old > 0 && all.items[old - 1]->body > sorting.items[new - 1]->body)
            all.items[--at] = all.items[--old];
        else
            all.items[--at] = sorting.items[--new];
    }
    n_sorted = all.n;
}

struct func *codeindex_find(const code_unit *at)
{
    size_t low = 0, high;
    struct func *f;

    if (n_sorted < all.n)
        sort();
    /* The first one behind it. */
    high = all.n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (all.items[mid]->body <= at)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == 0)
        return NULL;
    f = all.items[low - 1];
    return at < f->body + f->code_units ? f : NULL;
}

void codeindex_drop(const struct instance *inst)
{
    size_t i, kept = 0, kept_sorted = 0;

    for (i = 0; i < all.n; i++) {
        if (all.items[i]->inst == inst)
            continue;
        all.items[kept++] = all.items[i];
        kept_sorted += i < n_sorted;
    }
    all.n = kept;
    n_sorted = kept_sorted;
}
