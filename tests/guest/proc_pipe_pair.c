/*
 * proc_pipe_pair.c: questions and answers through two pipes.
 */
#include "guest_test.h"

int main(void)
{
    int there[2], back[2];
    pid_t pid;
    int number = 1;

    MUST(pipe(there) == 0 && pipe(back) == 0);
    pid = must_fork();
    if (pid == 0) {
        close(there[1]);
        close(back[0]);
        while (read(there[0], &number, sizeof(number)) ==
               (ssize_t)sizeof(number)) {
            number = number * 2 + 1;
            MUST(write(back[1], &number, sizeof(number)) ==
                 (ssize_t)sizeof(number));
        }
        _exit(0);
    }
    close(there[0]);
    close(back[1]);
    for (int i = 0; i < 20; i++) {
        MUST(write(there[1], &number, sizeof(number)) ==
             (ssize_t)sizeof(number));
        MUST(read(back[0], &number, sizeof(number)) == (ssize_t)sizeof(number));
    }
    say("%d\n", number);
    close(there[1]);
    say("end of file: %d\n", (int)read(back[0], &number, sizeof(number)));
    reap("child", pid);
    return 0;
}
