/*
 * proc_exec_args.c: arguments arrive as they are: empty ones, newlines, bytes
 * that are not ASCII, long ones, many.
 */
#include "guest_test.h"

static void show(int argc, char **argv)
{
    say("%d arguments\n", argc);
    for (int i = 0; i < argc && i < 12; i++) {
        say("%d:", i);
        for (const char *p = argv[i]; *p && p < argv[i] + 30; p++)
            say(" %02x", (unsigned)(unsigned char)*p);
        say(" (%zu)\n", strlen(argv[i]));
    }
}

int main(int argc, char **argv)
{
    static char long_arg[20001];
    static char *many[1002];
    static char *const odd[] = {(char *)"shown",
                                (char *)"",
                                (char *)"a\nb",
                                (char *)"\n",
                                (char *)"\r",
                                (char *)" x\t",
                                (char *)"\xc3\xa4\xe2\x82\xac",
                                (char *)"=",
                                (char *)"a=b",
                                (char *)"'\"\\",
                                long_arg,
                                NULL};
    pid_t pid;

    if (argc > 1) {
        show(argc, argv);
        return 0;
    }
    memset(long_arg, 'l', sizeof(long_arg) - 1);
    pid = must_fork();
    if (pid == 0) {
        execv(SELF, odd);
        _exit(99);
    }
    reap("odd", pid);
    for (int i = 0; i < 1001; i++)
        many[i] = (char *)(i % 2 ? "many" : "");
    pid = must_fork();
    if (pid == 0) {
        execv(SELF, many);
        _exit(99);
    }
    reap("many", pid);
    return 0;
}
