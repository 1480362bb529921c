/*
 * setjmp_copy.c: a copy of a buffer is as good as the buffer.
 */
#include "guest_test.h"

#include <setjmp.h>

int main(void)
{
    jmp_buf env;
    jmp_buf *copy = malloc(sizeof(*copy));
    volatile int count = 0;

    MUST(copy);
    if (setjmp(env) == 0) {
        memcpy(copy, env, sizeof(env));
        memset(env, 0, sizeof(env));
        count = 1;
        longjmp(*copy, 1);
    }
    say("count %d\n", count);
    memset(copy, 0x55, sizeof(*copy));
    free(copy);
    return 0;
}
