/*
 * signal_exit_handler.c: a handler ends the process, by exit and by exec.
 */
#include "guest_test.h"

static void by_exit(int sig)
{
    exit(sig == SIGUSR1 ? 11 : 12);
}

static void by_exec(int sig)
{
    (void)sig;
    execl(SELF, "prog", "program", (char *)NULL);
}

static void run(const char *name, void (*handler)(int), bool in_read)
{
    int fds[2];
    char byte;
    pid_t pid;

    MUST(pipe(fds) == 0);
    pid = must_fork();
    if (pid == 0) {
        catch_signal(SIGUSR1, handler, 0);
        tell(fds);
        hear(fds);
        if (in_read) {
            if (must_fork() == 0) {
                sleep_ms(50);
                kill_parent(SIGUSR1);
                _exit(0);
            }
            (void)!read(fds[0], &byte, 1);
        }
        raise(SIGUSR1);
        _exit(1);
    }
    reap(name, pid);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        say("%s\n", argv[1]);
        return 13;
    }
    run("exit", by_exit, false);
    run("exit in read", by_exit, true);
    run("exec", by_exec, false);
    run("exec in read", by_exec, true);
    return 0;
}
