/*
 * spawn_files.c: file actions, in their order.
 */
#include "guest_test.h"

#include <spawn.h>
#include <sys/stat.h>

extern char **environ;

static void show_file(const char *name)
{
    char text[128] = "";
    int fd = open(name, O_RDONLY);

    MUST(fd >= 0 && read(fd, text, sizeof(text) - 1) >= 0);
    close(fd);
    say("%s: [%s]\n", name, text);
}

static int child(void)
{
    char text[32] = "";

    say("input: %s, ", outcome(read(0, text, sizeof(text) - 1)));
    say("%s, two: %s, nine: %s\n", text, outcome(fcntl(2, F_GETFD)),
        outcome(fcntl(9, F_GETFD)));
    return 0;
}

int main(int argc, char **argv)
{
    char *args[] = {(char *)"prog", (char *)"child", NULL};
    posix_spawn_file_actions_t actions;
    int in = open("in", O_RDWR | O_CREAT, 0666);
    int nine;
    pid_t pid;

    (void)argv;
    if (argc > 1)
        return child();
    MUST(in >= 0 && write(in, "text", 4) == 4);
    nine = fcntl(in, F_DUPFD, 9);
    MUST(nine == 9);

    MUST(posix_spawn_file_actions_init(&actions) == 0);
    MUST(posix_spawn_file_actions_addopen(&actions, 0, "in", O_RDONLY, 0) == 0);
    MUST(posix_spawn_file_actions_addopen(
             &actions, 1, "out", O_WRONLY | O_CREAT | O_TRUNC, 0666) == 0);
    MUST(posix_spawn_file_actions_addclose(&actions, 9) == 0);
    MUST(posix_spawn(&pid, SELF, &actions, NULL, args, environ) == 0);
    reap("opened", pid);
    show_file("out");
    MUST(posix_spawn_file_actions_destroy(&actions) == 0);

    MUST(posix_spawn_file_actions_init(&actions) == 0);
    MUST(posix_spawn_file_actions_addopen(&actions, 30, "out",
                                          O_WRONLY | O_APPEND, 0) == 0);
    MUST(posix_spawn_file_actions_adddup2(&actions, 30, 1) == 0);
    MUST(posix_spawn_file_actions_addclose(&actions, 30) == 0);
    MUST(posix_spawn_file_actions_addclose(&actions, 2) == 0);
    MUST(posix_spawn(&pid, SELF, &actions, NULL, args, environ) == 0);
    reap("appended", pid);
    show_file("out");
    MUST(posix_spawn_file_actions_destroy(&actions) == 0);
    say("parent keeps its own: %s %s\n", outcome(fcntl(9, F_GETFD)),
        outcome(fcntl(30, F_GETFD)));
    return 0;
}
