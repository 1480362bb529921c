/* eh_setjmp.c: longjmp into and out of calls that catch, and exceptions after
 * it: a try block leaves nothing behind. */
#include "eh_test.h"

static jmp_buf out;

static void jump_out(int n)
{
    longjmp(out, n);
}

static void jump_inside(int n)
{
    jmp_buf inside;
    volatile int rounds = 0;

    setjmp(inside);
    rounds = rounds + 1;
    if (rounds < n)
        longjmp(inside, 1);
    eh_throw(rounds);
}

#ifndef __wasm__
/* What the longjmp below leaves, exceptions leave alone; natively not. */
static void forget(void)
{
    eh_top = NULL;
}
#else
#define forget() ((void)0)
#endif

int main(void)
{
    int value = setjmp(out);

    if (value == 0)
        say("not reached: %d\n", eh_catch(jump_out, 6));
    forget();
    say("jumped %d\n", value);
    say("caught %d\n", eh_catch(eh_throw, 7));
    say("caught %d\n", eh_catch(jump_inside, 8));
    return 0;
}
