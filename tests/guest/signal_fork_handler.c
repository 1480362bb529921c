/*
 * signal_fork_handler.c: a handler forks; both sides go back to where they
 * were interrupted.
 */
#include "guest_test.h"

static volatile pid_t child = -1;

static void on_signal(int sig)
{
    (void)sig;
    child = must_fork();
}

__attribute__((noinline)) static int work(int n)
{
    int sum = 0;

    for (int i = 0; i < n; i++) {
        if (i == n / 2)
            raise(SIGUSR1);
        sum += i * i;
    }
    return sum;
}

int main(void)
{
    int result;

    catch_signal(SIGUSR1, on_signal, 0);
    result = work(1000);
    if (child == 0) {
        say("child: %d\n", result);
        catch_signal(SIGUSR1, SIG_DFL, 0);
        raise(SIGUSR1);
        _exit(1);
    }
    reap("child", child);
    say("parent: %d\n", result);
    return 0;
}
