/*
 * simd_calls.c: vectors on their way: as arguments and results, also through
 * pointers and recursion, in structures and loops, across fork and longjmp.
 */
#include "guest_test.h"

#include <setjmp.h>

#ifdef __wasm__
#pragma clang attribute push(__attribute__((target("simd128"))),               \
                             apply_to = function)
#endif

#define NOINLINE __attribute__((noinline))

typedef int32_t i32x4 __attribute__((vector_size(16)));

struct pair {
    i32x4 a, b;
    int n;
};

static void show(const char *what, i32x4 v)
{
    say("%s: %d %d %d %d\n", what, v[0], v[1], v[2], v[3]);
}

/* Vectors between numbers: slots must not be mistaken. */
static NOINLINE i32x4 mixed(int n, i32x4 a, double d, i32x4 b, long long l)
{
    return a * n + b + (int)d + (int)(l >> 32);
}

static NOINLINE i32x4 mixed_more(int n, i32x4 a, double d, i32x4 b, long long l)
{
    return mixed(n + 1, b, d, a, l) - a;
}

static NOINLINE i32x4 deep(int n, i32x4 v)
{
    i32x4 below;

    if (n == 0)
        return v;
    below = deep(n - 1, v + n);
    return below ^ v;
}

static NOINLINE struct pair swap(struct pair p)
{
    return (struct pair){p.b, p.a + p.n, p.n + 1};
}

static NOINLINE i32x4 choose(int which, i32x4 a, i32x4 b)
{
    switch (which) {
    case 0:
        return a;
    case 1:
        return b;
    case 2:
        return which > 1 ? a + b : a - b;
    case 3:
        break;
    default:
        a += 1;
    }
    return a * b;
}

static NOINLINE i32x4 fibonacci(int n)
{
    i32x4 a = {0, 1, 2, 3}, b = {1, 1, 2, 5};

    while (n-- > 0) {
        i32x4 next = (i32x4)((__attribute__((vector_size(16))) unsigned)a +
                             (__attribute__((vector_size(16))) unsigned)b);

        a = b;
        b = next;
    }
    return a;
}

static jmp_buf jump;

static NOINLINE void leave(i32x4 v)
{
    if (v[0] + v[3] == 11)
        longjmp(jump, 3);
}

int main(void)
{
    i32x4 (*volatile calls[])(int, i32x4, double, i32x4,
                              long long) = {mixed, mixed_more};
    i32x4 a = {1, 2, 3, 4}, b = {-10, 20, -30, 40};
    volatile i32x4 kept = {4, 5, 6, 7};
    struct pair p = {a, b, 5};

    for (int i = 0; i < 2; i++)
        show("call", calls[i](3, a, 100.5, b, 7LL << 32));
    show("deep", deep(1000, a));
    for (int i = 0; i < 7; i++)
        p = swap(p);
    show("pair", p.a);
    show("pair", p.b);
    for (int i = 0; i < 5; i++)
        show("choose", choose(i, a, b));
    show("fibonacci", fibonacci(40));
    if (setjmp(jump) == 0)
        leave(kept);
    show("kept", kept);
    if (must_fork() == 0) {
        show("child", mixed(2, a, 1, kept, 0));
        _exit(0);
    }
    wait(NULL);
    show("parent", mixed(2, b, 1, kept, 0));
    return 0;
}

#ifdef __wasm__
#pragma clang attribute pop
#endif
