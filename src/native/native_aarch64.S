/*
 * native_aarch64.S: between compiled code and the runtime; enter.h and
 * interrupt.h have the contracts, enter.c and arch_aarch64.c check the offsets.
 *
 * x28 has the struct native while compiled code runs, which never changes it;
 * x18 is never used by compiled code.
 *
 * Sequences between labels of the table at the end are such that a signal may
 * have them begun again: what they read is still there when they are done.
 */
#include "rt/kept_aarch64.h"

#define NATIVE_THREAD 16
#define THREAD_IP     32
#define THREAD_FP     40
#define THREAD_LIMIT  56

/* struct native_regs */
#define REGS_EXACT  0
#define REGS_NATIVE 8
#define REGS_SP     16
#define REGS_X19    24
#define REGS_X30    112
#define REGS_PC     184
#define REGS_SIZE   192

    .text

    /* The value of a thread's own 32 or 64 bits. */
    .macro LOAD_TLS reg, base, name
    mrs \base, tpidr_el0
    add \base, \base, #:tprel_hi12:\name
    ldr \reg, [\base, #:tprel_lo12_nc:\name]
    .endm

    .macro ATTENTION reg, base
    LOAD_TLS \reg, \base, thread_attention
    .endm

    .macro CURRENT reg, base
    LOAD_TLS \reg, \base, native_current
    .endm

/* The frame that begins with a struct native_regs. */
    .macro CFI_FRAME
    .cfi_def_cfa_offset REGS_SIZE
    CFI_KEPT REGS_X19 - REGS_SIZE
    .cfi_offset x30, REGS_X30 - REGS_SIZE
    .endm
    .macro PUSH_FRAME
    sub sp, sp, #REGS_SIZE
    .cfi_def_cfa_offset REGS_SIZE
    EACH_KEPT stp, sp, REGS_X19
    CFI_FRAME
    .endm
    .macro POP_FRAME
    EACH_KEPT ldp, sp, REGS_X19
    add sp, sp, #REGS_SIZE
    .endm

/* enum native_entered native_enter(code, slots, f, entry, activation): its
 * frame begins with the activation, and else is as a struct native_regs. */
    .globl native_enter
    .type native_enter, %function
native_enter:
    .cfi_startproc
    PUSH_FRAME
    str x4, [sp]
enter_check:
    ATTENTION w9, x10
    cbnz w9, 1f
    CURRENT x28, x10
enter_call:
    blr x3
    .globl native_entered_at
native_entered_at:
    mov w0, #0
0:  POP_FRAME
    .cfi_remember_state
    .cfi_def_cfa_offset 0
    ret
    .cfi_restore_state
1:  mov w0, #1
    b 0b

/* void native_leave(uint64_t sp) */
    .globl native_leave
native_leave:
    mov sp, x0
    mov w0, #2
    b 0b
    .cfi_endproc
    .size native_enter, . - native_enter

/*
 * The stubs of helpers: they make a struct native_regs, the place of the
 * thread, and call native_<name>.
 */
    .macro STUB name
    .type stub_\name, %function
stub_\name:
    .cfi_startproc
    PUSH_FRAME
    str x30, [sp, #REGS_PC]
    ldr x9, [x28, #NATIVE_THREAD]
    add x10, sp, #REGS_SIZE
    stp xzr, x28, [sp, #REGS_EXACT]
    str x10, [sp, #REGS_SP]
    adrp x10, native_mark
    add x10, x10, #:lo12:native_mark
    mov x11, sp
    str x10, [x9, #THREAD_IP]
    str x11, [x9, #THREAD_FP]
    ldr x12, [x9, #THREAD_LIMIT]
    cmp x11, x12
    b.lo stub_overflow
    bl native_\name
    b stub_back
    .cfi_endproc
    .size stub_\name, . - stub_\name
    .endm

#define HELPER(name, result, params) STUB name;
#include "abi/helpers.def"
#undef HELPER

/* The frame is as the stubs have left it. */
    .type stub_back, %function
stub_back:
    .cfi_startproc
    CFI_FRAME
    ldr x28, [sp, #REGS_NATIVE]
    CURRENT x9, x10
    cmp x9, x28
    b.ne 1f
stub_check:
    ATTENTION w9, x10
    cbnz w9, 1f
    ldr x30, [sp, #REGS_PC]
    add sp, sp, #REGS_SIZE
stub_ret:
    .cfi_remember_state
    .cfi_def_cfa_offset 0
    .cfi_restore x30
    ret
    .cfi_restore_state
1:  mov x19, x0
    mov x0, sp
    bl native_attend
    mov x0, x19
    ldr x19, [sp, #REGS_X19]
    b stub_back
stub_overflow:
    bl native_overflow
    brk #1
    .cfi_endproc
    .size stub_back, . - stub_back

/* void native_land(const struct native_regs *regs, exception, selector, pad) */
    .globl native_land
    .type native_land, %function
native_land:
    .cfi_startproc
    PUSH_FRAME
    mov x4, sp
    mov x5, x0
    mov x0, x1
    mov x1, x2
land_check:
    ATTENTION w9, x10
    cbnz w9, 1f
    EACH_KEPT ldp, x5, REGS_X19
    ldr x28, [x5, #REGS_NATIVE]
    ldr x6, [x5, #REGS_SP]
    mov sp, x6
land_jump:
    br x3
1:  mov sp, x4
    POP_FRAME
    .cfi_def_cfa_offset 0
    ret
    .cfi_endproc
    .size native_land, . - native_land

/*
 * A signal handler has had interrupted compiled code call this, with its pc on
 * top of the stack.  Everything is saved, native_interrupted called, and
 * everything restored.
 *
 *     0    struct native_regs
 *     192  x0 to x17
 *     336  the flags
 *     352  q0 to q31
 *     864  the interrupted pc
 *     880  what was the top of the stack
 */
#define SAVED_X0    192
#define SAVED_FLAGS 336
#define SAVED_Q0    352
#define SAVED_PC    864
#define SAVED_SIZE  880

    .macro EACH_OTHER insn
    PAIR \insn, x0, x1, sp, SAVED_X0
    PAIR \insn, x2, x3, sp, SAVED_X0 + 16
    PAIR \insn, x4, x5, sp, SAVED_X0 + 32
    PAIR \insn, x6, x7, sp, SAVED_X0 + 48
    PAIR \insn, x8, x9, sp, SAVED_X0 + 64
    PAIR \insn, x10, x11, sp, SAVED_X0 + 80
    PAIR \insn, x12, x13, sp, SAVED_X0 + 96
    PAIR \insn, x14, x15, sp, SAVED_X0 + 112
    PAIR \insn, x16, x17, sp, SAVED_X0 + 128
    .endm
    .macro EACH_VECTOR insn
    PAIR \insn, q0, q1, sp, SAVED_Q0
    PAIR \insn, q2, q3, sp, SAVED_Q0 + 32
    PAIR \insn, q4, q5, sp, SAVED_Q0 + 64
    PAIR \insn, q6, q7, sp, SAVED_Q0 + 96
    PAIR \insn, q8, q9, sp, SAVED_Q0 + 128
    PAIR \insn, q10, q11, sp, SAVED_Q0 + 160
    PAIR \insn, q12, q13, sp, SAVED_Q0 + 192
    PAIR \insn, q14, q15, sp, SAVED_Q0 + 224
    PAIR \insn, q16, q17, sp, SAVED_Q0 + 256
    PAIR \insn, q18, q19, sp, SAVED_Q0 + 288
    PAIR \insn, q20, q21, sp, SAVED_Q0 + 320
    PAIR \insn, q22, q23, sp, SAVED_Q0 + 352
    PAIR \insn, q24, q25, sp, SAVED_Q0 + 384
    PAIR \insn, q26, q27, sp, SAVED_Q0 + 416
    PAIR \insn, q28, q29, sp, SAVED_Q0 + 448
    PAIR \insn, q30, q31, sp, SAVED_Q0 + 480
    .endm

    .globl native_interrupt
    .type native_interrupt, %function
native_interrupt:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_def_cfa_offset SAVED_SIZE - SAVED_PC
    .cfi_offset x30, SAVED_PC - SAVED_SIZE
    sub sp, sp, #SAVED_PC
    .cfi_def_cfa_offset SAVED_SIZE
    EACH_OTHER stp
    mrs x0, nzcv
    str x0, [sp, #SAVED_FLAGS]
    EACH_VECTOR stp
    EACH_KEPT stp, sp, REGS_X19
    CFI_KEPT REGS_X19 - SAVED_SIZE
    mov x0, #1
    stp x0, x28, [sp, #REGS_EXACT]
    add x0, sp, #SAVED_SIZE
    str x0, [sp, #REGS_SP]
    ldr x0, [sp, #SAVED_PC]
    str x0, [sp, #REGS_PC]
interrupt_again:
    mov x0, sp
    bl native_interrupted
interrupt_check:
    ATTENTION w9, x10
    cbnz w9, interrupt_again
    EACH_VECTOR ldp
    ldr x0, [sp, #SAVED_FLAGS]
    msr nzcv, x0
    EACH_KEPT ldp, sp, REGS_X19
    EACH_OTHER ldp
    ldr x18, [sp, #SAVED_PC]
    add sp, sp, #SAVED_SIZE
interrupt_jump:
    br x18
    .cfi_endproc
    .size native_interrupt, . - native_interrupt

    .section .data.rel.ro, "aw", @progbits
    .balign 16
    .globl native_stubs
    .type native_stubs, %object
native_stubs:
#define HELPER(name, result, params) .quad stub_##name;
#include "abi/helpers.def"
#undef HELPER
    .size native_stubs, . - native_stubs

/* struct native_rewind (interrupt.h): from (included), to (included), where to
 * go on, what to take from the stack pointer; or, in its place, -1: it is in
 * x4. */
    .balign 16
    .globl native_rewinds, native_rewinds_end
    .type native_rewinds, %object
native_rewinds:
    .quad enter_check, enter_call, enter_check, 0
    .quad stub_check, stub_ret - 1, stub_check, 0
    .quad stub_ret, stub_ret, stub_check, REGS_SIZE
    .quad land_check, land_jump - 1, land_check, 0
    .quad land_jump, land_jump, land_check, -1
    .quad interrupt_check, interrupt_jump - 1, interrupt_check, 0
    .quad interrupt_jump, interrupt_jump, interrupt_check, SAVED_SIZE
native_rewinds_end:
    .size native_rewinds, . - native_rewinds

    .section .note.GNU-stack, "", @progbits
