/*
 * guest_test.h: what the guest tests share.
 *
 * Each test is a program that is run natively and by tine, and must do the
 * same: what it prints and how it ends are compared.  It is run in a directory
 * of its own, which holds nothing but the program itself, as "prog"; the tests
 * of system and popen need /bin/sh.  So a test prints nothing that may differ:
 * no pids, descriptors, errnos, addresses or times.
 */
#ifndef GUEST_TEST_H
#define GUEST_TEST_H

/* Included first, so that it counts for all headers. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SELF "./prog"

/* Not every test uses every function. */
#define MAYBE_UNUSED __attribute__((unused))

/* printf, at once: nothing is left for a child to print again. */
__attribute__((format(printf, 1, 2))) MAYBE_UNUSED static void say(
    const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    fflush(stdout);
}

/* The test itself cannot go on. */
#define MUST(condition)                                                        \
    do {                                                                       \
        if (!(condition)) {                                                    \
            say("line %d: %s: %s\n", __LINE__, #condition, errno_name());      \
            _exit(99);                                                         \
        }                                                                      \
    } while (0)

MAYBE_UNUSED static const char *errno_name_of(int error)
{
#define NAME(e)                                                                \
    case e:                                                                    \
        return #e;
    switch (error) {
    case 0:
        return "0";
        NAME(E2BIG)
        NAME(EACCES)
        NAME(EAGAIN)
        NAME(EBADF)
        NAME(ECHILD)
        NAME(EEXIST)
        NAME(EINTR)
        NAME(EINVAL)
        NAME(EISDIR)
        NAME(ELOOP)
        NAME(EMFILE)
        NAME(ENAMETOOLONG)
        NAME(ENOENT)
        NAME(ENOEXEC)
        NAME(ENOMEM)
        NAME(ENOSYS)
        NAME(ENOTDIR)
        NAME(ENOTEMPTY)
        NAME(ENOTSUP)
        NAME(ENOTTY)
        NAME(EPERM)
        NAME(EPIPE)
        NAME(ERANGE)
        NAME(ESPIPE)
        NAME(ESRCH)
        NAME(EXDEV)
    default:
        return "another errno";
    }
#undef NAME
}

MAYBE_UNUSED static const char *errno_name(void)
{
    return errno_name_of(errno);
}

/* A result of a call that fails with -1 and errno. */
MAYBE_UNUSED static const char *outcome(long result)
{
    return result < 0 ? errno_name() : "ok";
}

MAYBE_UNUSED static const char *signal_name(int sig)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {SIGHUP, "HUP"},   {SIGINT, "INT"},   {SIGQUIT, "QUIT"},
        {SIGILL, "ILL"},   {SIGTRAP, "TRAP"}, {SIGABRT, "ABRT"},
        {SIGBUS, "BUS"},   {SIGFPE, "FPE"},   {SIGKILL, "KILL"},
        {SIGUSR1, "USR1"}, {SIGSEGV, "SEGV"}, {SIGUSR2, "USR2"},
        {SIGPIPE, "PIPE"}, {SIGALRM, "ALRM"}, {SIGTERM, "TERM"},
        {SIGCHLD, "CHLD"}, {SIGCONT, "CONT"}, {SIGSTOP, "STOP"},
        {SIGTSTP, "TSTP"}, {SIGTTIN, "TTIN"}, {SIGTTOU, "TTOU"},
        {SIGURG, "URG"},   {SIGXCPU, "XCPU"}, {SIGWINCH, "WINCH"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (names[i].number == sig)
            return names[i].name;
    }
    return "another signal";
}

MAYBE_UNUSED static void say_status(const char *who, int status)
{
    if (WIFEXITED(status))
        say("%s: exit %d\n", who, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        say("%s: killed by %s\n", who, signal_name(WTERMSIG(status)));
    else if (WIFSTOPPED(status))
        say("%s: stopped by %s\n", who, signal_name(WSTOPSIG(status)));
    else
        say("%s: strange status\n", who);
}

/* Wait for a child, whatever interrupts it, and say how it ended. */
MAYBE_UNUSED static void reap(const char *who, pid_t pid)
{
    pid_t found;
    int status;

    do
        found = waitpid(pid, &status, 0);
    while (found < 0 && errno == EINTR);
    if (found != pid)
        say("%s: waitpid: %s\n", who, outcome(found));
    else
        say_status(who, status);
}

/* Who called must_fork last, here or before it. */
MAYBE_UNUSED static pid_t forked_by;

MAYBE_UNUSED static pid_t must_fork(void)
{
    pid_t pid;

    forked_by = getpid();
    pid = fork();

    MUST(pid >= 0);
    return pid;
}

/* For a child of must_fork; nobody else is hit if the parent is gone. */
MAYBE_UNUSED static bool kill_parent(int sig)
{
    return getppid() == forked_by && kill(forked_by, sig) == 0;
}

MAYBE_UNUSED static void sleep_ms(long ms)
{
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};

    while (nanosleep(&time, &time) && errno == EINTR)
        ;
}

MAYBE_UNUSED static long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)(now.tv_sec % 1000000) * 1000 + now.tv_nsec / 1000000;
}

MAYBE_UNUSED static void catch_signal(int sig, void (*handler)(int), int flags)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    MUST(sigaction(sig, &action, NULL) == 0);
}

/* One byte through a pipe: for children and parents that wait for each other.
 */
MAYBE_UNUSED static void tell(const int pipe_fds[2])
{
    MUST(write(pipe_fds[1], "x", 1) == 1);
}

MAYBE_UNUSED static void hear(const int pipe_fds[2])
{
    char byte;
    ssize_t n;

    do
        n = read(pipe_fds[0], &byte, 1);
    while (n < 0 && errno == EINTR);
    MUST(n == 1);
}

#endif
