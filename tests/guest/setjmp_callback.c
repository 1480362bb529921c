/*
 * setjmp_callback.c: a jump out of callbacks of the C library, which go on to
 * work.
 */
#include "guest_test.h"

#include <setjmp.h>

static jmp_buf env;
static int calls;
static int limit;

static int compare(const void *a, const void *b)
{
    if (++calls == limit)
        longjmp(env, calls);
    return *(const int *)a - *(const int *)b;
}

static int key_compare(const void *key, const void *item)
{
    if (*(const int *)item == 40)
        longjmp(env, 40);
    return *(const int *)key - *(const int *)item;
}

int main(void)
{
    int numbers[50];
    int key = 40;

    for (volatile int round = 1; round <= 3; round++) {
        for (int i = 0; i < 50; i++)
            numbers[i] = i * 13 % 50;
        calls = 0;
        limit = round < 3 ? 10 * round : 0;
        if (setjmp(env) == 0) {
            qsort(numbers, 50, sizeof(*numbers), compare);
            say("sorted %d %d %d\n", numbers[0], numbers[25], numbers[49]);
        } else {
            say("left after %d calls\n", calls);
        }
    }
    if (setjmp(env) == 0)
        say("found %s\n",
            bsearch(&key, numbers, 50, sizeof(*numbers), key_compare) ? "it"
                                                                      : "no");
    else
        say("left bsearch\n");
    return 0;
}
