/*
 * bench.h: for the programs that are measured, natively and as guests.
 */
#ifndef TINE_BENCH_BENCH_H
#define TINE_BENCH_BENCH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t samples[10000];
static size_t n_samples;

static inline uint64_t now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

static inline void sample(uint64_t ns)
{
    if (n_samples < sizeof(samples) / sizeof(samples[0]))
        samples[n_samples++] = ns;
}

static inline int compare_samples(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static inline void print_median(void)
{
    qsort(samples, n_samples, sizeof(samples[0]), compare_samples);
    printf("%llu\n", (unsigned long long)samples[n_samples / 2]);
}

/* Write to every page of so many bytes. */
static inline void touch_memory(size_t bytes)
{
    volatile char *memory = malloc(bytes ? bytes : 1);

    if (!memory) {
        perror("malloc");
        exit(1);
    }
    for (size_t i = 0; i < bytes; i += 4096)
        memory[i] = 1;
}

#endif
