/*
 * proc_fork_heap.c: the child's memory grows without the parent's, and the
 * other way round.
 */
#include "guest_test.h"

#define BIG (8 << 20)

static unsigned fill(unsigned char value)
{
    unsigned char *p = malloc(BIG);
    unsigned sum = 0;

    MUST(p);
    memset(p, value, BIG);
    for (size_t i = 0; i < BIG; i += 4096)
        sum += p[i];
    free(p);
    return sum;
}

int main(void)
{
    char *kept = strdup("kept");
    pid_t pid = must_fork();

    if (pid == 0) {
        say("child: %u\n", fill(1));
        say("child: %u, %s\n", fill(2), kept);
        strcpy(kept, "lost");
        _exit(0);
    }
    reap("child", pid);
    say("parent: %u, %s\n", fill(3), kept);
    pid = must_fork();
    if (pid == 0) {
        say("second child: %u, %s\n", fill(4), kept);
        _exit(0);
    }
    reap("second child", pid);
    return 0;
}
