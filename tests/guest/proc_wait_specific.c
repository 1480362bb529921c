/*
 * proc_wait_specific.c: waiting for one child passes over the others.
 */
#include "guest_test.h"

#define N 5

int main(void)
{
    static const int order[N] = {3, 0, 4, 1, 2};
    pid_t pids[N];
    char name[16];

    for (int i = 0; i < N; i++) {
        pids[i] = must_fork();
        if (pids[i] == 0) {
            sleep_ms(10 * (N - i));
            _exit(10 + i);
        }
    }
    for (int i = 0; i < N; i++) {
        snprintf(name, sizeof(name), "child %d", order[i]);
        reap(name, pids[order[i]]);
    }
    say("no more: %s\n", outcome(wait(NULL)));
    return 0;
}
