/* context_aarch64.h: see context.h. */
#ifndef TINE_RT_CONTEXT_AARCH64_H
#define TINE_RT_CONTEXT_AARCH64_H

IN_SIGNAL static inline uintptr_t context_pc(const ucontext_t *uc)
{
    return (uintptr_t)uc->uc_mcontext.pc;
}

IN_SIGNAL static inline void context_set_pc(ucontext_t *uc, uintptr_t pc)
{
    uc->uc_mcontext.pc = pc;
}

IN_SIGNAL static inline uintptr_t context_sp(const ucontext_t *uc)
{
    return (uintptr_t)uc->uc_mcontext.sp;
}

IN_SIGNAL static inline void context_set_sp(ucontext_t *uc, uintptr_t sp)
{
    uc->uc_mcontext.sp = sp;
}

/* The link register is to be preserved too. */
IN_SIGNAL static inline void context_push_call(ucontext_t *uc, uintptr_t fn)
{
    uintptr_t sp = context_sp(uc) - 16;

    *(uintptr_t *)sp = context_pc(uc);
    context_set_sp(uc, sp);
    context_set_pc(uc, fn);
}

IN_SIGNAL static inline void context_call(ucontext_t *uc, uintptr_t fn,
                                          uintptr_t arg)
{
    uc->uc_mcontext.regs[0] = arg;
    uc->uc_mcontext.pc = fn;
}

IN_SIGNAL static inline uintptr_t context_named(const ucontext_t *uc,
                                                const char *text)
{
    unsigned number = 0, i;

    if (text[0] != 'x')
        return 0;
    for (i = 1; text[i] >= '0' && text[i] <= '9'; i++)
        number = number * 10 + (unsigned)(text[i] - '0');
    return i > 1 && number < countof(uc->uc_mcontext.regs)
               ? (uintptr_t)uc->uc_mcontext.regs[number]
               : 0;
}

#endif
