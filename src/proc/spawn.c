/* spawn.c: see spawn.h. */
#include "proc/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/wait.h>

#include "proc/hostabi.h"

/* A child that could not load its program; its parent reaps it unseen. */
#define STATUS_NOT_STARTED 127

static void report(int fd, enum wasi_errno e)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    uint32_t word = (uint32_t)e;
    struct sigaction old;

    /* The parent may be gone. */
    (void)sigaction(SIGPIPE, &ignore, &old);
    while (write(fd, &word, sizeof(word)) < 0 && errno == EINTR)
        ;
    (void)sigaction(SIGPIPE, &old, NULL);
    (void)close(fd);
}

/* What the child reports; a child that is killed meanwhile has started. */
static enum wasi_errno await_report(int fd)
{
    uint32_t word = WASI_OK;
    ssize_t n;

    do
        n = read(fd, &word, sizeof(word));
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof(word) ? (enum wasi_errno)word : WASI_OK;
}

/* In the child: become the process of `env`. */
static void become(struct process *process, struct env *env,
                   struct spawn *spawn)
{
    struct env *old = process->env;

    process->env = env;
    while (old) {
        struct env *below = old->below;

        env_free(old);
        old = below;
    }
    process->spawned = spawn;
    program_forget_bytes(process->program);
    process_born(process);
    process->main.leave = LEAVE_EXEC;
}

/* fork(2) without the guest's memory; why _Fork(3): fork.c. */
static pid_t fork_light(struct process *process)
{
    pid_t host;

    program_dontfork(process->program, true);
    host = _Fork();
    if (host != 0)
        program_dontfork(process->program, false);
    return host;
}

static struct spawn *spawn_new(struct exec_request *request,
                               struct exec_file *file, int fd)
{
    struct spawn *spawn = calloc(1, sizeof(*spawn));

    if (!spawn)
        return NULL;
    spawn->request = *request;
    spawn->file = *file;
    spawn->report = fd;
    memset(request, 0, sizeof(*request));
    memset(file, 0, sizeof(*file));
    return spawn;
}

static void spawn_free(struct spawn *spawn)
{
    exec_request_done(&spawn->request);
    exec_file_done(&spawn->file);
    free(spawn);
}

/* In the parent: has the child made it? */
static enum wasi_errno parent_side(struct process *process, int32_t pid,
                                   pid_t host, int fd)
{
    enum wasi_errno e;

    (void)family_set_alive(process->family, pid, host);
    e = await_report(fd);
    if (e == WASI_OK)
        return WASI_OK;
    family_set_dead(process->family, pid);
    while (waitpid(host, NULL, 0) < 0 && errno == EINTR)
        ;
    return e;
}

enum wasi_errno spawn_process(struct thread *t, own struct env *env,
                              struct exec_request *request,
                              struct exec_file *file, int32_t *host_pid,
                              bool *is_child)
{
    struct process *process = t->process;
    struct spawn *spawn;
    enum wasi_errno e;
    sigset_t old;
    int fds[2];
    pid_t host;

    *is_child = false;
    if (pipe2(fds, O_CLOEXEC)) {
        e = errno_from_host(errno);
        env_free(env);
        return e;
    }
    spawn = spawn_new(request, file, fds[1]);
    if (!spawn) {
        (void)close(fds[0]);
        (void)close(fds[1]);
        env_free(env);
        return WASI_NOMEM;
    }
    signal_block_all(&old);
    host = fork_light(process);
    if (host == 0) {
        (void)close(fds[0]);
        become(process, env, spawn);
        /* What comes from now on is the new program's. */
        signal_hold(t, &old);
        *is_child = true;
        return WASI_OK;
    }
    (void)close(fds[1]);
    e = host < 0 ? errno_from_host(errno)
                 : parent_side(process, env->pid, host, fds[0]);
    signal_restore(&old);
    (void)close(fds[0]);
    spawn_free(spawn);
    env_free(env);
    *host_pid = host;
    return e;
}

bool spawn_load(struct process *process, struct error *err)
{
    struct spawn *spawn = process->spawned;
    struct program *program;
    enum wasi_errno e = exec_load(process, &spawn->file, &program, err);

    if (e != WASI_OK) {
        report(spawn->report, e);
        _exit(STATUS_NOT_STARTED);
    }
    exec_commit(&process->main, program, &spawn->request);
    return true;
}

void spawn_started(struct process *process)
{
    report(process->spawned->report, WASI_OK);
    spawn_free(process->spawned);
    process->spawned = NULL;
}
