/*
 * signal_storm.c: hundreds of signals while data goes through a pipe: none of
 * it is lost or doubled.
 */
#include "guest_test.h"

#define NUMBERS 3000

static volatile sig_atomic_t count;

static void on_signal(int sig)
{
    (void)sig;
    count++;
}

int main(void)
{
    struct timespec pace = {0, 100000};
    int fds[2], stop[2];
    pid_t writer, pest;
    int expected = 0;
    int number;
    char byte;

    MUST(pipe(fds) == 0 && pipe(stop) == 0);
    MUST(fcntl(stop[0], F_SETFL, O_NONBLOCK) == 0);
    catch_signal(SIGUSR1, on_signal, SA_RESTART);
    writer = must_fork();
    if (writer == 0) {
        for (int i = 0; i < NUMBERS; i++)
            MUST(write(fds[1], &i, sizeof(i)) == (ssize_t)sizeof(i));
        _exit(0);
    }
    close(fds[1]);
    pest = must_fork();
    if (pest == 0) {
        close(stop[1]);
        while (read(stop[0], &byte, 1) < 0 && kill_parent(SIGUSR1)) {
            kill(writer, SIGUSR1);
            nanosleep(&pace, NULL);
        }
        _exit(0);
    }
    while (read(fds[0], &number, sizeof(number)) == (ssize_t)sizeof(number)) {
        MUST(number == expected);
        expected++;
        if (number % 100 == 0)
            sleep_ms(1);
    }
    reap("writer", writer);
    close(stop[0]);
    close(stop[1]);
    reap("pest", pest);
    say("%d numbers, %s\n", expected, count > 0 ? "disturbed" : "undisturbed");
    return 0;
}
