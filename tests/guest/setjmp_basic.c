/*
 * setjmp_basic.c: setjmp returns again with the value, 1 for 0.
 */
#include "guest_test.h"

#include <setjmp.h>

static jmp_buf env;

int main(void)
{
    static const int values[] = {1, 2, -1, 0, 1000000, INT32_MIN};
    volatile size_t i = 0;
    int value = setjmp(env);

    if (value != 0)
        say("jump %zu: %d\n", i++, value);
    if (i < sizeof(values) / sizeof(*values))
        longjmp(env, values[i]);
    switch (setjmp(env)) {
    case 0:
        say("first\n");
        longjmp(env, 7);
    case 7:
        say("seven\n");
        break;
    default:
        say("wrong\n");
    }
    if (!_setjmp(env))
        _longjmp(env, 1);
    say("end\n");
    return 0;
}
