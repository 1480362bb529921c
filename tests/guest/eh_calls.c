/* eh_calls.c: exceptions through calls by pointer, loops and deep recursion. */
#include "eh_test.h"

static void deep(int n)
{
    char buf[16];

    snprintf(buf, sizeof(buf), "%d", n);
    if (n == 0)
        eh_throw(5);
    deep(n - 1);
    if (atoi(buf) != n)
        say("wrong %d\n", n);
}

static void nothing(int n)
{
    (void)n;
}

static void nested(int n)
{
    say("inner caught %d\n", eh_catch(eh_throw, n));
    eh_throw(n + 1);
}

int main(void)
{
    long long sum = 0;
    int i;

    say("%d\n", eh_catch(eh_throw, 42));
    say("%d\n", eh_catch(nothing, 42));
    say("%d\n", eh_catch(nested, 10));
    say("%d\n", eh_catch(deep, 10000));
    for (i = 0; i < 100000; i++)
        sum += eh_catch(i % 3 ? eh_throw : nothing, i);
    say("%lld\n", sum);
    return 0;
}
