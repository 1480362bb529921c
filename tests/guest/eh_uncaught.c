/* eh_uncaught.c: what nobody catches ends the process as abort does; so does
 * what a signal handler lets out: the frames below it are not asked. */
#include "eh_test.h"

static void throw_in_handler(int sig)
{
    (void)sig;
#if defined(__wasm__) && __clang_major__ >= 19
    eh_throw(1);
#else
    abort();
#endif
}

static void raise_signal(int n)
{
    (void)n;
    signal(SIGUSR1, throw_in_handler);
    raise(SIGUSR1);
}

static void catch_around(int n)
{
    say("caught %d\n", eh_catch(raise_signal, n));
}

static void run(void (*fn)(int))
{
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        fn(3);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    say("signal %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

int main(void)
{
    run(eh_throw);
    run(catch_around);
    return 0;
}
