/*
 * proc_wait_any.c: wait finds every child once.
 */
#include "guest_test.h"

#define N 20

int main(void)
{
    bool seen[N] = {false};
    int n_seen = 0;
    int status;
    pid_t pid;

    for (int i = 0; i < N; i++) {
        pid = must_fork();
        if (pid == 0) {
            if (i % 3 == 0)
                sleep_ms(20);
            _exit(i);
        }
    }
    while ((pid = wait(&status)) > 0) {
        int i = WEXITSTATUS(status);

        MUST(WIFEXITED(status) && i < N && !seen[i]);
        seen[i] = true;
        n_seen++;
    }
    say("%d children, then %s\n", n_seen, outcome(pid));
    return 0;
}
