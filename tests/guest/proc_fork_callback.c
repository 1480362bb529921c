/*
 * proc_fork_callback.c: a fork in a callback of the C library; both sides
 * finish sorting.
 */
#include "guest_test.h"

static int calls;
static pid_t pid = -1;

static int compare(const void *a, const void *b)
{
    int x = *(const int *)a;
    int y = *(const int *)b;

    if (++calls == 7)
        pid = must_fork();
    return x < y ? -1 : x > y;
}

int main(void)
{
    int numbers[20];

    for (int i = 0; i < 20; i++)
        numbers[i] = i * 7 % 20;
    qsort(numbers, 20, sizeof(*numbers), compare);
    if (pid > 0)
        reap("child", pid);
    say("%s:", pid == 0 ? "child" : "parent");
    for (int i = 0; i < 20; i++)
        say(" %d", numbers[i]);
    say("\n");
    return pid == 0 ? 4 : 0;
}
