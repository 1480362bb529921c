/*
 * fd_cwd.c: chdir, getcwd and relative names.
 */
#include "guest_test.h"

#include <sys/stat.h>

static size_t root_len;

static void show(void)
{
    char path[1024];

    MUST(getcwd(path, sizeof(path)));
    say("in [%s]\n", path + root_len);
}

int main(void)
{
    char path[1024];
    char *allocated;
    struct stat st;

    MUST(getcwd(path, sizeof(path)));
    /* Natively a long path; in the guest it may be `/`. */
    root_len = strcmp(path, "/") == 0 ? 0 : strlen(path);
    MUST(mkdir("a", 0777) == 0 && mkdir("a/b", 0777) == 0);
    MUST(symlink("a/b", "link") == 0);
    MUST(close(open("a/b/file", O_WRONLY | O_CREAT, 0666)) == 0);
    say("a: %s\n", outcome(chdir("a")));
    show();
    say("./b/: %s\n", outcome(chdir("./b/")));
    show();
    say("file: %s\n", outcome(access("file", F_OK)));
    say("../b/./file: %s\n", outcome(access("../b/./file", F_OK)));
    say("../../prog: %s\n", outcome(stat("../../prog", &st)));
    say("..: %s\n", outcome(chdir("..")));
    show();
    say("b/file: %s\n", outcome(access("b/file", F_OK)));
    say("file: %s\n", outcome(access("file", F_OK)));
    say("mkdir: %s\n", outcome(mkdir("c", 0777)));
    say("rmdir: %s\n", outcome(rmdir("c")));
    say("rename: %s\n", outcome(rename("b/file", "../moved")));
    say("absolute: %s\n", outcome(chdir(path)));
    say("moved: %s\n", outcome(unlink("moved")));
    say("missing: %s\n", outcome(chdir("x")));
    say("file: %s\n", outcome(chdir("prog")));
    say("empty: %s\n", outcome(chdir("")));
    say("link: %s\n", outcome(chdir("link")));
    show();
    say("too small: %s\n", getcwd(path, 1) ? "ok" : errno_name());
    say("no room: %s\n", getcwd(path, 0) ? "ok" : errno_name());
    allocated = getcwd(NULL, 0);
    say("allocated: %s\n",
        allocated && getcwd(path, sizeof(path)) && !strcmp(allocated, path)
            ? "equal"
            : "wrong");
    free(allocated);
    return 0;
}
