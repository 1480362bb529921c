/*
 * kill.c: kill [-SIGNAL] pid...: send a signal, given by name or number, TERM
 * if not told.
 */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"HUP", SIGHUP},   {"INT", SIGINT},   {"QUIT", SIGQUIT}, {"ABRT", SIGABRT},
    {"KILL", SIGKILL}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"PIPE", SIGPIPE},
    {"ALRM", SIGALRM}, {"TERM", SIGTERM}, {"CONT", SIGCONT}, {"STOP", SIGSTOP},
};

static int number_of(const char *name)
{
    if (isdigit((unsigned char)*name))
        return atoi(name);
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
        if (strcmp(signals[i].name, name) == 0)
            return signals[i].number;
    }
    return -1;
}

int main(int argc, char **argv)
{
    int given = argc > 1 && argv[1][0] == '-';
    int sig = given ? number_of(argv[1] + 1) : SIGTERM;
    int status = 0;

    if (sig < 0 || argc < 2 + given) {
        fputs("usage: kill [-SIGNAL] PID...\n", stderr);
        return 2;
    }
    for (int i = 1 + given; i < argc; i++) {
        if (kill(atoi(argv[i]), sig)) {
            fprintf(stderr, "kill: %s: %s\n", argv[i], strerror(errno));
            status = 1;
        }
    }
    return status;
}
