/*
 * posix_shell.c: system, popen and pclose.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <wasi/libc-environ.h>

#include "guest.h"

#define SHELL      "/bin/sh"
#define STATUS_127 (127 << 8) /* what a shell that is not there exits with */

/* sh -c command */
static int spawn_shell(pid_t *ret_pid, const char *command,
                       const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attr)
{
    char *argv[] = {(char *)(uintptr_t)"sh", (char *)(uintptr_t)"-c",
                    (char *)(uintptr_t)command, NULL};

    return posix_spawn(ret_pid, SHELL, actions, attr, argv,
                       __wasilibc_get_environ());
}

static int wait_for(pid_t pid)
{
    int status;

    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return status;
}

int system(const char *command)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    const sigset_t chld = SIGNAL_BIT(SIGCHLD);
    struct sigaction old_int;
    struct sigaction old_quit;
    posix_spawnattr_t attr;
    sigset_t old_mask;
    sigset_t defaults = 0;
    pid_t pid;
    int status = STATUS_127;

    if (!command)
        return access(SHELL, F_OK) == 0;

    (void)sigaction(SIGINT, &ignore, &old_int);
    (void)sigaction(SIGQUIT, &ignore, &old_quit);
    (void)sigprocmask(SIG_BLOCK, &chld, &old_mask);
    if (old_int.sa_handler != SIG_IGN)
        defaults |= SIGNAL_BIT(SIGINT);
    if (old_quit.sa_handler != SIG_IGN)
        defaults |= SIGNAL_BIT(SIGQUIT);
    (void)posix_spawnattr_init(&attr);
    (void)posix_spawnattr_setsigdefault(&attr, &defaults);
    (void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    if (spawn_shell(&pid, command, NULL, &attr) == 0)
        status = wait_for(pid);
    (void)sigaction(SIGINT, &old_int, NULL);
    (void)sigaction(SIGQUIT, &old_quit, NULL);
    (void)sigprocmask(SIG_SETMASK, &old_mask, NULL);
    return status;
}

/* The streams of popen; a child has none but its own. */
struct stream {
    FILE *file;
    pid_t pid;
    struct stream *next;
};
static struct stream *streams;

/* Have the child use `theirs` as its descriptor `number`. */
static int set_up_child(posix_spawn_file_actions_t *actions, int theirs,
                        int number)
{
    int error = 0;

    for (struct stream *s = streams; s && !error; s = s->next)
        error = posix_spawn_file_actions_addclose(actions, fileno(s->file));
    if (!error)
        error = posix_spawn_file_actions_adddup2(actions, theirs, number);
    return error;
}

static int start_child(struct stream *stream, const char *command, int theirs,
                       int number)
{
    posix_spawn_file_actions_t actions;
    int error;

    (void)posix_spawn_file_actions_init(&actions);
    error = set_up_child(&actions, theirs, number);
    if (!error)
        error = spawn_shell(&stream->pid, command, &actions, NULL);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

FILE *popen(const char *command, const char *mode)
{
    bool reads = *mode == 'r';
    struct stream *stream;
    int error;
    int fds[2];

    if (!reads && *mode != 'w') {
        errno = EINVAL;
        return NULL;
    }
    stream = malloc(sizeof(*stream));
    if (!stream)
        return NULL;
    if (pipe2(fds, O_CLOEXEC)) {
        free(stream);
        return NULL;
    }
    stream->file = fdopen(fds[reads ? 0 : 1], reads ? "r" : "w");
    error = stream->file
                ? start_child(stream, command, fds[reads ? 1 : 0], reads)
                : errno;
    (void)close(fds[reads ? 1 : 0]);
    if (error) {
        if (stream->file)
            (void)fclose(stream->file);
        else
            (void)close(fds[reads ? 0 : 1]);
        free(stream);
        errno = error;
        return NULL;
    }
    if (!strchr(mode, 'e'))
        (void)fcntl(fds[reads ? 0 : 1], F_SETFD, 0);
    stream->next = streams;
    streams = stream;
    return stream->file;
}

int pclose(FILE *file)
{
    struct stream **link = &streams;
    struct stream *stream;
    pid_t pid;

    while (*link && (*link)->file != file)
        link = &(*link)->next;
    stream = *link;
    if (!stream)
        return __tine_result(ECHILD);
    *link = stream->next;
    pid = stream->pid;
    free(stream);
    (void)fclose(file);
    return wait_for(pid);
}
