/*
 * prepare_join.c: instructions that are one with what follows them.
 *
 * For the sequences in joined.def there are instructions that do all of them
 * without looking up where the next one is.  All operands stay where they are,
 * and so do the numbers but the first one's, which changes when all code of a
 * function is there.  Whoever jumps into the middle finds what was there, or
 * what that has become with its own successors.
 */
#include "interp/translate.h"

#include <pthread.h>

#define MOST 6

static const struct joined {
    code_unit n;
    code_unit ops[MOST];
} rows[] = {
#define JOIN_2(a, b)          {2, {I_##a, I_##b}},
#define JOIN_3(a, b, c)       {3, {I_##a, I_##b, I_##c}},
#define JOIN_4(a, b, c, d)    {4, {I_##a, I_##b, I_##c, I_##d}},
#define JOIN_5(a, b, c, d, e) {5, {I_##a, I_##b, I_##c, I_##d, I_##e}},
#define JOIN_6(a, b, c, d, e, f)                                               \
    {6, {I_##a, I_##b, I_##c, I_##d, I_##e, I_##f}},
#include "interp/joined.def"
};

/* Rows by their first two instructions: one more than the index of the last
 * such row in the file, the one before it in `next`. */
static code_unit heads[1024], next[countof(rows)];
static pthread_once_t heads_once = PTHREAD_ONCE_INIT;

static code_unit *head_of(code_unit first, code_unit second)
{
    return &heads[(first * 31u + second) % countof(heads)];
}

static void find_heads(void)
{
    code_unit i;

    for (i = 0; i < countof(rows); i++) {
        code_unit *head = head_of(rows[i].ops[0], rows[i].ops[1]);

        next[i] = *head;
        *head = i + 1;
    }
}

/* Are the instructions from the n-th on those of the row? */
static bool fits(const struct translator *tr, size_t n,
                 const struct joined *row)
{
    size_t i;

    if (tr->starts.n - n < row->n)
        return false;
    for (i = 0; i < row->n; i++)
        if (tr->code.items[tr->starts.items[n + i]] != row->ops[i])
            return false;
    return true;
}

void join_code(struct translator *tr)
{
    size_t n;

    (void)pthread_once(&heads_once, find_heads);
    forget_starts(tr, (uint32_t)tr->code.n);
    for (n = 0; n + 1 < tr->starts.n; n++) {
        code_unit *op = &tr->code.items[tr->starts.items[n]];
        code_unit i = *head_of(*op, tr->code.items[tr->starts.items[n + 1]]);

        while (i && !fits(tr, n, &rows[i - 1]))
            i = next[i - 1];
        if (i)
            *op = (code_unit)(I_COUNT - countof(rows) + i - 1);
    }
}
