/* context_x86_64.h: see context.h. */
#ifndef TINE_RT_CONTEXT_X86_64_H
#define TINE_RT_CONTEXT_X86_64_H

IN_SIGNAL static inline uintptr_t context_pc(const ucontext_t *uc)
{
    return (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
}

IN_SIGNAL static inline void context_set_pc(ucontext_t *uc, uintptr_t pc)
{
    uc->uc_mcontext.gregs[REG_RIP] = (greg_t)pc;
}

IN_SIGNAL static inline uintptr_t context_sp(const ucontext_t *uc)
{
    return (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
}

IN_SIGNAL static inline void context_set_sp(ucontext_t *uc, uintptr_t sp)
{
    uc->uc_mcontext.gregs[REG_RSP] = (greg_t)sp;
}

IN_SIGNAL static inline void context_push_call(ucontext_t *uc, uintptr_t fn)
{
    uintptr_t sp = context_sp(uc) - sizeof(uintptr_t);

    *(uintptr_t *)sp = context_pc(uc);
    context_set_sp(uc, sp);
    context_set_pc(uc, fn);
}

IN_SIGNAL static inline void context_call(ucontext_t *uc, uintptr_t fn,
                                          uintptr_t arg)
{
    uc->uc_mcontext.gregs[REG_RDI] = (greg_t)arg;
    uc->uc_mcontext.gregs[REG_RIP] = (greg_t)fn;
}

IN_SIGNAL static inline uintptr_t context_named(const ucontext_t *uc,
                                                const char *text)
{
    static const struct {
        char name[5];
        int reg;
    } regs[] = {
        {"%rax", REG_RAX}, {"%rbx", REG_RBX}, {"%rcx", REG_RCX},
        {"%rdx", REG_RDX}, {"%rsi", REG_RSI}, {"%rdi", REG_RDI},
        {"%rbp", REG_RBP}, {"%r8", REG_R8},   {"%r9", REG_R9},
        {"%r10", REG_R10}, {"%r11", REG_R11}, {"%r12", REG_R12},
        {"%r13", REG_R13}, {"%r14", REG_R14}, {"%r15", REG_R15},
    };
    size_t len = strcspn(text, " ");
    size_t i;

    for (i = 0; i < countof(regs); i++)
        if (strlen(regs[i].name) == len && memcmp(regs[i].name, text, len) == 0)
            return (uintptr_t)uc->uc_mcontext.gregs[regs[i].reg];
    return 0;
}

#endif
