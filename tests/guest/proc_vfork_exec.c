/*
 * proc_vfork_exec.c: vfork and exec, again and again.
 */
#include "guest_test.h"

int main(int argc, char **argv)
{
    if (argc > 1) {
        say("program %s\n", argv[1]);
        return atoi(argv[1]);
    }
    for (int i = 0; i < 10; i++) {
        char number[16];
        pid_t pid;

        snprintf(number, sizeof(number), "%d", i);
        pid = vfork();
        MUST(pid >= 0);
        if (pid == 0) {
            execl(SELF, "prog", number, (char *)NULL);
            _exit(99);
        }
        reap("child", pid);
    }
    return 0;
}
