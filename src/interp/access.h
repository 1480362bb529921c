/*
 * access.h: loads and stores of guest memory by the interpreter, without
 * bounds checks: what is outside faults (rt/fault.h).
 *
 * They are assembly so that a fault is precise: the compiler can neither drop
 * a load whose value is unused, nor move it, and the record made beside the
 * instruction tells the fault handler which registers hold the interpreter's
 * ip and fp at that very point.  All clobber memory, which keeps them in their
 * order with each other and with what C does to the guest's memory.
 *
 * ACCESS_LOAD(how, m, a, ret) and ACCESS_STORE(how, m, a, value): `m` is the
 * base of the memory and `a` the 64-bit offset in it; the macros use the
 * variables ip and fp of the function around them.  `how` is a type, u8 to u64
 * for integers, f32, f64 or v128; a load's may also be
 *
 *     s8 s16           sign-extended to 32 bits, and those zero-extended
 *     s8_64 ... s32_64 sign-extended to 64 bits
 */
#ifndef TINE_INTERP_ACCESS_H
#define TINE_INTERP_ACCESS_H

#if defined(__x86_64__)
#include "interp/access_x86_64.h"
#elif defined(__aarch64__)
#include "interp/access_aarch64.h"
#else
#error "no port to this architecture yet"
#endif

/* Beside the instruction, which has the label 1: where it is, and where ip and
 * fp are. */
#define FAULT_SITE                                                             \
    ".pushsection tine_faults,\"a\",@progbits\n"                               \
    ".balign 32\n"                                                             \
    "2: .quad 1b - 2b\n"                                                       \
    ".asciz \"%" FULL "[i] %" FULL "[f]\"\n"                                   \
    ".balign 32\n"                                                             \
    ".popsection\n"

/* insn: the instruction; kind: of register; mod: its modifier. */
#define LOAD_BY(insn, kind, mod, m, a, ret)                                    \
    __asm__ volatile("1: " LOAD_TEXT(insn, mod) "\n" FAULT_SITE                \
                     : [v] "=" kind(ret)                                       \
                     : [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)        \
                     : "memory")

#define STORE_BY(insn, kind, mod, m, a, value)                                 \
    __asm__ volatile(                                                          \
        "1: " STORE_TEXT(insn, mod) "\n" FAULT_SITE                            \
        :                                                                      \
        : [v] kind(value), [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)    \
        : "memory")

#define ACCESS_LOAD(how, m, a, ret)    ACCESS_LOAD_##how(m, a, ret)
#define ACCESS_STORE(how, m, a, value) ACCESS_STORE_##how(m, a, value)

#endif
