/* vfork.c: see vfork.h. */
#include "proc/vfork.h"

#include <signal.h>

#include "proc/capture.h"
#include "rt/guest.h"

/* Who this host process was made for. */
static const struct env *bottom(const struct env *env)
{
    while (env->below)
        env = env->below;
    return env;
}

enum wasi_errno vfork_begin(struct thread *t, gaddr pid_out, bool come_back)
{
    struct process *process = t->process;
    struct env *child;
    int32_t pid = family_reserve(process->family, process->env->pid);

    if (!pid)
        return WASI_AGAIN;
    child = env_copy(process->env, pid);
    if (child && come_back)
        child->resume = capture_new(t);
    /* The parent must be able to note the child when that ends. */
    if (!child || (come_back && !child->resume) ||
        !vec_reserve(&process->env->children, 1)) {
        env_free(child);
        family_release(process->family, pid);
        return WASI_NOMEM;
    }
    child->resume_pid_out = pid_out;
    child->below = process->env;
    process->env = child;
    t->tid = pid;
    family_set_inmates(process->family, bottom(child)->pid);
    (void)family_set_alive(process->family, pid, getpid());
    guest_store_u32(t, pid_out, come_back ? 0 : (uint32_t)pid);
    return WASI_OK;
}

/* Its own children stay the host's children of this process: they are reaped
 * without anybody being told.  Those that exited inside it are gone. */
static void adopt(struct family *family, struct env *parent,
                  const struct env *child)
{
    size_t i;

    for (i = 0; i < child->children.n; i++) {
        struct child orphan = child->children.items[i];

        orphan.foreign = true;
        if (orphan.host_pid)
            (void)vec_push(&parent->children, orphan);
        else
            family_release(family, orphan.pid);
    }
}

/* The parent is back, with the child noted. */
static void end(struct thread *t, struct child noted)
{
    struct process *process = t->process;
    struct env *child = process->env;
    struct env *parent = child->below;

    process->env = parent;
    t->tid = parent->pid;
    (void)vec_push(&parent->children, noted); /* reserved by vfork_begin */
    adopt(process->family, parent, child);
    signal_env_changed(t, &child->sig);
    if (child->resume) {
        capture_restore(t, child->resume);
        guest_store_u32(t, child->resume_pid_out, (uint32_t)noted.pid);
    }
    env_free(child);
}

void vfork_exit(struct thread *t, int host_status)
{
    struct process *process = t->process;
    struct child noted = {.pid = process->env->pid, .host_status = host_status};

    family_set_dead(process->family, noted.pid);
    end(t, noted);
    /* As the kernel does when a child ends. */
    if (process->env->sig.handler)
        (void)raise(SIGCHLD);
}

void vfork_become(struct thread *t, int32_t host_pid)
{
    struct child noted = {.pid = t->process->env->pid, .host_pid = host_pid};

    end(t, noted);
}
