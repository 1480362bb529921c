/*
 * setjmp_memory.c: memory and globals stay as they are at the jump; only the
 * stack goes back.
 */
#include "guest_test.h"

#include <setjmp.h>

static jmp_buf env;
static int global = 1;

__attribute__((noinline)) static void change(volatile int *array, char *heap)
{
    volatile char frame[4000];

    memset((char *)frame, 0x77, sizeof(frame));
    global = 2;
    array[1] = 22;
    strcpy(heap, "changed");
    longjmp(env, frame[100]);
}

int main(void)
{
    volatile int array[3] = {1, 2, 3};
    char *heap = strdup("original");
    int value;

    MUST(heap);
    value = setjmp(env);
    if (value == 0)
        change(array, heap);
    say("%d %d %d %d %d %s\n", value, global, array[0], array[1], array[2],
        heap);
    free(heap);
    return 0;
}
