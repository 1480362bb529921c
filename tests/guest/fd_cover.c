/*
 * fd_cover.c: files at numbers from 3 on, where a guest's preopened directories
 * are: shells do that, as `exec 3>file`.  Paths go on to work, here and in
 * programs that inherit the file.
 */
#include "guest_test.h"

#include <spawn.h>
#include <sys/stat.h>

extern char **environ;

static void put(int fd, const char *text)
{
    say("write to %d: %s\n", fd, outcome(write(fd, text, strlen(text))));
}

static void show_file(const char *name)
{
    char text[128] = "";
    int fd = open(name, O_RDONLY);

    MUST(fd >= 0 && read(fd, text, sizeof(text) - 1) >= 0);
    close(fd);
    say("%s: [%s]\n", name, text);
}

/* Everything that takes a path. */
static void use_paths(void)
{
    struct stat st;
    char link[16] = "";

    say("mkdir: %s\n", outcome(mkdir("d", 0777)));
    say("symlink: %s\n", outcome(symlink("file", "d/link")));
    say("readlink: %s ", outcome(readlink("d/link", link, sizeof(link) - 1)));
    say("%s\n", link);
    say("rename: %s\n", outcome(rename("d/link", "d/other")));
    say("unlink: %s\n", outcome(unlink("d/other")));
    say("rmdir: %s\n", outcome(rmdir("d")));
    say("stat: %s\n", outcome(stat("file", &st)));
    say("a file: %d\n", S_ISREG(st.st_mode));
}

static int child(const char *name)
{
    put(3, name);
    use_paths();
    return 0;
}

static void run_children(void)
{
    char *args[] = {(char *)"prog", (char *)"spawned\n", NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid = must_fork();

    if (pid == 0) {
        args[1] = (char *)"executed\n";
        (void)execv(SELF, args);
        _exit(98);
    }
    reap("executed", pid);
    MUST(posix_spawn_file_actions_init(&actions) == 0);
    MUST(posix_spawn_file_actions_addopen(&actions, 3, "other",
                                          O_WRONLY | O_CREAT, 0666) == 0);
    MUST(posix_spawn_file_actions_adddup2(&actions, 3, 4) == 0);
    MUST(posix_spawn(&pid, SELF, &actions, NULL, args, environ) == 0);
    reap("spawned", pid);
    MUST(posix_spawn_file_actions_destroy(&actions) == 0);
}

int main(int argc, char **argv)
{
    int fd, saved;

    if (argc > 1)
        return child(argv[1]);
    fd = open("file", O_RDWR | O_CREAT | O_APPEND, 0666);
    MUST(fd >= 0 && (fd = fcntl(fd, F_DUPFD, 20)) == 20);
    say("over 3: %s\n", outcome(dup2(fd, 3)));
    put(3, "first\n");
    use_paths();
    show_file("file");
    run_children();
    show_file("file");
    show_file("other");

    /* As shells do around a command: save, replace, put back. */
    saved = fcntl(3, F_DUPFD, 10);
    MUST(saved >= 10);
    fd = open("third", O_WRONLY | O_CREAT, 0666);
    MUST(fd >= 0 && dup2(fd, 3) == 3);
    put(3, "third\n");
    MUST(dup2(saved, 3) == 3);
    put(3, "last\n");
    show_file("third");
    show_file("file");
    say("over all: %s %s %s\n", outcome(dup2(20, 4)), outcome(dup2(20, 5)),
        outcome(dup2(20, 6)));
    use_paths();
    say("closed: %s\n", outcome(close(3)));
    say("no longer written: %s\n", outcome(write(3, "x", 1)));
    use_paths();
    return 0;
}
