/*
 * signal.c: from kill(2) to the first instruction of the handler, in a process
 * that computes in a loop without calls.
 *
 *     signal COUNT   prints the median
 */
#include <signal.h>
#include <sys/wait.h>

#include "bench.h"

static volatile uint64_t handled_at;

static void handler(int sig)
{
    handled_at = now();
}

/* Until the handler has run. */
__attribute__((noinline)) static uint32_t loop(void)
{
    uint32_t a = 1;

    while (!handled_at)
        a = a * 1664525u + 1;
    return a;
}

/* Says when it does what. */
static void send(int from, int to, pid_t parent)
{
    uint64_t time;
    char byte;

    while (read(from, &byte, 1) == 1) {
        usleep(2000);
        time = now();
        kill(parent, SIGUSR1);
        if (write(to, &time, sizeof(time)) != sizeof(time))
            break;
    }
    _exit(0);
}

int main(int argc, char **argv)
{
    int count = atoi(argv[1]), wake[2], times[2];
    pid_t parent = getpid();
    uint64_t time;

    if (pipe(wake) || pipe(times))
        return 1;
    signal(SIGUSR1, handler);
    if (fork() == 0) {
        close(wake[1]);
        send(wake[0], times[1], parent);
    }
    close(wake[0]);
    for (int i = 0; i < count; i++) {
        handled_at = 0;
        if (write(wake[1], "x", 1) != 1)
            return 1;
        (void)loop();
        if (read(times[0], &time, sizeof(time)) != sizeof(time))
            return 1;
        sample(handled_at - time);
    }
    close(wake[1]);
    while (wait(NULL) > 0)
        ;
    print_median();
    return 0;
}
