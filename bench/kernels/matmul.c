/* matmul.c: a dense product of double matrices: float loops over memory. */
#include <stdio.h>
#include <stdlib.h>

#define N 300

static double a[N][N], b[N][N], c[N][N];

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 2;
    double sum = 0;

    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (i * 7 + j * 3) % 11;
            b[i][j] = (i * 5 + j) % 13;
        }
    while (rounds-- > 0) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                double x = 0;

                for (int k = 0; k < N; k++)
                    x += a[i][k] * b[k][j];
                c[i][j] = x;
            }
        a[rounds % N][0] += 1;
        sum += c[rounds % N][N - 1];
    }
    printf("%.0f\n", sum);
    return 0;
}
