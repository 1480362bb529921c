/* fault.c: see fault.h. */
#include "rt/fault.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>

#include "rt/context.h"
#include "rt/thread.h"

/* The linker gathers the records; there may be none. */
extern const struct fault_site __start_tine_faults[] __attribute__((weak));
extern const struct fault_site __stop_tine_faults[] __attribute__((weak));

static const struct fault_site *site_find(uintptr_t pc)
{
    const struct fault_site *site;

    for (site = __start_tine_faults; site < __stop_tine_faults; site++)
        if ((uintptr_t)&site->at + (uintptr_t)site->at == pc)
            return site;
    return NULL;
}

static bool (*find_compiled)(struct thread *t, const ucontext_t *uc);

void fault_set_compiled(bool (*find)(struct thread *t, const ucontext_t *uc))
{
    find_compiled = find;
}

/* Is this the guest's fault?  Then note it in the thread. */
static bool is_trap(struct thread *t, const siginfo_t *info,
                    const ucontext_t *uc)
{
    const struct fault_site *site = site_find(context_pc(uc));
    bool compiled = !site && find_compiled && find_compiled(t, uc);
    const struct memory *memory =
        site || compiled ? instance_memory_at(info->si_addr) : NULL;

    if (memory && site) {
        t->ip = (const code_unit *)context_named(uc, site->regs);
        t->fp = (uint64_t *)context_named(uc, strchr(site->regs, ' ') + 1);
        t->ip_behind = false;
    }
    if (memory) {
        t->trap = TRAP_MEMORY_BOUNDS;
        t->trap_addr =
            (uint64_t)((const uint8_t *)info->si_addr - memory->base);
        return true;
    }
    if (stack_is_guard(&t->stack, info->si_addr)) {
        t->trap = TRAP_STACK_OVERFLOW;
        return true;
    }
    return false;
}

static void (*forward)(int sig, siginfo_t *info, void *context);

void fault_forward(void (*handler)(int sig, siginfo_t *info, void *context))
{
    forward = handler;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
    static const char text[] = "tine: internal error: a fault in the runtime\n";
    struct thread *t = thread_current;
    ucontext_t *uc = context;

    if (t && info->si_code > 0 && is_trap(t, info, uc)) {
        t->leave = LEAVE_TRAP;
        context_call(uc, (uintptr_t)stack_leave, (uintptr_t)t);
        return;
    }
    if (info->si_code <= 0 && forward) {
        forward(sig, info, context);
        return;
    }
    /* Sent by somebody, or our own bug: die of it when it happens again. */
    if (info->si_code > 0)
        (void)!write(STDERR_FILENO, text, sizeof(text) - 1);
    (void)signal(sig, SIG_DFL);
    if (info->si_code <= 0)
        (void)raise(sig);
}

bool fault_init(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigfillset(&action.sa_mask);
    return sigaction(SIGSEGV, &action, NULL) == 0 &&
           sigaction(SIGBUS, &action, NULL) == 0;
}
