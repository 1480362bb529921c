/*
 * run.h: what the dispatch loop calls, all on the guest stack.
 */
#ifndef TINE_INTERP_RUN_H
#define TINE_INTERP_RUN_H

#include "rt/thread.h"

struct interp_compiled;
struct landing;

/* As given to interp_set_compiled. */
extern const struct interp_compiled *run_compiled;

/* The instance whose code runs. */
extern THREAD_LOCAL struct instance *run_inst;

/* Execute from entry's code until it returns; slots as in interp_call, but
 * already at their place on the value stack. */
void loop_run(struct func *entry, struct instance *inst, uint64_t *fp);

/* Stop with a trap at ip in the frame fp. */
void run_trap(const code_unit *ip, uint64_t *fp, enum trap trap);

/* The same for an access outside a memory, at this address in it; UINT64_MAX
 * where the address has more than 64 bits. */
void run_trap_memory(const code_unit *ip, uint64_t *fp, uint64_t addr);

/* The memory of inst that has the accessible byte at `cell`, or NULL. */
const struct memory *run_memory_of(const struct instance *inst,
                                   const uint8_t *cell);

/* At a backward branch: run the handlers of pending signals. */
void run_attend(const code_unit *ip, uint64_t *fp);

/* At a function's `enter` when the stack limit was met: there is a signal,
 * or the stack is exhausted (a trap). */
void run_enter_slow(const code_unit *ip, uint64_t *fp, uint64_t ret);

/* Call the host function whose stub is at ip; `ret` is where it returns. */
void run_host(const code_unit *ip, uint64_t *fp, const code_unit *ret);

/* Call the compiled function whose stub is at ip; `ret` is where it returns.
 * False if it has not, but an exception has a handler there. */
bool run_native(const code_unit *ip, uint64_t *fp, const code_unit *ret,
                struct landing *landing);

/* Translate the function whose stub is at ip; its code.  Traps if it fails. */
const code_unit *run_translate(const code_unit *ip, uint64_t *fp, uint64_t ret);

/* Prepare a call to a function of another instance, whose arguments are at fp:
 * moves them up behind a header that run_cross_return reads; the callee's
 * frame.  The instance is then the callee's. */
uint64_t *run_cross_call(struct func *f, uint64_t *fp, const code_unit *ret);

/*
 * The same for a tail call from the frame fp, whose hdr, number of parameters
 * and place of arguments are at `tail`: the callee's frame takes this one's
 * place, above such a header.  If there is one below already, that serves, so
 * that a chain of tail calls needs no more room however long it is.
 */
uint64_t *run_cross_tail(struct func *f, uint64_t *fp, const code_unit *tail);

/* The return address that such a callee gets. */
const code_unit *run_cross_code(void);

/* Behind such a call, fp the header's place: moves the results down; the
 * caller's return address.  The instance is then the caller's. */
const code_unit *run_cross_return(uint64_t *fp);

/* Wait and notify (threads proposal) on a checked address: the result. */
uint64_t run_atomic_wait(const code_unit *ip, uint64_t *fp, void *cell,
                         uint64_t expected, uint64_t timeout, unsigned bits);
uint64_t run_atomic_notify(const code_unit *ip, uint64_t *fp, void *cell,
                           uint64_t n);

#endif
