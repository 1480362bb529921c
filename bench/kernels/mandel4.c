/* mandel4.c: the Mandelbrot set, four points at a time in vectors. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __wasm__
#pragma clang attribute push(__attribute__((target("simd128"))),               \
                             apply_to = function)
#endif

typedef float f32x4 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));

enum { SIZE = 256, ROUNDS = 100 };

/* Rounds until each point is out of reach. */
static i32x4 rounds_of(f32x4 cx, f32x4 cy)
{
    f32x4 x = {0}, y = {0};
    i32x4 n = {0};

    for (int i = 0; i < ROUNDS; i++) {
        f32x4 xx = x * x, yy = y * y;
        i32x4 inside = xx + yy < 4.0f;

        if (!(inside[0] | inside[1] | inside[2] | inside[3]))
            break;
        n -= inside;
        y = 2 * x * y + cy;
        x = xx - yy + cx;
    }
    return n;
}

int main(int argc, char **argv)
{
    int times = argc > 1 ? atoi(argv[1]) : 20;
    uint32_t sum = 0;

    while (times-- > 0) {
        for (int row = 0; row < SIZE; row++) {
            for (int col = 0; col < SIZE; col += 4) {
                f32x4 cols = {col, col + 1, col + 2, col + 3};
                float cy = row * (3.0f / SIZE) - 1.5f;
                i32x4 n = rounds_of(cols * (3.0f / SIZE) - 2.0f,
                                    (f32x4){cy, cy, cy, cy});

                sum = sum * 31 + (uint32_t)(n[0] + n[1] + n[2] + n[3]);
            }
        }
    }
    printf("%08x\n", sum);
    return 0;
}

#ifdef __wasm__
#pragma clang attribute pop
#endif
