/* fib.c: calls, and nothing else. */
#include <stdio.h>
#include <stdlib.h>

static int __attribute__((noinline)) fib(int n)
{
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(int argc, char **argv)
{
    printf("%d\n", fib(argc > 1 ? atoi(argv[1]) : 35));
    return 0;
}
