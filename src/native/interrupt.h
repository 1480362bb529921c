/*
 * interrupt.h: host signals and faults that come while compiled code runs.
 */
#ifndef TINE_NATIVE_INTERRUPT_H
#define TINE_NATIVE_INTERRUPT_H

#include "native/enter.h"

/*
 * In a host signal handler, behind thread_alert: if the thread was in compiled
 * code, or on its way there, it will attend before it goes on.
 */
void interrupt_signal(const struct thread *t, void *context);

/* Called by native_interrupt, on the guest stack. */
void native_interrupted(struct native_regs *regs);

void interrupt_init(void);

#endif
