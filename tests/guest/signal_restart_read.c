/*
 * signal_restart_read.c: with SA_RESTART a read goes on after the handler, and
 * gets its data; without, it fails.
 */
#include "guest_test.h"

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
    (void)sig;
    caught++;
}

static void run(const char *name, int flags)
{
    char text[8] = "";
    int fds[2];
    ssize_t n;
    pid_t pid;

    MUST(pipe(fds) == 0);
    caught = 0;
    catch_signal(SIGUSR1, on_signal, flags);
    pid = must_fork();
    if (pid == 0) {
        sleep_ms(100);
        kill_parent(SIGUSR1);
        sleep_ms(100);
        MUST(write(fds[1], "data", 4) == 4);
        _exit(0);
    }
    n = read(fds[0], text, sizeof(text) - 1);
    say("%s: %s, caught %d\n", name, n < 0 ? errno_name() : text, (int)caught);
    reap("child", pid);
}

int main(void)
{
    run("without", 0);
    run("with SA_RESTART", SA_RESTART);
    signal(SIGUSR1, on_signal);
    run("signal and siginterrupt", SA_RESTART);
    return 0;
}
