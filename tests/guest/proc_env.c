/*
 * proc_env.c: the environment functions within one process and across fork.
 */
#include "guest_test.h"

static void show(const char *who)
{
    const char *a = getenv("T_A");
    const char *b = getenv("T_B");

    say("%s: %s %s\n", who, a ? a : "-", b ? b : "-");
}

int main(void)
{
    static char put[] = "T_B=put";
    pid_t pid;

    show("start");
    MUST(setenv("T_A", "1", 1) == 0);
    MUST(setenv("T_A", "2", 0) == 0);
    MUST(putenv(put) == 0);
    show("set");
    put[4] = 'P';
    show("changed in place");
    pid = must_fork();
    if (pid == 0) {
        show("child");
        MUST(setenv("T_A", "child", 1) == 0);
        MUST(unsetenv("T_B") == 0);
        show("child");
        _exit(0);
    }
    reap("child", pid);
    show("parent");
    MUST(unsetenv("T_A") == 0);
    show("unset");
    say("no name: %s\n", outcome(setenv("", "x", 1)));
    say("with =: %s\n", outcome(setenv("A=B", "x", 1)));
    return 0;
}
