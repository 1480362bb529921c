/*
 * spawn_chdir.c: the directory of the child, and what later actions are
 * relative to.
 */
#include "guest_test.h"

#include <spawn.h>
#include <sys/stat.h>

extern char **environ;

int main(int argc, char **argv)
{
    char *args[] = {(char *)"prog", (char *)"child", NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int fd;

    (void)argv;
    if (argc > 1) {
        say("above: %s\n", outcome(access("../prog", F_OK)));
        return 0;
    }
    MUST(mkdir("dir", 0777) == 0);
    MUST(posix_spawn_file_actions_init(&actions) == 0);
    MUST(posix_spawn_file_actions_addchdir_np(&actions, "dir") == 0);
    MUST(posix_spawn_file_actions_addopen(&actions, 1, "out",
                                          O_WRONLY | O_CREAT, 0666) == 0);
    MUST(posix_spawn(&pid, "../prog", &actions, NULL, args, environ) == 0);
    reap("chdir", pid);
    say("written there: %s\n", outcome(access("dir/out", F_OK)));
    say("parent has not moved: %s\n", outcome(access(SELF, F_OK)));
    MUST(posix_spawn_file_actions_destroy(&actions) == 0);

    fd = open("dir", O_RDONLY | O_DIRECTORY);
    MUST(fd >= 0);
    MUST(posix_spawn_file_actions_init(&actions) == 0);
    MUST(posix_spawn_file_actions_addfchdir_np(&actions, fd) == 0);
    MUST(posix_spawn(&pid, "../prog", &actions, NULL, args, environ) == 0);
    reap("fchdir", pid);
    MUST(posix_spawn_file_actions_destroy(&actions) == 0);

    MUST(posix_spawn_file_actions_init(&actions) == 0);
    MUST(posix_spawn_file_actions_addchdir_np(&actions, "nowhere") == 0);
    say("missing: %s\n",
        errno_name_of(posix_spawn(&pid, SELF, &actions, NULL, args, environ)));
    MUST(posix_spawn_file_actions_destroy(&actions) == 0);
    return 0;
}
