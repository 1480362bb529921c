/*
 * access.h: loads and stores of guest memory by the interpreter, without
 * bounds checks: what is outside faults (rt/fault.h).
 *
 * They are assembly so that a fault is precise: the compiler can neither drop
 * a load whose value is unused, nor move it, and the record made beside the
 * instruction tells the fault handler which registers hold the interpreter's
 * ip and fp at that very point.
 *
 * `m` is the base of the memory and `a` the 64-bit offset in it; the macros
 * use the variables ip and fp of the function around them.
 */
#ifndef TINE_INTERP_ACCESS_H
#define TINE_INTERP_ACCESS_H

#if defined(__x86_64__)

#define FAULT_SITE                                                             \
    ".pushsection tine_faults,\"a\",@progbits\n"                               \
    ".balign 32\n"                                                             \
    "2: .quad 1b - 2b\n"                                                       \
    ".asciz \"%q[i] %q[f]\"\n"                                                 \
    ".balign 32\n"                                                             \
    ".popsection\n"

/* All clobber memory, which keeps them in their order with each other and with
 * what C does to the guest's memory.  Zero- or sign-extend into a 64-bit variable. */
#define ACCESS_LOAD(insn, reg, m, a, ret)                                      \
    __asm__ volatile("1: " insn " (%[b],%[x]), %" reg "[v]\n" FAULT_SITE       \
                     : [v] "=r"(ret)                                           \
                     : [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)           \
                     : "memory")

#define ACCESS_LOAD_f32(m, a, ret)                                             \
    __asm__ volatile("1: movss (%[b],%[x]), %[v]\n" FAULT_SITE                 \
                     : [v] "=x"(ret)                                           \
                     : [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)           \
                     : "memory")

#define ACCESS_LOAD_f64(m, a, ret)                                             \
    __asm__ volatile("1: movsd (%[b],%[x]), %[v]\n" FAULT_SITE                 \
                     : [v] "=x"(ret)                                           \
                     : [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)           \
                     : "memory")

#define ACCESS_LOAD_v128(m, a, ret)                                            \
    __asm__ volatile("1: movdqu (%[b],%[x]), %[v]\n" FAULT_SITE                \
                     : [v] "=x"(ret)                                           \
                     : [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)        \
                     : "memory")

#define ACCESS_STORE(insn, reg, m, a, value)                                   \
    __asm__ volatile(                                                          \
        "1: " insn " %" reg "[v], (%[b],%[x])\n" FAULT_SITE                    \
        :                                                                      \
        : [v] "r"(value), [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)     \
        : "memory")

#define ACCESS_STORE_f32(m, a, value)                                          \
    __asm__ volatile(                                                          \
        "1: movss %[v], (%[b],%[x])\n" FAULT_SITE                              \
        :                                                                      \
        : [v] "x"(value), [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)     \
        : "memory")

#define ACCESS_STORE_f64(m, a, value)                                          \
    __asm__ volatile(                                                          \
        "1: movsd %[v], (%[b],%[x])\n" FAULT_SITE                              \
        :                                                                      \
        : [v] "x"(value), [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)     \
        : "memory")

#define ACCESS_STORE_v128(m, a, value)                                         \
    __asm__ volatile(                                                          \
        "1: movdqu %[v], (%[b],%[x])\n" FAULT_SITE                             \
        :                                                                      \
        : [v] "x"(value), [b] "r"(m), [x] "r"(a), [i] "r"(ip), [f] "r"(fp)     \
        : "memory")

#else
#error "no port to this architecture yet"
#endif

#endif
