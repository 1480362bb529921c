/*
 * proc_exit_codes.c: all exit codes arrive.
 */
#include "guest_test.h"

static int code_of(int code, bool by_exit)
{
    pid_t pid = must_fork();
    int status;

    if (pid == 0) {
        if (by_exit)
            exit(code);
        _exit(code);
    }
    MUST(waitpid(pid, &status, 0) == pid);
    MUST(WIFEXITED(status) && !WIFSIGNALED(status) && !WIFSTOPPED(status));
    return WEXITSTATUS(status);
}

int main(void)
{
    for (int code = 0; code < 256; code++)
        MUST(code_of(code, code % 2) == code);
    say("256: %d\n", code_of(256, true));
    say("259: %d\n", code_of(259, false));
    say("-1: %d\n", code_of(-1, true));
    say("-1: %d\n", code_of(-1, false));
    return 255;
}
