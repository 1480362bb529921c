/* sort.c: sorting with a comparison function behind a pointer. */
#include <stdio.h>
#include <stdlib.h>

#define N 500000

static unsigned items[N], spare[N];

static int compare(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

    return x < y ? -1 : x > y;
}

/* The library's own would differ from one side to the other. */
static void merge_sort(unsigned *a, unsigned *to, size_t n,
                       int (*cmp)(const void *, const void *))
{
    size_t half = n / 2, i = 0, j = half, k = 0;

    if (n < 2)
        return;
    merge_sort(a, to, half, cmp);
    merge_sort(a + half, to + half, n - half, cmp);
    while (i < half && j < n)
        to[k++] = cmp(&a[i], &a[j]) <= 0 ? a[i++] : a[j++];
    while (i < half)
        to[k++] = a[i++];
    while (j < n)
        to[k++] = a[j++];
    for (i = 0; i < n; i++)
        a[i] = to[i];
}

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 2;
    int (*volatile cmp)(const void *, const void *) = compare;
    unsigned seed = 1;

    while (rounds-- > 0) {
        for (int i = 0; i < N; i++) {
            seed = seed * 1664525 + 1013904223;
            items[i] = seed;
        }
        merge_sort(items, spare, N, cmp);
    }
    printf("%u %u\n", items[0], items[N / 2]);
    return 0;
}
