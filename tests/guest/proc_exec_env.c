/*
 * proc_exec_env.c: the environment of execve, and the inherited one.
 */
#include "guest_test.h"

extern char **environ;

static void show(void)
{
    int n = 0;

    for (char **e = environ; e && *e; e++) {
        n++;
        if (strncmp(*e, "T_", 2) == 0)
            say("[%s]\n", *e);
    }
    say("T_NONE is %s\n", getenv("T_NONE") ? "there" : "not there");
    say("others: %s\n", n > 4 ? "some" : "none");
}

static void run(const char *name, char *const *envp)
{
    static char *const argv[] = {(char *)"prog", (char *)"show", NULL};
    pid_t pid = must_fork();

    if (pid == 0) {
        if (envp)
            execve(SELF, argv, envp);
        else
            execv(SELF, argv);
        _exit(99);
    }
    reap(name, pid);
}

int main(int argc, char **argv)
{
    static char *const few[] = {(char *)"T_A=1",
                                (char *)"T_B=", (char *)"T_C=x=y\nz",
                                (char *)"T_D=\xc3\xa4", NULL};
    static char *const none[] = {NULL};

    (void)argv;
    if (argc > 1) {
        show();
        return 0;
    }
    run("few", few);
    run("none", none);
    MUST(setenv("T_SET", "set", 1) == 0);
    MUST(putenv((char *)"T_PUT=put") == 0);
    MUST(setenv("T_NONE", "x", 1) == 0);
    MUST(unsetenv("T_NONE") == 0);
    for (int i = 0; i < 8; i++) {
        char name[] = "OTHER_0";

        name[6] = (char)('0' + i);
        MUST(setenv(name, "x", 1) == 0);
    }
    run("inherited", NULL);
    return 0;
}
