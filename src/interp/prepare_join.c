/*
 * prepare_join.c: instructions that are one with what follows them.
 *
 * For the sequences in joined.def there are instructions that do the first and
 * go on with the second without looking up where that is.  All operands stay
 * where they are, and so does the number of the second: only that of the first
 * changes, when all code of a function is there.  Whoever jumps to the second
 * finds what it was, or what that has become with its own successor.
 */
#include "interp/translate.h"

#include <pthread.h>

/* Every row; those of one first instruction are found from `heads`, the last
 * in the file first. */
static const struct joined {
    code_unit first;
    code_unit second; /* may be a joined one itself */
} rows[] = {
#define JOIN(first, second) {I_##first, I_##second},
#include "interp/joined.def"
};
#define FIRST_JOINED (I_COUNT - (code_unit)countof(rows))

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
        code_unit second = rows[i].second, *head;

        while (second >= FIRST_JOINED)
            second = rows[second - FIRST_JOINED].first;
        head = head_of(rows[i].first, second);
        next[i] = *head;
        *head = i + 1;
    }
}

/* Is what begins with the n-th instruction this one? */
static bool begins(const struct translator *tr, size_t n, code_unit op)
{
    while (op >= FIRST_JOINED) {
        const struct joined *row = &rows[op - FIRST_JOINED];

        if (n >= tr->starts.n ||
            tr->code.items[tr->starts.items[n]] != row->first)
            return false;
        op = row->second;
        n++;
    }
    return n < tr->starts.n && tr->code.items[tr->starts.items[n]] == op;
}

void join_code(struct translator *tr)
{
    size_t n;

    (void)pthread_once(&heads_once, find_heads);
    forget_starts(tr, (uint32_t)tr->code.n);
    for (n = 0; n + 1 < tr->starts.n; n++) {
        code_unit *op = &tr->code.items[tr->starts.items[n]];
        code_unit i = *head_of(*op, tr->code.items[tr->starts.items[n + 1]]);

        while (i && !(rows[i - 1].first == *op &&
                      begins(tr, n + 1, rows[i - 1].second)))
            i = next[i - 1];
        if (i)
            *op = (code_unit)(FIRST_JOINED + i - 1);
    }
}
