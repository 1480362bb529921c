/*
 * fd_mkstemp.c: temporary files and directories.
 */
#include "guest_test.h"

#include <sys/stat.h>

int main(void)
{
    char a[] = "file-XXXXXX", b[] = "file-XXXXXX", c[] = "fXXXXXX.txt";
    char d[] = "dir-XXXXXX", bad[] = "file-XXXXX";
    struct stat st;
    char text[4] = "";
    int fd;

    fd = mkstemp(a);
    MUST(fd >= 0 && mkstemp(b) >= 0);
    say("different: %d\n", strcmp(a, b) != 0);
    say("filled in: %d\n", strstr(a, "XXXXXX") == NULL);
    MUST(write(fd, "abc", 3) == 3 && pread(fd, text, 3, 0) == 3);
    say("read back: %s\n", text);
    say("size %d\n", stat(a, &st) == 0 ? (int)st.st_size : -1);
    say("flag: %d\n", fcntl(fd, F_GETFD));
    fd = mkstemps(c, 4);
    say("suffix: %s, %s\n", outcome(fd), c + 7);
    fd = mkostemp(strcpy(a, "file-XXXXXX"), O_CLOEXEC);
    say("mkostemp: %s, %d\n", outcome(fd), fcntl(fd, F_GETFD) == FD_CLOEXEC);
    say("mkdtemp: %s\n", mkdtemp(d) == d ? "ok" : errno_name());
    say("directory: %d\n", stat(d, &st) == 0 && S_ISDIR(st.st_mode));
    say("bad: %s\n", outcome(mkstemp(bad)));
    say("nowhere: %s\n", outcome(mkstemp(strcpy(a, "x/aXXXXXX"))));
    return 0;
}
