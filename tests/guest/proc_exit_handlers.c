/*
 * proc_exit_handlers.c: exit runs atexit's functions and writes out streams,
 * _exit does neither.
 */
#include "guest_test.h"

static void first(void)
{
    say("first\n");
}

static void second(void)
{
    say("second\n");
}

static void last(void)
{
    fputs("buffered", stdout);
}

static void run(const char *name, void (*end)(int), int code)
{
    pid_t pid = must_fork();

    if (pid == 0) {
        fputs("text ", stdout);
        end(code);
    }
    reap(name, pid);
}

static void end_by_exit(int code)
{
    exit(code);
}

static void end_at_once(int code)
{
    _exit(code);
}

int main(void)
{
    atexit(last);
    atexit(first);
    atexit(second);
    run("\nexit", end_by_exit, 1);
    run("_exit", end_at_once, 2);
    run("_Exit", _Exit, 3);
    say("main\n");
    return 0;
}
