/*
 * proc_vfork_memory.c: what a vfork child writes, the parent sees, and it
 * goes on only when the child is gone.
 */
#include "guest_test.h"

static int global = 1;

int main(void)
{
    volatile int local = 2;
    pid_t parent = getpid();
    pid_t pid = vfork();

    MUST(pid >= 0);
    if (pid == 0) {
        global = 10;
        local = 20;
        sleep_ms(50);
        global += getppid() == parent && getpid() != parent ? 1 : 2;
        _exit(6);
    }
    say("parent: %d %d\n", global, local);
    reap("child", pid);
    say("pid %s\n", getpid() == parent ? "kept" : "changed");
    return 0;
}
