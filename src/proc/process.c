/*
 * process.c: the life of one guest process; see process.h.
 */
#include "proc/process.h"

#include <string.h>
#include <sys/wait.h>

#include "interp/interp.h"
#include "proc/capture.h"
#include "proc/exec.h"
#include "proc/futex.h"
#include "proc/vfork.h"
#include "rt/exception.h"

struct env *env_copy(const struct env *env, int32_t pid)
{
    struct env *copy = calloc(1, sizeof(*copy));

    if (!copy)
        return NULL;
    copy->pid = pid;
    copy->ppid = env->pid;
    copy->host_ppid = getpid();
    copy->fds = fdtable_copy(env->fds);
    copy->cwd = strdup(env->cwd);
    if (!copy->fds || !copy->cwd || !strings_copy(&copy->argv, &env->argv) ||
        !strings_copy(&copy->envp, &env->envp) ||
        !sigstate_copy(&copy->sig, &env->sig)) {
        env_free(copy);
        return NULL;
    }
    return copy;
}

void env_free(own struct env *env)
{
    if (!env)
        return;
    fdtable_free(env->fds);
    free(env->cwd);
    strings_free(&env->argv);
    strings_free(&env->envp);
    sigstate_done(&env->sig);
    vec_done(&env->children);
    capture_free(env->resume);
    if (!env->is_static)
        free(env);
}

void process_born(struct process *process)
{
    struct env *env = process->env;

    env->children.n = 0;
    process->main.tid = env->pid;
    /* The parent may have died so early that nothing is left of us. */
    if (!family_set_alive(process->family, env->pid, getpid()))
        _exit(0);
    signal_after_fork(&process->main);
    futex_after_fork(&process->main);
    if (family_is_ending(process->family))
        _exit(0);
    if (env->ppid && !signal_heed(env->host_ppid))
        _exit(0);
}

void process_reset(struct process *process)
{
    capture_drop_all(&process->main);
    exception_drop_all();
    signal_reset(&process->main);
}

/* --- Running --- */

/* The signal that a trapped guest dies of; the user is told why, unless it is
 * the default action of a signal that the guest emulates. */
static int trap_death(struct process *process)
{
    int sig = signal_default_death(&process->main);

    if (sig)
        return sig;
    process->report_trap(process);
    return trap_signal(process->main.trap);
}

/*
 * A vfork child has left guest code, by returning from it or otherwise: end
 * it and go on as its parent.  False if there is no such child.
 */
static bool child_ended(struct process *process, bool returned)
{
    struct thread *t = &process->main;
    enum leave leave = t->leave;

    if (!process->env->resume || leave == LEAVE_EXEC)
        return false;
    t->leave = LEAVE_NONE;
    if (returned)
        vfork_exit(t, W_EXITCODE(0, 0));
    else if (leave == LEAVE_EXIT)
        vfork_exit(t, W_EXITCODE(t->exit_code & 0xff, 0));
    else
        vfork_exit(t, W_EXITCODE(0, trap_death(process)));
    return true;
}

/* Call f; true if it returned. */
static bool call(struct process *process, struct func *f, uint64_t *slots)
{
    struct thread *t = &process->main;
    bool returned = interp_run(t, f, slots);

    while (child_ended(process, returned))
        returned = stack_resume(t, WASI_OK);
    return returned;
}

/* Call an exported function, if there is one of that name. */
static bool call_export(struct process *process, const char *name)
{
    struct func *f = instance_func(process->program->inst, name);
    uint64_t slots[1];

    if (!f || f->type->n_params || f->type->n_results)
        return true;
    return call(process, f, slots);
}

/* What runs before _start, or before the function to invoke. */
static bool call_initial(struct process *process)
{
    const struct program *program = process->program;
    uint64_t slots[1];

    process->main.leave = LEAVE_NONE;
    return (!program->module->has_start ||
            call(process, program->inst->funcs[program->module->start],
                 slots)) &&
           call_export(process, "_initialize");
}

/* Say how the guest left for good. */
static void conclude(struct process *process, struct outcome *outcome)
{
    const struct thread *t = &process->main;

    if (t->leave == LEAVE_TRAP) {
        outcome->kind = OUTCOME_SIGNAL;
        outcome->code = trap_death(process);
    } else {
        outcome->kind = OUTCOME_EXIT;
        outcome->code = (int)(t->exit_code & 0xff);
    }
}

/* Run programs, each of which takes over from the one before, to the end. */
static void run_programs(struct process *process, struct outcome *outcome)
{
    struct thread *t = &process->main;

    while (t->leave == LEAVE_EXEC) {
        if (!exec_take_over(process, &outcome->error)) {
            outcome->kind = OUTCOME_ERROR;
            return;
        }
        if (call_initial(process) && call_export(process, "_start")) {
            t->leave = LEAVE_EXIT;
            t->exit_code = 0;
        }
    }
    conclude(process, outcome);
}

bool process_start(struct process *process, struct error *err)
{
    if (!program_start(process->program, &process->main, err))
        return false;
    process_reset(process);
    return true;
}

bool process_call(struct process *process, struct func *f, uint64_t *slots,
                  struct outcome *outcome)
{
    if (call_initial(process) && call(process, f, slots)) {
        outcome->kind = OUTCOME_EXIT;
        outcome->code = 0;
        return true;
    }
    run_programs(process, outcome);
    return false;
}

void process_run(struct process *process, struct outcome *outcome)
{
    uint64_t slots[1];

    memset(outcome, 0, sizeof(*outcome));
    if (!process_start(process, &outcome->error)) {
        outcome->kind = OUTCOME_ERROR;
        return;
    }
    (void)process_call(process, instance_func(process->program->inst, "_start"),
                       slots, outcome);
}
