/*
 * sys_signal.c: sending signals and setting the handler.
 */
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "proc/hostabi.h"
#include "proc/vfork.h"
#include "sys/sys.h"

/* The numbers by which libc's main thread knows itself: today's, and that of
 * 2022. */
#define MAIN_TID      0x3fffffff
#define MAIN_TID_2022 0

/* The name by which a guest says that the running handler was installed with
 * SA_RESTART, before it sets its handler again (docs/signals.md). */
#define RESTART_NAME "__wasm_signal_restart"

static bool is_handler(const struct functype *type)
{
    return type->n_params == 1 && type->params[0] == VT_I32 &&
           type->n_results == 0;
}

/* callback_signal: an unreadable name is ignored, one that is not there
 * blocks. */
void sys_callback_signal(struct thread *t, gaddr callback, gsize callback_len)
{
    AUTO_FREE char *name = NULL;
    struct func *handler;

    if (guest_string(t, callback, callback_len, LIMIT_PATH, &name))
        return;
    handler = instance_func(t->inst, name);
    if (handler && !is_handler(handler->type))
        handler = NULL;
    signal_set_handler(t, handler, strcmp(name, RESTART_NAME) == 0);
}

/* Signal this process; what comes of it is done on the way out.  A vfork child
 * that ends by it does so alone. */
static enum wasi_errno raise_here(struct thread *t, int sig)
{
    if (t->process->env->resume && signal_is_deadly(t, sig)) {
        vfork_exit(t, W_EXITCODE(0, sig));
        return WASI_OK;
    }
    return kill(getpid(), sig) ? errno_from_host(errno) : WASI_OK;
}

enum wasi_errno sys_proc_raise(struct thread *t, uint32_t sig)
{
    if (sig > SIGNAL_MAX)
        return WASI_INVAL;
    return raise_here(t, (int)sig);
}

/* proc_signal: groups as family_kill_group has them.  Signal 0 only asks. */
enum wasi_errno sys_proc_signal(struct thread *t, int32_t pid, uint32_t sig)
{
    struct process *process = t->process;
    enum wasi_errno e;
    bool here;

    if (sig > SIGNAL_MAX || pid == INT32_MIN)
        return WASI_INVAL;
    if (pid == process->env->pid)
        return raise_here(t, (int)sig);
    if (pid > 0)
        return family_kill(process->family, pid, (int)sig);
    e = family_kill_group(process->family, pid, process->env->pid, (int)sig,
                          &here);
    return here ? raise_here(t, (int)sig) : e;
}

enum wasi_errno sys_thread_signal(struct thread *t, int32_t tid, uint32_t sig)
{
    if (sig > SIGNAL_MAX)
        return WASI_INVAL;
    if (tid != MAIN_TID && tid != MAIN_TID_2022 && tid != t->tid)
        return WASI_SRCH;
    return raise_here(t, (int)sig);
}

enum wasi_errno sys_proc_raise_interval(struct thread *t, uint32_t sig,
                                        uint64_t interval, bool repeat)
{
    if (sig == 0 || sig > SIGNAL_MAX)
        return WASI_INVAL;
    return signal_interval((int)sig, interval, repeat);
}

enum wasi_errno sys_proc_signals_sizes_get(struct thread *t, gaddr count_out)
{
    if (!guest_writable(t, count_out, t->ptr_size))
        return WASI_MEMVIOLATION;
    guest_store_ptr(t, count_out, t->process->env->sig.n_inherited);
    return WASI_OK;
}

/* proc_signals_get: two bytes each, the signal and its disposition. */
enum wasi_errno sys_proc_signals_get(struct thread *t, gaddr buf)
{
    const struct sigstate *state = &t->process->env->sig;
    size_t i;

    if (!guest_array_ok(t, buf, state->n_inherited, 2))
        return WASI_MEMVIOLATION;
    for (i = 0; i < state->n_inherited; i++) {
        guest_store_u8(t, buf + 2 * i, state->inherited[i].signal);
        guest_store_u8(t, buf + 2 * i + 1, state->inherited[i].action);
    }
    return WASI_OK;
}
