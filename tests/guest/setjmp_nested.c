/*
 * setjmp_nested.c: handlers within handlers, as in a language with exceptions.
 */
#include "guest_test.h"

#include <setjmp.h>

struct frame {
    jmp_buf env;
    struct frame *outer;
};
static struct frame *top;

static void throw(int what)
{
    struct frame *frame = top;

    top = frame->outer;
    longjmp(frame->env, what);
}

static void work(int depth)
{
    struct frame frame;
    int what;

    frame.outer = top;
    what = setjmp(frame.env);
    if (what == 0) {
        top = &frame;
        if (depth == 5)
            throw(1);
        work(depth + 1);
        top = frame.outer;
        say("%d: went through\n", depth);
        return;
    }
    say("%d: caught %d\n", depth, what);
    if (what < 4)
        throw(what + 1);
    say("%d: handled\n", depth);
}

int main(void)
{
    work(0);
    say("top is %s\n", top ? "wrong" : "empty");
    work(1);
    return 0;
}
