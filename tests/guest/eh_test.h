/*
 * eh_test.h: exceptions for guest tests, which are C: two functions in
 * assembly, and natively the same with longjmp.
 */
#ifndef EH_TEST_H
#define EH_TEST_H

#include <setjmp.h>

#include "guest_test.h"

/* Call fn(arg); what it threw, or -1. */
int eh_catch(void (*fn)(int), int arg);

/* Throw a number that is not negative. */
void eh_throw(int value);

/* The assembler of clang knows try_table since version 19. */
#if defined(__wasm__) && __clang_major__ >= 19

__asm__("    .tagtype eh_tag i32\n"
        "    .globl eh_tag\n"
        "eh_tag:\n");

#define EH_ASM __attribute__((naked, target("exception-handling")))

EH_ASM void eh_throw(int value)
{
    __asm__("local.get 0\n"
            "throw eh_tag\n");
}

EH_ASM int eh_catch(void (*fn)(int), int arg)
{
    __asm__("block i32\n"
            "try_table (catch eh_tag 0)\n"
            "local.get 1\n"
            "local.get 0\n"
            "call_indirect (i32) -> ()\n"
            "end_try_table\n"
            "i32.const -1\n"
            "end_block\n"
            "return\n");
}

#else

static sigjmp_buf *eh_top;
static volatile int eh_value;

MAYBE_UNUSED int eh_catch(void (*fn)(int), int arg)
{
    sigjmp_buf here, *outer = eh_top;
    int value = -1;

    eh_top = &here;
    if (sigsetjmp(here, 0))
        value = eh_value;
    else
        fn(arg);
    eh_top = outer;
    return value;
}

MAYBE_UNUSED void eh_throw(int value)
{
    if (!eh_top)
        abort();
    eh_value = value;
    siglongjmp(*eh_top, 1);
}

#endif

#endif
