/*
 * context.h: the interrupted registers in a host signal handler, by
 * architecture:
 *
 *     context_pc, context_set_pc, context_sp, context_set_sp
 *
 *     context_push_call(uc, fn)
 *         make the interrupted code call fn, which finds the pc on the stack
 *         and must preserve everything; there is room on its stack
 *
 *     context_call(uc, fn, arg)
 *         make the interrupted code continue as fn(arg)
 *
 *     context_named(uc, text)
 *         the value of the register with which `text` begins, as the assembler
 *         writes it ("%rdi", "x19"); 0 if it is none
 */
#ifndef TINE_RT_CONTEXT_H
#define TINE_RT_CONTEXT_H

#include <string.h>
#include <ucontext.h>

#include "base/base.h"

#if defined(__x86_64__)
#include "rt/context_x86_64.h"
#elif defined(__aarch64__)
#include "rt/context_aarch64.h"
#else
#error "no port to this architecture yet"
#endif

#endif
