/*
 * signal_exec_race.c: a signal that arrives while a program is loaded is that
 * program's: processes that exec for ever all die of SIGTERM, whenever it
 * comes.  Each program sets a handler for another signal, so that the runtime
 * catches all of them.
 */
#include "guest_test.h"

#define ROUNDS 40

static void on_signal(int sig)
{
    (void)sig;
}

int main(int argc, char **argv)
{
    static const char *const exec_args[] = {SELF, "again", NULL};
    int deaths = 0;

    if (argc > 1) {
        catch_signal(SIGUSR1, on_signal, 0);
        alarm(20);
        execv(SELF, (char *const *)exec_args);
        _exit(1);
    }
    for (int i = 0; i < ROUNDS; i++) {
        pid_t pid = must_fork();
        int status;

        if (pid == 0) {
            execv(SELF, (char *const *)exec_args);
            _exit(1);
        }
        sleep_ms(5);
        usleep(i * 97);
        MUST(kill(pid, SIGTERM) == 0);
        MUST(waitpid(pid, &status, 0) == pid);
        deaths += WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
    }
    say("%d of %d died of SIGTERM\n", deaths, ROUNDS);
    return 0;
}
