/*
 * signal_group.c: one signal to several children, one after the other, each of
 * which answers in its handler.
 */
#include "guest_test.h"

#define N 10

static int answer[2];
static int own;

static void on_signal(int sig)
{
    char byte = (char)own;

    (void)sig;
    MUST(write(answer[1], &byte, 1) == 1);
    _exit(own);
}

int main(void)
{
    pid_t pids[N];
    int ready[2];
    int sum = 0;

    MUST(pipe(answer) == 0 && pipe(ready) == 0);
    for (int i = 0; i < N; i++) {
        pids[i] = must_fork();
        if (pids[i] == 0) {
            own = i;
            catch_signal(SIGUSR1, on_signal, 0);
            tell(ready);
            for (;;)
                pause();
        }
    }
    for (int i = 0; i < N; i++)
        hear(ready);
    for (int i = 0; i < N; i++)
        MUST(kill(pids[i], SIGUSR1) == 0);
    for (int i = 0; i < N; i++) {
        char byte;

        MUST(read(answer[0], &byte, 1) == 1);
        sum += byte;
        reap("child", pids[i]);
    }
    say("sum %d\n", sum);
    return 0;
}
