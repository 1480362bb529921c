/*
 * proc_vfork_state.c: descriptors, the working directory and signal handlers
 * that a vfork child changes are its own.
 */
#include "guest_test.h"

#include <sys/stat.h>

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
    (void)sig;
    caught++;
}

int main(int argc, char **argv)
{
    char before[1024];
    char after[1024];
    pid_t pid;
    int fd;

    if (argc > 1) {
        raise(SIGUSR1);
        say("%s lived through its signal\n", argv[1]);
        return 0;
    }
    MUST(mkdir("sub", 0777) == 0);
    MUST(getcwd(before, sizeof(before)));
    fd = open("file", O_RDWR | O_CREAT, 0666);
    MUST(fd >= 0);
    signal(SIGUSR1, on_signal);
    pid = vfork();
    MUST(pid >= 0);
    if (pid == 0) {
        signal(SIGUSR1, SIG_DFL);
        close(fd);
        if (chdir("sub") == 0)
            execl("../prog", "prog", "child", (char *)NULL);
        _exit(99);
    }
    reap("child", pid);
    raise(SIGUSR1);
    say("parent: caught %d\n", (int)caught);
    say("parent: descriptor %s\n", outcome(fcntl(fd, F_GETFD)));
    MUST(getcwd(after, sizeof(after)));
    say("parent: directory %s\n", strcmp(before, after) ? "moved" : "kept");
    say("parent: file %s\n", outcome(access("file", F_OK)));
    return 0;
}
