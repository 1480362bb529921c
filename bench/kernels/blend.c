/* blend.c: loops that compilers make vectors of: bytes mixed, products added,
 * numbers scaled. */
#include <stdio.h>
#include <stdlib.h>

enum { N = 4096 };

static unsigned char a[N], b[N];
static int x[N], y[N];
static float f[N], g[N];

__attribute__((noinline)) static void mix(unsigned char *restrict to,
                                          const unsigned char *restrict from,
                                          unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++)
        to[i] = (unsigned char)((to[i] + from[i] + 1) >> 1);
}

__attribute__((noinline)) static unsigned dot(const int *p, const int *q,
                                              unsigned n)
{
    unsigned sum = 0, i;

    for (i = 0; i < n; i++)
        sum += (unsigned)p[i] * (unsigned)q[i];
    return sum;
}

__attribute__((noinline)) static void scale(float *restrict to,
                                            const float *restrict from,
                                            float by, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++)
        to[i] = to[i] * 0.5f + from[i] * by;
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)atoi(argv[1]) : 60000;
    unsigned sum = 0, i;

    for (i = 0; i < N; i++) {
        a[i] = (unsigned char)i;
        b[i] = (unsigned char)(i * 7);
        x[i] = (int)i;
        y[i] = (int)(i ^ 5);
        g[i] = (float)(i % 16);
    }
    for (i = 0; i < rounds; i++) {
        mix(a, b, N - i % 4);
        sum += dot(x, y, N - i % 8);
        scale(f, g, 0.25f, N - i % 16);
        b[i % N]++;
    }
    printf("%u %u %f\n", sum, a[77], (double)f[99]);
    return 0;
}
