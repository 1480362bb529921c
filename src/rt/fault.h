/*
 * fault.h: hardware faults of guest code become traps (design, section 3).
 *
 * Instructions that access guest memory are recorded in the section
 * `tine_faults` by the code that contains them, with the registers that hold
 * the interpreter's position there (interp/access.h).  A fault at one of them,
 * at an address in the memory's reservation, is a trap; running into the guard
 * below the machine stack is a trap; every other fault is a bug of tine.
 */
#ifndef TINE_RT_FAULT_H
#define TINE_RT_FAULT_H

#include <signal.h>
#include <ucontext.h>

#include "base/base.h"

struct thread;

/* One record of the section: 32 bytes, written in assembly. */
struct fault_site {
    int64_t at;    /* address of the instruction, relative to this field */
    char regs[24]; /* "%rdi %rsi": the interpreter's ip and fp */
};

/* Faults that somebody sent with kill(2) go to this handler; NULL: they end
 * the process. */
void fault_forward(void (*handler)(int sig, siginfo_t *info, void *context));

/* Compiled code accesses memory everywhere: this says whether it was what
 * faulted, and then notes in the thread where. */
void fault_set_compiled(bool (*find)(struct thread *t, const ucontext_t *uc));

/* Install the handlers for SIGSEGV and SIGBUS, on the alternate stack. */
bool fault_init(void) MUST_CHECK;

#endif
