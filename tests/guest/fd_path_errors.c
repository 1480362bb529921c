/*
 * fd_path_errors.c: paths that cannot be.
 */
#include "guest_test.h"

#include <dirent.h>
#include <sys/stat.h>

static void try(const char *what, const char *path)
{
    struct stat st;

    say("%s: open %s", what, outcome(open(path, O_RDONLY)));
    say(", stat %s", outcome(stat(path, &st)));
    say(", access %s", outcome(access(path, F_OK)));
    say(", opendir %s", outcome(opendir(path) ? 0 : -1));
    say(", mkdir %s", outcome(mkdir(path, 0777)));
    say(", unlink %s", outcome(unlink(path)));
    say(", rmdir %s", outcome(rmdir(path)));
    say(", rename %s", outcome(rename(path, "other")));
    say(", chdir %s", outcome(chdir(path)));
    say(", exec %s\n", outcome(execl(path, path, (char *)NULL)));
}

int main(void)
{
    static char name[300], path[5000];

    memset(name, 'n', sizeof(name) - 1);
    memset(path, '/', sizeof(path) - 1);
    try("empty", "");
    try("long name", name);
    try("long path", path);
    path[4096] = '\0';
    try("longest but one", path);
    MUST(mkdir("a", 0777) == 0 && mkdir("a/b", 0777) == 0);
    say("rmdir: %s", outcome(rmdir("a/.")));
    say(", %s", outcome(rmdir("a/b/..")));
    say(", %s", outcome(rmdir("a/b/../")));
    say(", %s", outcome(rmdir("a/c/..")));
    say(", %s\n", outcome(rmdir("a/b")));
    return 0;
}
