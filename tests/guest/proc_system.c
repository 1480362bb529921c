/*
 * proc_system.c: system and its results.
 */
#include "guest_test.h"

static volatile sig_atomic_t caught;

static void on_signal(int sig)
{
    (void)sig;
    caught++;
}

int main(void)
{
    MUST(system(NULL) != 0);
    say_status("exit", system("exit 3"));
    say_status("echo", system("echo said by the shell"));
    say_status("killed", system("kill -9 $$"));
    say_status("not found", system("nosuchcommand 2>&-"));
    say_status("list", system("false || echo or; true && echo and"));
    signal(SIGCHLD, on_signal);
    signal(SIGINT, on_signal);
    say_status("interrupt", system("kill -INT $$"));
    caught = 0;
    raise(SIGINT);
    say("the handler is back: %d\n", (int)caught);
    MUST(setenv("T_VAR", "from the environment", 1) == 0);
    say_status("variable", system("echo $T_VAR"));
    return 0;
}
