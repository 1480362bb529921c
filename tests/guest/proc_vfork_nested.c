/*
 * proc_vfork_nested.c: a vfork child that vforks.
 */
#include "guest_test.h"

static int order[3];
static int n;

int main(void)
{
    pid_t pid = vfork();

    MUST(pid >= 0);
    if (pid == 0) {
        pid_t inner = vfork();
        int status;

        if (inner == 0) {
            order[n++] = 1;
            _exit(11);
        }
        order[n++] = 2;
        if (inner < 0 || waitpid(inner, &status, 0) != inner)
            _exit(98);
        _exit(WEXITSTATUS(status) + 1);
    }
    order[n++] = 3;
    say("order %d %d %d\n", order[0], order[1], order[2]);
    reap("child", pid);
    return 0;
}
