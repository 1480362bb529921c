/*
 * spawn_errors.c: what fails is told at once, and leaves no child.
 */
#include "guest_test.h"

#include <spawn.h>
#include <sys/stat.h>

extern char **environ;

static void try(const char *name, const char *path,
                const posix_spawn_file_actions_t *actions)
{
    char *args[] = {(char *)"x", (char *)"y", NULL};
    pid_t pid = 12345;

    say("%s: %s", name,
        errno_name_of(posix_spawn(&pid, path, actions, NULL, args, environ)));
    say(", child: %s\n", outcome(waitpid(-1, NULL, WNOHANG)));
}

int main(void)
{
    posix_spawn_file_actions_t actions;

    MUST(mkdir("dir", 0777) == 0);
    try("missing", "./nosuchfile", NULL);
    try("directory", "dir", NULL);
    try("below a file", "prog/x", NULL);
    try("empty", "", NULL);

    MUST(posix_spawn_file_actions_init(&actions) == 0);
    MUST(posix_spawn_file_actions_adddup2(&actions, 77, 1) == 0);
    try("dup2 of a closed one", SELF, &actions);
    MUST(posix_spawn_file_actions_destroy(&actions) == 0);

    MUST(posix_spawn_file_actions_init(&actions) == 0);
    MUST(posix_spawn_file_actions_addopen(&actions, 0, "nosuchfile", O_RDONLY,
                                          0) == 0);
    try("open of a missing one", SELF, &actions);
    MUST(posix_spawn_file_actions_destroy(&actions) == 0);

    MUST(posix_spawn_file_actions_init(&actions) == 0);
    say("negative: %s %s %s\n",
        errno_name_of(posix_spawn_file_actions_addclose(&actions, -1)),
        errno_name_of(posix_spawn_file_actions_adddup2(&actions, -1, 1)),
        errno_name_of(
            posix_spawn_file_actions_addopen(&actions, -1, "x", O_RDONLY, 0)));
    MUST(posix_spawn_file_actions_destroy(&actions) == 0);
    return 0;
}
