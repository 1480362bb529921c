/*
 * signal_loop.c: handlers that interrupt a loop without calls return, fork,
 * jump, exit and exec; the signal is a timer's or another process's.  What the
 * loop computes comes out right afterwards, in every process.
 */
#include "guest_test.h"

#include <setjmp.h>
#include <sys/time.h>

enum how { RETURNS, FORKS, JUMPS, EXITS, EXECS };

static volatile sig_atomic_t seen;
static volatile enum how how;
static volatile pid_t child;
static sigjmp_buf env;

static void handler(int sig)
{
    seen = sig;
    switch (how) {
    case RETURNS:
        break;
    case FORKS:
        child = must_fork();
        break;
    case JUMPS:
        siglongjmp(env, 5);
    case EXITS:
        exit(21);
    case EXECS:
        execl(SELF, "prog", "again", (char *)NULL);
        _exit(99);
    }
}

/* Goes around until a signal has come, and at least `least` times: then the
 * same numbers, however often it was interrupted and where. */
__attribute__((noinline)) static uint32_t loop(uint32_t least)
{
    uint32_t a = 1, b = 2, result = 0;

    for (uint32_t i = 0; i <= least || !seen; i++) {
        a = a * 1664525u + b;
        b = (b >> 3) ^ (a << 5) ^ i;
        if (i == least)
            result = a ^ b;
    }
    return result;
}

static void set_off(bool by_timer)
{
    struct itimerval soon = {{0, 0}, {0, 20000}};

    seen = 0;
    child = -1;
    if (by_timer) {
        MUST(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    } else if (must_fork() == 0) {
        sleep_ms(20);
        kill_parent(SIGUSR1);
        _exit(0);
    }
}

static void after(bool by_timer)
{
    if (!by_timer)
        MUST(wait(NULL) > 0);
}

static void run(const char *name, enum how what, bool by_timer)
{
    uint32_t result;
    int jumped;

    how = what;
    set_off(by_timer);
    jumped = sigsetjmp(env, 1);
    if (jumped) {
        say("%s: %s, jumped with %d\n", name, signal_name(seen), jumped);
    } else {
        result = loop(1000);
        if (child == 0) {
            say("%s, child: %08x\n", name, result);
            _exit(3);
        }
        if (child > 0)
            reap(name, child);
        say("%s: %s, %08x\n", name, signal_name(seen), result);
    }
    after(by_timer);
}

static void run_in_child(const char *name, enum how what, bool by_timer)
{
    pid_t pid = must_fork();

    if (pid == 0)
        run(name, what, by_timer);
    reap(name, pid);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        say("%s\n", argv[1]);
        return 22;
    }
    seen = SIGALRM;
    say("undisturbed: %08x\n", loop(1000));
    catch_signal(SIGALRM, handler, 0);
    catch_signal(SIGUSR1, handler, 0);
    for (int i = 0; i < 6; i++) {
        bool by_timer = i % 2 == 0;

        run("returns", RETURNS, by_timer);
        run("jumps", JUMPS, by_timer);
    }
    for (int by_timer = 0; by_timer < 2; by_timer++) {
        run("forks", FORKS, by_timer);
        run_in_child("exits", EXITS, by_timer);
        run_in_child("execs", EXECS, by_timer);
    }
    return 0;
}
