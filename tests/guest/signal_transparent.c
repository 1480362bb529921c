/*
 * signal_transparent.c: signals that are ignored or blocked do not disturb the
 * calls that they arrive in.
 */
#include "guest_test.h"

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
    (void)sig;
    caught++;
}

static pid_t disturb(const int fds[2])
{
    pid_t pid = must_fork();

    if (pid == 0) {
        for (int i = 0; i < 5; i++) {
            sleep_ms(30);
            kill_parent(SIGUSR1);
            kill_parent(SIGUSR2);
            kill_parent(SIGWINCH);
        }
        MUST(write(fds[1], "data", 4) == 4);
        sleep_ms(50);
        _exit(2);
    }
    return pid;
}

int main(void)
{
    struct timespec time = {0, 400000000};
    char text[8] = "";
    sigset_t set;
    int fds[2];
    int status;
    long start;
    pid_t pid;

    MUST(pipe(fds) == 0);
    signal(SIGUSR1, SIG_IGN);
    catch_signal(SIGUSR2, on_signal, 0);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL) == 0);

    pid = disturb(fds);
    say("read: %s\n", outcome(read(fds[0], text, 4)));
    say("%s\n", text);
    reap("child", pid);

    pid = disturb(fds);
    say("waitpid: %s\n",
        waitpid(pid, &status, 0) == pid ? "child" : errno_name());

    pid = disturb(fds);
    start = now_ms();
    say("nanosleep: %s\n", outcome(nanosleep(&time, NULL)));
    say("slept %s\n", now_ms() - start >= 395 ? "enough" : "too little");
    reap("child", pid);

    say("caught %d\n", (int)caught);
    MUST(sigprocmask(SIG_UNBLOCK, &set, NULL) == 0);
    say("caught %d\n", (int)caught);
    return 0;
}
