/* sieve.c: primes below five million: a byte array, simple loops. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N 5000000

static unsigned char composite[N];

int main(int argc, char **argv)
{
    int rounds = argc > 1 ? atoi(argv[1]) : 3;
    int count = 0;

    while (rounds-- > 0) {
        memset(composite, 0, sizeof(composite));
        count = 0;
        for (int i = 2; i < N; i++) {
            if (composite[i])
                continue;
            count++;
            for (int k = i <= N / i ? i * i : N; k < N; k += i)
                composite[k] = 1;
        }
    }
    printf("%d\n", count);
    return 0;
}
