/*
 * proc_exec_identity.c: a process keeps its pid, its parent and its children
 * when it execs.
 */
#include "guest_test.h"

int main(int argc, char **argv)
{
    char child[16], own[16], parent[16];
    pid_t pid;

    if (argc == 4) {
        say("pid %s\n", atoi(argv[1]) == getpid() ? "kept" : "changed");
        say("parent %s\n", atoi(argv[2]) == getppid() ? "kept" : "changed");
        reap("child", atoi(argv[3]));
        return 8;
    }
    pid = must_fork();
    if (pid == 0) {
        pid = must_fork();
        if (pid == 0) {
            sleep_ms(50);
            _exit(9);
        }
        snprintf(own, sizeof(own), "%d", (int)getpid());
        snprintf(parent, sizeof(parent), "%d", (int)getppid());
        snprintf(child, sizeof(child), "%d", (int)pid);
        execl(SELF, "prog", own, parent, child, (char *)NULL);
        _exit(99);
    }
    reap("exec", pid);
    return 0;
}
