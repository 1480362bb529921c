/* seed_source.c: what `make fuzz` begins with for fuzz_source: functions, some
 * inlined, one in pieces, one that is made of another. */
#define INLINE static inline __attribute__((always_inline))

int table[8];

INLINE int get(int i)
{
    if (i < 0)
        __builtin_trap();
    return table[i];
}

INLINE int sum(int n)
{
    int s = 0;

    for (int i = 0; i < n; i++)
        s += get(i) + (n > 4 ? get(n - i) : 0);
    return s;
}

__attribute__((noinline)) static int twice(int n)
{
    return sum(n) + sum(2 * n);
}

int main(int argc, char **argv)
{
    return twice(argc) + sum(3);
}
